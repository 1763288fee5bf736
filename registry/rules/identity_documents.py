"""Twelve kinds of identity documents: what their numbers look like and whom they mean."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from operator import mul
from typing import ClassVar

from registry.rules.errors import RulesError
from registry.rules.text import clean_cell


class IdentityType(StrEnum):
    """证件类型, by the code that Form 5 prescribes.

    Source: 2025-14 Form 5 (附件5) code list.
    """

    RESIDENT_ID = "201"
    CHINESE_PASSPORT = "227"
    HK_MACAO_TRAVEL_PERMIT = "210"
    HK_MACAO_RESIDENCE_PERMIT = "237"
    TAIWAN_TRAVEL_PERMIT = "213"
    TAIWAN_RESIDENCE_PERMIT = "238"
    FOREIGN_PASSPORT = "208"
    FOREIGNER_PERMANENT_RESIDENCE = "233"
    WORK_PERMIT_A = "239"
    WORK_PERMIT_B = "240"
    WORK_PERMIT_C = "241"
    OTHER = "299"

    @property
    def label(self) -> str:
        """The name that Form 5 prints for the code."""
        return _LABELS[self]


_LABELS = {
    IdentityType.RESIDENT_ID: "居民身份证",
    IdentityType.CHINESE_PASSPORT: "中国护照",
    IdentityType.HK_MACAO_TRAVEL_PERMIT: "港澳居民来往内地通行证",
    IdentityType.HK_MACAO_RESIDENCE_PERMIT: "港澳居民居住证",
    IdentityType.TAIWAN_TRAVEL_PERMIT: "台湾居民来往大陆通行证",
    IdentityType.TAIWAN_RESIDENCE_PERMIT: "台湾居民居住证",
    IdentityType.FOREIGN_PASSPORT: "外国护照",
    IdentityType.FOREIGNER_PERMANENT_RESIDENCE: "外国人永久居留身份证",
    IdentityType.WORK_PERMIT_A: "《中华人民共和国外国人工作许可证》（A类）",
    IdentityType.WORK_PERMIT_B: "《中华人民共和国外国人工作许可证》（B类）",
    IdentityType.WORK_PERMIT_C: "《中华人民共和国外国人工作许可证》（C类）",
    IdentityType.OTHER: "其他个人证件",
}


class UnknownIdentityType(RulesError):
    """A text is neither a code nor a name of the table; `suggestion` is what it seems to mean."""

    code: ClassVar[str] = "unknown_identity_type"

    def __init__(self, suggestion: IdentityType | None) -> None:
        super().__init__(self.code)
        self.suggestion = suggestion


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


_OTHER_SPELLING = re.compile(r"[《》()\s]|中华人民共和国")
_CODE_AND_NAME = re.compile(r"([0-9]{3})[=:、.-]?(.*)")
_COLLOQUIAL = {
    "身份证": IdentityType.RESIDENT_ID,
    "二代身份证": IdentityType.RESIDENT_ID,
    "第二代居民身份证": IdentityType.RESIDENT_ID,
    "护照": IdentityType.CHINESE_PASSPORT,
    "回乡证": IdentityType.HK_MACAO_TRAVEL_PERMIT,
    "港澳通行证": IdentityType.HK_MACAO_TRAVEL_PERMIT,
    "台胞证": IdentityType.TAIWAN_TRAVEL_PERMIT,
    "外国人永久居留证": IdentityType.FOREIGNER_PERMANENT_RESIDENCE,
    "其他": IdentityType.OTHER,
}


def _plain_label(text: str) -> str:
    return _OTHER_SPELLING.sub("", unicodedata.normalize("NFKC", text)).removesuffix("类")


_BY_CODE = {type_.value: type_ for type_ in IdentityType}
_BY_LABEL = {_plain_label(type_.label): type_ for type_ in IdentityType}


@lru_cache(maxsize=1024)
def parse_identity_type(text: str) -> IdentityType:
    """The type that a code (`201`), a name (居民身份证) or both (`201=居民身份证`) mean.

    Raises:
        UnknownIdentityType: not in the table, or code and name disagree.
    Source: 2025-14 Form 5 (附件5) code list.
    """
    plain = _plain_label(clean_cell(text))
    named = _BY_LABEL.get(plain)
    if named is not None:
        return named
    found = _CODE_AND_NAME.fullmatch(plain)
    if found is None:
        raise UnknownIdentityType(_COLLOQUIAL.get(plain))
    code, name = found.groups()
    coded = _BY_CODE.get(code)
    if coded is None or (name and _BY_LABEL.get(name) != coded):
        raise UnknownIdentityType(None)
    return coded


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
