"""A commitment opens field by field, to one record only, and tells nothing of what stays hidden."""

from dataclasses import replace
from hashlib import sha256, shake_256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.commitment import (
    FIELDS,
    PUBLIC_FIELDS,
    Commitment,
    Record,
    Seed,
    check_opening,
    commitment,
    new_seed,
    opening,
    record_values,
)
from signing.encoding import b64url_encode, canonical_json, parse_canonical_json
from signing.errors import CommitmentMismatch, MalformedEncoding
from tests.signing.test_worked_example import EXAMPLE

SEED = Seed(bytes(range(32)))
COMMITTED = commitment(EXAMPLE, SEED)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
records = st.lists(text, min_size=13, max_size=13).map(lambda values: Record(*values))
seeds = st.binary(min_size=32, max_size=32).map(Seed)
choices = st.sets(st.sampled_from(FIELDS))


def by_the_definition(record: Record, seed: bytes) -> bytes:
    """The formula of the design page, written down once more."""
    salts = shake_256(b"skillcert/salts/v1\x00" + seed).digest(13 * 32)
    digests = b""
    for place, name in enumerate(FIELDS):
        salt = salts[32 * place : 32 * place + 32]
        digests += sha256(salt + name.encode() + b"\x00" + getattr(record, name).encode()).digest()
    return sha256(b"skillcert/record/v1\x00" + digests).digest()


@given(records, seeds)
def test_commitment_follows_its_definition(record: Record, seed: Seed) -> None:
    assert commitment(record, seed) == by_the_definition(record, seed)


@given(records, seeds, choices)
def test_an_opening_reveals_what_was_chosen_and_nothing_else(
    record: Record, seed: Seed, chosen: set[str]
) -> None:
    opened = opening(record, seed, chosen)
    again = parse_canonical_json(canonical_json(opened))
    revealed = check_opening(again, commitment(record, seed))
    assert revealed == {name: getattr(record, name) for name in chosen}
    assert isinstance(again, dict)
    assert set(again) == {"fields", "digests"}


def test_hidden_fields_leave_no_trace() -> None:
    opened = canonical_json(opening(EXAMPLE, SEED, PUBLIC_FIELDS)).decode()
    assert EXAMPLE.name not in opened
    assert EXAMPLE.id_number not in opened
    assert EXAMPLE.issuer not in opened
    assert EXAMPLE.number in opened
    assert EXAMPLE.masked_name in opened


def test_equal_values_have_unequal_digests() -> None:
    """Empty employer and empty job, one salt each; and another seed gives other digests."""
    digests = opening(EXAMPLE, SEED, ())["digests"]
    assert isinstance(digests, dict)
    assert EXAMPLE.employer == EXAMPLE.job == ""
    assert len({str(each) for each in digests.values()}) == 13
    assert commitment(EXAMPLE, new_seed()) != COMMITTED


@given(records, st.sampled_from(FIELDS))
def test_any_altered_field_opens_another_commitment(record: Record, field: str) -> None:
    altered = replace(record, **{field: getattr(record, field) + "x"})
    assert commitment(altered, SEED) != commitment(record, SEED)


def test_a_value_cannot_move_to_another_field() -> None:
    moved = replace(EXAMPLE, job=EXAMPLE.occupation, occupation="")
    assert commitment(moved, SEED) != COMMITTED
    shifted = replace(EXAMPLE, masked_name=EXAMPLE.masked_name + EXAMPLE.name, name="")
    assert commitment(shifted, SEED) != COMMITTED


@given(st.data())
def test_any_altered_part_of_an_opening_is_refused(data: st.DataObject) -> None:
    opened = opening(EXAMPLE, SEED, PUBLIC_FIELDS)
    body = bytearray(canonical_json(opened))
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        value = parse_canonical_json(bytes(body))
    except MalformedEncoding:
        return
    with pytest.raises((CommitmentMismatch, MalformedEncoding)):
        check_opening(value, COMMITTED)


def test_an_opening_opens_one_commitment() -> None:
    opened = opening(EXAMPLE, SEED, FIELDS)
    with pytest.raises(CommitmentMismatch):
        check_opening(opened, Commitment(bytes(32)))


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"fields": {}, "digests": {}},
        {"fields": [], "digests": {}},
        {"fields": {}, "digests": {name: b64url_encode(bytes(32)) for name in FIELDS[1:]}},
        {"fields": {}, "digests": {name: b64url_encode(bytes(31)) for name in FIELDS}},
        {"fields": {}, "digests": dict.fromkeys(FIELDS, 1)},
        {"fields": {"x": ["", ""]}, "digests": {name: b64url_encode(bytes(32)) for name in FIELDS}},
        {"fields": {}, "digests": {name: b64url_encode(bytes(32)) for name in FIELDS}, "more": 1},
    ],
)
def test_what_is_no_opening_is_malformed(value: object) -> None:
    with pytest.raises(MalformedEncoding):
        check_opening(value, COMMITTED)


@pytest.mark.parametrize(
    "pair",
    [
        [],
        ["x"],
        ["x", "AA"],
        ["x", 1],
        [1, b64url_encode(bytes(32))],
        "x",
        ["\ud800", b64url_encode(bytes(32))],
    ],
)
def test_an_opened_field_is_a_value_and_its_salt(pair: object) -> None:
    opened = opening(EXAMPLE, SEED, ["number"])
    wrong = {"fields": {"number": pair}, "digests": opened["digests"]}
    with pytest.raises(MalformedEncoding):
        check_opening(wrong, COMMITTED)


def test_a_field_is_either_open_or_hidden() -> None:
    both = opening(EXAMPLE, SEED, ["number"])
    digests = opening(EXAMPLE, SEED, ())["digests"]
    with pytest.raises(MalformedEncoding):
        check_opening({"fields": both["fields"], "digests": digests}, COMMITTED)


def test_a_seed_is_32_random_bytes() -> None:
    assert len({new_seed() for _ in range(20)}) == 20
    assert {len(new_seed()) for _ in range(5)} == {32}
    for length in (0, 31, 33):
        with pytest.raises(MalformedEncoding):
            commitment(EXAMPLE, Seed(bytes(length)))


def test_fields_are_the_thirteen_in_their_order() -> None:
    assert FIELDS == (
        "number", "masked_name", "name", "id_type", "id_number", "employer", "occupation_code",
        "occupation", "job", "level", "issued_on", "institution", "issuer",
    )  # fmt: skip
    assert record_values(EXAMPLE) == tuple(getattr(EXAMPLE, name) for name in FIELDS)
    assert "name" not in PUBLIC_FIELDS
    assert "id_number" not in PUBLIC_FIELDS
