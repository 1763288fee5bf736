"""Drafts go when their batch is decided and their time is over, and never before."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from registry.intake.row_index import RowIndex
from registry.review.clearing import clear_finished_drafts
from registry.review.drafts import Change, Ruling, decide_row
from registry.review.laying import BatchOutline, lay_on_desk
from registry.review.reasons import RejectReason
from registry.review.sample import SampleRule
from registry.storage.draft_reads import DraftReads, RowFilter
from registry.storage.sql import KeptReader
from tests.registry.filled import HOLDERS, Scene, Story, begin

LATER = timedelta(days=90)


def laid(scene: Scene, story: Story) -> bytes:
    """A batch of one certificate, on the desk, with a word on its row."""
    batch, desk = scene.receive([HOLDERS[story].row()]).id, scene.register.desk_engine
    lay_on_desk(desk, BatchOutline(batch, b"m" * 32, RowIndex.of_rows({"clean": [2]})), SampleRule(0, 1))
    change = Change(batch, 0, "account-1", scene.clock())
    decide_row(desk, change, 2, Ruling.reject(RejectReason.NOT_ASSESSED))
    return batch


def test_only_drafts_of_decided_batches_go_and_only_after_their_time(tmp_path: Path) -> None:
    scene = begin(tmp_path)
    decided, waiting = laid(scene, Story.PLAIN), laid(scene, Story.REISSUED)
    scene.approve(decided)
    now = scene.clock()
    register = scene.register

    assert clear_finished_drafts(register, now - LATER) == 0
    assert clear_finished_drafts(register, now + LATER, dry_run=True) == 1
    assert [clear_finished_drafts(register, now + LATER) for _ in range(2)] == [1, 0]
    with closing(KeptReader(register.desk_engine)) as reader:
        drafts = DraftReads(reader)
        assert drafts.review(decided) is None
        assert drafts.count(decided, RowFilter()) == 0
        assert drafts.drawn(decided, "bureau") == []
        assert drafts.count(waiting, RowFilter(standing="rejected")) == 1
    assert scene.audit().finding is None
    scene.close()
