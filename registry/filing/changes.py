"""What is done to a filing in the course of its life. Each gives the filing as it stands afterwards.

Source: 2025-14 arts. 13 (renewal, changes), 15 (ordered out); 2024-26 三(四), (十); 附件2 part three.
"""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, timedelta

from registry.filing.book import FilingBook
from registry.filing.errors import ChangeRefusal, ChangeRefused
from registry.filing.expiry import renewed_until
from registry.filing.model import (
    BureauPeriod,
    ChangeKind,
    Filing,
    FilingState,
    NamePeriod,
    ScopeRow,
    filing_on,
)
from registry.filing.orders import Order, recorded, require_possible, with_state

_STATE_OF = {
    ChangeKind.RECTIFYING: FilingState.RECTIFYING,
    ChangeKind.RECTIFIED: FilingState.FILED,
    ChangeKind.WITHDRAWN: FilingState.WITHDRAWN,
    ChangeKind.ORDERED_OUT: FilingState.ORDERED_OUT,
    ChangeKind.CANCELLED: FilingState.CANCELLED,
}
STATE_CHANGES = tuple(_STATE_OF)
"""The changes that are nothing but another state."""


def change_state(filing: Filing, kind: ChangeKind, order: Order, today: date) -> Filing:
    """Rectifying and its end, and the three ends by an instrument. Raises: ChangeRefused."""
    order = require_possible(filing, kind, order, today)
    return with_state(filing, _STATE_OF[kind], kind, order)


def renewable_rows(filing: Filing) -> tuple[ScopeRow, ...]:
    """The rows about which a renewal decides: those in force on the filing's last day."""
    last_day = filing.expires_on
    return tuple(row for row in filing.scope if last_day is not None and row.covers(last_day))


def renew(
    filing: Filing,
    order: Order,
    continued: AbstractSet[ScopeRow],
    today: date,
    expires_on: date | None = None,
) -> Filing:
    """Another three years for the occupations that are continued; the others end with the old validity.

    The instrument is of a day on which the filing was in force: one that expired has to be filed anew. To
    record such an instrument after the last day is late, and has to be said.
    Raises: ChangeRefused.
    """
    last_day = filing.expires_on
    if last_day is None:
        raise ChangeRefused(ChangeRefusal.NOT_NOW)
    if order.on > last_day:
        raise ChangeRefused(ChangeRefusal.ALREADY_EXPIRED)
    order = require_possible(filing, ChangeKind.RENEWED, order, today)
    if today > last_day and not order.late:
        raise ChangeRefused(ChangeRefusal.ALREADY_EXPIRED)
    until = expires_on or renewed_until(last_day)
    if until <= last_day:
        raise ChangeRefused(ChangeRefusal.END_NOT_LATER)
    if until > renewed_until(last_day):
        raise ChangeRefused(ChangeRefusal.LONGER_THAN_THREE_YEARS)
    open_rows = renewable_rows(filing)
    if not continued <= set(open_rows):
        raise ChangeRefused(ChangeRefusal.ROW_UNKNOWN)
    if not continued:
        raise ChangeRefused(ChangeRefusal.NOTHING_CONTINUED)
    scope = [row for row in filing.scope if row not in open_rows]
    for row in open_rows:
        if row not in continued:
            scope.append(replace(row, to_on=last_day))
        else:
            scope.append(replace(row, to_on=until) if row.to_on == last_day else row)
    changes = recorded(filing, ChangeKind.RENEWED, order)
    if today > last_day:
        changes = (*changes[:-1], replace(changes[-1], late=True))
    return replace(filing, expires_on=until, scope=tuple(scope), changes=changes)


