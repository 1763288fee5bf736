"""Structured field values as far as signatures and digests need them: dictionaries of items and inner lists.

Stricter than the RFC in one place: a dictionary that names a key twice is refused instead of read last-wins,
so that no two readers can see different signatures in one field.

Source: RFC 9651 sections 3 (types), 4.1 (serialising), 4.2 (parsing); decimals, dates and display strings
are not supported.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NewType, TypeAlias

from registry.national.errors import MalformedMessage
from signing.encoding import b64_decode, b64_encode
from signing.errors import MalformedEncoding

Token = NewType("Token", str)


@dataclass(frozen=True)
class Text:
    """A String, told apart from a Token by its type."""

    value: str


BareItem: TypeAlias = int | bool | bytes | Text | Token
Parameters: TypeAlias = tuple[tuple[str, BareItem], ...]


@dataclass(frozen=True)
class Item:
    """A bare item and its parameters, in order."""

    value: BareItem
    parameters: Parameters = ()


@dataclass(frozen=True)
class InnerList:
    """Items in parentheses, and the list's own parameters, in order."""

    items: tuple[Item, ...]
    parameters: Parameters = ()


Member: TypeAlias = Item | InnerList

_KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*")
_INTEGER = re.compile(r"-?[0-9]{1,15}(?![0-9.])")
_STRING = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_TOKEN = re.compile(r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*")
_BYTES = re.compile(r":([A-Za-z0-9+/=]*):")
_BOOLEAN = re.compile(r"\?[01]")
_SPACES = re.compile(r" *")
_COMMA = re.compile(r"[ \t]*,[ \t]*")
_MAX_LENGTH = 8192


def parse_dictionary(text: str) -> Mapping[str, Member]:
    """The members of a dictionary field, in order. Raises: MalformedMessage."""
    if len(text) > _MAX_LENGTH:
        raise MalformedMessage("structured field")
    reader = _Reader(text.strip(" "))
    members: dict[str, Member] = {}
    while True:
        key = reader.take(_KEY)
        if key in members:
            raise MalformedMessage("structured field")
        if reader.skip("="):
            members[key] = reader.inner_list() if reader.skip("(") else reader.item()
        else:
            members[key] = Item(True, reader.parameters())
        if reader.at_end():
            return members
        reader.take(_COMMA)


def serialise(member: Member) -> str:
    """The one spelling of a member's value."""
    if isinstance(member, InnerList):
        inner = " ".join(serialise(each) for each in member.items)
        return f"({inner}){_parameters(member.parameters)}"
    return _bare(member.value) + _parameters(member.parameters)


def _parameters(parameters: Parameters) -> str:
    return "".join(f";{key}" if value is True else f";{key}={_bare(value)}" for key, value in parameters)


def _bare(value: BareItem) -> str:
    if isinstance(value, bool):
        return "?1" if value else "?0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return f":{b64_encode(value)}:"
    if isinstance(value, Text):
        escaped = value.value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return value


class _Reader:
    """The text and how far it was read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def at_end(self) -> bool:
        return self._at == len(self._text)

    def skip(self, character: str) -> bool:
        found = self._text.startswith(character, self._at)
        self._at += found
        return found

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise MalformedMessage("structured field")
        self._at = match.end()
        return match[0]

    def inner_list(self) -> InnerList:
        items: list[Item] = []
        while True:
            spaces = self.take(_SPACES)
            if self.skip(")"):
                return InnerList(tuple(items), self.parameters())
            if items and not spaces:
                raise MalformedMessage("structured field")
            items.append(self.item())

    def item(self) -> Item:
        return Item(self._bare_item(), self.parameters())

    def parameters(self) -> Parameters:
        found: dict[str, BareItem] = {}
        while self.skip(";"):
            self.take(_SPACES)
            key = self.take(_KEY)
            if key in found:
                raise MalformedMessage("structured field")
            found[key] = self._bare_item() if self.skip("=") else True
        return tuple(found.items())

    def _bare_item(self) -> BareItem:
        first = self._text[self._at : self._at + 1]
        if first == '"':
            return Text(re.sub(r"\\(.)", r"\1", self.take(_STRING)[1:-1]))
        if first == ":":
            try:
                return b64_decode(self.take(_BYTES)[1:-1])
            except MalformedEncoding as fault:
                raise MalformedMessage("structured field") from fault
        if first == "?":
            return self.take(_BOOLEAN) == "?1"
        if first == "-" or first.isdecimal():
            return int(self.take(_INTEGER))
        return Token(self.take(_TOKEN))
