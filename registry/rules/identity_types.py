"""The twelve kinds of identity documents, by code and by name."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
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

    @property
    def printed_label(self) -> str:
        """The name on a certificate sheet, which never bears the name of the state: 人社鉴发〔2021〕1号."""
        return _STATE_AND_MARKS.sub("", self.label)


_STATE_AND_MARKS = re.compile("[《》]|中华人民共和国")
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
