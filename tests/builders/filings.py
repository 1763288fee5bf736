"""Filings of one invented institution."""

from dataclasses import replace
from datetime import date
from typing import TypedDict, Unpack

from registry.filing.model import (
    BureauPeriod,
    Category,
    Filing,
    FilingState,
    NamePeriod,
    ScopeRow,
    StateChange,
)


class FilingFields(TypedDict, total=False):
    """The fields that a test may set."""

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


class ScopeFields(TypedDict, total=False):
    """The fields of a scope row that a test may set."""

    occupation_code: str
    occupation: str
    job: str
    levels: tuple[int, ...]
    basis: str
    from_on: date
    to_on: date | None


_FILED_ON = date(2024, 8, 1)
_SCOPE_ROW = ScopeRow("6-31-01-03", "电工", "", (5, 4, 3), "国家职业标准", _FILED_ON)
_FILING = Filing(
    credit_code="52439900MA9900010W",
    category=Category.PUBLIC,
    number_prefix="S000043990001",
    filing_number="示例备2024-0001",
    filed_on=_FILED_ON,
    expires_on=date(2027, 7, 31),
    names=(NamePeriod("示例评价机构", "示例机构", _FILED_ON),),
    bureaus=(BureauPeriod("430100", _FILED_ON),),
    states=(StateChange(FilingState.FILED, _FILED_ON, ""),),
    scope=(_SCOPE_ROW,),
)


def a_scope_row(**over: Unpack[ScopeFields]) -> ScopeRow:
    """电工, levels 5, 4 and 3, open since the filing began."""
    return replace(_SCOPE_ROW, **over)


def a_filing(**over: Unpack[FilingFields]) -> Filing:
    """An S filing of Changsha in force from 2024-08-01 to 2027-07-31, with one scope row."""
    return replace(_FILING, **over)
