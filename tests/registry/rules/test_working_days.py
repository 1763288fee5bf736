"""Working days: the samples of the domain page, years without an official table, and their laws."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.errors import RuleDataFault
from registry.rules.statutory_holidays import statutory_holidays
from registry.rules.working_days import Count, Deadline, load_calendar, read_holiday_table
from tests.registry.rules import lunar

CALENDAR = load_calendar()
TABLE_2027 = "date,kind,holiday\n2027-01-01,off,x\n2027-01-04,off,x\n2027-10-01,off,x\n2027-01-09,work,x\n"

some_days = st.dates(date(2023, 1, 1), date(2031, 12, 31))
few = st.integers(0, 400)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-09-15", "2026-11-02"),
        ("2026-01-26", "2026-03-13"),
        ("2025-09-01", "2025-10-17"),
        ("2026-11-10", "2026-12-22"),
    ],
)
def test_the_samples_of_the_domain_page(start: str, due: str) -> None:
    deadline = CALENDAR.add_working_days(date.fromisoformat(start), 30)
    assert deadline == Deadline(date.fromisoformat(due), provisional=False)


def test_the_day_of_the_event_is_not_counted() -> None:
    monday = date(2026, 11, 16)
    assert CALENDAR.add_working_days(monday, 1).on == date(2026, 11, 17)
    assert CALENDAR.add_working_days(monday, 0) == Deadline(monday, provisional=False)
    assert CALENDAR.working_days_between(monday, monday) == Count(0, provisional=False)


def test_an_adjusted_weekend_is_worked_and_a_bridge_day_is_not() -> None:
    assert CALENDAR.is_working_day(date(2026, 10, 10))
    assert not CALENDAR.is_working_day(date(2026, 10, 6))
    assert not CALENDAR.is_working_day(date(2026, 11, 21))
    assert CALENDAR.is_working_day(date(2026, 11, 20))


def test_the_last_certain_certificates_of_2026() -> None:
    assert CALENDAR.add_working_days(date(2026, 11, 19), 30) == Deadline(date(2026, 12, 31), False)
    assert CALENDAR.add_working_days(date(2026, 11, 20), 30) == Deadline(date(2027, 1, 4), True)


def test_a_year_of_which_only_the_event_is_a_part_makes_nothing_provisional() -> None:
    last_of_2023 = date(2023, 12, 31)
    assert CALENDAR.add_working_days(last_of_2023, 1) == Deadline(date(2024, 1, 2), False)
    assert CALENDAR.working_days_between(last_of_2023, date(2024, 1, 2)) == Count(1, False)
    assert CALENDAR.add_working_days(date(2023, 12, 30), 1).provisional


def test_the_official_years_are_known() -> None:
    assert CALENDAR.official_years == (2024, 2025, 2026)


def test_a_deadline_is_recomputed_when_the_table_arrives() -> None:
    extended = CALENDAR.extended(read_holiday_table(TABLE_2027))
    assert extended.add_working_days(date(2026, 11, 20), 30) == Deadline(date(2027, 1, 5), False)
    assert extended.is_working_day(date(2027, 1, 9))
    assert not CALENDAR.is_official(2027)


def test_a_table_may_arrange_days_of_its_neighbours_without_publishing_them() -> None:
    text = TABLE_2027 + "2026-12-31,off,x\n2028-01-03,off,x\n"
    extended = CALENDAR.extended(read_holiday_table(text))
    assert extended.official_years == (2024, 2025, 2026, 2027)
    assert not extended.is_working_day(date(2026, 12, 31))
    assert not extended.is_working_day(date(2026, 10, 7))
    assert not extended.is_working_day(date(2028, 1, 3))


def test_a_later_table_has_the_last_word() -> None:
    extended = CALENDAR.extended(read_holiday_table("date,kind,holiday\n2026-10-10,off,x\n"))
    assert not extended.is_working_day(date(2026, 10, 10))
    worked = read_holiday_table("date,kind,holiday\n2026-10-03,work,x\n")
    assert extended.extended(worked).is_working_day(date(2026, 10, 3))


def test_a_year_without_a_table_has_its_statutory_holidays_off() -> None:
    off = [day for day in sorted(statutory_holidays(2027)) if day.weekday() < 5]
    assert off
    assert not any(CALENDAR.is_working_day(day) for day in off)
    assert CALENDAR.is_working_day(date(2027, 10, 4))


def test_the_statutory_holidays_of_2027() -> None:
    days = "01-01 02-05 02-06 02-07 02-08 04-05 05-01 05-02 06-09 09-15 10-01 10-02 10-03"
    assert statutory_holidays(2027) == {date.fromisoformat(f"2027-{day}") for day in days.split()}


def test_the_amendment_of_2025_added_two_days() -> None:
    assert len(statutory_holidays(2024)) == 11
    assert len(statutory_holidays(2025)) == 13
    assert date(2025, 1, 28) in statutory_holidays(2025)
    assert date(2024, 2, 9) not in statutory_holidays(2024)
    assert date(2024, 5, 2) not in statutory_holidays(2024)


def test_two_festivals_on_one_day_are_one_day_off() -> None:
    assert date(2020, 10, 1) in statutory_holidays(2020)
    assert len(statutory_holidays(2020)) == 10


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_official_tables_hold_every_statutory_holiday(year: int) -> None:
    assert not any(CALENDAR.is_working_day(day) for day in statutory_holidays(year))


@pytest.mark.parametrize("year", range(2019, 2041))
def test_the_lunar_dates_are_those_of_the_sun_and_the_moon(year: int) -> None:
    days = statutory_holidays(year)
    spring = lunar.spring_festival(year)
    assert {spring, spring + timedelta(1), spring + timedelta(2)} <= days
    assert (spring - timedelta(1) in days) is (year >= 2025)
    lunar_days = {lunar.tomb_sweeping(year), lunar.dragon_boat(year), lunar.mid_autumn(year)}
    assert lunar_days <= days
    fixed = {date(year, *day) for day in ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))}
    assert days - fixed - lunar_days - {date(year, 5, 2)} <= {spring + timedelta(n) for n in range(-1, 3)}


def test_the_computation_of_the_tests_agrees_with_published_dates() -> None:
    published = [date(2024, 2, 10), date(2024, 6, 10), date(2024, 9, 17), date(2025, 10, 6)]
    assert published == [
        lunar.spring_festival(2024), lunar.dragon_boat(2024), lunar.mid_autumn(2024), lunar.mid_autumn(2025)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("date,kind\n", 1, "holiday"),
        ("date,kind,holiday\n2027-02-30,off,x\n", 2, "date"),
        ("date,kind,holiday\n2027-01-01,holiday,x\n", 2, "kind"),
        ("date,kind,holiday\n2027-01-01,off,x\n2027-01-01,off,x\n", 3, "date"),
        ("date,kind,holiday\n2027-01-04,work,x\n", 2, "kind"),
        ("date,kind,holiday\n2027-01-01,off\n", 2, "date"),
    ],
)
def test_a_table_with_a_fault_is_refused_with_its_place(text: str, row: int, column: str) -> None:
    with pytest.raises(RuleDataFault) as refused:
        read_holiday_table(text)
    assert (refused.value.row, refused.value.column) == (row, column)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text_is_a_table_or_a_fault(text: str) -> None:
    with suppress(RuleDataFault):
        table = read_holiday_table("date,kind,holiday\n" + text)
        assert not table.off & table.work


@given(some_days, few)
@settings(deadline=None)
def test_counting_back_gives_the_days_that_were_added(start: date, days: int) -> None:
    due = CALENDAR.add_working_days(start, days)
    assert CALENDAR.working_days_between(start, due.on).days == days
    assert days == 0 or CALENDAR.is_working_day(due.on)


@given(some_days, few, few)
@settings(deadline=None)
def test_adding_in_two_steps_is_adding_at_once(start: date, first: int, second: int) -> None:
    halfway = CALENDAR.add_working_days(start, first).on
    assert (
        CALENDAR.add_working_days(halfway, second).on == CALENDAR.add_working_days(start, first + second).on
    )


@given(some_days, some_days, few)
@settings(deadline=None)
def test_a_later_start_or_more_days_are_never_due_earlier(one: date, other: date, days: int) -> None:
    earlier, later = min(one, other), max(one, other)
    assert CALENDAR.add_working_days(earlier, days).on <= CALENDAR.add_working_days(later, days).on
    assert CALENDAR.add_working_days(one, days).on < CALENDAR.add_working_days(one, days + 1).on


@given(some_days, some_days, some_days)
@settings(deadline=None)
def test_working_days_between_add_up(a: date, b: date, c: date) -> None:
    between = CALENDAR.working_days_between
    assert between(a, b).days + between(b, c).days == between(a, c).days
    assert between(a, b).days == -between(b, a).days


@given(some_days, few)
@settings(deadline=None)
def test_a_deadline_is_provisional_exactly_if_a_year_without_table_is_touched(start: date, days: int) -> None:
    due = CALENDAR.add_working_days(start, days)
    touched = {start + timedelta(n) for n in range(1, (due.on - start).days + 1)}
    assert due.provisional is any(not CALENDAR.is_official(day.year) for day in touched)


@given(st.dates(), st.dates())
@settings(deadline=None)
def test_no_day_of_any_century_is_a_fault(start: date, end: date) -> None:
    assert abs(CALENDAR.working_days_between(start, end).days) <= abs((end - start).days)
    assert CALENDAR.add_working_days(start, 30).on >= start


def test_an_impossible_count_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add_working_days(date(2026, 1, 1), -1)
