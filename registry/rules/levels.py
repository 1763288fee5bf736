"""The five levels that a certificate can carry, in every form in which people write them."""

import unicodedata
from enum import IntEnum, StrEnum
from functools import lru_cache
from itertools import chain
from typing import ClassVar

from registry.rules.errors import RulesError
from registry.rules.text import clean_cell


class Level(IntEnum):
    """职业技能等级; the smaller the number, the higher the level.

    Source: 2025-14 art. 6; Form 5 (附件5) code list.
    """

    SENIOR_TECHNICIAN = 1
    TECHNICIAN = 2
    ADVANCED_WORKER = 3
    INTERMEDIATE_WORKER = 4
    JUNIOR_WORKER = 5

    @property
    def ordinal(self) -> str:
        """三级"""
        return _ORDINALS[self]

    @property
    def title(self) -> str:
        """高级工"""
        return _TITLES[self]


_ORDINALS = {level: f"{numeral}级" for level, numeral in zip(Level, "一二三四五", strict=True)}
_TITLES = dict(zip(Level, ("高级技师", "技师", "高级工", "中级工", "初级工"), strict=True))

BEYOND_FORM5 = frozenset({"学徒工", "特级技师", "首席技师"})


class LevelFaultKind(StrEnum):
    """Why a text is not one of the five levels."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    CONTRADICTORY = "contradictory"
    BEYOND_FORM5 = "beyond_form5"


class LevelFault(RulesError):
    """A text names no level that Form 5 can carry."""

    code: ClassVar[str] = "level_fault"

    def __init__(self, kind: LevelFaultKind) -> None:
        super().__init__(f"{self.code}: {kind}")
        self.kind = kind


# 三级/高级工 三级（高级工） 三级、高级工 三级或高级工 3=三级或高级工: every joint reads as one.
_JOINTS = str.maketrans(dict.fromkeys("/、,或=-()|;:", "/") | {" ": None})


@lru_cache(maxsize=1024)
def parse_level(text: str) -> Level:
    """The level that a code (`3`), an ordinal (三级), a title (高级工) or their join names.

    Raises:
        LevelFault: empty; unknown; parts that name different levels; or 学徒工, 特级技师 and
            首席技师, which enterprises may use but Form 5 cannot carry.
    Source: 2025-14 art. 6 and Form 5 (附件5) code list.
    """
    plain = unicodedata.normalize("NFKC", clean_cell(text)).translate(_JOINTS)
    level = _FORMS.get(plain)
    if level is not None:
        return level
    parts = [part for part in plain.split("/") if part]
    if not parts:
        raise LevelFault(LevelFaultKind.EMPTY)
    if any(part in BEYOND_FORM5 for part in parts):
        raise LevelFault(LevelFaultKind.BEYOND_FORM5)
    named = [_FORMS.get(part) for part in parts]
    first = named[0]
    if first is None or None in named:
        raise LevelFault(LevelFaultKind.UNKNOWN)
    if any(other != first for other in named):
        raise LevelFault(LevelFaultKind.CONTRADICTORY)
    return first


def level_label(level: Level | int) -> str:
    """As the certificate prints it: 三级/高级工."""
    known = Level(level)
    return f"{known.ordinal}/{known.title}"


def parse_levels(text: str) -> tuple[Level, ...]:
    """The levels of a scope row such as `5、4、3`, lowest level first, each once.

    Raises:
        LevelFault: one of them is not a level, or there is none.
    Source: 2025-14 附件1 note 3.
    """
    plain = unicodedata.normalize("NFKC", clean_cell(text))
    for joint in "、,/;":
        plain = plain.replace(joint, " ")
    levels = {parse_level(part) for part in plain.split()}
    if not levels:
        raise LevelFault(LevelFaultKind.EMPTY)
    return tuple(sorted(levels, reverse=True))


def _forms_of(level: Level) -> tuple[str, ...]:
    ordinals = (str(int(level)), f"{int(level)}级", level.ordinal)
    joined = (f"{ordinal}{level.title}" for ordinal in ordinals)
    return (*ordinals, level.title, *joined)


_FORMS = dict(chain.from_iterable(((form, level) for form in _forms_of(level)) for level in Level))
