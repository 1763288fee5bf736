"""The queue of a bureau: the batches that wait for it, the one that is due first at the top.

Source: 湘人社规〔2025〕14号 art. 17(7): 15 working days from receipt.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.filing.book import FilingBook
from registry.filing.model import Filing, filing_on
from registry.rules.working_days import Deadline, WorkCalendar
from registry.storage.waiting_batches import WaitingBatch

REVIEW_WORKING_DAYS = 15


@dataclass(frozen=True)
class QueuedBatch:
    """A batch in a queue. `days_left` counts working days; 0 on the last day, negative when it is late."""

    batch: WaitingBatch
    filing: Filing
    due: Deadline
    days_left: int

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed."""
        return self.days_left < 0


def review_deadline(received_on: date, calendar: WorkCalendar) -> Deadline:
    """Until when a bureau decides. The day of receipt is not counted."""
    return calendar.add_working_days(received_on, REVIEW_WORKING_DAYS)


def days_left(due: Deadline, today: date, calendar: WorkCalendar) -> int:
    """Working days after today up to the last one; negative, and never 0, once that has passed."""
    left = calendar.working_days_between(today, due.on).days
    # A Saturday after a deadline on Friday is late, though no working day lies between them.
    return min(left, -1) if today > due.on else left


def queue_of(
    bureau: str, waiting: Iterable[WaitingBatch], filings: FilingBook, calendar: WorkCalendar, today: date
) -> list[QueuedBatch]:
    """What waits for this bureau today, by deadline. Those of institutions it handed over are gone."""
    queue = []
    for each in waiting:
        filing = filings.by_prefix(each.prefix)
        if filing is not None and filing_on(filing, today).bureau == bureau:
            queue.append(queued(each, filing, calendar, today))
    return sorted(queue, key=lambda item: (item.due.on, item.batch.received_at, item.batch.id))


def queued(batch: WaitingBatch, filing: Filing, calendar: WorkCalendar, today: date) -> QueuedBatch:
    """One batch with its deadline."""
    due = review_deadline(date.fromisoformat(batch.received_on), calendar)
    return QueuedBatch(batch, filing, due, days_left(due, today, calendar))
