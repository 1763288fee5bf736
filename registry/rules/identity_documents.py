"""Numbers of identity documents: what they look like and whom they mean."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import mul
from typing import ClassVar

from registry.rules.errors import RulesError
from registry.rules.identity_types import IdentityType, UnknownIdentityType, parse_identity_type
from registry.rules.text import clean_cell

__all__ = [
    "Identity",
    "IdentityFault",
    "IdentityFaultKind",
    "IdentityType",
    "IdentityWarning",
    "UnknownIdentityType",
    "check_character",
    "check_identity",
    "parse_identity_type",
    "tidy_identity_number",
]


class IdentityFaultKind(StrEnum):
    """Why a number is not the number of such a document."""

    EMPTY = "empty"
    SPREADSHEET = "spreadsheet"
    FIRST_GENERATION = "first_generation"
    LENGTH = "length"
    FORMAT = "format"
    PROVINCE = "province"
    BIRTH_DATE = "birth_date"
    FUTURE_BIRTH = "future_birth"
    CHECK_CHARACTER = "check_character"


class IdentityFault(RulesError):
    """A number does not fit its document type."""

    code: ClassVar[str] = "identity_fault"

    def __init__(self, type_: IdentityType, kind: IdentityFaultKind) -> None:
        super().__init__(f"{self.code}: {type_} {kind}")
        self.type = type_
        self.kind = kind


class IdentityWarning(StrEnum):
    """What a reviewer should look at in a number that is accepted."""

    UNUSUAL_FORMAT = "unusual_format"
    MANUAL_REVIEW = "manual_review"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a document means. `canonical` is the same for every number of one person's documents
    of one type: a renewed permit changes its last digits, not the person."""

    type: IdentityType
    number: str
    canonical: str
    birth_on: date | None
    warnings: tuple[IdentityWarning, ...] = ()


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"

_EIGHTEEN = re.compile(r"[0-9]{17}[0-9X]")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]*)?E\+?[0-9]+")
_CHINESE_PASSPORT = re.compile(r"[EG][0-9]{8}|E[A-HJ-NP-Z][0-9]{7}")
_HK_MACAO_PERMIT = re.compile(r"[HM][0-9]{8}(?:[0-9]{2})?|(?:HA|MA)[0-9]{7}")
_TAIWAN_PERMIT = re.compile(r"[0-9]{8}|[0-9]{10}(?:[A-Z]|\([A-Z]\))?")
_FOREIGN_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
_OLD_RESIDENCE_CARD = re.compile(r"[A-Z]{3}[0-9]{12}")
_WORK_PERMIT = re.compile(r"[A-Z0-9]{8,20}")
_LONGEST = 40


def check_character(first_seventeen: str) -> str:
    """The eighteenth character that belongs to the first seventeen digits.

    Source: GB 11643, ISO 7064 MOD 11-2.
    """
    return _CHECK_CHARACTERS[sum(map(mul, map(int, first_seventeen), _WEIGHTS)) % 11]


def tidy_identity_number(text: str) -> str:
    """The number half width, upper case, without spaces and spreadsheet marks."""
    return "".join(unicodedata.normalize("NFKC", clean_cell(text)).split()).upper()


def check_identity(type_: IdentityType, number: str, today: date) -> Identity:
    """The identity that `number` means as a document of this type.

    Raises:
        IdentityFault: it can't be the number of such a document. A number that a spreadsheet has
            rounded (4.30102E+17, or an 18-digit one ending in 000) can't be recovered.
    Source: GB 11643 for eighteen characters; the domain page's table for the others, whose
        formats beyond it warn where no source is firm.
    """
    tidy = tidy_identity_number(number)
    if not tidy:
        raise IdentityFault(type_, IdentityFaultKind.EMPTY)
    if _SCIENTIFIC.fullmatch(tidy):
        raise IdentityFault(type_, IdentityFaultKind.SPREADSHEET)
    dated = _DATED.get(type_)
    return dated(type_, tidy, today) if dated else _UNDATED[type_](type_, tidy)


def _eighteen(type_: IdentityType, number: str, today: date) -> Identity:
    if len(number) != 18:
        first_generation = len(number) == 15 and number.isdecimal() and number.isascii()
        kind = IdentityFaultKind.FIRST_GENERATION if first_generation else IdentityFaultKind.LENGTH
        raise IdentityFault(type_, kind)
    if not _EIGHTEEN.fullmatch(number):
        raise IdentityFault(type_, IdentityFaultKind.FORMAT)
    if not _province_fits(type_, number):
        raise IdentityFault(type_, IdentityFaultKind.PROVINCE)
    birth_on = _birth_date(type_, number[6:14], today)
    if check_character(number[:17]) != number[17]:
        rounded = number.endswith("000")
        kind = IdentityFaultKind.SPREADSHEET if rounded else IdentityFaultKind.CHECK_CHARACTER
        raise IdentityFault(type_, kind)
    return Identity(type_, number, number, birth_on)


