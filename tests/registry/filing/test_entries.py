"""Filings as log entries: what is written adds up to what was meant."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.filing.entries import MAX_BYTES, apply_filing_entry, filing_entries
from registry.filing.errors import FilingEntryTooLarge, MalformedFilingEntry
from registry.filing.model import Filing, NamePeriod, ScopeRow
from signing.encoding import Json, canonical_json, parse_canonical_json
from tests.builders import a_filing, a_scope_row
from tests.registry.filing.strategies import filings


def folded(filing: Filing | None, entries: list[dict[str, Json]]) -> Filing | None:
    """What entries add up to, each having been through its bytes."""
    for entry in entries:
        stored = parse_canonical_json(canonical_json(entry))
        assert isinstance(stored, dict)
        filing = apply_filing_entry(filing, stored)
    return filing


def many_rows(count: int, basis: str = "国家职业标准") -> tuple[ScopeRow, ...]:
    """So many different scope rows."""
    return tuple(a_scope_row(job=f"示例工种{at}", basis=basis) for at in range(count))


@given(filings())
def test_entries_of_a_new_filing_add_up_to_it(filing: Filing) -> None:
    assert folded(None, filing_entries(None, filing)) == filing


@given(filings(), filings())
def test_entries_of_a_change_turn_before_into_after(before: Filing, after: Filing) -> None:
    assert folded(before, filing_entries(before, after)) == after


@given(filings(), filings(), filings())
def test_chains_of_changes_add_up(first: Filing, second: Filing, third: Filing) -> None:
    chain = filing_entries(None, first) + filing_entries(first, second) + filing_entries(second, third)
    assert folded(None, chain) == third


@given(filings())
def test_equal_filings_need_no_entry(filing: Filing) -> None:
    assert filing_entries(filing, filing) == []


def test_change_of_the_scope_is_written_as_a_delta() -> None:
    added = a_scope_row(job="化工检修电工")
    entries = filing_entries(a_filing(), a_filing(scope=(a_scope_row(), added)))
    assert [set(entry) for entry in entries] == [{"number_prefix", "scope"}]
    scope = entries[0]["scope"]
    assert isinstance(scope, dict)
    assert scope["removed"] == []
    assert isinstance(scope["added"], list)
    assert len(scope["added"]) == 1


def test_changed_fact_is_written_alone() -> None:
    after = a_filing(filing_number="示例备2025-0009")
    assert filing_entries(a_filing(), after) == [
        {"number_prefix": "S000043990001", "filing_number": "示例备2025-0009"}
    ]


def test_large_scope_becomes_several_small_entries() -> None:
    filing = a_filing(scope=many_rows(2_000))
    entries = filing_entries(None, filing)
    assert len(entries) > 3
    assert all(len(canonical_json(entry)) <= MAX_BYTES for entry in entries)
    assert len(canonical_json(entries[0])) > MAX_BYTES * 0.9
    assert folded(None, entries) == filing


def test_replacing_a_large_scope_stays_within_the_limit() -> None:
    before, after = a_filing(scope=many_rows(1_500)), a_filing(scope=many_rows(1_500, "国家职业技能标准"))
    entries = filing_entries(before, after)
    assert all(len(canonical_json(entry)) <= MAX_BYTES for entry in entries)
    assert folded(before, entries) == after


def test_long_row_beside_long_facts_gets_an_entry_of_its_own() -> None:
    filing = a_filing(
        names=(NamePeriod("示" * 15_000, "", date(2024, 8, 1)),), scope=(a_scope_row(basis="示" * 15_000),)
    )
    entries = filing_entries(None, filing)
    assert len(entries) == 2
    assert folded(None, entries) == filing
    renamed = replace(filing, names=(NamePeriod("例" * 15_000, "", date(2024, 8, 1)),), scope=())
    assert folded(filing, filing_entries(filing, renamed)) == renamed


def test_fact_that_no_entry_can_hold_is_refused() -> None:
    with pytest.raises(FilingEntryTooLarge):
        filing_entries(None, a_filing(names=(NamePeriod("示" * 30_000, "", date(2024, 8, 1)),)))
    with pytest.raises(FilingEntryTooLarge):
        filing_entries(None, a_filing(scope=(a_scope_row(basis="示" * 30_000),)))


def test_entry_names_no_natural_person() -> None:
    fields = {
        "number_prefix", "credit_code", "category", "filing_number", "filed_on", "expires_on", "names",
        "bureaus", "states", "scope",
    }  # fmt: skip
    assert {name for entry in filing_entries(None, a_filing()) for name in entry} == fields


def test_envelope_of_the_log_is_passed_over() -> None:
    (entry,) = filing_entries(None, a_filing())
    assert (
        apply_filing_entry(None, {**entry, "v": 1, "type": "filing", "at": "2025-09-01T00:00:00Z"})
        == a_filing()
    )


def test_filings_of_two_prefixes_are_never_one_chain() -> None:
    other = a_filing(number_prefix="S000043990002")
    with pytest.raises(MalformedFilingEntry):
        filing_entries(a_filing(), other)
    with pytest.raises(MalformedFilingEntry):
        apply_filing_entry(a_filing(), filing_entries(None, other)[0])


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"filed_on": "2024-8-1"},
        {"filed_on": "20240801"},
        {"filed_on": 20240801},
        {"category": "Z"},
        {"names": "示例"},
        {"names": [{"name": "示例"}]},
        {"names": []},
        {"states": [{"state": "dreaming", "on": "2024-08-01", "instrument": ""}]},
        {"bureaus": [{"bureau": "430100", "from_on": ""}]},
        {"scope": {"added": []}},
        {"scope": {"added": [], "removed": [{}]}},
        {"scope": []},
        {"credit_code": None},
    ],
)
def test_entry_that_describes_no_filing_is_refused(change: dict[str, Json]) -> None:
    (entry,) = filing_entries(None, a_filing())
    with pytest.raises(MalformedFilingEntry):
        apply_filing_entry(None, {**entry, **change})


@pytest.mark.parametrize("levels", ["543", [True], ["3"], [6], []])
def test_levels_that_are_none_are_refused(levels: Json) -> None:
    (entry,) = filing_entries(None, a_filing())
    scope = entry["scope"]
    assert isinstance(scope, dict)
    assert isinstance(scope["added"], list)
    (row,) = scope["added"]
    assert isinstance(row, dict)
    row["levels"] = levels
    with pytest.raises(MalformedFilingEntry):
        apply_filing_entry(None, entry)


def test_first_entry_must_be_complete() -> None:
    (entry,) = filing_entries(None, a_filing())
    for name in ("credit_code", "category", "number_prefix", "filed_on", "names", "bureaus", "states"):
        with pytest.raises(MalformedFilingEntry):
            apply_filing_entry(None, {key: value for key, value in entry.items() if key != name})


def test_row_that_is_not_there_cannot_be_removed_and_one_that_is_cannot_be_added() -> None:
    gained = filing_entries(a_filing(scope=()), a_filing())[0]
    lost = filing_entries(a_filing(), a_filing(scope=()))[0]
    with pytest.raises(MalformedFilingEntry):
        apply_filing_entry(a_filing(), gained)
    with pytest.raises(MalformedFilingEntry):
        apply_filing_entry(a_filing(scope=()), lost)
    with pytest.raises(MalformedFilingEntry):
        apply_filing_entry(None, {**filing_entries(None, a_filing())[0], "scope": lost["scope"]})


JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(filings(), st.data())
def test_any_entry_gives_a_filing_or_the_rooms_own_error(filing: Filing, data: st.DataObject) -> None:
    entry = dict(filing_entries(None, filing)[0])
    entry[data.draw(st.sampled_from(sorted(entry)))] = data.draw(JSON)
    try:
        found = apply_filing_entry(data.draw(st.sampled_from((None, filing))), entry)
    except MalformedFilingEntry:
        return
    assert isinstance(found, Filing)
