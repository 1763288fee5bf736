"""What is counted together: certificates that share everything a statistic asks about."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from registry.filing.model import Category

REVIEW_WORKING_DAYS: Final = 15
"""How long a bureau has from receipt. Source: 2025-14 art. 17(7)."""


class Upload(StrEnum):
    """Whether the certificate came within 30 working days of its issue.

    LEGACY has no such deadline: it was issued before the register.
    Source: 2025-14 art. 17(7).
    """

    ON_TIME = "on_time"
    LATE = "late"
    LEGACY = "legacy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One kind of certificate, as statistics see it: `month` of issue, `bureau` that approved.

    Of an erased certificate only institution and bureau are left: everything else about it went with the
    record, and nothing here may keep what an erasure took away.
    """

    prefix: str
    bureau: str
    month: str
    level: int
    occupation_code: str
    occupation: str
    job: str
    upload: str
    state: str

    @property
    def category(self) -> Category:
        """Whether a Y or an S institution issued it."""
        return Category(self.prefix[0])


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month | None":
        """The month that `2026-03` means, None if the text is none of the years 1990 to 2199."""
        year, dash, number = text.partition("-")
        plain = (
            len(year) == 4 and len(number) == 2 and (year + number).isascii() and (year + number).isdigit()
        )
        if not dash or not plain or not 1 <= int(number) <= 12 or not 1990 <= int(year) <= 2199:
            return None
        return cls(int(year), int(number))

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    def plus(self, months: int) -> "Month":
        """The month so many months later."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, number + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, both ends within."""

    start: Month
    end: Month

    def months(self) -> tuple[Month, ...]:
        """Every month of it."""
        count = (self.end.year - self.start.year) * 12 + self.end.number - self.start.number + 1
        return tuple(self.start.plus(each) for each in range(max(count, 0)))

    def years(self) -> tuple[int, ...]:
        """Every year that it touches."""
        return tuple(range(self.start.year, self.end.year + 1))

    def within(self, year: int) -> "Period":
        """Its part in one of its years."""
        return Period(max(self.start, Month(year, 1)), min(self.end, Month(year, 12)))
