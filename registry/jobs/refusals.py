"""An error on its way from the worker to the page: its code in clear, its own fields sealed beside it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from registry.errors import RegistryError
from signing.encoding import Json
from signing.errors import SigningError

_ROOTS: tuple[type[Exception], ...] = (RegistryError, SigningError)
# Kinds and reasons stay recognisable: whoever words an error asks whether it tells kinds apart.
_KIND = "kind:"


def particulars_of(error: Exception) -> dict[str, Json]:
    """The fields of an error that plain JSON can hold; others are left out."""
    told: dict[str, Json] = {}
    for name, value in vars(error).items():
        match value:
            case StrEnum():
                told[_KIND + name] = value.value
            case bool() | int() | str() | None:
                told[name] = value
            case tuple() | list() if all(isinstance(each, int | str) for each in value):
                told[name] = [str(each) if isinstance(each, str) else each for each in value]
            case dict() if all(isinstance(each, str) for pair in value.items() for each in pair):
                told[name] = {str(key): str(each) for key, each in value.items()}
    return told


def error_of(code: str, particulars: Mapping[str, Json]) -> Exception:
    """The error as it was raised, as far as it could be told. An unknown code is a plain `RegistryError`."""
    found = next((each for root in _ROOTS for each in _below(root) if vars(each).get("code") == code), None)
    kind = found or RegistryError
    error = kind.__new__(kind)
    for name, value in particulars.items():
        if name.startswith(_KIND):
            setattr(error, name.removeprefix(_KIND), _kind(str(value)))
        else:
            setattr(error, name, tuple(value) if isinstance(value, list) else value)
    return error


def _kind(value: str) -> StrEnum:
    # Made by its functional form, which type checkers know for literal names only.
    make: Any = StrEnum
    told: StrEnum = make("Kind", {"TOLD": value}).TOLD
    return told


def _below(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for each in root.__subclasses__():
        yield from _below(each)
