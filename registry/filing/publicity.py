"""The publicity (公示) of an institution that is to be filed for the public: five working days.

The first day is not counted; adjusted working weekends (调休) are working days, as everywhere. Objections may
be raised until the last day ends, so it can be filed from the day after.

Source: 2025-14 art. 12(4): only 社会培训评价组织 (S) are publicised.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from registry.filing.model import Category, Filing, FilingState
from registry.rules.working_days import WorkCalendar

PUBLICITY_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Publicity:
    """A period of publicity: its first day, its last, and whether the last is provisional (暂定)."""

    began_on: date
    last_day: date
    provisional: bool

    @property
    def may_file_from(self) -> date:
        """The first day on which it can be filed."""
        return self.last_day + timedelta(days=1)


def publicity_from(began_on: date, calendar: WorkCalendar) -> Publicity:
    """The publicity that begins on a day."""
    deadline = calendar.add_working_days(began_on, PUBLICITY_WORKING_DAYS)
    return Publicity(began_on, deadline.on, deadline.provisional)


def publicity_of(filing: Filing, calendar: WorkCalendar) -> Publicity | None:
    """The newest publicity of a filing; None if it was never publicised, as Y never is."""
    if filing.category is not Category.PUBLIC:
        return None
    days = [change.on for change in filing.states if change.state is FilingState.PUBLICISED]
    return publicity_from(days[-1], calendar) if days else None
