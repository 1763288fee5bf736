"""Filings as entries of the public log: what changed, and the filing that a chain of changes adds up to.

An entry names the filing by its number prefix and carries only what changed: a changed fact or history
whole, the scope as rows added and removed. A large change becomes several entries, each small enough for
the log. The first entries of a prefix describe the filing completely.

    {"number_prefix": …, "credit_code": …, "category": …, "filing_number": …, "filed_on": …, "expires_on": …,
     "names": [{"name", "short_name", "from_on"}], "bureaus": [{"bureau", "from_on"}],
     "states": [{"state", "on", "instrument"}],
     "scope": {"added": [row], "removed": [row]}, "successor": …,
     "changes": [{"kind", "on", "instrument", "late"}], "sequence": …, "key": …, "signature": …}

    row = {"occupation_code", "occupation", "job", "levels", "basis", "from_on", "to_on"}

Absent dates are "". No natural person is in it. `changes` are those that this entry adds: what was done,
from which day, by which instrument. `sequence` counts the entries of a prefix from 0, so that no entry can be
put in twice or out of its turn; the province signs all of it (`registry.ledger.admission.require_filing`).

Source: the product's own format, entry type `filing` v1; RFC 8785 for its canonical form.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from registry.filing.errors import FilingEntryTooLarge, InconsistentFiling, MalformedFilingEntry
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
from signing.encoding import Json, canonical_json

MAX_BYTES = 60_000
"""Below the log's own limit, so that type, version and time find room beside it."""

_ENVELOPE = frozenset({"v", "type", "at", "sequence", "key", "signature"})
_FACTS = ("credit_code", "category", "filing_number", "filed_on", "expires_on", "names", "bureaus", "states")
_MORE = ("number_prefix", "scope", "successor", "changes")

_T = TypeVar("_T")


def filing_entries(before: Filing | None, after: Filing) -> list[dict[str, Json]]:
    """The entries that turn `before` into `after`; none if they are equal.

    Raises:
        MalformedFilingEntry: they are filings of two prefixes, or recorded changes were dropped.
        FilingEntryTooLarge: something cannot be cut small enough for an entry.
    """
    if before is not None and before.number_prefix != after.number_prefix:
        raise MalformedFilingEntry("number_prefix")
    facts = _facts(after)
    if before is not None:
        known = _facts(before)
        facts = {name: value for name, value in facts.items() if value != known[name]}
    recorded = before.changes if before else ()
    if after.changes[: len(recorded)] != recorded:
        raise MalformedFilingEntry("changes")
    if after.successor != (before.successor if before else ""):
        facts["successor"] = after.successor
    if added := after.changes[len(recorded) :]:
        facts["changes"] = [_change(each) for each in added]
    rows = list(_scope_changes(before.scope if before else (), after.scope))
    if not facts and not rows:
        return []
    return list(_packed({"number_prefix": after.number_prefix, **facts}, rows, after.number_prefix))


def apply_filing_entry(filing: Filing | None, entry: Mapping[str, Json]) -> Filing:
    """The filing as it stands after this entry; `filing` is None before the first one of its prefix.

    Raises:
        MalformedFilingEntry: the entry does not describe a change of this filing.
    """
    for name in entry:
        if name not in _ENVELOPE and name not in (*_FACTS, *_MORE):
            raise MalformedFilingEntry(name)
    try:
        return _begun(entry) if filing is None else _changed(filing, entry)
    except InconsistentFiling as fault:
        raise MalformedFilingEntry(fault.reason) from fault


def whole_filing(filing: Filing) -> dict[str, Json]:
    """All that stands of a filing, in the words of its entries; how it came about is in the entries alone."""
    return {
        "number_prefix": filing.number_prefix,
        **_facts(filing),
        "scope": [_row(each) for each in filing.scope],
        "successor": filing.successor,
    }


def _begun(entry: Mapping[str, Json]) -> Filing:
    added, removed = _scope(entry)
    if removed:
        raise MalformedFilingEntry("scope")
    return Filing(
        credit_code=_text(entry, "credit_code"),
        category=_parsed(entry, "category", Category),
        number_prefix=_text(entry, "number_prefix"),
        filing_number=_text(entry, "filing_number"),
        filed_on=_day(entry, "filed_on"),
        expires_on=_day(entry, "expires_on"),
        names=_names(entry),
        bureaus=_bureaus(entry),
        states=_states(entry),
        scope=tuple(added),
        changes=_changes(entry),
        successor=_text(entry, "successor") if "successor" in entry else "",
    )


