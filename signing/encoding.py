"""One spelling for every value: base64, canonical JSON and timestamps, decoded strictly.

Whatever is signed, hashed or opened is decoded in one way only. Decoders re-encode what they read and
compare, so spare base64 bits, other alphabets, duplicate JSON keys and re-ordered fields are refused
instead of being accepted as a second spelling of the same thing.
"""

import base64
import binascii
import json
from datetime import UTC, datetime
from typing import TypeAlias

import rfc8785

from signing.errors import MalformedEncoding

Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None


def b64url_encode(data: bytes) -> str:
    """base64url without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def b64url_decode(text: str, *, length: int | None = None) -> bytes:
    """The bytes behind unpadded base64url; `length` is the exact number of bytes wanted."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as fault:
        raise MalformedEncoding("base64url") from fault
    if b64url_encode(data) != text or (length is not None and len(data) != length):
        raise MalformedEncoding("base64url")
    return data


def b64_encode(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648 section 4), as the C2SP note formats use it."""
    return base64.b64encode(data).decode("ascii")


def b64_decode(text: str, *, length: int | None = None) -> bytes:
    """The bytes behind padded standard base64; `length` is the exact number of bytes wanted."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error) as fault:
        raise MalformedEncoding("base64") from fault
    if b64_encode(data) != text or (length is not None and len(data) != length):
        raise MalformedEncoding("base64")
    return data


def canonical_json(value: object) -> bytes:
    """The JCS form of a JSON value.

    Source: RFC 8785.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # it refuses what is not JSON by itself
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as fault:
        raise MalformedEncoding("not representable in canonical JSON") from fault


def parse_json(data: bytes) -> Json:
    """The JSON value of UTF-8 bytes, refusing duplicate keys, NaN and what is nested without end.

    Source: RFC 8259; RFC 7493 section 2.3 (duplicate names).
    """
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except (ValueError, RecursionError) as fault:
        raise MalformedEncoding("json") from fault
    return value


def parse_canonical_json(data: bytes) -> Json:
    """The JSON value of bytes that are exactly their own canonical form."""
    value = parse_json(data)
    if canonical_json(value) != data:
        raise MalformedEncoding("json is not in canonical form")
    return value


def rfc3339(moment: datetime) -> str:
    """An aware moment as RFC 3339 in UTC with whole seconds: `2026-11-21T02:03:04Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_rfc3339(text: str) -> datetime:
    """The moment behind exactly the spelling that `rfc3339` writes."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as fault:
        raise MalformedEncoding("timestamp") from fault
    if rfc3339(moment) != text:
        raise MalformedEncoding("timestamp")
    return moment


def _object_without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise MalformedEncoding("duplicate key")
    return value


def _refuse_constant(name: str) -> Json:
    raise MalformedEncoding(name)
