"""The receipt file: one spelling, one place in one log, and an opening that opens the entry's commitment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.commitment import PUBLIC_FIELDS, Seed, commitment, opening
from signing.encoding import b64_encode, b64url_encode, canonical_json
from signing.errors import (
    BadSignature,
    CommitmentMismatch,
    InclusionMismatch,
    MalformedEncoding,
    UnknownSigner,
)
from signing.inclusion import leaf_hash, node_hash
from signing.keys import KeyRole, SigningKey
from signing.notes import ED25519_TYPE, Checkpoint, Note, Signature, VerifierKey, sign_checkpoint
from signing.receipts import (
    HEADER,
    MAX_RECEIPT_BYTES,
    Receipt,
    check_receipt,
    opened_extra,
    parse_extra,
    parse_receipt,
    revealed_fields,
)
from tests.signing.test_worked_example import EXAMPLE

ORIGIN = "log.example/skills"
LOG = SigningKey.from_seed(KeyRole.LOG, b"l" * 32)
VKEY = VerifierKey(ORIGIN, ED25519_TYPE, LOG.public)
SEED = Seed(bytes(range(32)))
COMMITTED = commitment(EXAMPLE, SEED)
ENTRY = canonical_json({"commitment": b64url_encode(COMMITTED), "type": "certificate"})
OTHERS = (leaf_hash(b"first"), leaf_hash(b"third"))
ROOT = node_hash(node_hash(OTHERS[0], leaf_hash(ENTRY)), OTHERS[1])
NOTE = sign_checkpoint(Checkpoint(ORIGIN, 3, ROOT), [LOG])
EXTRA = opened_extra(ENTRY, opening(EXAMPLE, SEED, PUBLIC_FIELDS))
RECEIPT = Receipt(1, OTHERS, NOTE, EXTRA)
FAULTS = (MalformedEncoding, UnknownSigner, BadSignature, InclusionMismatch, CommitmentMismatch)


def checked(data: bytes) -> dict[str, str]:
    """Everything that a receipt shows, once it all holds."""
    receipt = parse_receipt(data)
    entry, opened = parse_extra(receipt.extra)
    check_receipt(receipt, leaf_hash(entry), VKEY)
    assert entry == ENTRY
    return dict(revealed_fields(opened, COMMITTED))


def test_a_receipt_shows_its_fields() -> None:
    shown = checked(RECEIPT.to_bytes())
    assert shown == {name: getattr(EXAMPLE, name) for name in PUBLIC_FIELDS}
    assert EXAMPLE.name not in RECEIPT.to_bytes().decode()


def test_the_file_is_laid_out_as_the_format_says() -> None:
    lines = RECEIPT.to_bytes().decode().split("\n")
    assert lines[:5] == [
        HEADER,
        f"extra {b64_encode(EXTRA)}",
        "index 1",
        b64_encode(OTHERS[0]),
        b64_encode(OTHERS[1]),
    ]
    assert "\n".join(lines[5:]).encode() == b"\n" + NOTE.to_bytes()


def test_a_receipt_may_open_nothing() -> None:
    bare = Receipt(1, OTHERS, NOTE)
    assert parse_receipt(bare.to_bytes()) == bare
    assert b"extra" not in bare.to_bytes()


@given(st.data())
def test_any_altered_byte_of_a_receipt_fails(data: st.DataObject) -> None:
    body = bytearray(RECEIPT.to_bytes())
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(FAULTS):
        checked(bytes(body))


@given(st.data())
def test_a_receipt_cut_or_lengthened_fails(data: st.DataObject) -> None:
    body = RECEIPT.to_bytes()
    at = data.draw(st.integers(0, len(body) - 1))
    for altered in (body[:at], body + body[at:], body[:at] + b"\n" + body[at:]):
        with pytest.raises(FAULTS):
            checked(altered)


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_a_receipt_in_one_spelling_or_malformed(data: bytes) -> None:
    for candidate in (data, HEADER.encode() + b"\n" + data, HEADER.encode() + b"\nindex 0\n" + data):
        try:
            receipt = parse_receipt(candidate)
        except MalformedEncoding:
            continue
        assert receipt.to_bytes() == candidate


@pytest.mark.parametrize(
    "head",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 0",
        f"{HEADER}",
        f"{HEADER}\nindex",
        f"{HEADER}\nindex 01",
        f"{HEADER}\nindex -1",
        f"{HEADER}\nindex １",
        f"{HEADER}\nindex 1 ",
        f"{HEADER}\nindex {10**19}",
        f"{HEADER}\nextra \nindex 0",
        f"{HEADER}\nextra AB==\nindex 0",
        f"{HEADER}\nindex 0\nextra AAAA",
        f"{HEADER}\nindex 0\nAAAA",
        f"{HEADER}\nindex 0\n{b64_encode(bytes(32))[:-1]}",
        f"{HEADER}\r\nindex 0",
        f"\n{HEADER}\nindex 0",
    ],
)
def test_what_is_no_receipt_is_malformed(head: str) -> None:
    with pytest.raises(MalformedEncoding):
        parse_receipt(head.encode() + b"\n\n" + NOTE.to_bytes())


def test_a_receipt_ends_in_a_note() -> None:
    for tail in (b"", b"\n", b"\n\n", b"\n\ntext"):
        with pytest.raises(MalformedEncoding):
            parse_receipt(f"{HEADER}\nindex 0".encode() + tail)
    with pytest.raises(MalformedEncoding):
        parse_receipt(RECEIPT.to_bytes() + b"x" * MAX_RECEIPT_BYTES)


def test_a_receipt_is_of_one_place_in_one_signed_tree() -> None:
    leaf = leaf_hash(ENTRY)
    assert check_receipt(RECEIPT, leaf, VKEY).size == 3
    stranger = VerifierKey(ORIGIN, ED25519_TYPE, SigningKey.from_seed(KeyRole.LOG, bytes(32)).public)
    with pytest.raises(UnknownSigner):
        check_receipt(RECEIPT, leaf, stranger)
    for wrong in (Receipt(0, OTHERS, NOTE), Receipt(2, OTHERS, NOTE), Receipt(1, OTHERS[::-1], NOTE)):
        with pytest.raises(InclusionMismatch):
            check_receipt(wrong, leaf, VKEY)
    with pytest.raises(InclusionMismatch):
        check_receipt(RECEIPT, leaf_hash(ENTRY + b" "), VKEY)


def test_a_receipt_of_another_log_is_refused_though_the_key_signed() -> None:
    """The name on a signature line is not signed: only the origin inside the text says which log it is."""
    foreign = Checkpoint("log.example/another", 3, ROOT)
    line = Signature(ORIGIN, VKEY.key_hash, LOG.sign(foreign.body().encode()))
    relabelled = Receipt(1, OTHERS, Note(foreign.body(), (line,)), EXTRA)
    with pytest.raises(UnknownSigner):
        check_receipt(relabelled, leaf_hash(ENTRY), VKEY)


def test_extra_carries_the_entry_and_what_opens_it() -> None:
    entry, opened = parse_extra(EXTRA)
    assert entry == ENTRY
    assert set(opened) == {"fields", "digests"}


@pytest.mark.parametrize(
    "extra", [b"", b"{}", b"[]", b'{"entry":1}', b'{"entry": "x"}', b'{"entry":"x","entry":"y"}', b"\xff"]
)
def test_what_is_no_extra_is_malformed(extra: bytes) -> None:
    with pytest.raises(MalformedEncoding):
        parse_extra(extra)
