"""Taking over what a later list says about a filing without losing what was true before.

A list of institutions shows each filing as it is at that time. What the register knows of earlier names,
bureaus, states and scopes stays, because certificates are judged by the facts of their issue date.

Source: 2025-14 arts. 13 (changes during a filing) and 14.
"""

from dataclasses import replace
from datetime import date, timedelta

from registry.filing.errors import MalformedFilingEntry
from registry.filing.model import Filing, ScopeRow, StateChange


def revised(before: Filing, listed: Filing, on: date) -> Filing:
    """`before` with what `listed` says now; what is new holds from `on`, what is gone ended the day before.

    Raises:
        MalformedFilingEntry: they are filings of two prefixes.
    """
    if before.number_prefix != listed.number_prefix:
        raise MalformedFilingEntry("number_prefix")
    name, bureau = listed.names[-1], listed.bureaus[-1]
    names, bureaus = before.names, before.bureaus
    if (name.name, name.short_name) != (names[-1].name, names[-1].short_name):
        names = (*(period for period in names if period.from_on < on), replace(name, from_on=on))
    if bureau.bureau != bureaus[-1].bureau:
        bureaus = (*(period for period in bureaus if period.from_on < on), replace(bureau, from_on=on))
    return replace(
        listed,
        names=names,
        bureaus=bureaus,
        states=_states(before.states, listed.states),
        scope=(*listed.scope, *_kept(before.scope, listed.scope, on)),
        changes=before.changes,
        successor=before.successor,
    )


def _states(before: tuple[StateChange, ...], listed: tuple[StateChange, ...]) -> tuple[StateChange, ...]:
    """All changes known; a list that gives an instrument corrects what was known of the same change."""
    known = {(change.state, change.on): change for change in before}
    for change in listed:
        if change.instrument or (change.state, change.on) not in known:
            known[change.state, change.on] = change
    return tuple(known.values())


def _kept(before: tuple[ScopeRow, ...], listed: tuple[ScopeRow, ...], on: date) -> list[ScopeRow]:
    """The rows that the list no longer shows, as far as they held before it."""
    restated = {_identity(row) for row in listed}
    eve = on - timedelta(days=1)
    return [
        row if row.to_on and row.to_on <= eve else replace(row, to_on=eve)
        for row in before
        if _identity(row) not in restated and row.from_on <= eve
    ]


def _identity(row: ScopeRow) -> tuple[str, str, date]:
    """What makes a listed row the same row with another end, other levels or another basis."""
    return (row.occupation_code, row.job, row.from_on)
