"""Publicity is counted in working days, with the adjusted ones, and nobody is filed before it ended."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.filing.beginnings import NewFiling, Validity, file_employer, file_publicised, publicise
from registry.filing.book import FilingBook
from registry.filing.changes import change_scope, rename
from registry.filing.entries import filing_entries
from registry.filing.errors import ChangeRefusal, ChangeRefused
from registry.filing.model import Category, ChangeKind, FilingState, filing_on
from registry.filing.orders import Order
from registry.filing.publicity import publicity_from, publicity_of
from registry.rules.working_days import load_calendar
from tests.builders import a_filing, a_scope_row

CALENDAR = load_calendar()
BEGAN = date(2026, 9, 21)
PUBLIC = NewFiling(
    "52439900MA9900010W", Category.PUBLIC, "S000043990021", "示例公示机构", "", "430100", (a_scope_row(),)
)
EMPLOYER = NewFiling(
    "52439900MA9900010W", Category.EMPLOYER, "Y000043990021", "示例企业", "", "430100", (a_scope_row(),)
)
PUBLICISED = Order(BEGAN, "示例公示〔2026〕1号")


@pytest.mark.parametrize(
    ("began_on", "last_day"),
    [
        # An ordinary week: the day itself is not counted.
        (date(2026, 11, 2), date(2026, 11, 9)),
        # The Saturday before National Day is worked: 21, then 22 23 24, off on 25-27 for Mid-Autumn, 28, 29.
        (date(2026, 9, 21), date(2026, 9, 29)),
        # 2026-02-14, a Saturday, is worked before the Spring Festival's days off.
        (date(2026, 2, 10), date(2026, 2, 24)),
    ],
)
def test_five_working_days_are_counted_with_adjusted_weekends(began_on: date, last_day: date) -> None:
    publicity = publicity_from(began_on, CALENDAR)
    assert (publicity.last_day, publicity.provisional) == (last_day, False)
    assert CALENDAR.working_days_between(began_on, publicity.last_day).days == 5


def test_publicity_that_reaches_into_a_year_without_a_table_is_provisional() -> None:
    assert publicity_from(date(2026, 12, 29), CALENDAR).provisional


@given(st.dates(date(2024, 1, 2), date(2026, 12, 20)), st.integers(0, 12))
def test_nobody_is_filed_before_publicity_ended(began_on: date, after: int) -> None:
    publicised = publicise(FilingBook(), PUBLIC, Order(began_on, "示例公示"), began_on)
    filed_on = began_on + timedelta(days=after)
    over = CALENDAR.working_days_between(began_on, filed_on).days >= 5
    last_day = publicity_from(began_on, CALENDAR).last_day
    order, validity = Order(filed_on, "示例备案"), Validity("示例备21号")
    if filed_on <= last_day:
        with pytest.raises(ChangeRefused) as refused:
            file_publicised(publicised, order, validity, filed_on, CALENDAR)
        assert refused.value.kind is ChangeRefusal.PUBLICITY_NOT_OVER
    else:
        assert over
        filed = file_publicised(publicised, order, validity, filed_on, CALENDAR)
        assert filing_on(filed, filed_on).may_certify
        assert not filing_on(filed, filed_on - timedelta(days=1)).may_certify


def test_a_filing_is_valid_for_three_years_and_begins_its_scope() -> None:
    publicised = publicise(FilingBook(), PUBLIC, PUBLICISED, BEGAN)
    assert [row.from_on for row in publicised.scope] == [a_scope_row().from_on]
    order = Order(date(2026, 10, 9), "示例备案〔2026〕9号")
    filed = file_publicised(publicised, order, Validity("示例备21号"), order.on, CALENDAR)
    assert (filed.filed_on, filed.expires_on) == (date(2026, 10, 9), date(2029, 10, 8))
    assert [row.from_on for row in filed.scope] == [order.on]
    assert [change.kind for change in filed.changes] == [ChangeKind.PUBLICISED, ChangeKind.FILED]
    assert filing_on(filed, BEGAN).state is FilingState.PUBLICISED
    assert publicity_of(filed, CALENDAR) == publicity_of(publicised, CALENDAR)


def test_what_publicity_brings_to_light_is_put_right_before_filing() -> None:
    publicised = publicise(FilingBook(), PUBLIC, PUBLICISED, BEGAN)
    on = BEGAN + timedelta(days=2)
    welder = a_scope_row(occupation_code="6-18-02-04", occupation="焊工", from_on=on)
    changed = change_scope(
        publicised, Order(on, "示例更正公示"), on, ended=set(publicised.scope), added=(welder,)
    )
    renamed = rename(changed, Order(on, "示例更正公示"), "示例正名机构", "", on)
    assert not filing_on(renamed, on).may_certify
    order = Order(date(2026, 10, 9), "示例备案")
    filed = file_publicised(renamed, order, Validity("示例备21号"), order.on, CALENDAR)
    on_day = filing_on(filed, order.on)
    assert [row.occupation for row in on_day.scope] == ["焊工"]
    assert [row.occupation for row in filed.scope] == ["焊工"]
    assert on_day.name == "示例正名机构"


@pytest.mark.parametrize(
    ("validity", "kind"),
    [
        (Validity(""), ChangeRefusal.FILING_NUMBER_MISSING),
        (Validity("1", date(2026, 9, 1)), ChangeRefusal.END_NOT_LATER),
        (Validity("1", date(2029, 9, 21)), ChangeRefusal.LONGER_THAN_THREE_YEARS),
    ],
)
def test_a_validity_that_cannot_be_is_refused(validity: Validity, kind: ChangeRefusal) -> None:
    with pytest.raises(ChangeRefused) as refused:
        file_employer(FilingBook(), EMPLOYER, PUBLICISED, validity, BEGAN)
    assert refused.value.kind is kind


def test_an_employer_is_filed_without_publicity_and_the_public_only_with() -> None:
    filed = file_employer(FilingBook(), EMPLOYER, PUBLICISED, Validity("示例备22号"), BEGAN)
    assert filing_on(filed, BEGAN).may_certify
    assert publicity_of(filed, CALENDAR) is None
    with pytest.raises(ChangeRefused) as refused:
        publicise(FilingBook(), EMPLOYER, PUBLICISED, BEGAN)
    assert refused.value.kind is ChangeRefusal.NO_PUBLICITY_NEEDED
    with pytest.raises(ChangeRefused) as refused:
        file_employer(FilingBook(), PUBLIC, PUBLICISED, Validity("示例备22号"), BEGAN)
    assert refused.value.kind is ChangeRefusal.PUBLICITY_MISSING


def test_a_prefix_is_given_once() -> None:
    book = FilingBook(filing_entries(None, a_filing(number_prefix=PUBLIC.number_prefix)))
    with pytest.raises(ChangeRefused) as refused:
        publicise(book, PUBLIC, PUBLICISED, BEGAN)
    assert refused.value.kind is ChangeRefusal.PREFIX_TAKEN
