"""Openings, receipts, checkpoints, cosignatures and verifier keys have one spelling each."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from signing.commitment import FIELDS, PUBLIC_FIELDS, Seed, check_opening, commitment, opening
from signing.encoding import (
    b64_decode,
    b64_encode,
    b64url_decode,
    b64url_encode,
    canonical_json,
    parse_canonical_json,
)
from signing.errors import MalformedEncoding, SigningError
from signing.inclusion import leaf_hash
from signing.keys import KeyRole
from signing.notes import ED25519_TYPE, VerifierKey, check_note, parse_note, parse_vkey, verified_checkpoint
from signing.receipts import check_receipt, opened_extra, parse_extra, parse_receipt, revealed_fields
from signing.statement import entry_commitment
from tests.signing import sample_forms as forms
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

COMMITTED = commitment(forms.RECORD, forms.SEED)
LOG_KEY = VerifierKey(forms.LOG, ED25519_TYPE, forms.KEYS[KeyRole.LOG].public)
SAMPLE = forms.statement()
RECEIPT = forms.public_receipt(forms.RECORD, witnessed=True)
NOTE = parse_receipt(RECEIPT).checkpoint.to_bytes()


def _salt(alter: Callable[[str], object]) -> Change:
    def edit(value: Any) -> None:
        pair = value["fields"]["number"]
        pair[1] = alter(pair[1])

    return edited(edit)


def _shown(alter: Callable[[str], object]) -> Change:
    def edit(value: Any) -> None:
        pair = value["fields"]["number"]
        pair[0] = alter(pair[0])

    return edited(edit)


def _digest(alter: Callable[[str], object]) -> Change:
    def edit(value: Any) -> None:
        value["digests"]["name"] = alter(value["digests"]["name"])

    return edited(edit)


def _moved(value: Any) -> None:
    """A shown field is hidden too: named twice."""
    value["digests"]["number"] = value["digests"]["name"]


def _shifted(value: Any) -> None:
    """The same bytes are hashed: only the lengths say that these are not the digests."""
    first, second = (b64url_decode(value["digests"][each]) for each in ("name", "id_type"))
    value["digests"] |= {"name": b64url_encode(first + second[:1]), "id_type": b64url_encode(second[1:])}


def test_a_commitment_opens_to_one_value() -> None:
    """A committer who prepared a value with a field's name in it could move the border of salt and value."""
    prepared = replace(forms.RECORD, number="Xnumber\x00Y")
    expected = commitment(prepared, forms.SEED)
    honest = opening(prepared, forms.SEED, FIELDS)
    assert check_opening(honest, expected)["number"] == "Xnumber\x00Y"
    fields: Any = honest["fields"]
    text, salt = fields["number"]
    before, after = text.split("number\x00")
    fields["number"] = [after, b64url_encode(b64url_decode(salt) + b"number\x00" + before.encode())]
    with pytest.raises(MalformedEncoding):
        check_opening(honest, expected)


OPENING = Form(
    "opening",
    canonical_json(opening(forms.RECORD, forms.SEED, PUBLIC_FIELDS)),
    lambda data: check_opening(parse_canonical_json(data), COMMITTED),
    {
        **JSON_SPELLINGS,
        "salt of 33 bytes, zero-padded": _salt(lambda s: b64url_encode(b64url_decode(s) + b"\x00")),
        "salt of 33 bytes, zero before": _salt(lambda s: b64url_encode(b"\x00" + b64url_decode(s))),
        "salt of 31 bytes": _salt(lambda s: b64url_encode(b64url_decode(s)[:-1])),
        "salt with the field's name moved in": _salt(lambda s: b64url_encode(b64url_decode(s) + b"num")),
        "no salt": _salt(lambda _: ""),
        "salt with spare bits": _salt(spare_bits),
        "salt with padding": _salt(lambda s: s + "="),
        "salt with a line break": _salt(lambda s: s + "\n"),
        "salt in the other alphabet": _salt(lambda s: s.translate(str.maketrans("-_", "+/")) + "="),
        "salt in hex": _salt(lambda s: b64url_decode(s).hex()),
        "salt as a list": _salt(lambda s: [s]),
        "value with a space": _shown(lambda s: s + " "),
        "value with a zero byte": _shown(lambda s: s + "\x00"),
        "value in wide digits": _shown(lambda s: s.replace("0", "０", 1)),
        "value as a number": _shown(lambda _: 7),
        "value absent": _shown(lambda _: None),
        "digest of 31 bytes": _digest(lambda s: b64url_encode(b64url_decode(s)[1:])),
        "digest of 33 bytes": _digest(lambda s: b64url_encode(b64url_decode(s) + b"\x00")),
        "digest with spare bits": _digest(spare_bits),
        "a byte moved from one digest to the next": edited(_shifted),
        "field named twice": edited(_moved),
        "field left out": edited(lambda it: it["digests"].pop("name")),
        "unknown field": edited(lambda it: it["digests"].update(more="A" * 43)),
        "unknown member": edited(lambda it: it.update(more=[])),
        "three parts to a field": edited(lambda it: it["fields"]["number"].append("")),
        "fields as a list": edited(lambda it: it.update(fields=list(FIELDS))),
    },
)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    with pytest.raises(SigningError):
        commitment(forms.RECORD, Seed(bytes(length)))