def _province_fits(type_: IdentityType, number: str) -> bool:
    # Six-digit areas are abolished all the time: only the province is looked at.
    match type_:
        case IdentityType.HK_MACAO_RESIDENCE_PERMIT:
            return number.startswith(("810000", "820000"))
        case IdentityType.TAIWAN_RESIDENCE_PERMIT:
            return number.startswith("830000")
        case IdentityType.FOREIGNER_PERMANENT_RESIDENCE:
            return number[0] == "9"
        case _:
            return "11" <= number[:2] <= "65"


def _birth_date(type_: IdentityType, digits: str, today: date) -> date:
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    if year < 1900:
        raise IdentityFault(type_, IdentityFaultKind.BIRTH_DATE)
    try:
        birth_on = date(year, month, day)
    except ValueError as fault:
        raise IdentityFault(type_, IdentityFaultKind.BIRTH_DATE) from fault
    if birth_on > today:
        raise IdentityFault(type_, IdentityFaultKind.FUTURE_BIRTH)
    return birth_on


def _permanent_residence(type_: IdentityType, number: str, today: date) -> Identity:
    # Cards of before 2023-12-01 stay valid: three letters and twelve digits.
    if _OLD_RESIDENCE_CARD.fullmatch(number):
        return Identity(type_, number, number, None)
    return _eighteen(type_, number, today)


def _hk_macao_permit(type_: IdentityType, number: str) -> Identity:
    # The last two digits of eleven count the reissues.
    if not _HK_MACAO_PERMIT.fullmatch(number):
        raise IdentityFault(type_, IdentityFaultKind.FORMAT)
    return Identity(type_, number, number[:9], None)


def _taiwan_permit(type_: IdentityType, number: str) -> Identity:
    if not _TAIWAN_PERMIT.fullmatch(number):
        raise IdentityFault(type_, IdentityFaultKind.FORMAT)
    return Identity(type_, number.replace("(", "").replace(")", ""), number[:8], None)


def _chinese_passport(type_: IdentityType, number: str) -> Identity:
    if _CHINESE_PASSPORT.fullmatch(number):
        return Identity(type_, number, number, None)
    if not _FOREIGN_PASSPORT.fullmatch(number):
        raise IdentityFault(type_, IdentityFaultKind.FORMAT)
    return Identity(type_, number, number, None, (IdentityWarning.UNUSUAL_FORMAT,))


def _foreign_passport(type_: IdentityType, number: str) -> Identity:
    if not _FOREIGN_PASSPORT.fullmatch(number):
        raise IdentityFault(type_, IdentityFaultKind.FORMAT)
    return Identity(type_, number, number, None)


def _work_permit(type_: IdentityType, number: str) -> Identity:
    # The format is recollection, so it only warns.
    warnings = () if _WORK_PERMIT.fullmatch(number) else (IdentityWarning.UNUSUAL_FORMAT,)
    return _free_text(type_, number, warnings)


def _other(type_: IdentityType, number: str) -> Identity:
    return _free_text(type_, number, (IdentityWarning.MANUAL_REVIEW,))


def _free_text(type_: IdentityType, number: str, warnings: tuple[IdentityWarning, ...]) -> Identity:
    if len(number) > _LONGEST or not number.isprintable():
        raise IdentityFault(type_, IdentityFaultKind.FORMAT)
    return Identity(type_, number, number, None, warnings)


# Numbers that hold a birth date are checked against today, the others by their form alone.
_DATED: dict[IdentityType, Callable[[IdentityType, str, date], Identity]] = {
    IdentityType.RESIDENT_ID: _eighteen,
    IdentityType.HK_MACAO_RESIDENCE_PERMIT: _eighteen,
    IdentityType.TAIWAN_RESIDENCE_PERMIT: _eighteen,
    IdentityType.FOREIGNER_PERMANENT_RESIDENCE: _permanent_residence,
}
_UNDATED: dict[IdentityType, Callable[[IdentityType, str], Identity]] = {
    IdentityType.CHINESE_PASSPORT: _chinese_passport,
    IdentityType.HK_MACAO_TRAVEL_PERMIT: _hk_macao_permit,
    IdentityType.TAIWAN_TRAVEL_PERMIT: _taiwan_permit,
    IdentityType.FOREIGN_PASSPORT: _foreign_passport,
    IdentityType.WORK_PERMIT_A: _work_permit,
    IdentityType.WORK_PERMIT_B: _work_permit,
    IdentityType.WORK_PERMIT_C: _work_permit,
    IdentityType.OTHER: _other,
}
