"""The tally is what a recount from the log gives, whatever happened and however it was followed."""

import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from registry.review.decide import Decision
from registry.review.perform import record_return, return_batch
from registry.review.reasons import RejectReason, ReturnReason
from registry.rules.working_days import HolidayTable, load_calendar
from registry.storage.batch_rows import BatchRows
from registry.storage.sql import KeptReader
from registry.tally.follower import TallyFollower
from tests.builders import a_number, an_id_number, form5_row
from tests.registry import filled
from tests.registry.filled import Scene, Story
from tests.registry.ledger.builders import CHANGSHA, PREFIX, PROVINCE
from tests.registry.tally.recounting import an_empty_desk, by_hand, counts, everything, follower

_ELECTRICIAN = ("6-31-01-03", "电工", "")


def cell(*, month: str = "2025-09", upload: str = "on_time", state: str = "valid") -> tuple[object, ...]:
    return (PREFIX, CHANGSHA, month, 3, *_ELECTRICIAN, upload, state)


def upload_one(scene: Scene, serial: int, issued_on: str = "2025-09-01") -> bytes:
    row = form5_row(
        number=a_number(serial), name="示例后来", id_number=an_id_number(serial), issued_on=issued_on
    )
    return scene.receive([row]).id


def test_every_story_is_counted_as_what_it_became(scene: Scene) -> None:
    follower(scene).follow()
    found = counts(scene.register.desk_engine)
    assert found == {
        cell(): 5,
        cell(state="annulled"): 2,
        cell(state="superseded"): 1,
        cell(upload="legacy"): 1,
    }
    assert found == by_hand(scene)


def test_an_annulment_a_correction_and_an_erasure_move_what_was_counted(scene: Scene) -> None:
    counting = follower(scene)
    counting.follow()
    scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
    scene.act(
        Story.CORRECTED, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes={"issued_on": "2025-08-29"}
    )
    scene.erase(Story.REISSUED)
    assert counting.follow() == 3
    found = counts(scene.register.desk_engine)
    assert found == by_hand(scene)
    assert found[cell(state="annulled")] == 3
    assert found[cell(month="2025-08")] == 1
    # What an erasure took away is not kept by a count.
    assert found[PREFIX, CHANGSHA, "", 0, "", "", "", "", "erased"] == 1
    assert counting.follow() == 0


def test_a_certificate_that_came_after_thirty_working_days_is_late(scene: Scene) -> None:
    # 30 working days from 2025-09-01 end on 2025-10-17.
    for serial, day in ((50, 17), (51, 18)):
        scene.clock.now = datetime(2025, 10, day, 1, 0, tzinfo=UTC)
        batch = upload_one(scene, serial)
        scene.approve(batch, Decision(accepted_flags=frozenset({2}) if day == 18 else frozenset()))
    follower(scene).follow()
    found = counts(scene.register.desk_engine)
    assert found[cell(upload="late")] == 1
    assert found[cell()] == 6
    assert found == by_hand(scene)


def test_a_decided_batch_is_known_with_its_days_and_reasons(scene: Scene) -> None:
    rows = [
        form5_row(number=a_number(60), name="示例甲一", id_number=an_id_number(60)),
        form5_row(number=a_number(61), name="示例甲二", id_number="430102199003074516"),
        form5_row(number="1234", name="示例甲三", id_number=an_id_number(62)),
        form5_row(number=a_number(63), name="示例甲四", id_number=an_id_number(63)),
    ]
    batch = scene.receive(rows).id
    other = scene.receive(rows[:1]).id
    scene.approve(batch, Decision(rejected={2: RejectReason.SCORE_MISSING.value}))
    send_back(scene, other)
    follower(scene).follow()
    found = everything(scene.register.desk_engine)
    facts = {row[0]: row[1:] for row in found["tally_batch"]}
    assert len(facts) == 4
    assert facts[batch] == (PREFIX, CHANGSHA, "2025-09-10", "2025-09-10", 1, 0, 4, 1)
    assert facts[other] == (PREFIX, CHANGSHA, "2025-09-10", "2025-09-10", 0, 0, 1, 0)
    reasons = {row[:3]: row[3] for row in found["tally_reason"]}
    assert reasons[batch, "finding", "R03"] == 1
    assert reasons[batch, "finding", "R06"] == 1
    assert reasons[batch, "rejected", "score_missing"] == 1
    assert reasons[other, "returned", "evidence_missing"] == 1


