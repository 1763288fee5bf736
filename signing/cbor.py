"""Deterministic CBOR of the few kinds a token is made of, read so that no second spelling passes.

A general decoder turns dozens of tags into dates, decimals and patterns before anyone has checked a
signature. This one knows integers, byte and text strings, arrays, maps and bare tags, and refuses what is
not the shortest form in key order. Writing is left to cbor2.

Source: RFC 8949 section 4.2.1 (core deterministic encoding).
"""

from dataclasses import dataclass
from typing import TypeAlias

import cbor2

from signing.errors import MalformedEncoding

_MAX_DEPTH = 8
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)


@dataclass(frozen=True)
class Tagged:
    """A tag and the value under it."""

    tag: int
    value: "Cbor"


Cbor: TypeAlias = int | bytes | str | list["Cbor"] | dict["Cbor", "Cbor"] | Tagged


def encode(value: Cbor) -> bytes:
    """The deterministic encoding of a value."""
    encoded: bytes = cbor2.dumps(_in_order(value))
    return encoded


def decode(data: bytes) -> Cbor:
    """The value whose deterministic encoding these bytes are. Raises: MalformedEncoding."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        raise MalformedEncoding("cbor: trailing bytes")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def value(self, depth: int) -> Cbor:
        if depth > _MAX_DEPTH:
            raise MalformedEncoding("cbor: nesting")
        major, argument = self._head()
        if major == _UNSIGNED:
            return argument
        if major == _NEGATIVE:
            return -1 - argument
        if major == _BYTES:
            return self._take(argument)
        if major == _TEXT:
            return self._text(argument)
        if major == _ARRAY:
            self._require_room(argument)
            return [self.value(depth + 1) for _ in range(argument)]
        if major == _MAP:
            return self._map(argument, depth)
        if major == _TAG:
            return Tagged(argument, self.value(depth + 1))
        raise MalformedEncoding("cbor: simple value")

    def _head(self) -> tuple[int, int]:
        first = self._take(1)[0]
        major, info = first >> 5, first & 31
        if info < 24:
            return major, info
        if info > 27:
            raise MalformedEncoding("cbor: indefinite or reserved length")
        width = 1 << (info - 24)
        argument = int.from_bytes(self._take(width), "big")
        shortest = 24 if width == 1 else 1 << (4 * width)
        if argument < shortest:
            raise MalformedEncoding("cbor: not the shortest form")
        return major, argument

    def _text(self, length: int) -> str:
        try:
            return self._take(length).decode("utf-8")
        except UnicodeDecodeError as fault:
            raise MalformedEncoding("cbor: text") from fault

    def _map(self, length: int, depth: int) -> dict[Cbor, Cbor]:
        self._require_room(length)
        found: dict[Cbor, Cbor] = {}
        previous = b""
        for _ in range(length):
            start = self.at
            key = self.value(depth + 1)
            encoded = self.data[start : self.at]
            if not isinstance(key, int | str) or encoded <= previous:
                raise MalformedEncoding("cbor: map keys")
            previous = encoded
            found[key] = self.value(depth + 1)
        return found

    def _take(self, length: int) -> bytes:
        self._require_room(length)
        self.at += length
        return self.data[self.at - length : self.at]

    def _require_room(self, length: int) -> None:
        if length > len(self.data) - self.at:
            raise MalformedEncoding("cbor: end of data")


def _in_order(value: Cbor) -> object:
    """The value with its maps in key order; cbor2's own canonical order is the older one of RFC 7049."""
    if isinstance(value, Tagged):
        return cbor2.CBORTag(value.tag, _in_order(value.value))
    if isinstance(value, list):
        return [_in_order(each) for each in value]
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value, key=cbor2.dumps)}
    return value
