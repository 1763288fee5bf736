"""Working days (工作日): official arrangements where published, statutory holidays elsewhere.

The day of an event is not counted. Adjusted working weekends (调休) are working days. A year
without an official table counts with the statutory holidays only, and whatever touches it is
provisional (暂定): it is computed again when the table arrives.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256

from registry.rules.data_files import read_table, shipped_text
from registry.rules.errors import RuleDataFault
from registry.rules.statutory_holidays import statutory_holidays

_COLUMNS = ("date", "kind", "holiday")
_SATURDAY = 5
# A typing error may name any year; nobody waits for the days of ten centuries to be counted.
_FIRST_DAY, _LAST_DAY = date(1949, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """Official arrangements: days off and working weekends, as published.

    The notice of one year may arrange days of its neighbours, so a year counts as published only
    if its National Day, which every notice names, is among the days off.
    Source: the yearly notice of the State Council's general office (国务院办公厅).
    """

    off: frozenset[date]
    work: frozenset[date]

    @property
    def published_years(self) -> frozenset[int]:
        """The years whose whole arrangement is in the table."""
        return frozenset(day.year for day in self.off if (day.month, day.day) == (10, 1))

    def amended_by(self, later: "HolidayTable") -> "HolidayTable":
        """Both tables, where they differ the later one's word."""
        return HolidayTable((self.off - later.work) | later.off, (self.work - later.off) | later.work)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day something is due; `provisional` (暂定) if a year without official table was touched."""

    on: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many working days lie between two days; negative if the second is the earlier."""

    days: int
    provisional: bool


def read_holiday_table(text: str, table: str = "holidays") -> HolidayTable:
    """The table in CSV text with the columns `date`, `kind` (off, work) and `holiday`.

    Raises:
        RuleDataFault: a row names no day, no kind, or a day twice; or a working day that is one
            anyway.
    """
    days: dict[str, set[date]] = {"off": set(), "work": set()}
    for line, row in read_table(text, table, _COLUMNS):
        try:
            day = date.fromisoformat(row["date"])
        except ValueError as fault:
            raise RuleDataFault(table, line, "date") from fault
        kind = days.get(row["kind"])
        if kind is None or (row["kind"] == "work" and day.weekday() < _SATURDAY):
            raise RuleDataFault(table, line, "kind")
        if any(day in known for known in days.values()):
            raise RuleDataFault(table, line, "date")
        kind.add(day)
    return HolidayTable(frozenset(days["off"]), frozenset(days["work"]))


class WorkCalendar:
    """Counts working days. A value: `extended` gives another calendar."""

    def __init__(self, table: HolidayTable) -> None:
        self._table = table
        self._official_years = table.published_years
        # What was counted once; the calendar answers the same with and without it.
        self._working_days: dict[int, list[int]] = {}

    def extended(self, table: HolidayTable) -> "WorkCalendar":
        """This calendar with a further table, whose word counts where both have one."""
        return WorkCalendar(self._table.amended_by(table))

    @property
    def official_years(self) -> tuple[int, ...]:
        """The years that have an official table."""
        return tuple(sorted(self._official_years))

    @property
    def fingerprint(self) -> str:
        """What tells this calendar from another: to be kept beside what was counted with it."""
        days = [f"{day:%Y%m%d}-" for day in sorted(self._table.off)]
        days += [f"{day:%Y%m%d}+" for day in sorted(self._table.work)]
        return sha256("".join(days).encode()).hexdigest()[:16]

    def is_official(self, year: int) -> bool:
        """Whether the year has an official table; otherwise its days are provisional."""
        return year in self._official_years

    def is_working_day(self, day: date) -> bool:
        """Whether work is done on this day.

        Source: 全国年节及纪念日放假办法 and the year's arrangement.
        """
        if day in self._table.work:
            return True
        if day in self._table.off or day.weekday() >= _SATURDAY:
            return False
        return self.is_official(day.year) or day not in statutory_holidays(day.year)

    def add_working_days(self, start: date, days: int) -> Deadline:
        """The last of `days` working days after `start`; `start` itself is not counted.

        Source: 2025-14 art. 17(7) for 30 and 15 working days; 民法典 art. 201 for the first day.
        """
        if days < 0:
            raise ValueError(days)
        if days == 0 or start >= _LAST_DAY:
            return Deadline(start, provisional=start >= _LAST_DAY)
        provisional, remaining, after = False, days, start.toordinal()
        for year in range((start + timedelta(days=1)).year, _LAST_DAY.year + 1):
            ordinals = self._working_days_of(year)
            first = bisect_right(ordinals, after)
            provisional = provisional or not self.is_official(year)
            if first + remaining <= len(ordinals):
                return Deadline(date.fromordinal(ordinals[first + remaining - 1]), provisional)
            remaining -= len(ordinals) - first
        return Deadline(_LAST_DAY, provisional=True)

    def working_days_between(self, start: date, end: date) -> Count:
        """The working days after `start` up to and with `end`; before 1949 and after 2199, none."""
        if end < start:
            back = self.working_days_between(end, start)
            return Count(-back.days, back.provisional)
        if start == end:
            return Count(0, provisional=False)
        first, last = start.toordinal(), end.toordinal()
        counted = range(max(start.year, _FIRST_DAY.year), min(end.year, _LAST_DAY.year) + 1)
        days = sum(
            bisect_right(ordinals, last) - bisect_right(ordinals, first)
            for ordinals in map(self._working_days_of, counted)
        )
        years = range(date.fromordinal(first + 1).year, end.year + 1)
        return Count(days, provisional=not all(map(self.is_official, years)))

    def _working_days_of(self, year: int) -> list[int]:
        ordinals = self._working_days.get(year)
        if ordinals is None:
            days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
            ordinals = [day for day in days if self.is_working_day(date.fromordinal(day))]
            self._working_days[year] = ordinals
        return ordinals


@cache
def load_calendar() -> WorkCalendar:
    """The calendar of the official tables that are shipped."""
    return WorkCalendar(read_holiday_table(shipped_text("holidays.csv"), "holidays.csv"))
