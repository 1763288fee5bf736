"""How a filing begins: S is publicised and filed when that is over, Y is filed at once.

Source: 2025-14 arts. 5, 12(4)–(6), 13.
"""

from dataclasses import dataclass, replace
from datetime import date

from registry.filing.book import FilingBook
from registry.filing.errors import ChangeRefusal, ChangeRefused
from registry.filing.expiry import last_day_of
from registry.filing.model import (
    BureauPeriod,
    Category,
    ChangeKind,
    Filing,
    FilingChange,
    FilingState,
    NamePeriod,
    ScopeRow,
    StateChange,
)
from registry.filing.orders import Order, recorded, require_order, require_possible
from registry.filing.publicity import publicity_of
from registry.rules.working_days import WorkCalendar


@dataclass(frozen=True, slots=True)
class NewFiling:
    """What is known of an institution before it is filed."""

    credit_code: str
    category: Category
    number_prefix: str
    name: str
    short_name: str
    bureau: str
    scope: tuple[ScopeRow, ...]


@dataclass(frozen=True, slots=True)
class Validity:
    """Under which number it is filed, and until when; without a last day, for three years."""

    filing_number: str
    expires_on: date | None = None


def publicise(book: FilingBook, new: NewFiling, order: Order, today: date) -> Filing:
    """The filing while objections to it may be raised. Raises: ChangeRefused, InconsistentFiling."""
    order = _require_new(book, new, order, today)
    if new.category is not Category.PUBLIC:
        raise ChangeRefused(ChangeRefusal.NO_PUBLICITY_NEEDED)
    return _begun(new, order, FilingState.PUBLICISED, ChangeKind.PUBLICISED)


def file_employer(book: FilingBook, new: NewFiling, order: Order, validity: Validity, today: date) -> Filing:
    """A Y institution, filed without publicity. Raises: ChangeRefused, InconsistentFiling."""
    order = _require_new(book, new, order, today)
    if new.category is not Category.EMPLOYER:
        raise ChangeRefused(ChangeRefusal.PUBLICITY_MISSING)
    return _in_force(_begun(new, order, FilingState.FILED, ChangeKind.FILED), order.on, validity)


def file_publicised(
    filing: Filing, order: Order, validity: Validity, today: date, calendar: WorkCalendar
) -> Filing:
    """A publicised filing comes into force; its scope begins with it. Raises: ChangeRefused."""
    order = require_possible(filing, ChangeKind.FILED, order, today)
    publicity = publicity_of(filing, calendar)
    if publicity is not None and order.on < publicity.may_file_from:
        raise ChangeRefused(ChangeRefusal.PUBLICITY_NOT_OVER)
    filed = replace(
        filing,
        states=(*filing.states, StateChange(FilingState.FILED, order.on, order.instrument)),
        # A row that was taken out while it was publicised never certified anything.
        scope=tuple(
            replace(row, from_on=max(row.from_on, order.on))
            for row in filing.scope
            if row.to_on is None or row.to_on >= order.on
        ),
        changes=recorded(filing, ChangeKind.FILED, order),
    )
    return _in_force(filed, order.on, validity)


def _require_new(book: FilingBook, new: NewFiling, order: Order, today: date) -> Order:
    if book.by_prefix(new.number_prefix) is not None:
        raise ChangeRefused(ChangeRefusal.PREFIX_TAKEN)
    if not new.name:
        raise ChangeRefused(ChangeRefusal.NAME_MISSING)
    if not new.scope:
        raise ChangeRefused(ChangeRefusal.SCOPE_MISSING)
    return require_order(order, today)


def _begun(new: NewFiling, order: Order, state: FilingState, kind: ChangeKind) -> Filing:
    return Filing(
        credit_code=new.credit_code,
        category=new.category,
        number_prefix=new.number_prefix,
        filing_number="",
        filed_on=None,
        expires_on=None,
        names=(NamePeriod(new.name, new.short_name, order.on),),
        bureaus=(BureauPeriod(new.bureau, order.on),),
        states=(StateChange(state, order.on, order.instrument),),
        scope=new.scope,
        changes=(FilingChange(kind, order.on, order.instrument),),
    )


def _in_force(filing: Filing, filed_on: date, validity: Validity) -> Filing:
    if not validity.filing_number:
        raise ChangeRefused(ChangeRefusal.FILING_NUMBER_MISSING)
    expires_on = validity.expires_on or last_day_of(filed_on)
    if expires_on < filed_on:
        raise ChangeRefused(ChangeRefusal.END_NOT_LATER)
    if expires_on > last_day_of(filed_on):
        raise ChangeRefused(ChangeRefusal.LONGER_THAN_THREE_YEARS)
    return replace(filing, filing_number=validity.filing_number, filed_on=filed_on, expires_on=expires_on)
