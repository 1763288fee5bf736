"""What every change of a filing has in common: an instrument, a day, and a filing that can have it.

- No change without an instrument.
- A state is never set before the last one: what came later would stand, and be wrong.
- Anything else may be recorded late, that is after a change of a later day, if whoever does it says so.
- Nothing is dated more than a year ahead.

Facts of days before the change's own day stay what they were.

Source: 2025-14 arts. 12(6) (书面下达文书), 13 (动态管理), 15; 2024-26 三(四) and (十).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from registry.filing.errors import ChangeRefusal, ChangeRefused
from registry.filing.model import ChangeKind, Filing, FilingChange, FilingState, StateChange, filing_on

MAX_INSTRUMENT = 120
_DAYS_AHEAD = 366

_ALWAYS = (ChangeKind.RENAMED, ChangeKind.BUREAU_CHANGED)
_IN_FORCE = (
    ChangeKind.RENEWED,
    ChangeKind.SCOPE_CHANGED,
    *_ALWAYS,
    ChangeKind.WITHDRAWN,
    ChangeKind.MERGED,
    ChangeKind.ORDERED_OUT,
    ChangeKind.CANCELLED,
)
# After its end a filing still has a name, a bureau that reviews what is late, and perhaps a successor.
_AFTERWARDS = (*_ALWAYS, ChangeKind.MERGED)
POSSIBLE: Mapping[FilingState, tuple[ChangeKind, ...]] = MappingProxyType(
    {
        # What objections bring to light is put right before it is filed.
        FilingState.PUBLICISED: (
            ChangeKind.FILED,
            ChangeKind.SCOPE_CHANGED,
            *_ALWAYS,
            ChangeKind.WITHDRAWN,
        ),
        FilingState.FILED: (*_IN_FORCE, ChangeKind.RECTIFYING),
        FilingState.RECTIFYING: (*_IN_FORCE, ChangeKind.RECTIFIED),
        FilingState.EXPIRED: (ChangeKind.RENEWED, *_AFTERWARDS),
        FilingState.WITHDRAWN: _AFTERWARDS,
        FilingState.ORDERED_OUT: _AFTERWARDS,
        FilingState.CANCELLED: _AFTERWARDS,
        FilingState.MERGED: _ALWAYS,
        FilingState.UNKNOWN: (),
    }
)


@dataclass(frozen=True, slots=True)
class Order:
    """By which instrument something is changed, and from which day.

    `late` is the word of whoever records it that it is recorded after a change of a later day.
    """

    on: date
    instrument: str
    late: bool = False


def possible_changes(filing: Filing, day: date) -> tuple[ChangeKind, ...]:
    """What can be done to a filing as it stands on a day."""
    return POSSIBLE[filing_on(filing, day).state]


def require_order(order: Order, today: date) -> Order:
    """The order with its instrument tidied. Raises: ChangeRefused."""
    instrument = " ".join(order.instrument.split())
    if not instrument:
        raise ChangeRefused(ChangeRefusal.INSTRUMENT_MISSING)
    if len(instrument) > MAX_INSTRUMENT:
        raise ChangeRefused(ChangeRefusal.INSTRUMENT_TOO_LONG)
    if order.on > today + timedelta(days=_DAYS_AHEAD):
        raise ChangeRefused(ChangeRefusal.TOO_FAR_AHEAD)
    return replace(order, instrument=instrument)


def require_possible(filing: Filing, kind: ChangeKind, order: Order, today: date) -> Order:
    """The order, if this filing can be changed so on its day. Raises: ChangeRefused."""
    order = require_order(order, today)
    if order.on < _known_from(filing):
        raise ChangeRefused(ChangeRefusal.BEFORE_THE_FILING)
    if kind not in possible_changes(filing, order.on):
        raise ChangeRefused(ChangeRefusal.NOT_NOW)
    if order.on < last_change_on(filing) and not order.late:
        raise ChangeRefused(ChangeRefusal.BEFORE_THE_LAST_CHANGE)
    return order


def recorded(filing: Filing, kind: ChangeKind, order: Order) -> tuple[FilingChange, ...]:
    """The filing's changes with this one added."""
    late = order.on < last_change_on(filing)
    return (*filing.changes, FilingChange(kind, order.on, order.instrument, late))


def with_state(filing: Filing, state: FilingState, kind: ChangeKind, order: Order) -> Filing:
    """The filing in another state from the order's day on. Raises: ChangeRefused."""
    if order.on < filing.states[-1].on:
        raise ChangeRefused(ChangeRefusal.BEFORE_THE_LAST_STATE)
    change = StateChange(state, order.on, order.instrument)
    return replace(filing, states=(*filing.states, change), changes=recorded(filing, kind, order))


def last_change_on(filing: Filing) -> date:
    """The day of the latest change by an instrument; a list that was taken over only reports."""
    ordered = [change.on for change in filing.changes if change.kind is not ChangeKind.LISTED]
    return max([filing.states[-1].on, *ordered])


def _known_from(filing: Filing) -> date:
    """Before this day the filing's first facts stand in for what nobody recorded, and must stay."""
    return max(filing.states[0].on, filing.names[0].from_on, filing.bureaus[0].from_on)
