"""The life of a filing as one line of events: what was done, what follows from its dates, what is to come."""

from dataclasses import dataclass
from datetime import date, datetime

from registry.filing.book import FilingBook, RecordedEntry
from registry.filing.expiry import expiry_notice
from registry.filing.model import ChangeKind, Filing, FilingState, filing_on
from registry.filing.publicity import publicity_of
from registry.rules.working_days import WorkCalendar
from signing.encoding import parse_rfc3339

_KIND_OF_STATE = {
    FilingState.PUBLICISED: ChangeKind.PUBLICISED,
    FilingState.FILED: ChangeKind.FILED,
    FilingState.RECTIFYING: ChangeKind.RECTIFYING,
    FilingState.WITHDRAWN: ChangeKind.WITHDRAWN,
    FilingState.ORDERED_OUT: ChangeKind.ORDERED_OUT,
    FilingState.CANCELLED: ChangeKind.CANCELLED,
    FilingState.MERGED: ChangeKind.MERGED,
}


@dataclass(frozen=True)
class Event:
    """One event. `words` is the key of what happened; `index` is None for what no entry records."""

    on: date
    words: str
    instrument: str = ""
    late: bool = False
    index: int | None = None
    recorded_at: datetime | None = None
    to_come: bool = False
    is_act: bool = True


def events_of(
    book: FilingBook, filing: Filing, today: date, calendar: WorkCalendar, *, reminders: bool = False
) -> list[Event]:
    """The events of a filing, the latest first; of one day in the order in which they were recorded.

    `reminders`: with the days by which something is to be asked for, which concern nobody else.
    """
    entries = book.entries(filing.number_prefix)
    events = [
        *_of_states(filing),
        *_of_changes(entries, today),
        *_of_dates(filing, today, calendar, reminders=reminders),
    ]
    return sorted(events, key=lambda event: event.on)[::-1]


def _of_changes(entries: tuple[RecordedEntry, ...], today: date) -> list[Event]:
    return [
        Event(
            change.on,
            f"filing_event.{change.kind}",
            change.instrument,
            change.late,
            entry.index,
            parse_rfc3339(entry.at) if entry.at else None,
            to_come=change.on > today,
        )
        for entry in entries
        for change in entry.changes
    ]


def _of_states(filing: Filing) -> list[Event]:
    """States that a list told of: no change of their own records them."""
    known = {(change.kind, change.on) for change in filing.changes}
    recorded_days = {change.on for change in filing.changes if change.kind is ChangeKind.RECTIFIED}
    return [
        Event(state.on, f"filing_event.{kind}", state.instrument)
        for state in filing.states
        if (kind := _KIND_OF_STATE.get(state.state)) is not None
        and (kind, state.on) not in known
        and not (kind is ChangeKind.FILED and state.on in recorded_days)
    ]


def _of_dates(filing: Filing, today: date, calendar: WorkCalendar, *, reminders: bool) -> list[Event]:
    """What follows from the dates alone: ends of publicity and validity."""
    events = []
    on_day, publicity = filing_on(filing, today), publicity_of(filing, calendar)
    if publicity is not None and on_day.state is FilingState.PUBLICISED:
        ahead = publicity.last_day >= today
        events.append(Event(publicity.last_day, "filing.history.publicity", to_come=ahead, is_act=False))
    if filing.expires_on is not None and on_day.state is FilingState.EXPIRED:
        events.append(Event(filing.expires_on, "filing.history.expired", is_act=False))
    elif filing.expires_on is not None and on_day.may_certify:
        events.append(Event(filing.expires_on, "filing.history.expires", to_come=True, is_act=False))
        notice = expiry_notice(filing, today)
        if reminders and notice is not None and notice.ask_by >= today:
            events.append(Event(notice.ask_by, "filing.history.ask_by", to_come=True, is_act=False))
    return events
