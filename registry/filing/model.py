"""A filing (备案): who holds it, what it covers, and what it was on a given day.

Every fact carries the day from which it holds, because a certificate is judged against the filing as it
was on its issue date and stays valid when the institution renames itself, moves or exits.

Source: 2025-14 arts. 5, 12, 13, 14, 15 and 附件1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from registry.filing.errors import Inconsistency, InconsistentFiling
from registry.rules.certificate_number import is_number_prefix


class FilingState(StrEnum):
    """What a filing is on a day.

    Source: 2025-14 arts. 12(4), 13, 15; 2024-26 三(四) and (十).
    """

    PUBLICISED = "publicised"
    FILED = "filed"
    RECTIFYING = "rectifying"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ORDERED_OUT = "ordered_out"
    CANCELLED = "cancelled"
    MERGED = "merged"
    UNKNOWN = "unknown"


# An order to rectify (限期整改) does not by itself take the right to certify: only 取消资质 does.
_IN_FORCE = frozenset({FilingState.FILED, FilingState.RECTIFYING})


class ChangeKind(StrEnum):
    """What an instrument did to a filing. `LISTED`: taken over from a list of institutions.

    Source: 2025-14 arts. 12, 13, 15; 2024-26 三(四) and (十).
    """

    LISTED = "listed"
    PUBLICISED = "publicised"
    FILED = "filed"
    RENEWED = "renewed"
    SCOPE_CHANGED = "scope_changed"
    RECTIFYING = "rectifying"
    RECTIFIED = "rectified"
    WITHDRAWN = "withdrawn"
    ORDERED_OUT = "ordered_out"
    CANCELLED = "cancelled"
    MERGED = "merged"
    RENAMED = "renamed"
    BUREAU_CHANGED = "bureau_changed"


class Category(StrEnum):
    """Y certifies its own staff or students, S the public.

    Source: 2025-14 art. 5.
    """

    EMPLOYER = "Y"
    PUBLIC = "S"


@dataclass(frozen=True, slots=True)
class ScopeRow:
    """One line of what may be certified, with the interval in which it may; `to_on` is the last day.

    `levels` are held lowest first (5, 4, 3), each once; `job` is "" where the occupation has none.

    Raises:
        InconsistentFiling: no level or none of the five, or an interval that ends before it begins.
    Source: 2025-14 附件1 二.
    """

    occupation_code: str
    occupation: str
    job: str
    levels: tuple[int, ...]
    basis: str
    from_on: date
    to_on: date | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", tuple(sorted(set(self.levels), reverse=True)))
        if not self.levels or not set(self.levels) <= {1, 2, 3, 4, 5}:
            raise InconsistentFiling(Inconsistency.LEVELS)
        if self.to_on is not None and self.to_on < self.from_on:
            raise InconsistentFiling(Inconsistency.SCOPE_INTERVAL)

    def covers(self, day: date) -> bool:
        """Whether the day lies in the row's own interval."""
        return self.from_on <= day and (self.to_on is None or day <= self.to_on)


@dataclass(frozen=True, slots=True)
class StateChange:
    """From this day on the filing is in this state, by this instrument ("" if none is known)."""

    state: FilingState
    on: date
    instrument: str


@dataclass(frozen=True, slots=True)
class NamePeriod:
    """From this day on the institution is called so; several periods of one day hold side by side."""

    name: str
    short_name: str
    from_on: date


@dataclass(frozen=True, slots=True)
class BureauPeriod:
    """From this day on this bureau (GB/T 2260 code) reviews the institution's data."""

    bureau: str
    from_on: date


@dataclass(frozen=True, slots=True)
class FilingChange:
    """That a filing was changed: how, from which day, by which instrument.

    `late` says that it was recorded after a change of a later day, so facts of days gone by were supplied.
    """

    kind: ChangeKind
    on: date
    instrument: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Filing:
    """All that is known of one filing. One legal person (`credit_code`) may hold several.

    `expires_on` is the last day of validity; both it and `filed_on` are None while the filing is only
    publicised. Histories are held in the order of their days, the scope in one canonical order, so that
    equal facts are equal values; `changes` in the order in which they were recorded. `successor` is the
    prefix of the filing that answers for this one after a merger, "" without one.

    Raises:
        InconsistentFiling: the facts contradict each other or one is missing.
    Source: 2025-14 arts. 5 and 13; 2020-17 art. 22 (what is published of an institution).
    """

    credit_code: str
    category: Category
    number_prefix: str
    filing_number: str
    filed_on: date | None
    expires_on: date | None
    names: tuple[NamePeriod, ...]
    bureaus: tuple[BureauPeriod, ...]
    states: tuple[StateChange, ...]
    scope: tuple[ScopeRow, ...]
    changes: tuple[FilingChange, ...] = ()
    successor: str = ""

    def __post_init__(self) -> None:
        _set(self, "names", _unique(sorted(self.names, key=lambda period: period.from_on)))
        _set(self, "bureaus", _unique(sorted(self.bureaus, key=lambda period: period.from_on)))
        _set(self, "states", _unique(sorted(self.states, key=lambda change: change.on)))
        _set(self, "scope", tuple(sorted(set(self.scope), key=_scope_order)))
        fault = _inconsistency(self)
        if fault is not None:
            raise InconsistentFiling(fault)


