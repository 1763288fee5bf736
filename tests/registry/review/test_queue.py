"""The queue of a bureau: its own batches only, by deadline, with the working days that are left."""

from datetime import date

import pytest

from registry.filing.book import FilingBook
from registry.filing.entries import filing_entries
from registry.review.queue import days_left, queue_of, review_deadline
from registry.rules.working_days import load_calendar
from registry.storage.waiting_batches import WaitingBatch
from tests.builders.filings import a_filing
from tests.registry.ledger.builders import CHANGSHA, PREFIX, ZHUZHOU

CALENDAR = load_calendar()


def waiting(name: str, received_on: str, prefix: str = PREFIX) -> WaitingBatch:
    return WaitingBatch(
        name.encode(), prefix, received_on, f"{received_on}T01:00:00Z", "数据表.xlsx", "", "[]", ""
    )


BOOK = FilingBook(filing_entries(None, a_filing()))


def test_what_is_due_first_comes_first_and_what_is_others_not_at_all() -> None:
    batches = [
        waiting("b", "2025-09-10"),
        waiting("a", "2025-09-09"),
        waiting("c", "2025-09-01", "S000043999999"),
    ]
    queue = queue_of(CHANGSHA, batches, BOOK, CALENDAR, date(2025, 9, 12))
    assert [each.batch.id for each in queue] == [b"a", b"b"]
    assert queue_of(ZHUZHOU, batches, BOOK, CALENDAR, date(2025, 9, 12)) == []


def test_fifteen_working_days_are_counted_over_the_national_day() -> None:
    # 2025: 1 to 8 October are off, 28 September and 11 October are worked.
    assert review_deadline(date(2025, 9, 15), CALENDAR).on == date(2025, 10, 11)


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2025, 9, 29), 1), (date(2025, 9, 30), 0), (date(2025, 10, 1), -1), (date(2025, 10, 9), -1)],
)
def test_a_day_off_after_the_deadline_is_late_all_the_same(today: date, left: int) -> None:
    assert days_left(review_deadline(date(2025, 9, 10), CALENDAR), today, CALENDAR) == left


def test_a_deadline_in_a_year_without_calendar_is_provisional() -> None:
    assert review_deadline(date(2026, 12, 20), CALENDAR).provisional
    assert not review_deadline(date(2026, 11, 2), CALENDAR).provisional
