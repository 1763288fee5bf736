"""Entries: one spelling each, exactly their type's fields, and never an error that is not the room's own."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.ledger.entries import (
    MAX_ENTRY_BYTES,
    Entry,
    bureau_message,
    certificate_bodies,
    entry_bytes,
    number,
    parse_entry,
    possession_message,
    root_message,
    stamped,
    text,
)
from registry.ledger.errors import MalformedEntry
from signing.encoding import b64url_encode, canonical_json
from signing.keys import KeyRole, SigningKey

AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
CERTIFICATE: Entry = {
    "type": "certificate",
    "batch": b64url_encode(bytes(16)),
    "commitment": b64url_encode(bytes(32)),
}
APPROVAL: Entry = {
    "type": "approval",
    "batch": b64url_encode(bytes(16)),
    "institution": "S000043990001",
    "bureau": "430100",
    "count": 1,
    "root": b64url_encode(bytes(32)),
    "form5": b64url_encode(bytes(32)),
    "form4": b64url_encode(bytes(32)),
    "key": "0123456789abcdef",
    "signature": b64url_encode(bytes(64)),
}
ACT: Entry = {
    "type": "act",
    "index": 7,
    "previous": 7,
    "act": "annulled",
    "reason": "fraud",
    "bureau": "430100",
    "key": "0123456789abcdef",
    "signature": b64url_encode(bytes(64)),
}
FOUNDED_ACT: Entry = {
    **ACT,
    "authority": "court",
    "document": b64url_encode(b"d" * 32),
    "request": b64url_encode(b"r" * 16),
}
STATUS: Entry = {"type": "status", "list": "revocation-0", "sha256": b64url_encode(bytes(32)), "size": 9}
RETIREMENT: Entry = {
    "type": "key",
    "action": "retired",
    "key": "0123456789abcdef",
    "reason": "compromised",
    "signature": b64url_encode(bytes(64)),
}
INTRODUCTION: Entry = {
    "type": "key",
    "action": "introduced",
    "role": "bureau",
    "algorithm": "Ed25519",
    "public": b64url_encode(SigningKey.from_seed(KeyRole.BUREAU, bytes(32)).public),
    "custody": "bureau",
    "bureau": "430100",
    "valid_from": "2026-01-05T01:00:00Z",
    "possession": b64url_encode(bytes(64)),
    "signature": b64url_encode(bytes(64)),
}
SHAPED = (CERTIFICATE, APPROVAL, ACT, STATUS, RETIREMENT, INTRODUCTION)

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 60), 1 << 60) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("content", SHAPED, ids=lambda each: f"{each['type']}-{each.get('action', '')}")
def test_an_entry_comes_back_as_it_went_in(content: Entry) -> None:
    body = stamped(content, AT)
    assert parse_entry(body) == {**content, "v": 1, "at": "2026-01-05T01:00:00Z"}
    assert entry_bytes(parse_entry(body)) == body


def test_a_filing_entry_is_left_to_the_filing_room() -> None:
    content: Entry = {"type": "filing", "number_prefix": "S000043990001", "anything": [1, {"a": None}]}
    assert parse_entry(stamped(content, AT))["anything"] == [1, {"a": None}]


@given(st.binary(max_size=200))
@example(b"")
@example(b"null")
@example(b"[" * 100_000)
@example(b'{"v":1e999}')
@example(b'{"v":' + b"9" * 5000 + b"}")
@example(b'"\\ud800"')
@example(b'{"\\ud800":1,"v":1}')
def test_arbitrary_bytes_are_an_entry_or_malformed(body: bytes) -> None:
    _value_or_malformed(body)


@given(st.dictionaries(st.sampled_from(["v", "type", "at", "batch", "commitment", "act", "x"]), values))
def test_arbitrary_objects_are_an_entry_or_malformed(value: dict[str, object]) -> None:
    _value_or_malformed(json.dumps(value).encode())
    _value_or_malformed(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())


@given(st.sampled_from(SHAPED), st.data())
def test_any_flipped_byte_gives_another_entry_or_none(content: Entry, data: st.DataObject) -> None:
    body = bytearray(stamped(content, AT))
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    _value_or_malformed(bytes(body))


def _value_or_malformed(body: bytes) -> None:
    try:
        entry = parse_entry(body)
    except MalformedEntry:
        return
    assert entry_bytes(entry) == body


def _replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda body: body.replace(old, new, 1)


@pytest.mark.parametrize(
    "change",
    [
        _replaced('{"at"', '{"at":"2026-01-05T01:00:00Z","at"'),
        _replaced('"v":1}', '"v":1,"v":1}'),
        _replaced('"v":1}', '"v":1.0}'),
        _replaced('"v":1}', '"v":true}'),
        _replaced('"v":1}', '"v":2}'),
        _replaced('"v":1}', '"w":0,"v":1}'),
        _replaced(',"v":1}', "}"),
        _replaced('"v":1}', '"v": 1}'),
        _replaced('"type":"certificate"', '"type":"sticker"'),
        _replaced('"type":"certificate"', '"type":1'),
        _replaced('"type":"certificate"', '"type":"\\u0063ertificate"'),
        _replaced("01:00:00Z", "01:00:00.0Z"),
        _replaced("01:00:00Z", "01:00:00+00:00"),
        _replaced("2026-01-05", "2026-1-5"),
        _replaced("2026-01-05", "2026-02-30"),
        lambda body: body + "\n",
        lambda body: " " + body,
        lambda body: "\ufeff" + body,
        lambda body: f"[{body}]",
        lambda body: "".join(reversed(body)),
    ],
)
def test_another_spelling_of_an_entry_is_malformed(change: Callable[[str], str]) -> None:
    body = stamped(CERTIFICATE, AT).decode()
    assert change(body) != body
    with pytest.raises(MalformedEntry):
        parse_entry(change(body).encode())


@pytest.mark.parametrize("content", SHAPED, ids=lambda each: f"{each['type']}-{each.get('action', '')}")
def test_nothing_rides_along_and_nothing_is_missing(content: Entry) -> None:
    with pytest.raises(MalformedEntry, match="holder"):
        stamped({**content, "holder": "示例甲"}, AT)
    with pytest.raises(MalformedEntry, match="holder"):
        parse_entry(canonical_json({**content, "holder": "", "v": 1, "at": "2026-01-05T01:00:00Z"}))
    for name in content.keys() - {"type"}:
        without = {field: value for field, value in content.items() if field != name}
        with pytest.raises(MalformedEntry):
            stamped(without, AT)


@pytest.mark.parametrize(
    ("content", "field", "value"),
    [
        (CERTIFICATE, "batch", b64url_encode(bytes(15))),
        (CERTIFICATE, "commitment", b64url_encode(bytes(33))),
        (CERTIFICATE, "commitment", b64url_encode(bytes(32))[:-1] + "B"),
        (CERTIFICATE, "commitment", 7),
        (APPROVAL, "count", -1),
        (APPROVAL, "count", True),
        (APPROVAL, "count", 1.5),
        (APPROVAL, "bureau", "长沙"),
        (APPROVAL, "key", "0123456789ABCDEF"),
        (APPROVAL, "legacy", False),
        (APPROVAL, "legacy", "true"),
        (APPROVAL, "earlier_review", ""),
        (ACT, "reason", "示例甲"),
        (ACT, "reason", "a reason in words"),
        (ACT, "by", -1),
        (ACT, "commitment", ""),
        (ACT, "authority", ""),
        (ACT, "authority", "Province"),
        (ACT, "authority", "province\n"),
        (ACT, "authority", "示例市人民法院"),
        (ACT, "authority", ["court"]),
        (ACT, "document", ""),
        (ACT, "document", b64url_encode(bytes(31))),
        (ACT, "document", "0" * 64),
        (ACT, "request", ""),
        (ACT, "request", b64url_encode(bytes(17))),
        (ACT, "request", "补发-1"),
        (STATUS, "list", "revocation-00"),
        (STATUS, "list", "gossip-0"),
        (STATUS, "size", None),
        (RETIREMENT, "reason", ""),
        (INTRODUCTION, "algorithm", "RSA"),
        (INTRODUCTION, "bureau", "4301"),
        (INTRODUCTION, "role", "king"),
        (INTRODUCTION, "custody", "elsewhere"),
        (INTRODUCTION, "valid_from", "2026-01-05"),
        (INTRODUCTION, "public", b64url_encode(bytes(32))),
        (INTRODUCTION, "public", b64url_encode(b"\x01" + bytes(31))),
        (APPROVAL, "institution", "示例评价机构"),
        (APPROVAL, "institution", "S00004399000１"),
        (ACT, "act", "an act in words"),
    ],
)
def test_a_field_of_another_kind_is_malformed(content: Entry, field: str, value: object) -> None:
    with pytest.raises(MalformedEntry, match=field):
        stamped({**content, field: value}, AT)  # type: ignore[dict-item]  # wrong on purpose


def test_an_entry_has_at_most_65535_bytes() -> None:
    room = MAX_ENTRY_BYTES - len(stamped({"type": "filing", "x": ""}, AT))
    assert len(stamped({"type": "filing", "x": "a" * room}, AT)) == MAX_ENTRY_BYTES
    with pytest.raises(MalformedEntry):
        stamped({"type": "filing", "x": "a" * (room + 1)}, AT)
    with pytest.raises(MalformedEntry):
        parse_entry(
            canonical_json({"type": "filing", "x": "a" * (room + 1), "v": 1, "at": "2026-01-05T01:00:00Z"})
        )


def test_what_is_no_json_is_no_entry() -> None:
    for value in (float("nan"), 1 << 60, object()):
        with pytest.raises(MalformedEntry):
            entry_bytes({"x": value})  # type: ignore[dict-item]  # wrong on purpose


@given(st.binary(min_size=16, max_size=16), st.lists(st.binary(min_size=32, max_size=32), max_size=4))
def test_certificates_written_at_once_are_canonical(batch: bytes, commitments: list[bytes]) -> None:
    expected = [
        canonical_json(
            {
                "type": "certificate",
                "batch": b64url_encode(batch),
                "commitment": b64url_encode(commitment),
                "v": 1,
                "at": "2026-01-05T01:00:00Z",
            }
        )
        for commitment in commitments
    ]
    assert certificate_bodies(batch, commitments, AT) == expected
    for body in expected:
        parse_entry(body)


def test_what_is_signed_leaves_out_only_signature_and_time() -> None:
    stored = parse_entry(stamped(APPROVAL, AT))
    message = bureau_message("log.example/skills", APPROVAL)
    assert bureau_message("log.example/skills", stored) == message
    unsigned = {name: value for name, value in APPROVAL.items() if name != "signature"}
    assert message == b"skillcert/bureau/v1\x00log.example/skills\x00" + canonical_json({**unsigned, "v": 1})
    assert bureau_message("log.example/other", APPROVAL) != message
    for name in unsigned:
        assert bureau_message("log.example/skills", {**APPROVAL, name: "altered"}) != message


def test_root_signs_the_proof_of_possession_too() -> None:
    without = {name: value for name, value in INTRODUCTION.items() if name != "possession"}
    assert possession_message("o", INTRODUCTION) == possession_message("o", without)
    assert root_message("o", INTRODUCTION) != root_message("o", without)


def test_fields_are_read_strictly() -> None:
    entry: Entry = {"text": "示例", "number": 0, "flag": True, "negative": -1, "float": 1.0}
    assert (text(entry, "text"), number(entry, "number")) == ("示例", 0)
    for name in ("number", "flag", "absent"):
        with pytest.raises(MalformedEntry, match=name):
            text(entry, name)
    for name in ("text", "flag", "negative", "float", "absent"):
        with pytest.raises(MalformedEntry, match=name):
            number(entry, name)