def test_another_calendar_counts_anew(scene: Scene) -> None:
    register = scene.register
    follower(scene).follow()
    longer = load_calendar().extended(
        HolidayTable(frozenset({datetime(2025, 12, 1, tzinfo=UTC).date()}), frozenset())
    )
    other = TallyFollower(lambda: register.look_up, register.engine, register.desk_engine, longer)
    assert not other.counted().is_current
    other.follow()
    assert other.counted().is_current
    assert counts(register.desk_engine) == by_hand(scene)


def test_a_step_that_another_follower_took_is_not_counted_twice(scene: Scene) -> None:
    slow, quick = follower(scene, step_size=3), follower(scene)
    # The slow one has read its first step when the quick one has done them all.

    def overtake(*_: int) -> None:
        quick.follow()

    slow.follow(overtake)
    assert counts(scene.register.desk_engine) == by_hand(scene)
    assert slow.counted().is_current


def test_a_step_that_fails_half_way_leaves_nothing_behind(scene: Scene) -> None:
    counting = follower(scene)
    counting.follow()
    before = everything(scene.register.desk_engine)
    scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
    with scene.register.desk_engine.begin() as connection:
        # The certificates are put into their cells before the acts are kept.
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON tally_act BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    with pytest.raises(sa.exc.IntegrityError):
        counting.follow()
    assert everything(scene.register.desk_engine) == before
    with scene.register.desk_engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    counting.follow()
    assert counts(scene.register.desk_engine) == by_hand(scene)


def test_a_rebuild_gives_the_same_and_forgets_what_does_not_belong(scene: Scene) -> None:
    counting = follower(scene)
    counting.follow()
    before = everything(scene.register.desk_engine)
    with scene.register.desk_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tally_cell SET count = count + 7")
    counting.rebuild()
    assert everything(scene.register.desk_engine) == before


@pytest.mark.parametrize("size", [1, 2, 7])
def test_steps_of_any_size_count_the_same(told: Scene, size: int) -> None:
    with an_empty_desk() as small, an_empty_desk() as whole:
        follower(told, desk=small, step_size=size).follow()
        follower(told, desk=whole).follow()
        assert everything(small) == everything(whole)
        assert counts(whole) == by_hand(told)


_ACTS = {
    "annul": (ActKind.ANNULLED, ActReason.WRONGLY_ISSUED, None),
    "reinstate": (ActKind.REINSTATED, ActReason.WRONGLY_ANNULLED, None),
    "earlier": (ActKind.CORRECTED, ActReason.CLERICAL_ERROR, {"issued_on": "2025-08-29"}),
    "later": (ActKind.CORRECTED, ActReason.CLERICAL_ERROR, {"issued_on": "2025-09-03"}),
    "reissue": (ActKind.REISSUED, ActReason.LOST_OR_DAMAGED, None),
}
_STEPS = st.tuples(st.sampled_from([*_ACTS, "erase", "upload", "follow"]), st.sampled_from(list(Story)))


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEPS, min_size=8, max_size=18), st.integers(1, 6))
def test_after_any_history_the_tally_is_the_recount(
    filled_directory: Path, tmp_path: Path, history: list[tuple[str, Story]], size: int
) -> None:
    directory = tmp_path / "register"
    scene = filled.copy_of(filled_directory, directory)
    try:
        counting = follower(scene, step_size=size)
        for at, (step, story) in enumerate(history, start=100):
            happen(scene, counting, step, story, at)
        counting.follow()
        assert counts(scene.register.desk_engine) == by_hand(scene)
        with an_empty_desk() as fresh:
            follower(scene, desk=fresh).follow()
            assert everything(scene.register.desk_engine) == everything(fresh)
        assert scene.audit().finding is None
    finally:
        scene.close()
        shutil.rmtree(directory)


def happen(scene: Scene, counting: TallyFollower, step: str, story: Story, serial: int) -> None:
    """One step of a history; what the register refuses does not happen."""
    look_up = scene.register.look_up
    found = look_up.current(filled.HOLDERS[story].number)
    state = "" if found is None else found[0].head.state.value
    if step == "follow":
        counting.follow()
    elif step == "upload":
        scene.approve(upload_one(scene, serial))
    elif step == "erase" and found is not None:
        scene.erase(story)
    elif step in _ACTS and state == ("annulled" if step == "reinstate" else "valid"):
        act, reason, changes = _ACTS[step]
        scene.act(story, act, reason, changes=changes, bureau=PROVINCE)


def send_back(scene: Scene, batch: bytes) -> None:
    register = scene.register
    with closing(KeptReader(register.engine)) as reader:
        returned = return_batch(
            register.look_up,
            BatchRows(reader),
            batch,
            reason=ReturnReason.EVIDENCE_MISSING.value,
            bureau_key=scene.keys[CHANGSHA],
            now=scene.clock(),
        )
    record_return(register.engine, returned)
