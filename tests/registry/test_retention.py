"""What was kept for its whole period goes, nothing else does, and every proof holds as before."""

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry.jobs.desk import Jobs
from registry.jobs.runner import run_all
from registry.ledger.audit_report import Finding, FindingCode
from registry.retention import Removable, Retained, apply_retention
from registry.review.perform import record_return, return_batch
from registry.rules.retention import USUAL_DAYS, Kept
from registry.staff.model import COMMAND_LINE
from registry.staff.trail import Trail, TrailEntry
from registry.storage.batch_rows import BatchRows, StoredBatch
from registry.storage.disposal_rows import Due, dispose, due_batches
from registry.storage.sql import KeptReader, writing
from registry.verdict import Result
from signing.encoding import parse_rfc3339, rfc3339
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import HOLDERS, LATER, RECEIVED_AT, Scene, Story, copy_of
from tests.registry.ledger.builders import CHANGSHA, PREFIX

APPROVED_FOR, RETURNED_FOR = (timedelta(days=USUAL_DAYS[each]) for each in (Kept.APPROVED, Kept.RETURNED))


def apply(scene: Scene, at: datetime, *, dry_run: bool = False) -> Retained:
    """A run at that moment."""
    scene.clock.now, scene.clock.step = at, timedelta()
    return apply_retention(scene.register, USUAL_DAYS, dry_run=dry_run)


def batches(scene: Scene) -> list[StoredBatch]:
    """Every batch of the institution."""
    with closing(KeptReader(scene.register.engine)) as reader:
        return list(BatchRows(reader).of_institution(PREFIX))


def row_count(scene: Scene) -> int:
    """How many rows of uploads are there."""
    with closing(KeptReader(scene.register.engine)) as reader:
        return sum(1 for batch in batches(scene) for _ in BatchRows(reader).rows(batch.id))


def finding(scene: Scene) -> Finding | None:
    """What the audit finds."""
    return scene.audit().finding


def test_an_approved_upload_goes_when_its_time_is_over_and_its_certificates_stay(scene: Scene) -> None:
    before = {holder.number: scene.register.verdict(holder.number).result for holder in HOLDERS.values()}
    nothing = apply(scene, RECEIVED_AT + APPROVED_FOR)
    assert (nothing.removed[Removable.APPROVED], row_count(scene)) == (0, len(HOLDERS))
    done = apply(scene, LATER + APPROVED_FOR)
    assert (done.removed[Removable.APPROVED], done.removed[Removable.ROWS]) == (2, len(HOLDERS))
    assert row_count(scene) == 0
    assert {(each.form5, each.form4, each.form5_name) for each in batches(scene)} == {(b"", b"", "")}
    assert {number: scene.register.verdict(number).result for number in before} == before
    assert finding(scene) is None
    assert apply(scene, LATER + APPROVED_FOR).total == 0


def test_a_dry_run_counts_the_same_and_removes_nothing(scene: Scene) -> None:
    at = LATER + APPROVED_FOR
    Trail(scene.register.desk_engine).write(TrailEntry(LATER, "session.opened"))
    counted = apply(scene, at, dry_run=True)
    assert row_count(scene) == len(HOLDERS)
    assert apply(scene, at) == counted
    assert counted.removed[Removable.TRAIL] == 1


def test_a_certificate_whose_upload_is_gone_can_still_be_erased(scene: Scene) -> None:
    apply(scene, LATER + APPROVED_FOR)
    scene.erase(Story.PLAIN)
    assert scene.register.verdict(HOLDERS[Story.PLAIN].number).result is Result.ERASED
    assert finding(scene) is None


def test_an_upload_of_which_a_row_was_erased_goes_like_any_other(scene: Scene) -> None:
    scene.erase(Story.PLAIN)
    assert apply(scene, LATER + APPROVED_FOR).removed[Removable.APPROVED] == 2
    assert finding(scene) is None


def test_what_waits_for_its_decision_stays_and_what_was_returned_or_replaced_goes(scene: Scene) -> None:
    rows = [form5_row(number=a_number(300), name="示例甲", id_number=an_id_number(300))]
    returned = scene.receive(rows)
    with closing(KeptReader(scene.register.engine)) as reader:
        record = return_batch(
            scene.register.look_up,
            BatchRows(reader),
            returned.id,
            reason="findings",
            bureau_key=scene.keys[CHANGSHA],
            now=scene.clock(),
        )
    record_return(scene.register.engine, record)
    replaced = scene.receive(rows)
    waiting = scene.receive(rows, previous=replaced.id)
    done = apply(scene, scene.clock.now + RETURNED_FOR + timedelta(seconds=1))
    assert (done.removed[Removable.RETURNED], done.removed[Removable.APPROVED]) == (2, 0)
    kept = {each.id: each.form5 != b"" for each in batches(scene)}
    assert [kept[each.id] for each in (returned, replaced, waiting)] == [False, False, True]


