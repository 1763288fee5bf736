"""What a filing was on a day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from registry.filing.errors import Inconsistency, InconsistentFiling
from registry.filing.model import (
    BureauPeriod,
    Category,
    Filing,
    FilingState,
    NamePeriod,
    StateChange,
    filing_on,
    is_national_standard,
)
from tests.builders import a_filing, a_scope_row
from tests.registry.filing.strategies import DAYS, filings

FILED_ON = date(2024, 8, 1)
LAST_DAY = date(2027, 7, 31)


def a_filing_that(state: FilingState, on: date) -> Filing:
    """A filing in force from the beginning, and in another state from a day on."""
    began = StateChange(FilingState.FILED, FILED_ON, "")
    return a_filing(states=(began, StateChange(state, on, "示例文〔2025〕1号")))


def test_filing_is_in_force_on_its_first_and_on_its_last_day() -> None:
    for day in (FILED_ON, LAST_DAY):
        found = filing_on(a_filing(), day)
        assert (found.state, found.may_certify) == (FilingState.FILED, True)
        assert found.scope == (a_scope_row(),)


def test_filing_ends_by_itself_after_its_last_day() -> None:
    found = filing_on(a_filing(), LAST_DAY + timedelta(days=1))
    assert (found.state, found.may_certify, found.scope) == (FilingState.EXPIRED, False, ())


def test_state_of_a_day_before_the_first_is_unknown() -> None:
    found = filing_on(a_filing(), FILED_ON - timedelta(days=1))
    assert (found.state, found.may_certify, found.scope) == (FilingState.UNKNOWN, False, ())


def test_filing_that_was_announced_early_is_in_force_from_its_own_day() -> None:
    early = StateChange(FilingState.FILED, date(2024, 7, 1), "示例公告〔2024〕7号")
    filing = a_filing(states=(early,))
    assert filing_on(filing, date(2024, 7, 31)).state is FilingState.UNKNOWN
    assert filing_on(filing, FILED_ON).may_certify


def test_publicised_filing_may_not_certify() -> None:
    filing = a_filing(
        filed_on=None,
        expires_on=None,
        states=(StateChange(FilingState.PUBLICISED, FILED_ON, ""),),
    )
    found = filing_on(filing, FILED_ON)
    assert (found.state, found.may_certify) == (FilingState.PUBLICISED, False)


def test_rectifying_filing_may_certify_until_it_expires() -> None:
    filing = a_filing_that(FilingState.RECTIFYING, date(2025, 5, 1))
    assert filing_on(filing, date(2025, 5, 1)).state is FilingState.RECTIFYING
    assert filing_on(filing, date(2025, 5, 1)).may_certify
    assert filing_on(filing, LAST_DAY + timedelta(days=1)).state is FilingState.EXPIRED


@pytest.mark.parametrize(
    "state",
    [FilingState.WITHDRAWN, FilingState.ORDERED_OUT, FilingState.CANCELLED, FilingState.EXPIRED],
)
def test_filing_that_ended_may_not_certify_from_that_day_on(state: FilingState) -> None:
    filing = a_filing_that(state, date(2025, 5, 1))
    assert filing_on(filing, date(2025, 4, 30)).state is FilingState.FILED
    assert filing_on(filing, date(2025, 5, 1)).state is state
    assert not filing_on(filing, date(2025, 5, 1)).may_certify
    assert filing_on(filing, LAST_DAY + timedelta(days=9)).state is state


def test_filing_renewed_late_was_not_in_force_in_between() -> None:
    filing = a_filing(
        expires_on=date(2030, 7, 31),
        states=(
            StateChange(FilingState.FILED, FILED_ON, ""),
            StateChange(FilingState.EXPIRED, date(2027, 8, 1), ""),
            StateChange(FilingState.FILED, date(2027, 9, 1), ""),
        ),
    )
    assert [filing_on(filing, date(2027, month, 15)).may_certify for month in (7, 8, 9)] == [
        True,
        False,
        True,
    ]


def test_each_scope_row_counts_in_its_own_interval() -> None:
    ended = a_scope_row(job="化工检修电工", to_on=date(2025, 3, 31))
    later = a_scope_row(levels=(2,), from_on=date(2025, 6, 1))
    filing = a_filing(scope=(a_scope_row(), ended, later))
    assert filing_on(filing, date(2025, 3, 31)).scope == (a_scope_row(), ended)
    assert filing_on(filing, date(2025, 4, 1)).scope == (a_scope_row(),)
    assert filing_on(filing, date(2025, 6, 1)).scope == (a_scope_row(), later)


def test_names_and_bureau_are_those_of_the_day() -> None:
    filing = a_filing(
        names=(
            NamePeriod("示例新评价机构", "示例新", date(2025, 6, 1)),
            NamePeriod("示例评价机构", "", FILED_ON),
        ),
        bureaus=(BureauPeriod("430100", FILED_ON), BureauPeriod("430000", date(2025, 6, 1))),
    )
    before, after = filing_on(filing, date(2025, 5, 31)), filing_on(filing, date(2025, 6, 1))
    assert (before.name, before.names, before.bureau) == ("示例评价机构", ("示例评价机构",), "430100")
    assert (after.name, after.short_name, after.bureau) == ("示例新评价机构", "示例新", "430000")
    assert after.names == ("示例新评价机构", "示例新")


def test_two_names_of_one_day_hold_side_by_side() -> None:
    names = (NamePeriod("示例职业学院", "", FILED_ON), NamePeriod("示例技师学院", "", FILED_ON))
    found = filing_on(a_filing(names=names), FILED_ON)
    assert found.name == "示例职业学院"
    assert found.names == ("示例职业学院", "示例技师学院")


def test_day_before_the_first_name_has_the_first_name() -> None:
    found = filing_on(a_filing(), date(2020, 1, 1))
    assert (found.name, found.bureau) == ("示例评价机构", "430100")


def test_levels_are_held_lowest_first_and_once() -> None:
    assert a_scope_row(levels=(3, 5, 3, 4)).levels == (5, 4, 3)


def test_equal_facts_in_another_order_are_equal_filings() -> None:
    rows = (a_scope_row(), a_scope_row(job="化工检修电工"))
    assert a_filing(scope=rows) == a_filing(scope=(rows[1], rows[0], rows[0]))


@pytest.mark.parametrize("levels", [(), (0,), (6,)])
def test_scope_row_without_one_of_the_five_levels_is_refused(levels: tuple[int, ...]) -> None:
    with pytest.raises(InconsistentFiling) as caught:
        a_scope_row(levels=levels)
    assert caught.value.reason is Inconsistency.LEVELS


def test_scope_row_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InconsistentFiling) as caught:
        a_scope_row(to_on=FILED_ON - timedelta(days=1))
    assert caught.value.reason is Inconsistency.SCOPE_INTERVAL


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"number_prefix": "S00004399000"}, Inconsistency.PREFIX),
        ({"category": Category.EMPLOYER}, Inconsistency.CATEGORY),
        ({"expires_on": date(2024, 7, 31)}, Inconsistency.VALIDITY),
        ({"expires_on": None}, Inconsistency.VALIDITY),
        ({"names": ()}, Inconsistency.NAMES),
        ({"names": (NamePeriod("", "", FILED_ON),)}, Inconsistency.NAMES),
        ({"bureaus": ()}, Inconsistency.BUREAUS),
        ({"states": ()}, Inconsistency.STATES),
    ],
)
def test_facts_that_contradict_each_other_are_no_filing(
    change: dict[str, object], reason: Inconsistency
) -> None:
    with pytest.raises(InconsistentFiling) as caught:
        replace(a_filing(), **change)  # type: ignore[arg-type]  # the point is to give wrong values
    assert caught.value.reason is reason


@pytest.mark.parametrize(
    ("basis", "is_standard"),
    [
        ("国家职业标准", True),
        ("国家职业技能标准（2020年版）", True),
        ("行业企业评价规范", False),
        ("示例企业评价规范", False),
        ("参照国家职业标准编制的评价规范", False),
        ("", False),
    ],
)
def test_only_a_national_standard_counts_as_one(basis: str, is_standard: bool) -> None:
    assert is_national_standard(basis) is is_standard


@given(filings(), DAYS)
def test_nothing_can_be_certified_outside_a_validity(filing: Filing, day: date) -> None:
    found = filing_on(filing, day)
    inside = (
        filing.filed_on is not None
        and filing.expires_on is not None
        and filing.filed_on <= day <= filing.expires_on
    )
    assert inside or not found.may_certify
    assert found.may_certify or found.scope == ()
    assert all(row.covers(day) for row in found.scope)
    assert found.name in found.names
