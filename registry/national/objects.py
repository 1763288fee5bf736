"""Canonical JSON objects of this protocol version, and their members read strictly.

Source: the product's own protocol v2 (docs/national-protocol.md); RFC 8785.
"""

import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NewType, TypeVar

from registry.national.errors import MalformedMessage
from signing.encoding import Json, b64url_decode, parse_canonical_json, parse_rfc3339
from signing.errors import MalformedEncoding

PROTOCOL = 2
BATCH_ID_BYTES = 16
NONCE_BYTES = 16
LARGEST_INTEGER = 2**53 - 1

BatchId = NewType("BatchId", str)
"""base64url of 16 random bytes; "" stands for "no batch before this one"."""

_Word = TypeVar("_Word", bound=StrEnum)
# Control and format characters (also those that turn the direction of writing), and line separators.
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def parse_object(body: bytes, what: str, members: frozenset[str]) -> Mapping[str, Json]:
    """A canonical JSON object of this version with exactly these members beside `v`.

    Raises: MalformedMessage.
    """
    try:
        value = parse_canonical_json(body)
    except MalformedEncoding as fault:
        raise MalformedMessage(what) from fault
    return require_members(value, what, members)


def require_members(value: Json, what: str, members: frozenset[str]) -> Mapping[str, Json]:
    """An object of this version with exactly these members beside `v`. Raises: MalformedMessage."""
    if not isinstance(value, dict) or value.keys() != members | {"v"} or value["v"] != PROTOCOL:
        raise MalformedMessage(what)
    return value


def text_of(value: Mapping[str, Json], name: str) -> str:
    """A text member. Raises: MalformedMessage."""
    found = value.get(name)
    if not isinstance(found, str):
        raise MalformedMessage(name)
    return found


def words_of(value: Mapping[str, Json], name: str, longest: int) -> str:
    """Words to be shown to people: so long at most, and nothing in them that does not show.

    Raises: MalformedMessage.
    """
    text = text_of(value, name)
    if len(text) > longest or any(unicodedata.category(each) in _NOT_SHOWN for each in text):
        raise MalformedMessage(name)
    return text


def number_of(value: Mapping[str, Json], name: str, *, least: int = 0) -> int:
    """A whole number >= `least` that every JSON reader can hold. Raises: MalformedMessage."""
    found = value.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= LARGEST_INTEGER:
        raise MalformedMessage(name)
    return found


def list_of(value: Mapping[str, Json], name: str, *, least: int, most: int) -> list[Json]:
    """A list of `least` to `most` values. Raises: MalformedMessage."""
    found = value.get(name)
    if not isinstance(found, list) or not least <= len(found) <= most:
        raise MalformedMessage(name)
    return found


def bytes_of(value: Mapping[str, Json], name: str, length: int) -> bytes:
    """Exactly `length` bytes in base64url. Raises: MalformedMessage."""
    return read_bytes(value.get(name), name, length)


def read_bytes(value: Json, what: str, length: int) -> bytes:
    """As `bytes_of`, for a value that is no member. Raises: MalformedMessage."""
    if not isinstance(value, str):
        raise MalformedMessage(what)
    try:
        return b64url_decode(value, length=length)
    except MalformedEncoding as fault:
        raise MalformedMessage(what) from fault


def batch_id_of(value: Mapping[str, Json], name: str, *, may_be_empty: bool = False) -> BatchId:
    """A batch id. Raises: MalformedMessage."""
    return read_batch_id(value.get(name), name, may_be_empty=may_be_empty)


def read_batch_id(value: Json, what: str, *, may_be_empty: bool = False) -> BatchId:
    """As `batch_id_of`, for a value that is no member. Raises: MalformedMessage."""
    if not (may_be_empty and value == ""):
        read_bytes(value, what, BATCH_ID_BYTES)
    assert isinstance(value, str)
    return BatchId(value)


def member_of(kind: type[_Word], value: Json, what: str) -> _Word:
    """One of the words of `kind`. Raises: MalformedMessage."""
    try:
        return kind(value if isinstance(value, str) else "")
    except ValueError as fault:
        raise MalformedMessage(what) from fault


def moment_of(value: Mapping[str, Json], name: str) -> datetime:
    """A moment. Raises: MalformedMessage."""
    try:
        return parse_rfc3339(text_of(value, name))
    except MalformedEncoding as fault:
        raise MalformedMessage(name) from fault


def day_of(value: Mapping[str, Json], name: str) -> date:
    """A civil date. Raises: MalformedMessage."""
    text = text_of(value, name)
    try:
        found = date.fromisoformat(text)
    except ValueError as fault:
        raise MalformedMessage(name) from fault
    if found.isoformat() != text:
        raise MalformedMessage(name)
    return found
