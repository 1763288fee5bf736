"""Which fields each type of entry has. Exactly these: the log is public for ever, so nothing rides along.

`filing` entries are looked at by the filing room, which knows their fields.

Source: the product's own format v1.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from registry.ledger.errors import MalformedEntry
from signing.encoding import Json, b64url_decode, parse_rfc3339
from signing.errors import MalformedEncoding
from signing.keys import KeyRole
from signing.points import is_public_key

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_PREFIX = re.compile(r"[A-Z][0-9]{12}")
_ROLE = re.compile("|".join(KeyRole))
_CUSTODY = re.compile(r"bureau|register")
_BUREAU = re.compile(r"[0-9]{6}")
_AUTHORITY = re.compile(r"institution|bureau|province|court")
_LIST = re.compile(r"(revocation|supersession)-(0|[1-9][0-9]{0,9})")

FieldCheck: TypeAlias = Callable[[Json], bool]


@dataclass(frozen=True)
class Shape:
    """The fields that an entry must have and may have, beside `v`, `type` and `at`."""

    required: Mapping[str, FieldCheck]
    optional: Mapping[str, FieldCheck]


def require_shape(entry: Mapping[str, Json]) -> None:
    """Shows that the entry has its type's fields and no others. Raises: MalformedEntry naming the field."""
    shape = _shape_of(entry)
    if shape is None:
        return
    for name, check in shape.required.items():
        if name not in entry or not check(entry[name]):
            raise MalformedEntry(name)
    for name, value in entry.items():
        if name in _ENVELOPE or name in shape.required:
            continue
        if name not in shape.optional or not shape.optional[name](value):
            raise MalformedEntry(name)


def _shape_of(entry: Mapping[str, Json]) -> Shape | None:
    kind = entry.get("type")
    if kind == "filing":
        return None
    if kind == "key":
        kind = f"key {entry.get('action')}"
    if not isinstance(kind, str) or kind not in _SHAPES:
        raise MalformedEntry("type")
    return _SHAPES[kind]


def _bytes(length: int) -> FieldCheck:
    def check(value: Json) -> bool:
        if not isinstance(value, str):
            return False
        try:
            b64url_decode(value, length=length)
        except MalformedEncoding:
            return False
        return True

    return check


def _matching(pattern: re.Pattern[str]) -> FieldCheck:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _sound_key(value: Json) -> bool:
    return _bytes(32)(value) and isinstance(value, str) and is_public_key(b64url_decode(value))


def _moment(value: Json) -> bool:
    try:
        parse_rfc3339(value if isinstance(value, str) else "")
    except MalformedEncoding:
        return False
    return True


def _count(value: Json) -> bool:
    return type(value) is int and value >= 0


def _text(value: Json) -> bool:
    return isinstance(value, str) and value != ""


def _exactly(wanted: Json) -> FieldCheck:
    return lambda value: value is wanted or (isinstance(wanted, str) and value == wanted)


def _tree_head(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"origin", "size", "root"}
        and _text(value["origin"])
        and _count(value["size"])
        and _bytes(32)(value["root"])
    )


def _bureau_or_none(value: Json) -> bool:
    return isinstance(value, str) and (value == "" or _BUREAU.fullmatch(value) is not None)


_ENVELOPE = frozenset({"v", "type", "at"})
_SIGNED: dict[str, FieldCheck] = {"key": _matching(_KEY_ID), "signature": _bytes(64)}
_SHAPES: dict[str, Shape] = {
    "key introduced": Shape(
        {
            "action": _text,
            "role": _matching(_ROLE),
            "algorithm": _exactly("Ed25519"),
            "public": _sound_key,
            "custody": _matching(_CUSTODY),
            "bureau": _bureau_or_none,
            "valid_from": _moment,
            "possession": _bytes(64),
            "signature": _bytes(64),
        },
        {"valid_until": _moment, "predecessor": _tree_head},
    ),
    "key retired": Shape({"action": _text, "reason": _matching(_CODE), **_SIGNED}, {}),
    "approval": Shape(
        {
            "batch": _bytes(16),
            "institution": _matching(_PREFIX),
            "bureau": _matching(_BUREAU),
            "count": _count,
            "root": _bytes(32),
            "form5": _bytes(32),
            "form4": _bytes(32),
            **_SIGNED,
        },
        {"legacy": _exactly(True), "earlier_review": _text},
    ),
    "certificate": Shape({"batch": _bytes(16), "commitment": _bytes(32)}, {}),
    "act": Shape(
        {
            "index": _count,
            "previous": _count,
            "act": _matching(_CODE),
            "reason": _matching(_CODE),
            "bureau": _matching(_BUREAU),
            **_SIGNED,
        },
        {
            "commitment": _bytes(32),
            "by": _count,
            "authority": _matching(_AUTHORITY),
            "document": _bytes(32),
            "request": _bytes(16),
        },
    ),
    "status": Shape({"list": _matching(_LIST), "sha256": _bytes(32), "size": _count}, {}),
}