def test_a_zero_padded_seed_is_another_seed() -> None:
    short = bytes(range(31))
    with pytest.raises(SigningError):
        commitment(forms.RECORD, Seed(short))
    assert commitment(forms.RECORD, Seed(short + b"\x00")) != commitment(forms.RECORD, Seed(b"\x00" + short))


# ---- receipts, checkpoints, notes, verifier keys ----------------------------------------------------


def _receipt(data: bytes) -> object:
    receipt = parse_receipt(data)
    entry, opened = parse_extra(receipt.extra)
    check_receipt(receipt, leaf_hash(entry), LOG_KEY)
    check_note(receipt.checkpoint, forms.WITNESS)
    return revealed_fields(opened, entry_commitment(entry))


def _extra(change: Change) -> Change:
    line = RECEIPT.split(b"\n")[1]
    extra = change(b64_decode(line.decode().removeprefix("extra ")))
    return swap(line, b"extra " + b64_encode(extra).encode())


def _line(number: int, alter: Callable[[str], str | None]) -> Callable[[bytes], bytes]:
    """One line of a text altered, or left out."""

    def change(data: bytes) -> bytes:
        lines = data.decode().split("\n")
        altered = alter(lines[number])
        lines[number : number + 1] = [] if altered is None else [altered]
        return "\n".join(lines).encode()

    return change


def _signature(number: int, alter: Callable[[bytes], bytes]) -> Change:
    """The bytes behind the key id on one signature line, altered."""

    def rewrite(line: str) -> str:
        start, _, encoded = line.rpartition(" ")
        material = b64_decode(encoded)
        return f"{start} {b64_encode(material[:4] + alter(material[4:]))}"

    return _line(number, rewrite)


# Lines of a note from the end: -2 the witness's, -3 the log's, -5 the root, -6 the size, -7 the origin.
NOTE_SPELLINGS: dict[str, Change] = {
    "size with a zero before": _line(-6, lambda s: "0" + s),
    "size with a sign": _line(-6, lambda s: "+" + s),
    "size in wide digits": _line(-6, lambda s: s.replace("2", "２")),
    "size with a space": _line(-6, lambda s: s + " "),
    "size in hex": _line(-6, lambda s: f"0x{s}"),
    "size with an underscore": _line(-6, lambda s: "0_" + s),
    "root with spare bits": _line(-5, spare_bits),
    "root without padding": _line(-5, lambda s: s.rstrip("=")),
    "root in the other alphabet": _line(-5, lambda s: s.translate(str.maketrans("+/", "-_"))),
    "root of 31 bytes": _line(-5, lambda s: b64_encode(b64_decode(s)[1:])),
    "root of 33 bytes": _line(-5, lambda s: b64_encode(b64_decode(s) + b"\x00")),
    "extension line": _line(-5, lambda s: s + "\nextension"),
    "empty line more": _line(-5, lambda s: s + "\n"),
    "no root": _line(-5, lambda _: None),
    "carriage returns": lambda data: data.replace(b"\n", b"\r\n"),
    "carriage return": _line(-5, lambda s: s + "\r"),
    "no newline at the end": lambda data: data[:-1],
    "newline more at the end": put(suffix=b"\n"),
    "text behind": put(suffix=b"more"),
    "no signature": lambda data: data[: data.rindex(b"\n\n") + 2],
    "signature doubled": _line(-3, lambda s: f"{s}\n{s}"),
    "cosignature doubled": _line(-2, lambda s: f"{s}\n{s}"),
    "hyphen for the dash": _line(-3, lambda s: s.replace("—", "-")),
    "two spaces": _line(-3, lambda s: s.replace(" ", "  ", 1)),
    "name with a zero-width space": _line(-3, lambda s: s.replace("skills", "skills\u200b")),
    "name in another script": _line(-3, lambda s: s.replace("s", "ѕ", 1)),
    "name with a space": _line(-3, lambda s: s.replace("skills", "skil ls")),
    "name in capitals": _line(-3, lambda s: s.replace("skills", "SKILLS")),
    "signature with spare bits": _line(-3, spare_bits),
    "signature S + L": _signature(-3, plus_order),
    "signature of 63 bytes": _signature(-3, lambda it: it[:-1]),
    "signature of 65 bytes": _signature(-3, lambda it: it + b"\x00"),
    "cosignature S + L": _signature(-2, lambda it: it[:8] + plus_order(it[8:])),
    "cosignature of 71 bytes": _signature(-2, lambda it: it[1:]),
    "cosignature of 73 bytes": _signature(-2, lambda it: b"\x00" + it),
    "cosignature without its time": _signature(-2, lambda it: it[8:]),
    "cosignature of another time": _signature(-2, lambda it: bytes(8) + it[8:]),
}


