"""What the catalogue says about one occupation, and what it can answer about a name."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from registry.rules.errors import RulesError
from registry.rules.levels import Level

_CODE = re.compile(r"([1-8])-[0-9]{2}-[0-9]{2}-[0-9]{2}")
_SKILL_GROUPS = range(3, 7)


class OccupationCodeFault(RulesError):
    """A text has not the form of an occupation code."""

    code: ClassVar[str] = "occupation_code_fault"

    def __init__(self) -> None:
        super().__init__(self.code)


class Evidence(StrEnum):
    """How sure the catalogue is of what it says about an occupation.

    confirmed: code, name, 工种 and levels; listed: code and name, and nothing else is said;
    to_check: 工种 and levels are recollection; draft: only a draft of the edition has the name.
    """

    CONFIRMED = "confirmed"
    LISTED = "listed"
    TO_CHECK = "to_check"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the catalogue; `complete` if all its names are known here."""

    name: str
    in_force_on: date
    complete: bool


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation (职业) with its 工种.

    `jobs` and `levels` are empty where they are not known. `marks` holds S (digital), L (green).
    Source: 职业分类大典, the edition named.
    """

    code: str
    name: str
    edition: str
    evidence: Evidence
    jobs: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    marks: frozenset[str] = frozenset()
    small_class: str = ""

    @property
    def to_check(self) -> bool:
        """Whether it must be shown as 待核: no second source has confirmed what is said."""
        return self.evidence in (Evidence.TO_CHECK, Evidence.DRAFT)

    @property
    def major_group(self) -> int:
        """The first digit of the code (大类)."""
        return int(self.code[0])


class Part(StrEnum):
    """Which of the names given was not the catalogue's."""

    OCCUPATION = "occupation"
    JOB = "job"
    CODE = "code"


class Reason(StrEnum):
    """Why a name is not the catalogue's, as far as that is known."""

    ALIAS = "alias"
    OLDER_EDITION = "older_edition"
    MISPRINT = "misprint"
    JOB_AS_OCCUPATION = "job_as_occupation"
    NEAR_MISS = "near_miss"
    OTHER_CODE = "other_code"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What was probably meant, in the catalogue's words."""

    code: str
    occupation: str
    job: str


@dataclass(frozen=True, slots=True)
class Match:
    """Occupation and 工种 are the catalogue's.

    `job_listed` is false where a 工种 was given for an occupation whose 工种 are not known here.
    """

    occupation: Occupation
    job: str
    job_listed: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """One of the names is not the catalogue's; `to_check` if the catalogue itself may be wrong."""

    part: Part
    reason: Reason
    suggestion: Suggestion | None
    edition: str
    to_check: bool


Resolution = Match | Unknown


def major_group(code: str) -> int:
    """The major group (大类) of an occupation code.

    Raises:
        OccupationCodeFault: not of the form 4-01-06-02.
    """
    found = _CODE.fullmatch(code)
    if found is None:
        raise OccupationCodeFault
    return int(found[1])


def is_skill_occupation(code: str) -> bool:
    """Whether certificates may be issued for the code at all: major groups 3 to 6.

    Raises:
        OccupationCodeFault: not of the form 4-01-06-02.
    Source: 2025-14 art. 4.
    """
    return major_group(code) in _SKILL_GROUPS
