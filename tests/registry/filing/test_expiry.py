"""A filing ends by itself, and those concerned hear of it in time."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.filing.expiry import (
    ExpiryPhase,
    expiring,
    expiry_notice,
    last_day_of,
    months_later,
    renewed_until,
)
from registry.filing.model import FilingState, StateChange, filing_on
from tests.builders import a_filing

LAST_DAY = date(2027, 7, 31)


@pytest.mark.parametrize(
    ("today", "phase"),
    [
        (date(2027, 1, 30), None),
        (date(2027, 1, 31), ExpiryPhase.ASK),
        (date(2027, 4, 29), ExpiryPhase.ASK),
        (date(2027, 4, 30), ExpiryPhase.CLOSING),
        (LAST_DAY, ExpiryPhase.CLOSING),
        (LAST_DAY + timedelta(days=1), None),
    ],
)
def test_who_is_told_when(today: date, phase: ExpiryPhase | None) -> None:
    notice = expiry_notice(a_filing(), today)
    assert (notice.phase if notice else None) == phase
    if notice is not None:
        assert (notice.ask_by, notice.expires_on) == (date(2027, 4, 30), LAST_DAY)
        assert today + timedelta(days=notice.days_left) == LAST_DAY


def test_a_filing_ends_at_midnight_without_anybody_doing_anything() -> None:
    assert filing_on(a_filing(), LAST_DAY).may_certify
    assert filing_on(a_filing(), LAST_DAY + timedelta(days=1)).state is FilingState.EXPIRED


def test_only_what_is_in_force_and_ends_within_three_months_is_listed() -> None:
    today = date(2027, 6, 1)
    sooner = a_filing(number_prefix="S000043990002", expires_on=date(2027, 6, 30))
    later = a_filing(number_prefix="S000043990003", expires_on=date(2027, 12, 31))
    gone = a_filing(
        number_prefix="S000043990004",
        states=(*a_filing().states, StateChange(FilingState.WITHDRAWN, date(2026, 1, 1), "示例")),
    )
    found = expiring([a_filing(), later, gone, sooner], today)
    assert [each.filing for each in found] == [sooner, a_filing()]


@given(st.dates(date(2019, 1, 1), date(2050, 12, 31)))
def test_three_years_follow_on_three_years(filed_on: date) -> None:
    last_day = last_day_of(filed_on)
    assert renewed_until(last_day) == last_day_of(last_day + timedelta(days=1))
    assert 1094 <= (last_day - filed_on).days <= 1095


@given(st.dates(date(2019, 1, 1), date(2050, 12, 31)), st.integers(-40, 40))
def test_months_are_counted_by_the_calendar(day: date, months: int) -> None:
    moved = months_later(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1
