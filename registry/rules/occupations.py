"""The occupation catalogue (职业分类大典): what an occupation and its 工种 are called, since when.

The catalogue is versioned. Names and codes change between editions, so a name is resolved in an
edition, and one that this edition does not have is met with the one that was probably meant. The values it
answers with are in `occupation_entries.py`, its tables in `catalogue_data.py`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache

from registry.rules.catalogue_data import FormerName, load_editions, load_former_names, load_occupations
from registry.rules.near_misses import NameIndex
from registry.rules.occupation_entries import (
    Edition,
    Evidence,
    Match,
    Occupation,
    OccupationCodeFault,
    Part,
    Reason,
    Resolution,
    Suggestion,
    Unknown,
    is_skill_occupation,
    major_group,
)
from registry.rules.text import normalise_name

__all__ = [
    "Catalogue",
    "Edition",
    "Evidence",
    "Match",
    "Occupation",
    "OccupationCodeFault",
    "Part",
    "Reason",
    "Resolution",
    "Suggestion",
    "Unknown",
    "is_skill_occupation",
    "load_catalogue",
    "major_group",
]

_NO_JOB = frozenset({"-", "--", "—", "——", "/", "无"})
_OCCUPATION_WITH_JOB = re.compile(r"(.+?)[(/](.+?)\)?")
_CACHED_ANSWERS = 16_384


class Catalogue:
    """All occupations known, by name and code. A value: it never changes."""

    def __init__(
        self, editions: Iterable[Edition], occupations: Iterable[Occupation], former: Iterable[FormerName]
    ) -> None:
        self.editions = tuple(editions)
        self.occupations = tuple(occupations)
        # Of two with one code the published one counts: it comes first.
        self._by_code = {occupation.code: occupation for occupation in reversed(self.occupations)}
        self._by_name = {occupation.name: occupation for occupation in self.occupations}
        self._with_job = {job: known for known in self.occupations for job in known.jobs}
        self._former = {(name.occupation, name.job): name for name in former}
        self._names = NameIndex((*self._by_name, *self._with_job))
        self._resolve = lru_cache(maxsize=_CACHED_ANSWERS)(self._resolve_uncached)

    @property
    def current(self) -> Edition:
        """The edition that is in force."""
        return self.editions[-1]

    def edition_on(self, day: date) -> Edition:
        """The edition in force on a day; the oldest known one for days before it."""
        in_force = [edition for edition in self.editions if edition.in_force_on <= day]
        return in_force[-1] if in_force else self.editions[0]

    def by_code(self, code: str) -> Occupation | None:
        """The occupation of the current edition with this code."""
        return self._by_code.get(code)

    def by_name(self, name: str) -> Occupation | None:
        """The occupation of the current edition with this name."""
        return self._by_name.get(_plain(name))

    def resolve(
        self, name: str, job: str, code: str | None = None, *, edition: str | None = None
    ) -> Resolution:
        """The occupation that a name (with 工种, perhaps with code) means in an edition.

        Without `edition` the current one. In an older edition its own names and codes match, as far
        as they are known, and every name that has not changed since.
        Source: 2025-14 art. 4 and 附件1 notes 1 and 2.
        """
        return self._resolve(name, job, code or "", edition or self.current.name)

    def _resolve_uncached(self, name: str, job: str, code: str, edition: str) -> Resolution:
        name, job = _plain(name), _plain(job)
        if job in _NO_JOB:
            job = ""
        older = self._of_older_edition(name, code, edition)
        if older is not None:
            return Match(older, job, job in older.jobs)
        occupation = self._by_name.get(name)
        if occupation is None:
            return self._unknown_occupation(name, job, code)
        if code and code != occupation.code:
            return self._other_code(occupation, job, code)
        if job and occupation.jobs and job not in occupation.jobs:
            return self._unknown_job(occupation, job)
        return Match(occupation, job, job in occupation.jobs)

    def _of_older_edition(self, name: str, code: str, edition: str) -> Occupation | None:
        if edition >= self.current.name:
            return None
        former = self._former.get((name, ""))
        if former is None or former.reason is not Reason.OLDER_EDITION or former.edition > edition:
            return None
        if code and code != former.code:
            return None
        now = self._by_code[former.now.code]
        jobs = () if former.now.job else now.jobs
        return replace(
            now, code=former.code or now.code, name=name, edition=former.edition,
            evidence=Evidence.TO_CHECK, jobs=jobs,
        )  # fmt: skip

    def _unknown_occupation(self, name: str, job: str, code: str) -> Unknown:
        former = self._former.get((name, ""))
        if former is not None:
            meant = replace(former.now, job=job or former.now.job)
            return Unknown(Part.OCCUPATION, former.reason, meant, former.edition, former.to_check)
        reason, meant_name = Reason.JOB_AS_OCCUPATION, name
        written_with_job = _OCCUPATION_WITH_JOB.fullmatch(name)
        if written_with_job is not None and written_with_job[1] in self._by_name:
            named = self._by_name[written_with_job[1]]
            return self._unknown(Part.OCCUPATION, reason, named, written_with_job[2])
        if name not in self._with_job:
            reason, meant_name = Reason.NEAR_MISS, self._names.nearest(name) or ""
        if meant_name in self._by_name:
            return self._unknown(Part.OCCUPATION, reason, self._by_name[meant_name], job)
        if meant_name in self._with_job:
            return self._unknown(Part.OCCUPATION, reason, self._with_job[meant_name], meant_name)
        return self._unknown(Part.OCCUPATION, Reason.UNLISTED, self._by_code.get(code), job)

    def _other_code(self, occupation: Occupation, job: str, code: str) -> Unknown:
        former = self._former.get((occupation.name, ""))
        is_older = former is not None and former.code == code
        reason = Reason.OLDER_EDITION if is_older else Reason.OTHER_CODE
        return self._unknown(Part.CODE, reason, occupation, job)

    def _unknown_job(self, occupation: Occupation, job: str) -> Unknown:
        former = self._former.get((occupation.name, job))
        if former is not None:
            return Unknown(Part.JOB, former.reason, former.now, former.edition, former.to_check)
        meant = NameIndex(occupation.jobs).nearest(job)
        if meant is None:
            return self._unknown(Part.JOB, Reason.UNLISTED, None, job, occupation)
        return self._unknown(Part.JOB, Reason.NEAR_MISS, occupation, meant)

    def _unknown(
        self, part: Part, reason: Reason, meant: Occupation | None, job: str, given: Occupation | None = None
    ) -> Unknown:
        suggestion = Suggestion(meant.code, meant.name, job) if meant else None
        about = meant or given
        return Unknown(part, reason, suggestion, self.current.name, about is None or about.to_check)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", normalise_name(name)).replace(" ", "")


@cache
def load_catalogue() -> Catalogue:
    """The catalogue that is shipped."""
    occupations = load_occupations()
    by_code = {occupation.code: occupation for occupation in occupations}
    return Catalogue(load_editions(), occupations, load_former_names(by_code))
