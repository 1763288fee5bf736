"""The QR code's text: an address for people, and a signed token for checking without a network.

text = ORIGIN "/q/" REF "#" base64url(token)        no server sees what stands behind the "#"
token = COSE_Sign1 (tag 18) over CWT claims, in deterministic CBOR:

    protected  1 alg = -8 (EdDSA)   4 kid = 8 bytes, the key id   16 typ = "skillcert-qr"
    claims     1 iss = the register's did:web   6 iat = when registered   7 cti = the 16 bytes of REF
               -65537 (private use) = the table:
                   1 number   2 version   3 masked name   4 occupation code   5 level
                   6 issue date (days since 1970-01-01)   7 commitment   8 log index   9 ordinal

The table stands under one private label, because that makes the printed code two sizes smaller. `cti` binds
the address to the token; `ordinal` is the position in the status lists, so that an offline verifier can say
whether the certificate is in force. The full name is not in the code: 姓名未核对 until it was matched.

Source: RFC 9052 section 4.2 (COSE_Sign1); RFC 8392 (CWT); RFC 9596 (typ); RFC 8949 section 4.2.1
(deterministic encoding); RFC 8943 (days since the epoch, here without its tag).
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from signing.cbor import Cbor, Tagged, decode, encode
from signing.commitment import Commitment
from signing.did import did_of_origin
from signing.encoding import b64url_decode, b64url_encode
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedDid, MalformedToken
from signing.keys import KeyRole, SigningKey, verify
from signing.statement import REF_BYTES, Statement

TYPE = "skillcert-qr"
MAX_TEXT = 1200
_SIGN1_TAG = 18
_ALG, _KID, _TYP = 1, 4, 16
_EDDSA = -8
_ISS, _IAT, _CTI = 1, 6, 7
_TABLE = -65537
_NUMBER, _VERSION, _MASKED_NAME, _OCCUPATION_CODE, _LEVEL, _ISSUED_ON, _COMMITMENT, _INDEX, _ORDINAL = range(
    1, 10
)
_EPOCH = date(1970, 1, 1)
_TEXT = re.compile(r"(?P<origin>https?://[^/#?]+)/q/(?P<ref>[A-Za-z0-9_-]{22})#(?P<token>[A-Za-z0-9_-]+)")


@dataclass(frozen=True)
class Signed:
    """The signed bytes of a token, and by whom."""

    key_id: str
    message: bytes
    signature: bytes


@dataclass(frozen=True)
class QrToken:
    """What a QR code says, its signature not yet checked.

    `names_its_address` is False where the token was pasted behind another address than its own.
    """

    issuer: str
    names_its_address: bool
    registered_at: datetime
    number: str
    version: int
    masked_name: str
    occupation_code: str
    level: str
    issued_on: date
    commitment: Commitment
    entry_index: int
    ordinal: int
    signed: Signed

    def check(self, public: bytes) -> None:
        """Shows that the key signed this token. Raises: BadSignature."""
        verify(public, self.signed.message, self.signed.signature)


@dataclass(frozen=True)
class Address:
    """The part of a QR text that a server sees."""

    did: str
    ref: bytes


def qr_text(statement: Statement, key: SigningKey) -> str:
    """The text that is drawn as a QR code."""
    token = _token(statement, key.require(KeyRole.QR))
    return f"{statement.origin}/q/{statement.ref}#{b64url_encode(token)}"


def parse_qr_text(text: str) -> QrToken:
    """Reads a QR text in its one spelling, without checking the signature. Raises: MalformedToken."""
    match = _TEXT.fullmatch(text) if len(text) <= MAX_TEXT else None
    if match is None:
        raise MalformedToken("text")
    try:
        data = b64url_decode(match["token"])
        address = Address(did_of_origin(match["origin"]), b64url_decode(match["ref"], length=REF_BYTES))
    except (MalformedEncoding, MalformedDid) as fault:
        raise MalformedToken("text") from fault
    protected, payload, signature = _sign1(data)
    header, claims = _map(_decode(protected)), _map(_decode(payload))
    kid = header.get(_KID)
    if header != {_ALG: _EDDSA, _KID: kid, _TYP: TYPE} or not isinstance(kid, bytes) or len(kid) != 8:
        raise MalformedToken("header")
    signed = Signed(kid.hex(), _to_be_signed(protected, payload), signature)
    return _read(claims, address, signed)


def _token(statement: Statement, key: SigningKey) -> bytes:
    record = statement.record
    issued_on = date.fromisoformat(record.issued_on)
    table: dict[Cbor, Cbor] = {
        _NUMBER: record.number,
        _VERSION: statement.version,
        _MASKED_NAME: record.masked_name,
        _OCCUPATION_CODE: record.occupation_code,
        _LEVEL: int(record.level),
        _ISSUED_ON: (issued_on - _EPOCH).days,
        _COMMITMENT: bytes(statement.commitment),
        _INDEX: statement.entry_index,
        _ORDINAL: statement.ordinal,
    }
    claims: dict[Cbor, Cbor] = {
        _ISS: statement.did,
        _IAT: int(statement.registered_at.timestamp()),
        _CTI: b64url_decode(statement.ref),
        _TABLE: table,
    }
    protected = encode({_ALG: _EDDSA, _KID: bytes.fromhex(key.key_id), _TYP: TYPE})
    payload = encode(claims)
    signature = key.sign(_to_be_signed(protected, payload))
    return encode(Tagged(_SIGN1_TAG, [protected, {}, payload, signature]))


def _read(claims: dict[Cbor, Cbor], address: Address, signed: Signed) -> QrToken:
    if claims.keys() != {_ISS, _IAT, _CTI, _TABLE}:
        raise MalformedToken("claims")
    table = _map(claims[_TABLE])
    if table.keys() != set(range(_NUMBER, _ORDINAL + 1)):
        raise MalformedToken("table")
    commitment = table[_COMMITMENT]
    if not isinstance(commitment, bytes) or len(commitment) != 32:
        raise MalformedToken("commitment")
    return QrToken(
        issuer=_text(claims[_ISS]),
        names_its_address=claims[_ISS] == address.did and claims[_CTI] == address.ref,
        registered_at=_moment(claims[_IAT]),
        number=_text(table[_NUMBER]),
        version=_count(table[_VERSION]),
        masked_name=_text(table[_MASKED_NAME]),
        occupation_code=_text(table[_OCCUPATION_CODE]),
        level=str(_count(table[_LEVEL])),
        issued_on=_day(table[_ISSUED_ON]),
        commitment=Commitment(commitment),
        entry_index=_count(table[_INDEX]),
        ordinal=_count(table[_ORDINAL]),
        signed=signed,
    )


def _sign1(data: bytes) -> tuple[bytes, bytes, bytes]:
    value = _decode(data)
    if not isinstance(value, Tagged) or value.tag != _SIGN1_TAG:
        raise MalformedToken("sign1")
    match value.value:
        case [bytes() as protected, dict() as unprotected, bytes() as payload, bytes() as signature]:
            if unprotected or len(signature) != 64:
                raise MalformedToken("sign1")
            return protected, payload, signature
        case _:
            raise MalformedToken("sign1")


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return encode(["Signature1", protected, b"", payload])


def _decode(data: bytes) -> Cbor:
    try:
        return decode(data)
    except MalformedEncoding as fault:
        raise MalformedToken("cbor") from fault


def _map(value: Cbor) -> dict[Cbor, Cbor]:
    if not isinstance(value, dict):
        raise MalformedToken("map")
    return value


def _text(value: Cbor) -> str:
    if not isinstance(value, str):
        raise MalformedToken("text")
    return value


def _count(value: Cbor) -> int:
    # True is an int to Python and a different value to CBOR.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 63:
        raise MalformedToken("integer")
    return value


def _moment(value: Cbor) -> datetime:
    try:
        return datetime.fromtimestamp(_count(value), UTC)
    except (OverflowError, OSError, ValueError) as fault:
        raise MalformedToken("iat") from fault


def _day(value: Cbor) -> date:
    try:
        return _EPOCH + timedelta(days=_count(value))
    except OverflowError as fault:
        raise MalformedToken("date") from fault
