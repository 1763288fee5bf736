"""Entries, the signatures in them, tile addresses and the guard have one spelling each."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from registry.errors import RegistryError
from registry.ledger.admission import require_signature
from registry.ledger.entries import Entry, parse_entry, root_message, signed, stamped
from registry.ledger.errors import MalformedEntry, NotAdmitted, OutOfRange, Refusal
from registry.ledger.guard import Guard, TreeHead
from registry.ledger.key_history import Custody, KeyHistory, introduction
from registry.ledger.tiles import parse_tile_path, tile_path
from signing.encoding import b64url_decode, b64url_encode, canonical_json
from signing.keys import KeyRole, SigningKey
from tests.registry.ledger.builders import CHANGSHA, ORIGIN, seeded_key
from tests.registry.ledger.test_entries import ACT, APPROVAL, AT, FOUNDED_ACT, SHAPED, STATUS
from tests.signing.mutations import (
    JSON_SPELLINGS,
    Case,
    Change,
    Form,
    cases_of,
    edited,
    plus_order,
    put,
    spare_bits,
    swap,
)

SMALL_ORDER_KEY = (1).to_bytes(32, "little")

# ---- entries ----------------------------------------------------------------------------------------


def _number(name: str) -> dict[str, Change]:
    """Other ways to write the number 7 in that field, and numbers that are none of its."""
    spellings = ["7.0", "7e0", "70E-1", "07", "+7", "-7", "-0", "true", '"7"', "null", "[7]", "NaN", "1e400"]
    spellings += ["9007199254740992", "1" + "0" * 5000]
    return {f"{name} as {each[:20]}": swap(f'"{name}":7', f'"{name}":{each}') for each in spellings}


def _field(name: str, alter: Callable[[Any], object]) -> Change:
    return edited(lambda entry: entry.update({name: alter(entry[name])}))


def _bytes_of(name: str) -> dict[str, Change]:
    """Other ways to write the bytes in that field."""
    return {
        f"{name} with a zero byte": _field(name, lambda it: b64url_encode(b64url_decode(it) + b"\x00")),
        f"{name} a byte short": _field(name, lambda it: b64url_encode(b64url_decode(it)[1:])),
        f"{name} with spare bits": _field(name, spare_bits),
        f"{name} with padding": _field(name, lambda it: it + "="),
        f"{name} with a line break": _field(name, lambda it: it + "\n"),
        f"{name} in hex": _field(name, lambda it: b64url_decode(it).hex()),
        f"{name} as a list": _field(name, lambda it: [it]),
    }


ENVELOPE: dict[str, Change] = {
    **JSON_SPELLINGS,
    "version as a float": swap('"v":1', '"v":1.0'),
    "version as a flag": swap('"v":1', '"v":true'),
    "version 2": swap('"v":1', '"v":2'),
    "version doubled": swap('"v":1', '"v":1,"v":1'),
    "unknown field": edited(lambda entry: entry.update(note="")),
    "field of another type": edited(lambda entry: entry.update(list="revocation-0", holder="x")),
    "time with an offset": swap("00:00Z", "00:00+00:00"),
    "time with fractions": swap("00:00Z", "00:00.000Z"),
    "time in small letters": swap("00:00Z", "00:00z"),
    "time with a space": swap("T01", " 01"),
    "leap second": swap("01:00:00Z", "01:00:60Z"),
    "time in wide digits": swap("2026-", "２026-"),
    "type in capitals": lambda body: body.replace(b'"type":"', b'"type":"X', 1),
}


def _entry_form(content: Entry, mutations: dict[str, Change], name: str = "") -> Form:
    kind = f"{content['type']} {content.get('action', '')}".strip()
    return Form(name or kind, stamped(content, AT), parse_entry, mutations, MalformedEntry)


ENTRIES = [_entry_form(content, ENVELOPE) for content in SHAPED] + [
    _entry_form(
        {**APPROVAL, "count": 7}, _number("count") | _bytes_of("root") | _bytes_of("signature"), "batch"
    ),
    _entry_form(ACT, _number("index") | _number("previous"), "act on 7"),
    _entry_form(FOUNDED_ACT, _bytes_of("document") | _bytes_of("request"), "act on a paper"),
    _entry_form({**STATUS, "size": 7}, _number("size") | _bytes_of("sha256"), "list of 7"),
]

# ---- signatures in entries --------------------------------------------------------------------------

BUREAU, ROOT = seeded_key(KeyRole.BUREAU, 3), seeded_key(KeyRole.ROOT, 1)


def _signature(name: str, alter: Callable[[bytes], bytes]) -> Change:
    return _field(name, lambda text: b64url_encode(alter(b64url_decode(text))))


def _signed_by_root(edit: Callable[[Any], object]) -> Change:
    """The key entry after `edit`, signed by the root again."""

    def finish(data: bytes) -> bytes:
        entry = json.loads(data)
        entry["signature"] = b64url_encode(ROOT.sign(root_message(ORIGIN, entry)))
        return canonical_json(entry)

    return edited(edit, finish)


def _introduced(key: SigningKey) -> bytes:
    content = introduction(
        log_origin=ORIGIN, key=key, root=ROOT, custody=Custody.REGISTER, valid_from="2026-01-05T01:00:00Z"
    )
    return stamped(content, AT)


def _key_entry(data: bytes) -> object:
    history = KeyHistory(ORIGIN)
    history.apply(0, parse_entry(_introduced(ROOT)))
    return history.apply(1, parse_entry(data))


def _approval(data: bytes) -> object:
    entry = parse_entry(data)
    require_signature(entry, log_origin=ORIGIN, public=BUREAU.public)
    return entry


SIGNATURES = [
    Form(
        "approval's signature",
        stamped(signed({**APPROVAL, "bureau": CHANGSHA}, BUREAU, ORIGIN), AT),
        _approval,
        {
            "S + L": _signature("signature", plus_order),
            "for another count": edited(lambda entry: entry.update(count=2)),
            "for a legacy batch": edited(lambda entry: entry.update(legacy=True)),
            "a byte short": _signature("signature", lambda it: it[1:]),
        },
        RegistryError,
    ),
    Form(
        "key entry's signatures",
        _introduced(seeded_key(KeyRole.LOG, 2)),
        _key_entry,
        {
            "root's S + L": _signature("signature", plus_order),
            "possession's S + L": _signed_by_root(
                lambda entry: entry.update(
                    possession=b64url_encode(plus_order(b64url_decode(entry["possession"])))
                )
            ),
            # Anyone "possesses" this key: under it, this signature verifies for every message.
            "a key of small order": _signed_by_root(
                lambda entry: entry.update(
                    public=b64url_encode(SMALL_ORDER_KEY),
                    possession=b64url_encode(SMALL_ORDER_KEY + bytes(32)),
                )
            ),
            "another algorithm": _signed_by_root(lambda entry: entry.update(algorithm="ed25519")),
            "role in capitals": _signed_by_root(lambda entry: entry.update(role="LOG")),
            "a custody of its own": _signed_by_root(lambda entry: entry.update(custody="cloud")),
        },
        RegistryError,
    ),
]

# ---- tile addresses and the guard -------------------------------------------------------------------


def _tile(data: bytes) -> str:
    number = parse_tile_path(data.decode("utf-8", "surrogateescape"))
    if number is None:
        raise OutOfRange
    return tile_path(number)


TILE = Form(
    "tile address",
    b"x001/x234/067",
    _tile,
    {
        "a group of zeros before": put(b"x000/"),
        "no x": swap(b"x001", b"001"),
        "x on the last group": swap(b"067", b"x067"),
        "a short group": swap(b"067", b"67"),
        "a long group": swap(b"067", b"0067"),
        "capitals": swap(b"x001", b"X001"),
        "wide digits": swap("067", "０67"),
        "two slashes": swap(b"/", b"//"),
        "slash before": put(b"/"),
        "slash behind": put(suffix=b"/"),
        "newline": put(suffix=b"\n"),
        "a sign": swap(b"067", b"+67"),
        "escaped": swap(b"/", b"%2F"),
        "up and down": swap(b"x001/", b"x001/../x001/"),
        "endless": put(b"x001/" * 20),
        "not UTF-8": put(b"\xff"),
    },
    OutOfRange,
)


def _guard_bytes() -> bytes:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "guard.json"
        Guard(path).write(TreeHead(ORIGIN, 7, bytes(31) + b"\x01"))
        return path.read_bytes()


def _guard(data: bytes) -> TreeHead:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "guard.json"
        path.write_bytes(data)
        return Guard(path).read(log_is_empty=False)


GUARD = Form(
    "guard",
    _guard_bytes(),
    _guard,
    {
        **JSON_SPELLINGS,
        **_number("size"),
        **_bytes_of("root"),
        "unknown field": edited(lambda it: it.update(note="")),
        "no origin": edited(lambda it: it.pop("origin")),
        "empty": lambda _: b"",
    },
    RegistryError,
)


@pytest.mark.parametrize("case", cases_of([*ENTRIES, *SIGNATURES, TILE, GUARD]), ids=str)
def test_another_spelling_is_refused(case: Case) -> None:
    case.is_refused()


def test_the_key_that_anyone_possesses_is_what_the_refusal_is_about() -> None:
    """Without the check on points the forged possession above would be admitted, not only malformed."""
    entry = json.loads(_introduced(seeded_key(KeyRole.LOG, 2)))
    entry["public"] = b64url_encode(SMALL_ORDER_KEY)
    entry["possession"] = b64url_encode(SMALL_ORDER_KEY + bytes(32))
    entry["signature"] = b64url_encode(ROOT.sign(root_message(ORIGIN, entry)))
    history = KeyHistory(ORIGIN)
    history.apply(0, parse_entry(_introduced(ROOT)))
    with pytest.raises(NotAdmitted) as refusal:
        history.apply(1, entry)
    assert refusal.value.reason is Refusal.PROOF_OF_POSSESSION_WRONG
