"""Members of a signed JSON object, read by type.

That nothing else stands in it shows when the value is written again and compared with what was read.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime

from signing.encoding import Json, b64url_decode, parse_rfc3339
from signing.errors import MalformedEncoding

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_NUMBER = 1 << 53


class JsonReader:
    """One JSON object, read by type; that nothing else stands in it shows when it is written again."""

    def __init__(self, value: Json | Mapping[str, Json]) -> None:
        if not isinstance(value, Mapping):
            raise MalformedEncoding("member")
        self._value = value

    def text(self, name: str) -> str:
        """A text."""
        value = self._value.get(name)
        if not isinstance(value, str):
            raise MalformedEncoding("member")
        return value

    def optional_text(self, name: str) -> str:
        """ "" for null. An empty text is no second spelling of it: null is what would be written again."""
        return "" if self._value.get(name) is None else self.text(name)

    def number(self, name: str) -> int:
        """A whole number, not negative."""
        value = self._value.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _MAX_NUMBER:
            raise MalformedEncoding("member")
        return value

    def optional_number(self, name: str) -> int | None:
        """None for null."""
        return None if self._value.get(name) is None else self.number(name)

    def truth(self, name: str) -> bool:
        """true or false."""
        value = self._value.get(name)
        if not isinstance(value, bool):
            raise MalformedEncoding("member")
        return value

    def optional_truth(self, name: str) -> bool | None:
        """None for null."""
        return None if self._value.get(name) is None else self.truth(name)

    def moment(self, name: str) -> datetime:
        """A moment as `rfc3339` writes it."""
        return parse_rfc3339(self.text(name))

    def day(self, name: str) -> date:
        """A day as `2026-11-21`."""
        try:
            return date.fromisoformat(self.text(name))
        except ValueError as fault:
            raise MalformedEncoding("day") from fault

    def digest(self, name: str) -> str:
        """A SHA-256 in lower-case hex."""
        if not _SHA256.fullmatch(self.text(name)):
            raise MalformedEncoding("member")
        return self.text(name)

    def binary(self, name: str, length: int) -> bytes:
        """That many bytes in base64url."""
        return b64url_decode(self.text(name), length=length)

    def numbers(self, name: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        values = self._value.get(name)
        if not isinstance(values, list):
            raise MalformedEncoding("member")
        return tuple(JsonReader({"": each}).number("") for each in values)

    def text_list(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        values = self._value.get(name)
        if not isinstance(values, list):
            raise MalformedEncoding("member")
        return tuple(JsonReader({"": each}).text("") for each in values)

    def texts(self, name: str) -> Mapping[str, str]:
        """An object whose members are all texts."""
        value = self._value.get(name)
        if not isinstance(value, Mapping):
            raise MalformedEncoding("member")
        return {key: JsonReader(value).text(key) for key in value}

    def child(self, name: str) -> "JsonReader":
        """An object inside."""
        return JsonReader(self._value.get(name))

    def optional_child(self, name: str) -> "JsonReader | None":
        """None for null."""
        return None if self._value.get(name) is None else self.child(name)

    def children(self, name: str) -> "list[JsonReader]":
        """A list of objects."""
        values = self._value.get(name)
        if not isinstance(values, list):
            raise MalformedEncoding("member")
        return [JsonReader(each) for each in values]
