"""Honest bytes, the whole check that an outsider runs on them, and other spellings of the same thing.

A mutation is another spelling of the same content, or content that must not ride along. Where a signature
would catch it first, the form is signed again by the right key, so that only strict reading refuses it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from signing.encoding import canonical_json
from signing.errors import SigningError

ORDER = (1 << 252) + 27742317777372353535851937790883648493

Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Form:
    """Honest bytes, the whole check that passes them, and what each mutation makes of them."""

    name: str
    honest: bytes
    check: Callable[[bytes], object]
    mutations: dict[str, Change]
    error: type[Exception] = SigningError


@dataclass(frozen=True)
class Case:
    """One mutation of a form."""

    form: Form
    name: str

    def __str__(self) -> str:
        return f"{self.form.name}: {self.name}"

    def is_refused(self) -> None:
        """Shows that it is refused by the room's own error, and that the honest bytes are not."""
        self.form.check(self.form.honest)
        mutated = self.form.mutations[self.name](self.form.honest)
        assert mutated != self.form.honest
        with pytest.raises(self.form.error):
            self.form.check(mutated)


def cases_of(forms: Sequence[Form]) -> list[Case]:
    """Every mutation of every form."""
    return [Case(form, name) for form in forms for name in form.mutations]


def swap(old: str | bytes, new: str | bytes) -> Change:
    """The first `old` as `new`; `old` has to be there."""
    before, after = (each.encode() if isinstance(each, str) else each for each in (old, new))

    def change(data: bytes) -> bytes:
        assert before in data, before
        return data.replace(before, after, 1)

    return change


def put(prefix: bytes = b"", suffix: bytes = b"") -> Change:
    return lambda data: prefix + data + suffix


def spare_bits(text: str) -> str:
    """The same base64 with its unused bits set: lenient decoders read the same bytes."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    bare = text.rstrip("=")
    alphabet += "-_" if bare[-1] in "-_" else "+/"
    assert len(bare.rpartition(" ")[2]) % 4 in (2, 3), "no bits to spare"
    last = alphabet.index(bare[-1])
    return bare[:-1] + alphabet[last | 1] + text[len(bare) :]


def plus_order(signature: bytes) -> bytes:
    """R with S + L: the same signature to a verifier that does not look."""
    s = int.from_bytes(signature[32:64], "little") + ORDER
    return signature[:32] + s.to_bytes(32, "little")


def edited(edit: Callable[[Any], object], finish: Change = lambda data: data) -> Change:
    """The JSON object after `edit`, canonical again."""

    def change(data: bytes) -> bytes:
        value = json.loads(data)
        edit(value)
        return finish(canonical_json(value))

    return change


def _escaped(data: bytes) -> bytes:
    """The first letter of the first key as an escape."""
    at = data.index(b'"') + 1
    return data[:at] + b"\\u%04x" % data[at] + data[at + 1 :]


JSON_SPELLINGS: dict[str, Change] = {
    "space": lambda data: json.dumps(json.loads(data), ensure_ascii=False).encode(),
    "escapes": _escaped,
    "order": lambda data: json.dumps(
        dict(reversed(json.loads(data).items())), separators=(",", ":"), ensure_ascii=False
    ).encode(),
    "doubled key": lambda data: data[:-1] + b"," + data[1:],
    "byte order mark": put(b"\xef\xbb\xbf"),
    "newline behind": put(suffix=b"\n"),
    "space before": put(b" "),
    "second value": put(suffix=b"{}"),
    "in a list": put(b"[", b"]"),
    "not UTF-8": swap(b'"', b'"\xff'),
    "lone surrogate": swap(b'"', b'"\\ud800'),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
}
