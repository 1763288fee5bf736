"""The unified social credit code (统一社会信用代码) of a legal person."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from operator import mul
from typing import ClassVar

from registry.rules.errors import RulesError
from registry.rules.text import clean_cell

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_CODE = re.compile(f"[{ALPHABET}]{{18}}")


class CreditCodeFaultKind(StrEnum):
    """Why a text is not a credit code."""

    LENGTH = "length"
    ALPHABET = "alphabet"


class CreditCodeFault(RulesError):
    """A text has not the form of a credit code."""

    code: ClassVar[str] = "credit_code_fault"

    def __init__(self, kind: CreditCodeFaultKind) -> None:
        super().__init__(f"{self.code}: {kind}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A well-formed credit code.

    `check_passes` is a reason to ask, never to refuse: real codes that fail the check exist.
    """

    text: str
    check_passes: bool

    def __str__(self) -> str:
        return self.text


def parse_credit_code(text: str) -> CreditCode:
    """The code in `text`, half width, upper case, without spaces.

    Raises:
        CreditCodeFault: not 18 characters, or a character outside the alphabet (which has no
            I, O, S, V and Z).
    Source: GB 32100-2015.
    """
    tidy = "".join(unicodedata.normalize("NFKC", clean_cell(text)).split()).upper()
    if len(tidy) != 18:
        raise CreditCodeFault(CreditCodeFaultKind.LENGTH)
    if not _CODE.fullmatch(tidy):
        raise CreditCodeFault(CreditCodeFaultKind.ALPHABET)
    return CreditCode(tidy, check_character(tidy[:17]) == tidy[17])


def check_character(first_seventeen: str) -> str:
    """The eighteenth character that belongs to the first seventeen.

    Source: GB 32100-2015: (31 - sum of value times weight mod 31) mod 31.
    """
    total = sum(map(mul, map(_VALUES.__getitem__, first_seventeen), _WEIGHTS))
    return ALPHABET[(31 - total % 31) % 31]