def _changed(filing: Filing, entry: Mapping[str, Json]) -> Filing:
    if _text(entry, "number_prefix") != filing.number_prefix:
        raise MalformedFilingEntry("number_prefix")
    added, removed = _scope(entry)
    scope = set(filing.scope)
    if not removed <= scope or added & (scope - removed):
        raise MalformedFilingEntry("scope")
    return replace(
        filing,
        credit_code=_text(entry, "credit_code") if "credit_code" in entry else filing.credit_code,
        category=_parsed(entry, "category", Category) if "category" in entry else filing.category,
        filing_number=_text(entry, "filing_number") if "filing_number" in entry else filing.filing_number,
        filed_on=_day(entry, "filed_on") if "filed_on" in entry else filing.filed_on,
        expires_on=_day(entry, "expires_on") if "expires_on" in entry else filing.expires_on,
        names=_names(entry) if "names" in entry else filing.names,
        bureaus=_bureaus(entry) if "bureaus" in entry else filing.bureaus,
        states=_states(entry) if "states" in entry else filing.states,
        scope=tuple((scope - removed) | added),
        changes=(*filing.changes, *_changes(entry)),
        successor=_text(entry, "successor") if "successor" in entry else filing.successor,
    )


def _facts(filing: Filing) -> dict[str, Json]:
    """Everything but prefix and scope, as an entry writes it."""
    return {
        "credit_code": filing.credit_code,
        "category": filing.category.value,
        "filing_number": filing.filing_number,
        "filed_on": _written(filing.filed_on),
        "expires_on": _written(filing.expires_on),
        "names": [
            {"name": each.name, "short_name": each.short_name, "from_on": _written(each.from_on)}
            for each in filing.names
        ],
        "bureaus": [{"bureau": each.bureau, "from_on": _written(each.from_on)} for each in filing.bureaus],
        "states": [
            {"state": each.state.value, "on": _written(each.on), "instrument": each.instrument}
            for each in filing.states
        ],
    }


def _change(change: FilingChange) -> Json:
    return {
        "kind": change.kind.value,
        "on": _written(change.on),
        "instrument": change.instrument,
        "late": change.late,
    }


def _scope_changes(before: tuple[ScopeRow, ...], after: tuple[ScopeRow, ...]) -> Iterator[tuple[str, Json]]:
    """Each row with the list it belongs to, removals first."""
    old, new = set(before), set(after)
    for row in before:
        if row not in new:
            yield "removed", _row(row)
    for row in after:
        if row not in old:
            yield "added", _row(row)


def _row(row: ScopeRow) -> Json:
    return {
        "occupation_code": row.occupation_code,
        "occupation": row.occupation,
        "job": row.job,
        "levels": list(row.levels),
        "basis": row.basis,
        "from_on": _written(row.from_on),
        "to_on": _written(row.to_on),
    }


def _packed(head: dict[str, Json], rows: list[tuple[str, Json]], prefix: str) -> Iterator[dict[str, Json]]:
    """The entries, each filled up to the limit; the facts go into the first."""
    room = _room(head)
    batch: dict[str, list[Json]] = {"added": [], "removed": []}
    for kind, row in rows:
        size = len(canonical_json(row)) + 1
        if size > room and any(batch.values()):
            yield {**head, "scope": {**batch}}
            head, batch = {"number_prefix": prefix}, {"added": [], "removed": []}
            room = _room(head)
        if size > room and len(head) > 1:
            # A filing's facts may leave no room for a long row: it then follows in an entry of its own.
            yield head
            head = {"number_prefix": prefix}
            room = _room(head)
        if size > room:
            raise FilingEntryTooLarge
        batch[kind].append(row)
        room -= size
    yield {**head, "scope": {**batch}} if any(batch.values()) else head


def _room(head: dict[str, Json]) -> int:
    room = MAX_BYTES - len(canonical_json({**head, "scope": {"added": [], "removed": []}}))
    if room < 0:
        raise FilingEntryTooLarge
    return room


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""


