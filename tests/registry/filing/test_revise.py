"""Taking over a later list keeps what was true before it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from registry.filing.errors import MalformedFilingEntry
from registry.filing.model import BureauPeriod, Filing, FilingState, NamePeriod, StateChange, filing_on
from registry.filing.revise import revised
from tests.builders import a_filing, a_scope_row
from tests.registry.filing.strategies import DAYS, filings

TODAY = date(2025, 9, 1)
EVE = date(2025, 8, 31)


def test_unchanged_list_changes_nothing() -> None:
    assert revised(a_filing(), a_filing(), TODAY) == a_filing()


@given(filings(), filings(), DAYS)
def test_taking_over_the_same_list_twice_changes_nothing_more(
    before: Filing, listed: Filing, on: date
) -> None:
    listed = replace(listed, names=listed.names[-1:], bureaus=listed.bureaus[-1:])
    once = revised(before, listed, on)
    assert revised(once, listed, on) == once


def test_new_name_and_bureau_hold_from_the_day_of_the_list() -> None:
    listed = a_filing(
        names=(NamePeriod("示例新评价机构", "", date(2024, 8, 1)),),
        bureaus=(BureauPeriod("430000", date(2024, 8, 1)),),
    )
    after = revised(a_filing(), listed, TODAY)
    assert filing_on(after, EVE).name == "示例评价机构"
    assert filing_on(after, EVE).bureau == "430100"
    assert filing_on(after, TODAY).name == "示例新评价机构"
    assert filing_on(after, TODAY).bureau == "430000"


def test_name_corrected_on_the_same_day_replaces_the_wrong_one() -> None:
    wrong = revised(a_filing(), a_filing(names=(NamePeriod("示例错名", "", TODAY),)), TODAY)
    right = revised(wrong, a_filing(names=(NamePeriod("示例正名", "", TODAY),)), TODAY)
    assert filing_on(right, TODAY).names == ("示例正名",)


def test_row_that_is_gone_ended_the_day_before() -> None:
    after = revised(a_filing(), a_filing(scope=(a_scope_row(job="化工检修电工", from_on=TODAY),)), TODAY)
    assert [row.job for row in filing_on(after, EVE).scope] == [""]
    assert [row.job for row in filing_on(after, TODAY).scope] == ["化工检修电工"]


def test_row_that_had_ended_keeps_its_end() -> None:
    ended = a_scope_row(job="化工检修电工", to_on=date(2025, 1, 31))
    after = revised(a_filing(scope=(a_scope_row(), ended)), a_filing(), TODAY)
    assert ended in after.scope


def test_row_that_never_began_is_dropped() -> None:
    planned = a_scope_row(job="化工检修电工", from_on=date(2026, 1, 1))
    assert revised(a_filing(scope=(a_scope_row(), planned)), a_filing(), TODAY) == a_filing()


def test_row_listed_with_an_end_ends_then() -> None:
    listed = a_filing(scope=(a_scope_row(to_on=date(2025, 12, 31)),))
    assert revised(a_filing(), listed, TODAY).scope == listed.scope


def test_states_add_up() -> None:
    rectifying = StateChange(FilingState.RECTIFYING, date(2025, 3, 1), "示例文〔2025〕3号")
    ordered_out = StateChange(FilingState.ORDERED_OUT, date(2025, 9, 1), "示例文〔2025〕9号")
    before = a_filing(states=(*a_filing().states, rectifying))
    after = revised(before, a_filing(states=(*a_filing().states, ordered_out)), TODAY)
    assert after.states == (*a_filing().states, rectifying, ordered_out)


def test_instrument_that_was_missing_is_filled_in() -> None:
    known = StateChange(FilingState.FILED, date(2024, 8, 1), "示例文〔2024〕8号")
    assert revised(a_filing(), a_filing(states=(known,)), TODAY).states == (known,)
    assert revised(a_filing(states=(known,)), a_filing(), TODAY).states == (known,)


def test_another_filing_is_no_revision() -> None:
    with pytest.raises(MalformedFilingEntry):
        revised(a_filing(), a_filing(number_prefix="S000043990002"), TODAY)
