"""What an institution is told of its deadlines: days left, late in red, and what is only provisional."""

from dataclasses import replace
from datetime import date

import pytest

from registry.intake.overview import Overview
from registry.national.queue import SendingState
from registry.review.proposal import ProposalKind, ProposalStanding, ProposalState
from registry.rules.working_days import load_calendar
from registry.storage.batch_reads import BatchHead
from registry.storage.draft_reads import StoredReview
from tests.registry.ledger.builders import CHANGSHA, ZHUZHOU
from web.staff.institution.state import BatchState, BatchView, ReviewStep, state_of, step_of, view_of

HEAD = BatchHead(
    id=b"b" * 16,
    prefix="S000043990001",
    received_on="2025-09-08",
    received_at="2025-09-08T02:00:00Z",
    form5_name="表5.xlsx",
    form4_name="表4.xlsx",
    legacy="",
    plan="",
    findings="[]",
    overview="",
    previous=None,
    next=None,
    approved=None,
    decided_at="",
)
CLEAN = Overview(3, 0, 0, date(2025, 9, 1), date(2025, 9, 2), (), {})
REFUSED = replace(CLEAN, refused=1)


class NoReads:
    """A register in which nothing was approved."""

    def entered(self, _: bytes) -> tuple[int, int] | None:
        """Nothing entered."""
        return None

    def of(self, _first: int, _count: int) -> dict[SendingState, int]:
        """Nothing was sent."""
        return {}


def view(head: BatchHead, overview: Overview, today: date) -> BatchView:
    nothing = NoReads()
    return view_of(
        replace(head, overview=overview.encoded()),
        reads=nothing,  # type: ignore[arg-type]
        counts=nothing,  # type: ignore[arg-type]
        calendar=load_calendar(),
        today=today,
    )


def test_what_came_in_time_is_settled() -> None:
    due = view(HEAD, CLEAN, date(2026, 3, 2)).upload
    assert due is not None
    assert (due.deadline.on, due.settled, due.late, due.tone) == (date(2025, 10, 17), True, False, "neutral")


@pytest.mark.parametrize(
    ("today", "days", "tone"),
    [
        (date(2025, 9, 8), 25, "neutral"),
        (date(2025, 10, 11), 5, "warn"),
        (date(2025, 10, 17), 0, "warn"),
        (date(2025, 10, 20), -1, "bad"),
    ],
)
def test_what_must_be_corrected_is_counted_to_today(today: date, days: int, tone: str) -> None:
    due = view(HEAD, REFUSED, today).upload
    assert due is not None
    assert (due.days, due.settled, due.tone) == (days, False, tone)


@pytest.mark.parametrize(
    ("head", "state", "to_correct"),
    [
        (HEAD, BatchState.WAITING, False),
        (replace(HEAD, findings='[{"code":"R16"}]'), BatchState.BLOCKED, True),
        (replace(HEAD, next=b"n" * 16), BatchState.SUPERSEDED, False),
        (replace(HEAD, next=b"n" * 16, findings='[{"code":"R16"}]'), BatchState.SUPERSEDED, False),
        (replace(HEAD, approved=True), BatchState.APPROVED, False),
        (replace(HEAD, approved=False), BatchState.RETURNED, True),
        (replace(HEAD, approved=False, next=b"n" * 16), BatchState.RETURNED, True),
    ],
)
def test_where_a_batch_stands(head: BatchHead, state: BatchState, to_correct: bool) -> None:
    assert state_of(head) is state
    assert view(head, CLEAN, date(2025, 9, 9)).to_correct is to_correct


@pytest.mark.parametrize(
    ("revision", "proposal", "step"),
    [
        (None, None, ReviewStep.NOT_BEGUN),
        (0, None, ReviewStep.NOT_BEGUN),
        (3, None, ReviewStep.BEGUN),
        (3, (3, CHANGSHA), ReviewStep.PROPOSED),
        # Everything is clean and nothing was drawn: a proposal without a word on any row.
        (0, (0, CHANGSHA), ReviewStep.PROPOSED),
        # A draft was changed, or the institution passed to another bureau, since it was prepared.
        (4, (3, CHANGSHA), ReviewStep.BEGUN),
        (3, (3, ZHUZHOU), ReviewStep.BEGUN),
    ],
)
def test_how_far_the_bureau_is(
    revision: int | None, proposal: tuple[int, str] | None, step: ReviewStep
) -> None:
    review = None if revision is None else StoredReview(HEAD.id, revision, "", "", 5, 3)
    made = None
    if proposal is not None:
        made = ProposalStanding(proposal[0], ProposalKind.APPROVE, ProposalState.PREPARED, proposal[1])
    assert step_of(review, made, CHANGSHA) is step


def test_a_deadline_in_a_year_without_official_table_is_provisional() -> None:
    late = replace(CLEAN, first_issued_on=date(2026, 11, 30), last_issued_on=date(2026, 11, 30))
    due = view(replace(HEAD, received_on="2026-12-01"), late, date(2026, 12, 2)).upload
    assert due is not None
    assert (due.deadline.on.year, due.deadline.provisional) == (2027, True)


def test_certificates_from_before_the_register_have_no_deadline() -> None:
    assert view(replace(HEAD, legacy="示例人社局2021年审核"), CLEAN, date(2025, 9, 9)).upload is None


def test_the_bureau_has_fifteen_working_days_while_it_may_decide() -> None:
    due = view(HEAD, CLEAN, date(2025, 9, 9)).review
    assert due is not None
    assert (due.deadline.on, due.days) == (date(2025, 9, 28), 14)
    assert view(replace(HEAD, next=b"n" * 16), CLEAN, date(2025, 9, 9)).review is None
    assert view(replace(HEAD, approved=True), CLEAN, date(2025, 9, 9)).review is None
