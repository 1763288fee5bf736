"""A holder's link opens one form of one certificate for minutes; others can neither make nor change one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.encoding import b64url_decode, b64url_encode
from web.errors import LinkExpired, LinkInvalid
from web.links import HolderLink, read_link, sign_link

_SECRET = bytes(range(32))
_NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
_LINK = HolderLink(4711, "full.tlog-proof", _NOW + timedelta(minutes=10))


def test_a_link_says_what_it_opens_until_it_expires() -> None:
    token = sign_link(_LINK, _SECRET)

    assert read_link(token, _SECRET, _NOW) == _LINK
    assert read_link(token, _SECRET, _LINK.expires_at - timedelta(seconds=1)) == _LINK
    with pytest.raises(LinkExpired):
        read_link(token, _SECRET, _LINK.expires_at)


def test_another_secret_makes_no_link() -> None:
    with pytest.raises(LinkInvalid):
        read_link(sign_link(_LINK, bytes(32)), _SECRET, _NOW)


@given(st.integers(0, 10_000))
def test_a_flipped_bit_fails(bit: int) -> None:
    data = bytearray(b64url_decode(sign_link(_LINK, _SECRET)))
    data[bit // 8 % len(data)] ^= 1 << bit % 8

    with pytest.raises(LinkInvalid):
        read_link(b64url_encode(bytes(data)), _SECRET, _NOW)


@given(st.text(max_size=300))
def test_any_text_is_a_refused_link(text: str) -> None:
    with pytest.raises(LinkInvalid):
        read_link(text, _SECRET, _NOW)
