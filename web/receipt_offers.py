"""The offer of a verification receipt: what a check came to, held by the asker's own page for minutes.

Nothing about a check is stored here. The page carries the statement itself, under a MAC, in a field of its
form; when it comes back in time, exactly that is signed. It travels in a posted body, never in an address.
"""

import hmac
import struct
from datetime import UTC, datetime
from hashlib import sha256

from signing.encoding import Json, b64url_decode, b64url_encode, canonical_json, parse_canonical_json
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedVerificationReceipt
from signing.verification_statement import VerificationStatement
from signing.verification_statement_json import read_statement, statement_json
from web.errors import MalformedRequest, OfferExpired

FIELD = "offer"
_LABEL = b"skillcert/receipt-offer/v1\x00"
_EXPIRY = struct.Struct(">Q")
_MAC_BYTES = 32


def make_offer(statement: VerificationStatement, expires_at: datetime, secret: bytes) -> str:
    """The text that stands in the form."""
    body = _EXPIRY.pack(int(expires_at.timestamp())) + canonical_json(statement_json(statement))
    return b64url_encode(_mac(body, secret) + body)


def read_offer(text: str, secret: bytes, now: datetime) -> VerificationStatement:
    """What was offered.

    Raises:
        MalformedRequest: not offered by this server. OfferExpired: offered, but too long ago.
    """
    try:
        data = b64url_decode(text)
    except MalformedEncoding as fault:
        raise MalformedRequest(FIELD) from fault
    mac, body = data[:_MAC_BYTES], data[_MAC_BYTES:]
    if len(body) < _EXPIRY.size or not hmac.compare_digest(mac, _mac(body, secret)):
        raise MalformedRequest(FIELD)
    if now >= datetime.fromtimestamp(_EXPIRY.unpack_from(body)[0], UTC):
        raise OfferExpired
    try:
        return read_statement(_object(parse_canonical_json(body[_EXPIRY.size :])))
    except (MalformedEncoding, MalformedVerificationReceipt) as fault:
        raise MalformedRequest(FIELD) from fault


def _object(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise MalformedEncoding("offer")
    return value


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, _LABEL + body, sha256).digest()
