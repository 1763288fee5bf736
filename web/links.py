"""Short-lived links to one form of one certificate, made for a holder who was just recognised.

A link names a position in the public log and a form, nothing about the person, and is good for minutes. It
opens that one file: no session, no list, no other certificate.
"""

import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from signing.encoding import b64url_decode, b64url_encode
from signing.errors import MalformedEncoding
from web.errors import LinkExpired, LinkInvalid

_LABEL = b"skillcert/holder-link/v1\x00"
_BODY = struct.Struct(">QQ")
_MAC_BYTES = 32
_MAX_TOKEN_CHARACTERS = 200


@dataclass(frozen=True)
class HolderLink:
    """What a link opens, and until when."""

    index: int
    form: str
    expires_at: datetime


def sign_link(link: HolderLink, secret: bytes) -> str:
    """The token that stands in the address."""
    body = _BODY.pack(link.index, int(link.expires_at.timestamp())) + link.form.encode()
    return b64url_encode(_mac(body, secret) + body)


def read_link(token: str, secret: bytes, now: datetime) -> HolderLink:
    """The link behind a token.

    Raises:
        LinkInvalid: not made with this secret. LinkExpired: made here, but too old.
    """
    if len(token) > _MAX_TOKEN_CHARACTERS:
        raise LinkInvalid
    try:
        data = b64url_decode(token)
    except MalformedEncoding as fault:
        raise LinkInvalid from fault
    mac, body = data[:_MAC_BYTES], data[_MAC_BYTES:]
    if len(body) < _BODY.size or not hmac.compare_digest(mac, _mac(body, secret)):
        raise LinkInvalid
    index, expires = _BODY.unpack_from(body)
    link = HolderLink(index, body[_BODY.size :].decode(), datetime.fromtimestamp(expires, UTC))
    if now >= link.expires_at:
        raise LinkExpired
    return link


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, _LABEL + body, sha256).digest()
