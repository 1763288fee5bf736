"""Bitstring status lists."""

import gzip
import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.data_integrity import check_proof
from signing.encoding import canonical_json
from signing.errors import BadSignature, SigningError, WrongKeyRole
from signing.form_errors import MalformedStatusList
from signing.keys import KeyRole
from signing.multibase import base64url_multibase_encode
from signing.status_list import (
    LIST_ENTRIES,
    StatusPurpose,
    build_status_list,
    list_name,
    list_url,
    parse_status_list,
    status_entries,
)
from tests.signing.sample_forms import KEYS, NOW, ORIGIN, status_list

REVOCATION = StatusPurpose.REVOCATION
W3C_EXAMPLE = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def _with_list(encoded: str) -> bytes:
    document = json.loads(status_list(REVOCATION))
    document["credentialSubject"]["encodedList"] = encoded
    return canonical_json(document)


def test_the_example_of_the_recommendation_is_a_list_with_no_bit_set() -> None:
    assert not any(parse_status_list(_with_list(W3C_EXAMPLE)).bits)


def test_the_first_position_is_the_left_most_bit() -> None:
    assert parse_status_list(status_list(REVOCATION, [0])).bits[:2] == b"\x80\x00"
    assert parse_status_list(status_list(REVOCATION, [LIST_ENTRIES - 1])).bits[-2:] == b"\x00\x01"


@settings(max_examples=20)
@given(st.sets(st.integers(0, LIST_ENTRIES - 1), max_size=30), st.integers(0, LIST_ENTRIES - 1))
def test_exactly_the_given_ordinals_are_set(ordinals: set[int], other: int) -> None:
    read = parse_status_list(status_list(REVOCATION, ordinals))
    assert all(read.is_set(ordinal) for ordinal in ordinals)
    assert read.is_set(other) == (other in ordinals)
    assert sum(bits.bit_count() for bits in read.bits) == len(ordinals)


def test_the_same_acts_give_the_same_bytes() -> None:
    assert status_list(REVOCATION, [5, 9]) == status_list(REVOCATION, [9, 5])


def test_an_ordinal_beyond_the_first_list_stands_in_the_next() -> None:
    ordinal = LIST_ENTRIES + 7
    data = build_status_list(
        ORIGIN,
        REVOCATION,
        1,
        [7, ordinal],
        KEYS[KeyRole.STATUS],
        valid_from=NOW,
        valid_until=NOW + timedelta(1),
    )
    read = parse_status_list(data)
    assert list_name(REVOCATION, ordinal) == "revocation-1"
    assert read.url == list_url(ORIGIN, REVOCATION, ordinal) == f"{ORIGIN}/status/revocation-1"
    assert read.is_set(7)
    assert sum(bits.bit_count() for bits in read.bits) == 1
    entry = status_entries(ORIGIN, ordinal)[0]
    assert isinstance(entry, dict)
    assert (entry["statusListIndex"], entry["statusListCredential"]) == ("7", read.url)


def test_the_status_key_signs_it_and_no_other_key_may() -> None:
    check_proof(parse_status_list(status_list(REVOCATION)).document, KEYS[KeyRole.STATUS].public)
    with pytest.raises(WrongKeyRole):
        status_list(REVOCATION, key=KEYS[KeyRole.CREDENTIAL])


def test_a_cleared_bit_breaks_the_proof() -> None:
    honest = json.loads(status_list(REVOCATION))["credentialSubject"]["encodedList"]
    cleared = json.loads(status_list(REVOCATION, [3]))
    cleared["credentialSubject"]["encodedList"] = honest
    with pytest.raises(BadSignature):
        check_proof(cleared, KEYS[KeyRole.STATUS].public)


@pytest.mark.parametrize(
    "bits", [b"", bytes(LIST_ENTRIES // 8 - 1), bytes(LIST_ENTRIES // 8 + 1), bytes(200_000_000)], ids=len
)
def test_a_list_of_another_length_is_refused_and_a_bomb_is_not_inflated(bits: bytes) -> None:
    with pytest.raises(MalformedStatusList):
        parse_status_list(_with_list(base64url_multibase_encode(gzip.compress(bits, 1, mtime=0))))


@pytest.mark.parametrize("tail", [b"x", gzip.compress(b"x", mtime=0)])
def test_bytes_behind_the_compressed_list_are_refused(tail: bytes) -> None:
    whole = gzip.compress(bytes(LIST_ENTRIES // 8), 9, mtime=0) + tail
    with pytest.raises(MalformedStatusList):
        parse_status_list(_with_list(base64url_multibase_encode(whole)))


@pytest.mark.parametrize("encoded", ["", "u", "z" + W3C_EXAMPLE[1:], W3C_EXAMPLE + "=", W3C_EXAMPLE[:-4]])
def test_another_spelling_of_the_list_is_refused(encoded: str) -> None:
    with pytest.raises(MalformedStatusList):
        parse_status_list(_with_list(encoded))


@pytest.mark.parametrize("field", ["id", "issuer", "validFrom", "validUntil", "credentialSubject"])
def test_a_list_without_one_of_its_parts_is_refused(field: str) -> None:
    document = json.loads(status_list(REVOCATION))
    del document[field]
    with pytest.raises(MalformedStatusList):
        parse_status_list(canonical_json(document))


def test_a_position_outside_the_list_is_refused() -> None:
    read = parse_status_list(status_list(REVOCATION))
    for index in (-1, LIST_ENTRIES):
        with pytest.raises(MalformedStatusList):
            read.is_set(index)


@given(st.binary(max_size=100))
def test_arbitrary_bytes_are_the_rooms_own_error(data: bytes) -> None:
    with pytest.raises(SigningError):
        parse_status_list(data)