@dataclass(frozen=True, slots=True)
class FilingOnDay:
    """What a filing was on a day. `scope` holds what it could certify then: nothing unless `may_certify`.

    `names` are all that were right on that day: full names and short names.
    """

    state: FilingState
    name: str
    short_name: str
    names: tuple[str, ...]
    bureau: str
    scope: tuple[ScopeRow, ...]
    may_certify: bool


def filing_on(filing: Filing, day: date) -> FilingOnDay:
    """What this filing could certify on this day, and in what state it was.

    Names and the bureau of a day before the first one known are the first one known.

    Source: 2025-14 art. 13 (a filing ends by itself on its last day), art. 14 (not beyond the scope).
    """
    state = _state_on(filing, day)
    may_certify = state in _IN_FORCE
    names = _names_on(filing.names, day)
    bureaus = [period for period in filing.bureaus if period.from_on <= day] or filing.bureaus[:1]
    return FilingOnDay(
        state=state,
        name=names[0].name,
        short_name=names[0].short_name,
        names=_unique(text for period in names for text in (period.name, period.short_name) if text),
        bureau=bureaus[-1].bureau,
        scope=tuple(row for row in filing.scope if row.covers(day)) if may_certify else (),
        may_certify=may_certify,
    )


def is_national_standard(basis: str) -> bool:
    """Whether a scope row's basis is a 国家职业标准 (formerly 国家职业技能标准), not a 评价规范.

    Source: 2025-14 art. 5.
    """
    return basis.startswith("国家职业") and "标准" in basis and "规范" not in basis


def _state_on(filing: Filing, day: date) -> FilingState:
    reached = [change.state for change in filing.states if change.on <= day]
    if not reached:
        return FilingState.UNKNOWN
    if reached[-1] not in _IN_FORCE:
        return reached[-1]
    if filing.filed_on is None or filing.expires_on is None or day < filing.filed_on:
        return FilingState.UNKNOWN
    return FilingState.EXPIRED if day > filing.expires_on else reached[-1]


def _names_on(periods: tuple[NamePeriod, ...], day: date) -> list[NamePeriod]:
    since = max((period.from_on for period in periods if period.from_on <= day), default=periods[0].from_on)
    return [period for period in periods if period.from_on == since]


def _inconsistency(filing: Filing) -> Inconsistency | None:
    if not is_number_prefix(filing.number_prefix):
        return Inconsistency.PREFIX
    if filing.number_prefix[0] != filing.category:
        return Inconsistency.CATEGORY
    if not filing.names or not all(period.name for period in filing.names):
        return Inconsistency.NAMES
    if not filing.bureaus:
        return Inconsistency.BUREAUS
    if not filing.states:
        return Inconsistency.STATES
    if (filing.filed_on is None) != (filing.expires_on is None):
        return Inconsistency.VALIDITY
    if filing.filed_on and filing.expires_on and filing.expires_on < filing.filed_on:
        return Inconsistency.VALIDITY
    return _wrong_successor(filing)


def _wrong_successor(filing: Filing) -> Inconsistency | None:
    """Only a filing that ended by a merger has a successor: another filing."""
    if not filing.successor:
        return None
    merged = any(change.state is FilingState.MERGED for change in filing.states)
    another = is_number_prefix(filing.successor) and filing.successor != filing.number_prefix
    return None if merged and another else Inconsistency.SUCCESSOR


def _scope_order(row: ScopeRow) -> tuple[object, ...]:
    ends_on = row.to_on or date.max
    return (
        row.occupation_code,
        row.occupation,
        row.job,
        row.from_on,
        ends_on,
        row.to_on is None,
        row.levels,
        row.basis,
    )


_T = TypeVar("_T")


def _unique(items: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(items))


def _set(filing: Filing, field: str, value: object) -> None:
    object.__setattr__(filing, field, value)
