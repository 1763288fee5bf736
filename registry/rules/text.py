"""Text as it comes out of a cell or a box: what is thrown away, and what a name may hold."""

import re
import unicodedata
from enum import StrEnum
from typing import ClassVar

from registry.rules.errors import RulesError

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_DELETE_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE))
_SPACES = re.compile(r"\s+")
_TEXT_MARK = re.compile(r"^['\s]+")
_MIDDLE_DOTS = str.maketrans({"．": "·", "•": "·"})

_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)*")
_SPACE_IN_LATIN_NAME = re.compile(r"(?<=[A-Za-zÀ-ɏ.,'’-]) (?=[A-Za-zÀ-ɏ'’])")
_MASK_CHARACTERS = frozenset("*＊")


class NameFaultKind(StrEnum):
    """Why a text is not a person's name."""

    EMPTY = "empty"
    DIGIT = "digit"
    SPACE = "space"
    PRIVATE_USE = "private_use"
    CONTROL = "control"
    MASKED = "masked"


class NameFault(RulesError):
    """A person's name holds what no name can hold."""

    code: ClassVar[str] = "name_fault"

    def __init__(self, kind: NameFaultKind) -> None:
        super().__init__(f"{self.code}: {kind}")
        self.kind = kind


def clean_cell(text: str) -> str:
    """The cell without what a spreadsheet adds and nobody sees.

    Invisible characters go, runs of white space become one space, the ends are trimmed, and the
    apostrophe goes by which a spreadsheet marks a number as text. Characters are never composed,
    decomposed or folded: what remains is what the reviewer saw.
    """
    if text.isalnum() and text.isascii():
        return text
    spaced = _SPACES.sub(" ", text.translate(_DELETE_INVISIBLE))
    return _TEXT_MARK.sub("", spaced).rstrip()


def normalise_name(text: str) -> str:
    """The name as it is committed: cleaned, and `．` and `•` written as `·`; never NFC or NFKC."""
    return clean_cell(text).translate(_MIDDLE_DOTS)


def check_name(text: str) -> str:
    """The normalised name, if it can be one.

    A space is a fault except between two Latin words, as in a foreign passport.

    Raises:
        NameFault: it is empty, or holds a digit, a space, a private-use or control character, or a
            mask.
    Source: finding R05; full-width dots are normalised, the dot of a minority name is no fault.
    """
    name = normalise_name(text)
    if _PLAIN_NAME.fullmatch(name):
        return name
    if not name:
        raise NameFault(NameFaultKind.EMPTY)
    for character in _SPACE_IN_LATIN_NAME.sub("", name):
        kind = _fault_of(character)
        if kind is not None:
            raise NameFault(kind)
    return name


def _fault_of(character: str) -> NameFaultKind | None:
    # Unassigned characters pass: rare-name ideographs are newer than this interpreter's tables.
    category = unicodedata.category(character)
    if category == "Nd":
        return NameFaultKind.DIGIT
    if category in ("Zs", "Zl", "Zp"):
        return NameFaultKind.SPACE
    if category == "Co":
        return NameFaultKind.PRIVATE_USE
    if category in ("Cc", "Cf", "Cs") or character == "\ufffd":
        return NameFaultKind.CONTROL
    if character in _MASK_CHARACTERS:
        return NameFaultKind.MASKED
    return None
