"""The certificate number (证书编号): 22 characters and what each part says."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from registry.rules.errors import RulesError
from registry.rules.levels import Level
from registry.rules.text import clean_cell

NUMBER_LENGTH = 22
PREFIX_LENGTH = 13
HUNAN = "43"

_NUMBER = re.compile(r"([YS])([0-9]{4})([0-9]{2})([0-9]{6})([0-9]{2})([1-5])([0-9]{6})")
_PREFIX = re.compile(r"[YS][0-9]{12}")
_SIXTEEN_DIGITS = re.compile(r"[0-9]{16}")
_TWO_LETTERS = re.compile(r"[A-Z]{2}[0-9]{20}")


class NumberFault(StrEnum):
    """What a text is that is not a certificate number."""

    SIXTEEN_DIGITS = "sixteen_digits"
    TWO_LETTERS = "two_letters"
    MALFORMED = "malformed"


class MalformedNumber(RulesError):
    """Not a certificate number; `kind` names the two neighbours people confuse it with."""

    code: ClassVar[str] = "malformed_number"

    def __init__(self, kind: NumberFault) -> None:
        super().__init__(f"{self.code}: {kind}")
        self.kind = kind


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """A certificate number taken apart.

    Units: `year` has four digits. `sequence` is set by the province: no city is read out of it.
    Source: 职业技能等级证书编码规则（试行）.
    """

    text: str
    category: str
    institution_code: str
    province: str
    sequence: str
    year: int
    level: Level
    serial: int

    @property
    def prefix(self) -> str:
        """The thirteen characters that name the institution."""
        return self.text[:PREFIX_LENGTH]

    def __str__(self) -> str:
        return self.text


def tidy_number(text: str) -> str:
    """What a person meant who typed or pasted it: half width, upper case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", clean_cell(text)).split()).upper()


def parse_certificate_number(text: str) -> CertificateNumber:
    """The number in `text`, which may be untidy; `.text` is its one written form.

    Raises:
        MalformedNumber: sixteen digits are a 职业资格证书, two letters and twenty digits a
            特级技师 certificate; anything else is malformed.
    Source: 职业技能等级证书编码规则（试行）. There is no check digit.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        text = tidy_number(text)
        found = _NUMBER.fullmatch(text)
        if found is None:
            raise MalformedNumber(_fault_of(text))
    category, institution_code, province, sequence, year, level, serial = found.groups()
    return CertificateNumber(
        text, category, institution_code, province, sequence, 2000 + int(year), Level(int(level)), int(serial)
    )


def is_number_prefix(text: str) -> bool:
    """Whether `text` has the form of the thirteen characters that name an institution."""
    return _PREFIX.fullmatch(text) is not None


def _fault_of(tidy: str) -> NumberFault:
    if _SIXTEEN_DIGITS.fullmatch(tidy):
        return NumberFault.SIXTEEN_DIGITS
    if _TWO_LETTERS.fullmatch(tidy):
        return NumberFault.TWO_LETTERS
    return NumberFault.MALFORMED
