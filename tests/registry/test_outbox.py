"""What the national network is told: each version once, in order, with the content it had."""

import pytest

from registry.national.queue import OutboxRow
from registry.national.rows import RowAct, RowState
from registry.outbox import LogOutbox
from tests.registry.filled import CORRECTED_NAME, CORRECTED_TWICE, HOLDERS, Scene, Story

_ALL = 1_000


def _outbox(scene: Scene) -> LogOutbox:
    return LogOutbox(lambda: scene.register.look_up)


def _of(scene: Scene, story: Story) -> list[OutboxRow]:
    number = HOLDERS[story].number
    return [each for each in _outbox(scene).after(0, _ALL) if each.row.number == number]


@pytest.mark.parametrize(
    ("story", "rows"),
    [
        (Story.PLAIN, [(1, RowAct.ISSUED, RowState.VALID)]),
        (
            Story.CORRECTED,
            [(1, RowAct.ISSUED, RowState.VALID), (2, RowAct.CORRECTED, RowState.VALID)],
        ),
        (
            Story.REINSTATED,
            [
                (1, RowAct.ISSUED, RowState.VALID),
                (2, RowAct.ANNULLED, RowState.ANNULLED),
                (3, RowAct.REINSTATED, RowState.VALID),
            ],
        ),
        (
            Story.SUPERSEDED,
            [(1, RowAct.ISSUED, RowState.VALID), (2, RowAct.SUPERSEDED, RowState.SUPERSEDED)],
        ),
        (
            Story.REISSUED,
            [(1, RowAct.ISSUED, RowState.VALID), (2, RowAct.REISSUED, RowState.VALID)],
        ),
        (
            Story.CORRECTED_TWICE_THEN_ANNULLED,
            [
                (1, RowAct.ISSUED, RowState.VALID),
                (2, RowAct.CORRECTED, RowState.VALID),
                (3, RowAct.CORRECTED, RowState.VALID),
                (4, RowAct.ANNULLED, RowState.ANNULLED),
            ],
        ),
    ],
)
def test_a_certificate_is_told_act_by_act(
    told: Scene, story: Story, rows: list[tuple[int, RowAct, RowState]]
) -> None:
    assert [(each.row.version, each.row.act, each.row.state) for each in _of(told, story)] == rows


def test_positions_are_indices_of_the_log_and_ascend(told: Scene) -> None:
    rows = _outbox(told).after(0, _ALL)
    positions = [each.seq for each in rows]
    assert positions == sorted(set(positions))
    assert min(positions) >= 1
    assert [each.row.entry for each in rows] == positions
    assert {each.row.number for each in rows} == {holder.number for holder in HOLDERS.values()}


def test_each_row_has_the_record_of_its_own_version(told: Scene) -> None:
    names = [each.row.record and each.row.record.name for each in _of(told, Story.CORRECTED)]
    assert names == [HOLDERS[Story.CORRECTED].name, CORRECTED_NAME]
    twice = _of(told, Story.CORRECTED_TWICE_THEN_ANNULLED)
    assert [each.row.record and each.row.record.name for each in twice][1:] == [
        *CORRECTED_TWICE,
        CORRECTED_TWICE[-1],
    ]


def test_an_act_without_new_content_keeps_the_commitment(told: Scene) -> None:
    issued, annulled, reinstated = (each.row.commitment for each in _of(told, Story.REINSTATED))
    assert issued == annulled == reinstated
    first, corrected = (each.row.commitment for each in _of(told, Story.CORRECTED))
    assert first != corrected


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 17, 18])
def test_pages_put_together_are_the_whole_queue(told: Scene, limit: int) -> None:
    outbox = _outbox(told)
    paged: list[OutboxRow] = []
    while page := outbox.after(paged[-1].seq if paged else 0, limit):
        paged += page
    assert paged == outbox.after(0, _ALL)


def test_the_state_on_the_page_is_that_of_the_newest_position(told: Scene) -> None:
    certificate = told.register.verdict(HOLDERS[Story.REINSTATED].number).certificate
    assert certificate is not None
    assert certificate.history[-1].index == _of(told, Story.REINSTATED)[-1].seq
