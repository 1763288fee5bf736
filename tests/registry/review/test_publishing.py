"""What was signed enters once, over exactly the rows that were shown, whatever dies meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from registry.custody.rotation import retire_key
from registry.jobs.desk import Jobs
from registry.jobs.handlers import HANDLERS
from registry.jobs.model import Job, JobState
from registry.jobs.runner import run_all
from registry.ledger.entries import Entry
from registry.ledger.errors import NotAdmitted, Refusal
from registry.ledger.key_history import RetirementReason
from registry.review.errors import BatchDecided, ProposalStale
from registry.review.proposal import Proposal
from registry.review.publishing import publish_decision, submit_decision
from registry.review.record import DecisionKind, read_decision
from registry.review.signing import sign_here
from signing.encoding import canonical_json
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import ROOT_PASSPHRASE, Scene
from tests.registry.review.deciding import (
    LIU,
    PASSPHRASE,
    a_return,
    an_approval,
    batches_of,
    introduce,
    receive,
)


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def killed_at(scene: Scene, commit: int, *, after: bool) -> Iterator[None]:
    """The process dies at that commit of the register's database: with it, or right behind it."""
    seen = 0

    def dies(connection: sa.Connection) -> None:
        nonlocal seen
        seen += 1
        if seen == commit:
            if after:
                connection.connection.commit()
            raise Killed

    engine = scene.register.engine
    sa.event.listen(engine, "commit", dies)
    try:
        yield
    finally:
        sa.event.remove(engine, "commit", dies)


def jobs_of(scene: Scene) -> Jobs:
    register = scene.register
    return Jobs(register.desk_engine, lambda: register.keys.vault, scene.clock)


def signed(scene: Scene, proposal: Proposal) -> Entry:
    with batches_of(scene) as batches:
        return sign_here(scene.register, LIU, LIU.id, proposal, batches, PASSPHRASE)


def an_approved(scene: Scene, *serials: int) -> Entry:
    """A signed approval of these certificates, which nobody has appended."""
    introduce(scene)
    return signed(scene, an_approval(scene, receive(scene, *serials).id))


def done(scene: Scene, record: Entry) -> Job:
    """The job of that record, once the worker had its turn."""
    asked = submit_decision(jobs_of(scene), record, LIU.id)
    run_all(scene.register, HANDLERS)
    found = jobs_of(scene).get(asked.id)
    assert found is not None
    return found


def size(scene: Scene) -> int:
    return scene.register.ready()


def test_the_worker_appends_what_was_signed_and_keeps_why(scene: Scene) -> None:
    introduce(scene)
    batch, before = receive(scene, 801, 802, 803, refused=804).id, size(scene)
    job = done(scene, signed(scene, an_approval(scene, batch, {3: "score_missing"})))
    assert job.state is JobState.DONE
    assert dict(job.result) == {"kind": "approved", "certificates": 2, "custody": "register"}
    assert size(scene) >= before + 3
    assert [scene.register.look_up.current(a_number(serial)) is None for serial in (801, 802, 803, 804)] == [
        False, True, False, True,
    ]  # fmt: skip
    with batches_of(scene) as batches:
        kept = batches.decision(batch)
    assert kept is not None
    assert dict(read_decision(kept[1]).rejected) == {3: "score_missing"}
    assert scene.audit().finding is None


def test_a_return_is_kept_with_its_reason_and_enters_nothing(scene: Scene) -> None:
    introduce(scene)
    batch, before = receive(scene, 801, refused=802).id, size(scene)
    job = done(scene, signed(scene, a_return(scene, batch)))
    assert (job.state, job.result["certificates"]) == (JobState.DONE, 0)
    with batches_of(scene) as batches:
        kept = batches.decision(batch)
    assert kept is not None
    record = read_decision(kept[1])
    assert (record.kind, record.reason, record.rows, record.refused) == (
        DecisionKind.RETURNED, "findings", 2, 1,
    )  # fmt: skip
    assert size(scene) == before
    assert scene.audit().finding is None


def test_the_same_decision_twice_is_one(scene: Scene) -> None:
    record = an_approved(scene, 801, 802)
    first = submit_decision(jobs_of(scene), record, LIU.id)
    assert submit_decision(jobs_of(scene), record, LIU.id).id == first.id
    assert done(scene, record).state is JobState.DONE
    after = size(scene)
    assert done(scene, record).state is JobState.DONE
    assert size(scene) == after


