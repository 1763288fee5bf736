"""What there is to say about a batch without opening a row of it: counts, groups against Form 4, issue dates.

It is made when the batch is received and kept in clear beside it. Words of a cell are repeated only where
they are known to name an occupation: a cell may hold anything, a person's name too.

Source: 2025-14 art. 17(7) and 附件4.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from registry.intake.checks_form4 import Group, counted, stated_counts, unknown_group
from registry.intake.checks_reading import UPLOAD_WORKING_DAYS, Occasion, Reading
from registry.intake.findings import Finding
from registry.intake.form4 import Form4
from registry.intake.row_index import FLAGGED, REFUSED, RowIndex, RowIndexer
from registry.rules.working_days import Deadline, WorkCalendar
from signing.encoding import canonical_json, parse_json


@dataclass(frozen=True)
class GroupCount:
    """Certificates of one occupation, 工种 and level: by Form 4, by Form 5, and what was found in them.

    All three words are "" for what names no known occupation. `form4` is None where its number is unreadable.
    """

    occupation: str
    job: str
    level: str
    form4: int | None
    form5: int
    refused: int
    flagged: int


@dataclass(frozen=True)
class Overview:
    """The batch in numbers. `findings` counts rows by `R14` and by `R14.late`.

    `first_issued_on` and `last_issued_on` are the ends of the issue dates that can be read and are not in the
    future; None if there are none.
    """

    rows: int
    refused: int
    flagged: int
    first_issued_on: date | None
    last_issued_on: date | None
    groups: tuple[GroupCount, ...]
    findings: Mapping[str, int]

    @property
    def clean(self) -> int:
        """How many rows have no finding."""
        return self.rows - self.refused - self.flagged

    def due(self, calendar: WorkCalendar) -> Deadline | None:
        """Until when the batch's worst row is to be uploaded. Source: 2025-14 art. 17(7)."""
        if self.first_issued_on is None:
            return None
        return calendar.add_working_days(self.first_issued_on, UPLOAD_WORKING_DAYS)

    def encoded(self) -> str:
        """As it is stored."""
        first, last = self.first_issued_on, self.last_issued_on
        value = {
            **asdict(self),
            "first_issued_on": first.isoformat() if first else "",
            "last_issued_on": last.isoformat() if last else "",
        }
        return canonical_json(value).decode()

    @classmethod
    def decoded(cls, stored: str) -> "Overview":
        """What `encoded` gave; of a batch that has none, an empty one."""
        if not stored:
            return cls(0, 0, 0, None, None, (), {})
        # Our own bytes, bound by a keyed hash.
        value: dict[str, Any] = cast(dict[str, Any], parse_json(stored.encode()))
        value["groups"] = tuple(GroupCount(**each) for each in value["groups"])
        for name in ("first_issued_on", "last_issued_on"):
            value[name] = date.fromisoformat(value[name]) if value[name] else None
        return cls(**value)


def overview(
    form4: Form4,
    readings: Sequence[Reading],
    found: Sequence[tuple[bool, Sequence[Finding]]],
    occasion: Occasion,
) -> tuple[Overview, RowIndex]:
    """The overview of a checked batch, and where each finding is. `found` is (refused, findings) a row."""
    indexer = RowIndexer()
    refused: Counter[Group] = Counter()
    flagged: Counter[Group] = Counter()
    days: set[date] = set()
    for reading, (is_refused, findings) in zip(readings, found, strict=True):
        level = reading.level.value if reading.level is not None else None
        indexer.add(reading.row, findings, refused=is_refused, level=level)
        if findings:
            (refused if is_refused else flagged)[counted(reading)] += 1
        if reading.issued_on is not None:
            days.add(reading.issued_on)
    index = indexer.index()
    past = sorted(day for day in days if day <= occasion.today)
    counts = index.counts()
    return (
        Overview(
            rows=len(readings),
            refused=counts.get(REFUSED, 0),
            flagged=counts.get(FLAGGED, 0),
            first_issued_on=past[0] if past else None,
            last_issued_on=past[-1] if past else None,
            groups=_groups(form4, readings, occasion, refused, flagged),
            findings={name: count for name, count in counts.items() if name.startswith("R")},
        ),
        index,
    )


def _groups(
    form4: Form4,
    readings: Sequence[Reading],
    occasion: Occasion,
    refused: Mapping[Group, int],
    flagged: Mapping[Group, int],
) -> tuple[GroupCount, ...]:
    actual = Counter(map(counted, readings))
    stated, named, unreadable = stated_counts(form4)
    groups: list[GroupCount] = []
    unnamed: list[GroupCount] = []
    for group in dict.fromkeys((*named, *actual)):
        count = None if group in unreadable else stated[group]
        to = unnamed if unknown_group(group, occasion) else groups
        to.append(GroupCount(*group, count, actual[group], refused.get(group, 0), flagged.get(group, 0)))
    return (*groups, _together(unnamed)) if unnamed else tuple(groups)


def _together(groups: Sequence[GroupCount]) -> GroupCount:
    """All that name nothing known as one."""
    stated = [each.form4 for each in groups if each.form4 is not None]
    return GroupCount(
        "",
        "",
        "",
        form4=sum(stated) if len(stated) == len(groups) else None,
        form5=sum(each.form5 for each in groups),
        refused=sum(each.refused for each in groups),
        flagged=sum(each.flagged for each in groups),
    )
