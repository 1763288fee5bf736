"""Deterministic CBOR, read strictly."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.cbor import Cbor, Tagged, decode, encode
from signing.errors import MalformedEncoding

KEYS = st.one_of(st.integers(0, 2**64 - 1), st.text(max_size=5))
VALUES = st.recursive(
    st.one_of(st.integers(-(2**64), 2**64 - 1), st.binary(max_size=30), st.text(max_size=10)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


@given(VALUES)
def test_what_was_written_is_read_back(value: Cbor) -> None:
    assert decode(encode(value)) == value


def test_tags_are_kept_and_not_interpreted() -> None:
    assert decode(encode(Tagged(18, [1, b"x"]))) == Tagged(18, [1, b"x"])
    assert decode(cbor2.dumps(cbor2.CBORTag(1, 0))) == Tagged(1, 0)


@pytest.mark.parametrize(
    "spelling",
    [
        "1800",
        "190017",
        "1a0000ffff",
        "1b00000000ffffffff",
        "1c",
        "5f4100ff",
        "9f01ff",
        "bf0101ff",
        "a201010102",
        "a202010101",
        "a101",
        "a1410101",
        "62c328",
        "f4",
        "f97e00",
        "fb7ff8000000000000",
        "9b0000001000000000",
        "5bffffffffffffffff",
        "0000",
        "",
        "81" * 20 + "00",
        "d8",
    ],
)
def test_what_is_not_the_one_deterministic_spelling_is_refused(spelling: str) -> None:
    with pytest.raises(MalformedEncoding):
        decode(bytes.fromhex(spelling))


@given(st.binary(max_size=60))
def test_arbitrary_bytes_are_their_own_encoding_or_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except MalformedEncoding:
        return
    assert len(encode(value)) == len(data)