@pytest.mark.parametrize("after", [False, True], ids=["with", "behind"])
@pytest.mark.parametrize("commit", [1, 2, 3, 4])
def test_a_kill_at_any_commit_loses_and_doubles_nothing(scene: Scene, commit: int, after: bool) -> None:
    record = an_approved(scene, 801, 802)
    with killed_at(scene, commit, after=after), pytest.raises(Killed):
        publish_decision(scene.register, record)
    scene.close()
    again = Scene(scene.directory, scene.clock)
    assert publish_decision(again.register, record)["certificates"] == 2
    lists = size(again)
    assert publish_decision(again.register, record)["certificates"] == 2
    assert size(again) == lists
    assert again.register.look_up.current(a_number(801)) is not None
    assert again.audit().finding is None
    again.close()


@pytest.mark.parametrize("after", [False, True], ids=["with", "behind"])
def test_a_return_survives_a_kill(scene: Scene, after: bool) -> None:
    introduce(scene)
    record = signed(scene, a_return(scene, receive(scene, 801).id))
    with killed_at(scene, 1, after=after), pytest.raises(Killed):
        publish_decision(scene.register, record)
    assert publish_decision(scene.register, record)["kind"] == "returned"
    assert scene.audit().finding is None


def test_a_batch_that_was_decided_otherwise_is_not_decided_again(scene: Scene) -> None:
    introduce(scene)
    batch = receive(scene, 801, 802).id
    first, second = an_approval(scene, batch), an_approval(scene, batch, {3: "score_missing"})
    records = [signed(scene, each) for each in (first, second, a_return(scene, batch))]
    publish_decision(scene.register, records[0])
    before = size(scene)
    for record in records[1:]:
        with pytest.raises(BatchDecided):
            publish_decision(scene.register, record)
        assert done(scene, record).code == "batch_decided"
    assert size(scene) == before


def test_rows_that_are_no_longer_as_they_were_shown_do_not_enter(scene: Scene) -> None:
    record = an_approved(scene, 801, 802)
    batch = read_decision(canonical_json(record).decode()).batch
    before, of_row = size(scene), 'WHERE batch = ? AND "row" = 2'
    with scene.register.engine.begin() as connection:
        row = connection.exec_driver_sql(f"SELECT * FROM batch_row {of_row}", (batch,)).one()
        connection.exec_driver_sql(f"DELETE FROM batch_row {of_row}", (batch,))
    with pytest.raises(ProposalStale):
        publish_decision(scene.register, record)
    assert size(scene) == before
    with scene.register.engine.begin() as connection:
        places = ", ".join("?" for _ in row)
        connection.exec_driver_sql(f"INSERT INTO batch_row VALUES ({places})", tuple(row))
    publish_decision(scene.register, record)


def test_a_clean_row_that_is_gone_makes_what_was_signed_stale(scene: Scene) -> None:
    introduce(scene)
    rows = [
        form5_row(number=a_number(each), id_number=an_id_number(each), employer="") for each in (805, 806)
    ]
    batch, of_row = scene.receive(rows).id, 'WHERE batch = ? AND "row" = 3'
    record = signed(scene, an_approval(scene, batch))
    with scene.register.engine.begin() as connection:
        row = connection.exec_driver_sql(f"SELECT * FROM batch_row {of_row}", (batch,)).one()
        connection.exec_driver_sql(f"DELETE FROM batch_row {of_row}", (batch,))
    with pytest.raises(ProposalStale):
        publish_decision(scene.register, record)
    with scene.register.engine.begin() as connection:
        places = ", ".join("?" for _ in row)
        connection.exec_driver_sql(f"INSERT INTO batch_row VALUES ({places})", tuple(row))
    assert publish_decision(scene.register, record)["certificates"] == 2


def test_a_key_that_was_retired_meanwhile_lets_nothing_in(scene: Scene) -> None:
    key = introduce(scene)
    approval = signed(scene, an_approval(scene, receive(scene, 801).id))
    returned = signed(scene, a_return(scene, receive(scene, 802).id))
    retire_key(scene.register, key.key_id, RetirementReason.ENDED, root_passphrase=ROOT_PASSPHRASE)
    for record in (approval, returned):
        with pytest.raises(NotAdmitted) as refused:
            publish_decision(scene.register, record)
        assert refused.value.reason is Refusal.KEY_RETIRED


def test_an_altered_record_is_not_kept(scene: Scene) -> None:
    introduce(scene)
    records = [
        signed(scene, an_approval(scene, receive(scene, 801, 802).id)),
        signed(scene, a_return(scene, receive(scene, 803).id)),
    ]
    for record in records:
        for over in ({"signed_by": "account-zhao"}, {"custody": "bureau"}, {"prepared_by": ""}):
            with pytest.raises(NotAdmitted):
                publish_decision(scene.register, {**record, **over})
    assert scene.audit().finding is None