def _text(entry: Mapping[str, Json], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str):
        raise MalformedFilingEntry(name)
    return value


def _parsed(entry: Mapping[str, Json], name: str, parse: Callable[[str], _T]) -> _T:
    try:
        return parse(_text(entry, name))
    except ValueError as fault:
        raise MalformedFilingEntry(name) from fault


def _day(entry: Mapping[str, Json], name: str) -> date | None:
    if not _text(entry, name):
        return None
    day = _parsed(entry, name, date.fromisoformat)
    if day.isoformat() != entry[name]:
        raise MalformedFilingEntry(name)
    return day


def _known_day(entry: Mapping[str, Json], name: str) -> date:
    day = _day(entry, name)
    if day is None:
        raise MalformedFilingEntry(name)
    return day


def _items(entry: Mapping[str, Json], name: str, keys: set[str]) -> list[dict[str, Json]]:
    """The objects of a list, each with exactly these keys."""
    items = entry.get(name)
    if not isinstance(items, list):
        raise MalformedFilingEntry(name)
    checked: list[dict[str, Json]] = []
    for item in items:
        if not isinstance(item, dict) or set(item) != keys:
            raise MalformedFilingEntry(name)
        checked.append(item)
    return checked


def _names(entry: Mapping[str, Json]) -> tuple[NamePeriod, ...]:
    return tuple(
        NamePeriod(_text(item, "name"), _text(item, "short_name"), _known_day(item, "from_on"))
        for item in _items(entry, "names", {"name", "short_name", "from_on"})
    )


def _bureaus(entry: Mapping[str, Json]) -> tuple[BureauPeriod, ...]:
    return tuple(
        BureauPeriod(_text(item, "bureau"), _known_day(item, "from_on"))
        for item in _items(entry, "bureaus", {"bureau", "from_on"})
    )


def _states(entry: Mapping[str, Json]) -> tuple[StateChange, ...]:
    return tuple(
        StateChange(_parsed(item, "state", FilingState), _known_day(item, "on"), _text(item, "instrument"))
        for item in _items(entry, "states", {"state", "on", "instrument"})
    )


def _changes(entry: Mapping[str, Json]) -> tuple[FilingChange, ...]:
    """The changes that the entry adds to the history."""
    if "changes" not in entry:
        return ()
    return tuple(
        FilingChange(
            _parsed(item, "kind", ChangeKind),
            _known_day(item, "on"),
            _text(item, "instrument"),
            _flag(item, "late"),
        )
        for item in _items(entry, "changes", {"kind", "on", "instrument", "late"})
    )


def _flag(item: Mapping[str, Json], name: str) -> bool:
    value = item.get(name)
    if not isinstance(value, bool):
        raise MalformedFilingEntry(name)
    return value


def _scope(entry: Mapping[str, Json]) -> tuple[set[ScopeRow], set[ScopeRow]]:
    """The rows added and the rows removed; nothing where the entry leaves the scope alone."""
    change = entry.get("scope", {"added": [], "removed": []})
    if not isinstance(change, dict) or set(change) != {"added", "removed"}:
        raise MalformedFilingEntry("scope")
    return _rows(change, "added"), _rows(change, "removed")


def _rows(change: Mapping[str, Json], name: str) -> set[ScopeRow]:
    keys = {"occupation_code", "occupation", "job", "levels", "basis", "from_on", "to_on"}
    return {
        ScopeRow(
            occupation_code=_text(item, "occupation_code"),
            occupation=_text(item, "occupation"),
            job=_text(item, "job"),
            levels=_levels(item),
            basis=_text(item, "basis"),
            from_on=_known_day(item, "from_on"),
            to_on=_day(item, "to_on"),
        )
        for item in _items(change, name, keys)
    }


def _levels(item: Mapping[str, Json]) -> tuple[int, ...]:
    levels = item.get("levels")
    if not isinstance(levels, list):
        raise MalformedFilingEntry("levels")
    numbers: list[int] = []
    for level in levels:
        if not isinstance(level, int) or isinstance(level, bool):
            raise MalformedFilingEntry("levels")
        numbers.append(level)
    return tuple(numbers)