def change_scope(
    filing: Filing,
    order: Order,
    today: date,
    *,
    ended: AbstractSet[ScopeRow] = frozenset(),
    added: tuple[ScopeRow, ...] = (),
) -> Filing:
    """Rows end on the day before the order's, others begin on it or later. Raises: ChangeRefused."""
    order = require_possible(filing, ChangeKind.SCOPE_CHANGED, order, today)
    if not ended and not added:
        raise ChangeRefused(ChangeRefusal.NOTHING_CHANGED)
    eve = order.on - timedelta(days=1)
    kept = [row for row in filing.scope if row not in ended]
    if len(kept) + len(ended) != len(filing.scope) or any(_ended_by(row, eve) for row in ended):
        raise ChangeRefused(ChangeRefusal.ROW_UNKNOWN)
    for row in added:
        if row.from_on < order.on:
            raise ChangeRefused(ChangeRefusal.ROW_BEGINS_EARLIER)
        if any(_holds_already(there, row) for there in kept):
            raise ChangeRefused(ChangeRefusal.ROW_ALREADY_THERE)
    # A row that would have begun later never did.
    closed = [replace(row, to_on=eve) for row in ended if row.from_on <= eve]
    return replace(
        filing,
        scope=(*kept, *closed, *added),
        changes=recorded(filing, ChangeKind.SCOPE_CHANGED, order),
    )


def rename(filing: Filing, order: Order, name: str, short_name: str, today: date) -> Filing:
    """Another name from the order's day on; certificates of earlier days bear the earlier one.

    Raises: ChangeRefused.
    """
    order = require_possible(filing, ChangeKind.RENAMED, order, today)
    if not name:
        raise ChangeRefused(ChangeRefusal.NAME_MISSING)
    if any(period.from_on == order.on for period in filing.names):
        raise ChangeRefused(ChangeRefusal.SAME_DAY)
    before = filing_on(filing, order.on)
    if (name, short_name) == (before.name, before.short_name):
        raise ChangeRefused(ChangeRefusal.NOTHING_CHANGED)
    return replace(
        filing,
        names=(*filing.names, NamePeriod(name, short_name, order.on)),
        changes=recorded(filing, ChangeKind.RENAMED, order),
    )


def change_bureau(filing: Filing, order: Order, bureau: str, today: date) -> Filing:
    """Another bureau reviews its data from the order's day on, whatever day they were issued.

    Raises: ChangeRefused.
    """
    order = require_possible(filing, ChangeKind.BUREAU_CHANGED, order, today)
    if any(period.from_on == order.on for period in filing.bureaus):
        raise ChangeRefused(ChangeRefusal.SAME_DAY)
    if filing_on(filing, order.on).bureau == bureau:
        raise ChangeRefused(ChangeRefusal.NOTHING_CHANGED)
    return replace(
        filing,
        bureaus=(*filing.bureaus, BureauPeriod(bureau, order.on)),
        changes=recorded(filing, ChangeKind.BUREAU_CHANGED, order),
    )


def merge(book: FilingBook, filing: Filing, order: Order, successor: str, today: date) -> Filing:
    """The filing ends, and another one, in force on that day, answers for it from then on.

    Raises: ChangeRefused.
    """
    order = require_possible(filing, ChangeKind.MERGED, order, today)
    later = book.by_prefix(successor)
    if later is None or successor == filing.number_prefix:
        raise ChangeRefused(ChangeRefusal.SUCCESSOR_UNKNOWN)
    if not filing_on(later, order.on).may_certify:
        raise ChangeRefused(ChangeRefusal.SUCCESSOR_NOT_IN_FORCE)
    ended = with_state(filing, FilingState.MERGED, ChangeKind.MERGED, order)
    return replace(ended, successor=successor)


def _ended_by(row: ScopeRow, day: date) -> bool:
    return row.to_on is not None and row.to_on <= day


def _holds_already(there: ScopeRow, row: ScopeRow) -> bool:
    """Whether a row of the scope already says all that this one would, on its first day."""
    same = (there.occupation_code, there.job, there.basis) == (row.occupation_code, row.job, row.basis)
    return same and there.covers(row.from_on) and set(row.levels) <= set(there.levels)
