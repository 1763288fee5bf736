"""A proposal is kept as it was made, and only while the drafts are what it was made from."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from registry.review.drafts import Ruling, decide_row
from registry.review.proposal import Proposal, ProposalKind, Proposals, ProposalState, store_proposal, stored
from registry.review.proposal_body import ProposalBody, read_body
from registry.review.reasons import AcceptReason, RejectReason
from registry.review.sample import DrawnFor, SampleResult
from registry.storage.errors import SealBroken
from registry.storage.proposal_rows import confirm_proposal, mark_signed
from registry.storage.sql import KeptReader
from tests.registry.review.desks import BATCH, a_desk, by, revision

NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
BODY = ProposalBody(
    content={"type": "approval", "batch": "BwcHBwcHBwcHBwcHBwcHBw", "count": 3},
    count=3,
    refused=1,
    rejected={5: "evidence_missing"},
    accepted={6: "late_justified"},
    samples={DrawnFor.BUREAU: SampleResult(b"s" * 32, 5, 2, (3, 6), (3, 6), {6: "score_differs"})},
)


def a_proposal(revision: int = 4, body: ProposalBody = BODY) -> Proposal:
    return Proposal(BATCH, 0, revision, ProposalKind.APPROVE, "430100", body, "account-1", NOW)


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Engine]:
    with a_desk(tmp_path, database) as engine:
        for row in (3, 5, 7, 8):
            decide_row(engine, by(), row, Ruling.accept(AcceptReason.LATE_JUSTIFIED))
        assert revision(engine) == 4
        yield engine


def newest(desk: Engine) -> Proposal | None:
    with closing(KeptReader(desk)) as reader:
        return Proposals(reader).newest(BATCH)


def change_a_draft(desk: Engine) -> None:
    decide_row(desk, by(seen=4), 2, Ruling.reject(RejectReason.NOT_ASSESSED))


def test_a_proposal_comes_back_as_it_was_kept(desk: Engine) -> None:
    assert store_proposal(desk, a_proposal())
    assert newest(desk) == replace(a_proposal(), number=1)


def test_a_proposal_from_changed_drafts_is_not_kept(desk: Engine) -> None:
    change_a_draft(desk)
    assert not store_proposal(desk, a_proposal())
    assert newest(desk) is None


def test_the_newest_proposal_counts(desk: Engine) -> None:
    store_proposal(desk, a_proposal())
    store_proposal(desk, a_proposal(body=replace(BODY, count=2)))
    found = newest(desk)
    assert found is not None
    assert (found.number, found.body.count) == (2, 2)


def test_the_second_person_confirms_only_what_is_newest_and_fresh(desk: Engine) -> None:
    store_proposal(desk, a_proposal())
    first = newest(desk)
    store_proposal(desk, a_proposal())
    second = newest(desk)
    assert first is not None
    assert second is not None
    assert not confirm_proposal(desk, stored(first), "account-2", "2026-01-05T03:00:00Z")
    assert confirm_proposal(desk, stored(second), "account-2", "2026-01-05T03:00:00Z")
    found = newest(desk)
    assert found is not None
    assert (found.state, found.confirmed_by) == (ProposalState.CONFIRMED, "account-2")
    assert not confirm_proposal(desk, stored(second), "account-3", "2026-01-05T03:00:00Z")


def test_a_stale_proposal_is_not_confirmed(desk: Engine) -> None:
    store_proposal(desk, a_proposal())
    found = newest(desk)
    assert found is not None
    change_a_draft(desk)
    assert not confirm_proposal(desk, stored(found), "account-2", "2026-01-05T03:00:00Z")


def test_a_signature_is_noted_once_and_for_all(desk: Engine) -> None:
    store_proposal(desk, a_proposal())
    for _ in range(2):
        mark_signed(desk, BATCH, 1)
        found = newest(desk)
        assert found is not None
        assert found.state is ProposalState.SIGNED


def test_the_digest_tells_any_two_proposals_apart() -> None:
    others = [
        replace(BODY, count=2),
        replace(BODY, refused=0),
        replace(BODY, rejected={}),
        replace(BODY, accepted={6: "not_a_duplicate"}),
        replace(BODY, samples={}),
        replace(BODY, reason="findings"),
        replace(BODY, content={}),
    ]
    digests = {a_proposal(body=body).digest for body in (BODY, *others)}
    assert len(digests) == len(others) + 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"content":1}', "nonsense"])
def test_a_body_that_nobody_wrote_is_not_read(text: str) -> None:
    with pytest.raises(SealBroken):
        read_body(text)