def test_no_file_holds_what_went(scene: Scene) -> None:
    sealed = [bytes(each.form5)[20:60] for each in batches(scene)]
    apply(scene, LATER + APPROVED_FOR)
    scene.register.close()
    held = [path.read_bytes() for path in scene.places.data_dir.glob("register.sqlite*")]
    assert not any(part in content for part in sealed for content in held)


CHEATS = {
    "rows that no line speaks of": ("DELETE FROM disposal", "batch"),
    "a line that was altered": ("UPDATE disposal SET days = days - 1", "disposal"),
    "a line of another batch": ("UPDATE disposal SET batch = zeroblob(16)", "disposal"),
}


@pytest.mark.parametrize(("statement", "table"), CHEATS.values(), ids=CHEATS)
def test_an_upload_that_was_taken_away_before_its_time_is_found(
    filled_directory: Path, tmp_path: Path, statement: str, table: str
) -> None:
    scene = copy_of(filled_directory, tmp_path / "register")
    apply(scene, LATER + APPROVED_FOR)
    with writing(scene.register.engine) as connection:
        connection.exec_driver_sql("DROP TRIGGER disposal_no_update")
        connection.exec_driver_sql("DROP TRIGGER disposal_no_delete")
        connection.exec_driver_sql(
            statement + (" WHERE batch = (SELECT min(batch) FROM disposal)" if "batch =" in statement else "")
        )
    found = finding(scene)
    scene.close()
    assert found is not None
    assert found.table == table


YEARS = USUAL_DAYS[Kept.APPROVED]
EARLY = {
    "a period shorter than the rules allow": (Kept.APPROVED, 30, YEARS, "days"),
    "before the period was over": (Kept.APPROVED, YEARS, YEARS - 1, "disposed_at"),
    "as a return, which it was not": (Kept.RETURNED, YEARS, YEARS, ""),
}


@pytest.mark.parametrize(("kind", "days", "after", "column"), EARLY.values(), ids=EARLY)
def test_an_operator_who_holds_the_keys_cannot_dispose_early_unnoticed(
    filled_directory: Path, tmp_path: Path, kind: Kept, days: int, after: int, column: str
) -> None:
    scene = copy_of(filled_directory, tmp_path / "register")
    with closing(KeptReader(scene.register.engine)) as reader:
        due = next(due_batches(reader, Kept.APPROVED, "2099-01-01T00:00:00Z"))
        batch = BatchRows(reader).batch(due.batch)
    assert batch is not None
    since, vault = parse_rfc3339(due.since_at), scene.register.keys.vault
    told = Due(due.batch, kind, due.since_at)
    at = rfc3339(since + timedelta(days=after))
    dispose(scene.register.engine, vault, told, batch, days=days, disposed_at=at)
    found = finding(scene)
    scene.close()
    assert found is not None
    assert (found.table, found.key, found.column) == ("disposal", due.batch.hex(), column)


def test_a_batch_that_was_altered_is_left_alone(filled_directory: Path, tmp_path: Path) -> None:
    """Its line is bound anew when it goes: that would make right what somebody falsified."""
    scene = copy_of(filled_directory, tmp_path / "register")
    victim = batches(scene)[0].id
    with writing(scene.register.engine) as connection:
        connection.exec_driver_sql("UPDATE batch SET received_on = '2020-01-01' WHERE id = ?", (victim,))
    done = apply(scene, LATER + APPROVED_FOR)
    assert (done.altered, done.removed[Removable.APPROVED]) == (1, 1)
    found = finding(scene)
    scene.close()
    assert found is not None
    assert (found.code, found.key, found.column) == (FindingCode.ROW_DIFFERS, victim.hex(), "received_on")


def test_the_desk_forgets_what_is_over_and_the_trail_says_so(scene: Scene) -> None:
    register = scene.register
    jobs = Jobs(register.desk_engine, lambda: register.keys.vault, scene.clock)
    ended = jobs.submit("a", "s", "clerk", {}).id
    run_all(register, {"a": lambda _: {}})
    waiting = jobs.submit("a", "t", "clerk", {}).id
    trail = Trail(register.desk_engine)
    trail.write(TrailEntry(LATER, "session.opened"))
    young = LATER + timedelta(days=USUAL_DAYS[Kept.TRAIL])
    trail.write(TrailEntry(young, "session.opened"))
    done = apply(scene, young + timedelta(seconds=1))
    assert (done.removed[Removable.JOBS], done.removed[Removable.TRAIL]) == (1, 1)
    assert jobs.get(ended) is None
    assert jobs.get(waiting) is not None
    told = [(entry.at, entry.act, entry.account, dict(entry.details)) for entry in trail.newest(9)]
    assert told == [
        (young + timedelta(seconds=1), "retention.removed", COMMAND_LINE, {"jobs": "1", "trail": "1"}),
        (young, "session.opened", "", {}),
    ]
