"""The national list of vocational qualifications (国家职业资格目录), for what art. 4 excepts."""

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from registry.rules.data_files import shipped_text
from registry.rules.errors import RuleDataFault

_FILE = "qualifications_2021.json"


class QualificationKind(StrEnum):
    """准入类: nobody may work without it; 水平评价类: it says how well somebody works."""

    ADMISSION = "admission"
    LEVEL = "level"


@dataclass(frozen=True, slots=True)
class Qualification:
    """An entry of the list, and the occupation it concerns.

    With `job_words` it concerns only a 工种 that holds one of them. `to_check` where the kind, or that
    the entry means this occupation, is not confirmed.
    """

    name: str
    kind: QualificationKind
    occupation_code: str
    occupation: str
    job_words: tuple[str, ...]
    to_check: bool

    @property
    def refuses(self) -> bool:
        """Whether a skill-level certificate is out of the question: certainly 准入类."""
        return self.kind is QualificationKind.ADMISSION and not self.to_check


@dataclass(frozen=True, slots=True)
class QualificationList:
    """The list as of a day, with the document that published it."""

    title: str
    source: str
    published_on: date
    entries: tuple[Qualification, ...]

    def of(self, occupation: str, job: str = "") -> Qualification | None:
        """The entry that concerns an occupation, by name or code, and its 工种.

        Source: 2025-14 art. 4 ("另行规定").
        """
        for entry in self.entries:
            if occupation not in (entry.occupation, entry.occupation_code):
                continue
            if not entry.job_words or any(word in job for word in entry.job_words):
                return entry
        return None


@cache
def load_qualifications() -> QualificationList:
    """The list that is shipped.

    Source: 国家职业资格目录（2021年版）, published by 人力资源社会保障部 on 2021-11-23.
    """
    stored = json.loads(shipped_text(_FILE))
    try:
        entries = tuple(
            Qualification(
                name=entry["qualification"],
                kind=QualificationKind(entry["kind"]),
                occupation_code=entry["occupation_code"],
                occupation=entry["occupation"],
                job_words=tuple(entry.get("job_words", ())),
                to_check=entry["to_check"],
            )
            for entry in stored["entries"]
        )
        published_on = date.fromisoformat(stored["published_on"])
        return QualificationList(stored["title"], stored["source"], published_on, entries)
    except (KeyError, ValueError) as fault:
        raise RuleDataFault(_FILE, 0, "entries") from fault
