"""Every value has one spelling: whatever decodes encodes back to the same bytes, and all else is refused."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signing.encoding import (
    b64_decode,
    b64_encode,
    b64url_decode,
    b64url_encode,
    canonical_json,
    parse_canonical_json,
    parse_json,
    parse_rfc3339,
    rfc3339,
)
from signing.errors import MalformedEncoding

CODECS: list[tuple[Callable[[bytes], str], Callable[[str], bytes]]] = [
    (b64url_encode, b64url_decode),
    (b64_encode, b64_decode),
]
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    # A float from 2^53 on is written like a whole number that is out of range, and refused when read.
    | st.floats(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
)


@pytest.mark.parametrize(("encode", "decode"), CODECS)
@given(data=st.binary(max_size=70))
def test_bytes_come_back(encode: Callable[[bytes], str], decode: Callable[[str], bytes], data: bytes) -> None:
    assert decode(encode(data)) == data


@pytest.mark.parametrize(("encode", "decode"), CODECS)
@given(text=st.text(alphabet="AQgw09-_+/= \n\tÄ", max_size=12))
def test_only_the_one_spelling_decodes(
    encode: Callable[[bytes], str], decode: Callable[[str], bytes], text: str
) -> None:
    try:
        data = decode(text)
    except MalformedEncoding:
        return
    assert encode(data) == text


@pytest.mark.parametrize(
    "text", ["AB", "AAB", "AA==", "A", "AAAA=", "AA\n", " AA", "+/8", "Ä", "AA.A", "A\x00"]
)
def test_base64url_refuses_padding_spare_bits_and_other_alphabets(text: str) -> None:
    with pytest.raises(MalformedEncoding):
        b64url_decode(text)


@pytest.mark.parametrize("text", ["AA", "AB==", "AAB=", "A===", "AA==\n", "-_8=", "Ä===", "AA==AA=="])
def test_base64_wants_padding_and_no_spare_bits(text: str) -> None:
    with pytest.raises(MalformedEncoding):
        b64_decode(text)


@pytest.mark.parametrize(("encode", "decode"), CODECS)
def test_a_length_is_exact(encode: Callable[[bytes], str], decode: Callable[..., bytes]) -> None:
    assert decode(encode(bytes(32)), length=32) == bytes(32)
    for wrong in (31, 33, 0):
        with pytest.raises(MalformedEncoding):
            decode(encode(bytes(wrong)), length=32)


def test_base64url_agrees_with_the_standard_library() -> None:
    data = bytes(range(256))
    assert b64url_encode(data) == base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_canonical_form_of_the_rfcs_example() -> None:
    """RFC 8785 section 3.2.2 and 3.2.4."""
    source = (
        rb'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        rb'"string":"\u20ac$\u000F\u000aA\u0027\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}'
    )
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical_json(parse_json(source)).decode() == expected


def test_names_are_sorted_by_utf16_as_in_the_rfc() -> None:
    """RFC 8785 section 3.2.3."""
    names = ["€", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "ö"]
    ordered = json.loads(canonical_json(dict.fromkeys(names, 0)))
    assert list(ordered) == ["\r", "1", "\u0080", "ö", "€", "\U0001f600", "\ufb33"]


@given(json_values)
def test_canonical_json_comes_back(value: object) -> None:
    data = canonical_json(value)
    assert canonical_json(parse_canonical_json(data)) == data


@given(st.binary(max_size=60))
@example(b"")
@example(b"\xef\xbb\xbf{}")
@example(b"[" * 50_000)
@example(b'{"a":' * 50_000)
@example(b"9" * 5_000)
@example(b"1e999")
@example(b'"\\ud800"')
@example(b'{"\\udfff":0}')
@example(b"-0")
@example(b"9007199254740993")
@example(b"NaN")
@example(b"-Infinity")
def test_arbitrary_bytes_are_json_in_one_spelling_or_malformed(data: bytes) -> None:
    try:
        value = parse_canonical_json(data)
    except MalformedEncoding:
        return
    assert canonical_json(value) == data


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'[{"a":1,"\\u0061":2}]',
        b"NaN",
        b"[Infinity]",
        b"\xff",
        b'"\xed\xa0\x80"',
        b"{} {}",
        b"{'a':1}",
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedEncoding):
        parse_json(data)


@pytest.mark.parametrize("data", [b'{"b":1,"a":2}', b'{ "a":1}', b'{"a":1}\n', b'"\\u0061"', b"1.0", b"1E3"])
def test_json_that_is_not_canonical_is_refused(data: bytes) -> None:
    parse_json(data)
    with pytest.raises(MalformedEncoding):
        parse_canonical_json(data)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2**53, {1: 2}, b"bytes", object(), {"\ud800": 1}]
)
def test_what_is_no_json_has_no_canonical_form(value: object) -> None:
    with pytest.raises(MalformedEncoding):
        canonical_json(value)


@given(st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9999, 1, 1)))  # noqa: DTZ001
def test_a_moment_comes_back_in_whole_seconds(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert parse_rfc3339(rfc3339(moment)) == moment.replace(microsecond=0)


def test_a_moment_is_written_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))
    assert rfc3339(datetime(2026, 11, 21, 10, 3, 4, tzinfo=shanghai)) == "2026-11-21T02:03:04Z"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-21",
        "2026-11-21T02:03:04",
        "2026-11-21t02:03:04z",
        "2026-11-21T02:03:04+00:00",
        "2026-11-21T02:03:04.5Z",
        "2026-11-21 02:03:04Z",
        "2026-1-21T02:03:04Z",
        "2026-02-29T02:03:04Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T02:03:60Z",
        "２026-11-21T02:03:04Z",
        " 2026-11-21T02:03:04Z",
        "2026-11-21T02:03:04Z\n",
    ],
)
def test_other_spellings_of_a_moment_are_refused(text: str) -> None:
    with pytest.raises(MalformedEncoding):
        parse_rfc3339(text)


@given(st.text(alphabet="0123456789-:TZ. ", max_size=22))
def test_arbitrary_text_is_a_moment_in_one_spelling_or_malformed(text: str) -> None:
    try:
        moment = parse_rfc3339(text)
    except MalformedEncoding:
        return
    assert rfc3339(moment) == text
