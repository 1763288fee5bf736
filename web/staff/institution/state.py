"""A batch as its institution sees it: where it stands, what is due, how far its certificates have come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from registry.intake.overview import Overview
from registry.national.queue import SendingState
from registry.review.proposal import ProposalStanding
from registry.rules.working_days import Deadline, WorkCalendar
from registry.storage.batch_reads import BatchHead, BatchReads, NationalCounts
from registry.storage.draft_reads import StoredReview

REVIEW_WORKING_DAYS = 15
_SOON_DAYS = 5


class BatchState(StrEnum):
    """Where a batch stands. 待审核 · 须更正 · 已有新版本 · 已入库 · 已退回."""

    WAITING = "waiting"
    BLOCKED = "blocked"
    SUPERSEDED = "superseded"
    APPROVED = "approved"
    RETURNED = "returned"


class ReviewStep(StrEnum):
    """How far the bureau is with a batch that waits for it. 待审核 · 审核中 · 已拟办，待签名."""

    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    PROPOSED = "proposed"


_TONES = {
    BatchState.WAITING: "info",
    BatchState.BLOCKED: "bad",
    BatchState.SUPERSEDED: "neutral",
    BatchState.APPROVED: "good",
    BatchState.RETURNED: "warn",
}


@dataclass(frozen=True)
class Due:
    """A day something is due. `days` are working days left, negative where it is too late.

    `settled`: it was measured when the batch came in, and no longer runs.
    """

    deadline: Deadline
    days: int
    settled: bool

    @property
    def late(self) -> bool:
        """Whether the day has passed."""
        return self.days < 0

    @property
    def late_days(self) -> int:
        """How many working days too late."""
        return -self.days

    @property
    def tone(self) -> str:
        """How it is shown."""
        if self.late:
            return "bad"
        return "warn" if not self.settled and self.days <= _SOON_DAYS else "neutral"


@dataclass(frozen=True)
class BatchView:
    """One batch for lists and pages. `upload` is the deadline of its worst row, None for a legacy batch.

    `step` is None of what the bureau does not, or does no longer, decide on.
    """

    head: BatchHead
    overview: Overview
    state: BatchState
    upload: Due | None
    review: Due | None
    entered: tuple[int, int] | None
    national: Mapping[SendingState, int]
    step: ReviewStep | None = None

    @property
    def received_on(self) -> date:
        """The day it came."""
        return date.fromisoformat(self.head.received_on)

    @property
    def tone(self) -> str:
        """How its state is shown."""
        return _TONES[self.state]

    @property
    def word(self) -> str:
        """What it is called: its state, and while it waits, how far the bureau is."""
        return self.state.value if self.step in (None, ReviewStep.NOT_BEGUN) else self.step.value

    @property
    def correctable(self) -> bool:
        """Whether a corrected version may take its place, and there is anything that could be in it."""
        everything_entered = self.entered is not None and self.entered[1] == self.overview.rows
        return self.head.next is None and not everything_entered

    @property
    def to_correct(self) -> bool:
        """Whether something in it must be corrected and uploaded again."""
        if self.state in (BatchState.BLOCKED, BatchState.RETURNED):
            return True
        return self.state is BatchState.WAITING and self.overview.refused > 0


def state_of(head: BatchHead) -> BatchState:
    """Where a batch stands."""
    if head.approved is not None:
        return BatchState.APPROVED if head.approved else BatchState.RETURNED
    if head.next is not None:
        return BatchState.SUPERSEDED
    return BatchState.BLOCKED if head.findings != "[]" else BatchState.WAITING


def step_of(review: StoredReview | None, proposal: ProposalStanding | None, bureau: str) -> ReviewStep:
    """How far the bureau that is responsible today is with a batch that waits for it.

    It tells that somebody is at it, and never who, nor what is said of which row.
    """
    if review is None:
        return ReviewStep.NOT_BEGUN
    if proposal is not None and (proposal.revision, proposal.bureau) == (review.revision, bureau):
        return ReviewStep.PROPOSED
    return ReviewStep.BEGUN if review.revision else ReviewStep.NOT_BEGUN


def view_of(
    head: BatchHead,
    *,
    reads: BatchReads,
    counts: NationalCounts,
    calendar: WorkCalendar,
    today: date,
    step: ReviewStep | None = None,
) -> BatchView:
    """The batch as its institution sees it today."""
    overview, state = Overview.decoded(head.overview), state_of(head)
    entered = reads.entered(head.id) if head.approved else None
    view = BatchView(
        head,
        overview,
        state,
        upload=None,
        review=_review_due(date.fromisoformat(head.received_on), calendar, today) if head.waits else None,
        entered=entered,
        national=counts.of(*entered, reads.heads(*entered)) if entered else {},
        step=step,
    )
    deadline = None if head.legacy else overview.due(calendar)
    if deadline is None:
        return view
    # What must be uploaded again is measured by today, everything else by the day on which it came.
    settled = not view.to_correct
    days = calendar.working_days_between(view.received_on if settled else today, deadline.on).days
    return replace(view, upload=Due(deadline, days, settled))


def _review_due(received_on: date, calendar: WorkCalendar, today: date) -> Due:
    """Until when the bureau decides. Source: 2025-14 art. 17(7)."""
    deadline = calendar.add_working_days(received_on, REVIEW_WORKING_DAYS)
    return Due(deadline, calendar.working_days_between(today, deadline.on).days, settled=False)
