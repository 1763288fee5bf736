"""Drafts: whose word stands, what a group covers, and that what is shown is what would be proposed."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from registry.review.drafts import (
    Change,
    Inspected,
    Ruling,
    Word,
    decide_group,
    decide_row,
    inspect_rest,
    inspect_row,
)
from registry.review.errors import (
    DraftsChanged,
    ReviewNotReady,
    RowNotFlagged,
    RowRefused,
    RowUnknown,
)
from registry.review.laying import lay_on_desk
from registry.review.reasons import AcceptReason, InspectionNote, RejectReason
from registry.review.sample import DrawnFor, InspectionResult
from registry.storage.draft_reads import DraftReads, RowFilter, read_decision
from registry.storage.sql import KeptReader
from tests.registry.review.desks import (
    AT,
    BATCH,
    LATE,
    OUTLINE,
    RULE,
    TWICE,
    a_desk,
    by,
    laid_anew,
    listed,
    revision,
)

ACCEPT = Ruling.accept(AcceptReason.LATE_JUSTIFIED)
REJECT = Ruling.reject(RejectReason.EVIDENCE_MISSING)
ONLY_LATE, ONLY_TWICE, BOTH = f" {LATE} ", f" {TWICE} ", f" {LATE} {TWICE} "


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Engine]:
    with a_desk(tmp_path, database) as engine:
        yield engine


def test_a_batch_is_laid_on_the_desk_once(desk: Engine) -> None:
    decide_row(desk, by(), 5, ACCEPT)
    assert not lay_on_desk(desk, OUTLINE, RULE)
    assert listed(desk, standing="accepted") == [5]


def test_filters_show_what_they_name(desk: Engine) -> None:
    assert listed(desk) == list(range(2, 14))
    assert listed(desk, finding=LATE) == [3, 5, 7, 8]
    assert listed(desk, finding="R03.length") == [4, 9]
    assert listed(desk, standing="refused") == [4, 9]
    assert listed(desk, standing="undecided") == [3, 5, 7, 8, 11]
    assert listed(desk, level=2) == [2, 3, 10]
    assert listed(desk, level=2, standing="undecided") == [3]
    assert set(listed(desk, drawn_for="bureau")) <= set(range(2, 14)) - {4, 9}
    assert listed(desk, drawn_for="province") == [2, 3, 10]


def test_pages_lead_back_as_they_lead_on(desk: Engine) -> None:
    with closing(KeptReader(desk)) as reader:
        reads = DraftReads(reader)
        before = reads.page(BATCH, RowFilter(), row=9, limit=3, order="before")
        assert [each.row for each in before] == [6, 7, 8]


def test_the_word_on_a_row_is_kept_with_its_reason_and_author(desk: Engine) -> None:
    changed = decide_row(desk, by("account-7"), 5, REJECT)
    assert (changed.revision, changed.rows) == (1, 1)
    with closing(KeptReader(desk)) as reader:
        row = DraftReads(reader).one(BATCH, 5)
    assert row is not None
    assert (row.word, row.reason, row.by, row.at, row.revision) == (
        Word.REJECTED,
        "evidence_missing",
        "account-7",
        "2026-01-05T02:00:00Z",
        1,
    )


def test_a_double_click_does_nothing_twice(desk: Engine) -> None:
    for rows in (1, 0):
        assert decide_row(desk, by(), 5, ACCEPT).rows == rows
        assert revision(desk) == 1
    for rows in (1, 0):
        assert decide_group(desk, by(seen=1), ONLY_TWICE, REJECT).rows == rows
        assert revision(desk) == 2


def test_two_people_share_a_batch_but_not_a_row(desk: Engine) -> None:
    decide_row(desk, by("account-1", seen=0), 5, ACCEPT)
    decide_row(desk, by("account-2", seen=0), 7, ACCEPT)
    with pytest.raises(DraftsChanged) as raised:
        decide_row(desk, by("account-2", seen=0), 5, REJECT)
    assert (raised.value.by, raised.value.at) == ("account-1", "2026-01-05T02:00:00Z")
    assert listed(desk, standing="accepted") == [5, 7]


def test_a_group_is_decided_only_as_it_was_seen(desk: Engine) -> None:
    decide_row(desk, by("account-2"), 12, REJECT)
    with pytest.raises(DraftsChanged):
        decide_group(desk, by(seen=0), ONLY_LATE, ACCEPT)
    assert decide_group(desk, by(seen=1), ONLY_LATE, ACCEPT).rows == 3


def test_accepting_a_group_accepts_no_other_finding(desk: Engine) -> None:
    decide_group(desk, by(), ONLY_LATE, ACCEPT)
    assert listed(desk, standing="accepted") == [3, 5, 7]
    assert listed(desk, standing="undecided") == [8, 11]


def test_a_group_leaves_what_was_decided_by_itself(desk: Engine) -> None:
    decide_row(desk, by(), 5, REJECT)
    decide_group(desk, by(seen=1), ONLY_LATE, ACCEPT)
    assert listed(desk, standing="rejected") == [5]
    assert listed(desk, standing="accepted") == [3, 7]


def test_a_group_is_taken_back_whole(desk: Engine) -> None:
    decide_group(desk, by(), ONLY_LATE, ACCEPT)
    decide_group(desk, by(seen=1), ONLY_LATE, Ruling())
    assert listed(desk, standing="undecided") == [3, 5, 7, 8, 11]
    assert revision(desk) == 2


def test_what_nobody_may_decide_is_refused(desk: Engine) -> None:
    with pytest.raises(RowUnknown):
        decide_row(desk, by(), 99, REJECT)
    with pytest.raises(RowRefused):
        decide_row(desk, by(), 4, REJECT)
    with pytest.raises(RowNotFlagged):
        decide_row(desk, by(), 2, ACCEPT)
    with pytest.raises(ReviewNotReady):
        decide_row(desk, Change(b"\x01" * 16, 0, "account-1", AT), 2, REJECT)
    assert revision(desk) == 0


def test_only_drawn_rows_are_inspected(desk: Engine) -> None:
    drawn = listed(desk, drawn_for="bureau")
    other = next(row for row in range(2, 14) if row not in drawn)
    differs = Inspected(InspectionResult.DISCREPANCY, InspectionNote.SCORE_DIFFERS)
    assert inspect_row(desk, by(), DrawnFor.BUREAU, drawn[0], differs).revision == 1
    assert inspect_row(desk, by(), DrawnFor.BUREAU, drawn[0], differs).revision == 1
    with pytest.raises(RowUnknown):
        inspect_row(desk, by(), DrawnFor.BUREAU, other, differs)
    with pytest.raises(DraftsChanged):
        inspect_row(desk, by(), DrawnFor.BUREAU, drawn[0], Inspected(InspectionResult.OK))
    with closing(KeptReader(desk)) as reader:
        found = DraftReads(reader).drawn(BATCH, DrawnFor.BUREAU)[0]
    assert (found.row, found.result, found.note) == (drawn[0], "discrepancy", "score_differs")


def test_the_rest_of_a_page_is_inspected_together_or_not_at_all(desk: Engine) -> None:
    drawn = listed(desk, drawn_for="bureau")
    other = next(row for row in range(2, 14) if row not in drawn)
    differs = Inspected(InspectionResult.DISCREPANCY, InspectionNote.SCORE_DIFFERS)
    first = inspect_row(desk, by(), DrawnFor.BUREAU, drawn[0], differs)
    done = inspect_rest(desk, by(seen=first.revision), DrawnFor.BUREAU, [*drawn, other])
    assert (done.rows, done.revision) == (len(drawn) - 1, first.revision + len(drawn) - 1)
    with closing(KeptReader(desk)) as reader:
        results = [each.result for each in DraftReads(reader).drawn(BATCH, DrawnFor.BUREAU)]
    assert results == ["discrepancy", *["ok"] * (len(drawn) - 1)]
    inspect_row(desk, by(seen=done.revision), DrawnFor.BUREAU, drawn[1], Inspected())
    with pytest.raises(DraftsChanged):
        inspect_rest(desk, by(seen=first.revision), DrawnFor.BUREAU, drawn)


RULINGS = st.sampled_from([ACCEPT, REJECT, Ruling(), Ruling.reject(RejectReason.SUSPECTED_FRAUD)])
ACTS = st.one_of(
    st.tuples(st.integers(1, 14), RULINGS), st.tuples(st.sampled_from([ONLY_LATE, ONLY_TWICE, BOTH]), RULINGS)
)
GROUPS = {3: ONLY_LATE, 5: ONLY_LATE, 7: ONLY_LATE, 8: BOTH, 11: ONLY_TWICE}
REFUSED_ROWS = {4, 9}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, max_size=12))
def test_what_is_shown_is_what_would_enter_whatever_was_said_before(
    desk: Engine, acts: list[tuple[int | str, Ruling]]
) -> None:
    laid_anew(desk)
    said: dict[int, Ruling] = {}
    last = 0
    for on, ruling in acts:
        change = by(seen=last)
        if isinstance(on, str):
            decide_group(desk, change, on, ruling)
            for row in (each for each, flags in GROUPS.items() if flags == on):
                if ruling.word is Word.NONE or row not in said:
                    said[row] = ruling
        else:
            try:
                decide_row(desk, change, on, ruling)
                said[on] = ruling
            except (RowUnknown, RowRefused, RowNotFlagged):
                assert on not in GROUPS
        said = {row: each for row, each in said.items() if each.word is not Word.NONE}
        assert revision(desk) >= last
        last = revision(desk)
    decided = read_decision(desk, BATCH)
    assert decided is not None
    assert decided.revision == last
    rejected = {row: each.reason for row, each in said.items() if each.word is Word.REJECTED}
    accepted = {row: each.reason for row, each in said.items() if each.word is Word.ACCEPTED}
    assert (decided.rejected, decided.accepted) == (rejected, accepted)
    rows = set(range(2, 14)) - REFUSED_ROWS
    undecided = {row for row in GROUPS if row not in said}
    assert listed(desk, standing="entering") == sorted(rows - set(rejected) - undecided)
    assert listed(desk, standing="rejected") == sorted(rejected)
    assert listed(desk, standing="accepted") == sorted(accepted)
    assert listed(desk, standing="undecided") == sorted(undecided)