def _noted(data: bytes) -> object:
    check_note(parse_note(data), forms.WITNESS)
    return verified_checkpoint(data, LOG_KEY)


CHECKPOINT = Form(
    "checkpoint",
    NOTE,
    _noted,
    {
        **NOTE_SPELLINGS,
        "not UTF-8": swap(b"skills", b"skill\xf3"),
        "control character": swap(b"skills", b"skil\x07ls"),
        "empty line before": put(b"\n"),
    },
)

RECEIPTS = Form(
    "receipt",
    RECEIPT,
    _receipt,
    {
        **NOTE_SPELLINGS,
        "other version": swap(b"@v1", b"@v2"),
        "header in capitals": swap(b"c2sp", b"C2SP"),
        "index with a sign": swap(b"index 1", b"index +1"),
        "index with a zero": swap(b"index 1", b"index 01"),
        "index with a space": swap(b"index 1", b"index  1"),
        "index in wide digits": swap(b"index 1", "index １"),
        "index out of range": swap(b"index 1", b"index 2"),
        "index far out of range": swap(b"index 1", b"index 9223372036854775808"),
        "index below zero": swap(b"index 1", b"index -1"),
        "index doubled": swap(b"index 1", b"index 1\nindex 1"),
        "no index": _line(2, lambda _: None),
        "hash doubled": _line(3, lambda s: f"{s}\n{s}"),
        "hash left out": _line(3, lambda _: None),
        "hash with spare bits": _line(3, spare_bits),
        "hash of 31 bytes": _line(3, lambda s: b64_encode(b64_decode(s)[1:])),
        "hash of 33 bytes": _line(3, lambda s: b64_encode(b64_decode(s) + b"\x00")),
        "two blank lines": _line(4, lambda s: "\n"),
        "no blank line": _line(4, lambda _: None),
        "line before": put(b"\n"),
        "extra empty": _line(1, lambda _: "extra "),
        "extra left out": _line(1, lambda _: None),
        "extra doubled": _line(1, lambda s: f"{s}\n{s}"),
        "extra behind the index": swap(b"index 1\n", b"index 1\nextra AAAA\n"),
        "extra with a space": _line(1, lambda s: s + " "),
        "extra: unknown member": _extra(edited(lambda it: it.update(more=""))),
        "extra: entry with a space": _extra(edited(lambda it: it.update(entry=f"{it['entry']} "))),
        "extra: no entry": _extra(edited(lambda it: it.pop("entry"))),
        **{f"extra: {name}": _extra(change) for name, change in JSON_SPELLINGS.items()},
        "another field opened": _extra(
            lambda _: opened_extra(SAMPLE.entry, opening(forms.named("示例乙"), forms.SEED, FIELDS))
        ),
    },
)

VKEY = Form(
    "vkey",
    str(LOG_KEY).encode(),
    lambda data: parse_vkey(data.decode("utf-8", "surrogateescape")),
    {
        "key id in capitals": lambda data: b"+".join(
            [(parts := data.split(b"+", 2))[0], parts[1].upper(), parts[2]]
        ),
        "key id of another key": swap(LOG_KEY.key_hash.hex(), "00000000"),
        "no padding": lambda data: data.rstrip(b"=") if data.endswith(b"=") else data + b"=",
        "newline": put(suffix=b"\n"),
        "space": put(b" "),
        "zero behind the key": lambda _: _vkey(LOG_KEY.public + b"\x00"),
        "key of 31 bytes": lambda _: _vkey(LOG_KEY.public[:-1]),
        "unknown algorithm": lambda _: str(VerifierKey(forms.LOG, 2, LOG_KEY.public)).encode(),
        "name with a space": lambda _: str(VerifierKey("a b", 1, LOG_KEY.public)).encode(),
        "invisible name": lambda _: str(VerifierKey("a\u200bb", 1, LOG_KEY.public)).encode(),
        "no name": lambda _: str(VerifierKey("", 1, LOG_KEY.public)).encode(),
        "not UTF-8": swap(b"skills", b"skill\xf3"),
    },
)


def _vkey(public: bytes) -> bytes:
    return str(VerifierKey(forms.LOG, ED25519_TYPE, public)).encode()


@pytest.mark.parametrize("case", cases_of([OPENING, CHECKPOINT, RECEIPTS, VKEY]), ids=str)
def test_another_spelling_is_refused(case: Case) -> None:
    case.is_refused()
