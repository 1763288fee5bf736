"""On which days the province sends: every day, or as the older system did on some days of the month.

Days are those on the wall in the province. A month that has no such day ends with it: 31 is its last day.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from registry.national.queue import CHINA, civil_date


@dataclass(frozen=True)
class Calendar:
    """The days of the month on which is sent, whole days; none: every day."""

    days: frozenset[int] = frozenset()

    def is_open(self, now: datetime) -> bool:
        """Whether this is a day for sending."""
        return self._holds(civil_date(now))

    def next_opening(self, now: datetime) -> datetime:
        """When sending may begin next: now, or at midnight of the next such day."""
        day = civil_date(now)
        if self._holds(day):
            return now
        while not self._holds(day):
            day += timedelta(days=1)
        return datetime.combine(day, time.min, CHINA)

    def _holds(self, day: date) -> bool:
        last = calendar.monthrange(day.year, day.month)[1]
        return not self.days or any(min(each, last) == day.day for each in self.days)
