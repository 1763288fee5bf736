"""When filings end by themselves, and who must be told before.

That a filing expired is nowhere recorded: it follows from its last day and the calendar (`filing_on`), so it
is true at midnight whether or not anything of ours runs. The log holds acts of people, and this is none.

Source: 2025-14 art. 13 (three years; renewal is asked for three months before the end).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from registry.filing.model import Filing, FilingOnDay, filing_on

FILING_YEARS = 3
RENEWAL_MONTHS = 3
_ASK_WITHIN_MONTHS = 6
_MONTHS = 12


class ExpiryPhase(StrEnum):
    """`ASK`: renewal should be asked for by a day that is still to come. `CLOSING`: the last three months."""

    ASK = "ask"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class ExpiryNotice:
    """That a filing in force will end: `ask_by` is the day by which renewal is to be asked for."""

    filing: Filing
    on_day: FilingOnDay
    phase: ExpiryPhase
    ask_by: date
    expires_on: date
    days_left: int


def expiry_notice(filing: Filing, today: date) -> ExpiryNotice | None:
    """What institution and province are told about its end; None while that is far, or it is not in force."""
    on_day = filing_on(filing, today)
    if filing.expires_on is None or not on_day.may_certify:
        return None
    if today < months_later(filing.expires_on, -_ASK_WITHIN_MONTHS):
        return None
    ask_by = months_later(filing.expires_on, -RENEWAL_MONTHS)
    phase = ExpiryPhase.ASK if today < ask_by else ExpiryPhase.CLOSING
    return ExpiryNotice(filing, on_day, phase, ask_by, filing.expires_on, (filing.expires_on - today).days)


def expiring(filings: Iterable[Filing], today: date) -> list[ExpiryNotice]:
    """The filings in force that end within three months, the earliest first."""
    notices = [notice for each in filings if (notice := expiry_notice(each, today)) is not None]
    closing = [notice for notice in notices if notice.phase is ExpiryPhase.CLOSING]
    return sorted(closing, key=lambda notice: (notice.expires_on, notice.filing.number_prefix))


def last_day_of(filed_on: date) -> date:
    """The last day of three years that begin on a day."""
    return months_later(filed_on, FILING_YEARS * _MONTHS) - timedelta(days=1)


def renewed_until(expires_on: date) -> date:
    """The last day of the three years that follow on a last day."""
    return last_day_of(expires_on + timedelta(days=1))


def months_later(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
    following = date(year + (month == _MONTHS - 1), (month + 1) % _MONTHS + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
