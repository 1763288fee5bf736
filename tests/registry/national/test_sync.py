"""The whole exchange over real HTTP: every fault, and afterwards both sides hold the same, each row once."""

import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.national.errors import LeaseLost
from registry.national.patience import Patience
from registry.national.protocol import BATCHES_PATH, MAX_ROWS
from registry.national.queue import NationalState, OutboxRow, SendingState
from registry.national.reasons import RowReason
from registry.national.receipts import Rejected, parse_receipt
from registry.national.reconcile import Reconciled
from registry.national.rows import Row, RowAct, RowState
from registry.national.stand_in.faults import Fault, FaultSource, no_faults, scripted
from registry.national.sync import REMOTE_FAILED, SyncOutcome, SyncReport, sync_once, sync_until
from registry.storage.errors import DatabaseUnavailable
from registry.storage.sql import sqlite_url
from tests.builders.records import a_record
from tests.registry.national.builders import PATIENT, Switch, World, a_world, desk_store
from tests.registry.national.row_builders import NOON, a_row, without_record

MISBEHAVIOUR = [fault for fault in Fault if fault is not Fault.NONE]
TODAY = date(2026, 3, 2)
ONLINE = NationalState(SendingState.ONLINE, TODAY)


class Start:
    """Makes worlds behind the running server, each in a directory of its own."""

    def __init__(self, running: tuple[Switch, str], directory: Path) -> None:
        self._running, self._directory, self._count = running, directory, count()

    def __call__(
        self, rows: Sequence[Row], faults: FaultSource = no_faults, patience: Patience = PATIENT
    ) -> AbstractContextManager[World]:
        directory = self._directory / str(next(self._count))
        directory.mkdir()
        return a_world(directory, *self._running, rows=rows, faults=faults, patience=patience)


@pytest.fixture
def start(running: tuple[Switch, str], tmp_path: Path) -> Start:
    return Start(running, tmp_path)


def assert_both_sides_equal(world: World, pending: int = 0) -> None:
    """Equal by count and root, each confirmed row there once, and every receipt kept."""
    result = world.reconciled()
    assert isinstance(result, Reconciled), result
    assert result.is_equal
    assert sum(len(each.entries) for each in result.exceptions if not each.reason) == pending
    assert world.store.in_flight() is None


def history(number_of_certificates: int) -> list[Row]:
    """Certificates, of which the first three were corrected, annulled and reinstated, and erased."""
    rows = [a_row(serial) for serial in range(1, number_of_certificates + 1)]
    rows.append(a_row(1, 2, act=RowAct.CORRECTED))
    rows.append(a_row(2, 2, RowState.ANNULLED, RowAct.ANNULLED))
    rows.append(a_row(2, 3, act=RowAct.REINSTATED))
    rows[2] = without_record(rows[2])
    rows.append(a_row(3, 2, RowState.ERASED, RowAct.ERASED))
    return rows


def test_everything_goes_online(start: Start) -> None:
    with start(history(5)) as world:
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE, batches=1, online=9)
        assert set(world.store.state_of(range(1, 10)).values()) == {ONLINE}
        assert_both_sides_equal(world)
        held = world.held()
        assert [held[a_row(serial).number].version for serial in (1, 2, 4)] == [2, 3, 1]
        assert a_row(3).number not in held
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE)


def test_the_receipt_is_kept_as_it_was_signed(start: Start) -> None:
    with start([a_row()]) as world:
        sync_once(world.sender)
        answer = world.store.answer(world.store.position().batch)
        assert answer is not None
        assert parse_receipt(answer.body).batch == world.store.position().batch
        assert set(answer.fields) == {"content-type", "content-digest", "signature-input", "signature"}


@pytest.mark.parametrize("fault", MISBEHAVIOUR)
def test_one_fault_costs_a_repetition_and_nothing_else(start: Start, fault: Fault) -> None:
    with start(history(5), scripted([fault])) as world:
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE, batches=1, online=9)
        assert len(world.clock.waits) == 1
        assert_both_sides_equal(world)


@pytest.mark.parametrize("fault", MISBEHAVIOUR)
def test_a_lasting_fault_ends_the_run_and_the_next_one_continues(start: Start, fault: Fault) -> None:
    patience = Patience(attempts=3)
    with start([a_row(1), a_row(2)], scripted([fault] * 3), patience) as world:
        if fault in (Fault.ERROR_BEFORE_COMMIT, Fault.ERROR_AFTER_COMMIT):
            # The network works otherwise, so the sender goes on with smaller batches by itself.
            assert sync_once(world.sender).outcome is SyncOutcome.DONE
        else:
            report = sync_once(world.sender)
            assert report.outcome is SyncOutcome.UNAVAILABLE
            assert report.reason
            states = world.store.state_of([1, 2])
            assert {state.state for state in states.values()} == {SendingState.SENT}
            assert sync_once(world.sender).outcome is SyncOutcome.DONE
        assert set(world.store.state_of([1, 2]).values()) == {ONLINE}
        assert_both_sides_equal(world)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(list(Fault)), max_size=12), st.integers(1, 4))
def test_any_sequence_of_faults_ends_equal(
    running: tuple[Switch, str], faults: list[Fault], attempts: int
) -> None:
    patience = Patience(attempts=attempts)
    with (
        TemporaryDirectory() as directory,
        a_world(
            Path(directory), *running, rows=history(4), faults=scripted(faults), patience=patience
        ) as world,
    ):
        for _ in range(len(faults) + 1):
            report = sync_once(world.sender)
            if report.outcome is SyncOutcome.DONE:
                break
        assert report.outcome is SyncOutcome.DONE
        set_aside = [
            state for state in world.store.state_of(range(1, 9)).values() if state.reason == REMOTE_FAILED
        ]
        assert_both_sides_equal(world)
        assert len(set_aside) <= sum(fault.value.startswith("error") for fault in faults)


def test_the_wait_grows_and_has_chance_in_it(start: Start) -> None:
    patience = Patience(attempts=6, first_seconds=1.0, longest_seconds=4.0)
    with start([a_row()], scripted([Fault.DROP_BEFORE_COMMIT] * 5), patience) as world:
        assert sync_once(world.sender).outcome is SyncOutcome.DONE
        assert world.clock.waits == [0.5, 1.0, 2.0, 2.0, 2.0]


def test_the_network_is_not_asked_earlier_than_it_wants(start: Start) -> None:
    with start([a_row()], scripted([Fault.BUSY])) as world:
        assert sync_once(world.sender).outcome is SyncOutcome.DONE
        assert world.clock.waits == [1.0 + 0.25]


def test_rejected_rows_carry_the_reason_and_do_not_stop_the_rest(start: Start) -> None:
    rows = [a_row(1), a_row(2, record=a_record(number=a_row(2).number, id_type="299")), a_row(3)]
    with start(rows) as world:
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE, batches=1, online=2, rejected=1)
        states = world.store.state_of([1, 2, 3])
        assert states[2] == NationalState(SendingState.REJECTED, TODAY, RowReason.IDENTITY_TYPE_NOT_TAKEN)
        assert states[1] == states[3] == ONLINE
        assert_both_sides_equal(world)


def test_a_correction_of_a_rejected_row_goes_by_itself(start: Start) -> None:
    wrong = a_row(1, record=a_record(number=a_row(1).number, id_type="299"))
    with start([wrong]) as world:
        sync_once(world.sender)
        world.outbox.rows.append(a_row(1, 2, act=RowAct.CORRECTED))
        assert sync_once(world.sender).online == 1
        assert world.store.state_of([2])[2] == ONLINE
        assert_both_sides_equal(world)


def test_rows_that_cannot_be_sent_are_set_aside(start: Start) -> None:
    too_long = a_row(2, record=a_record(number=a_row(2).number, employer="示" * 20_000))
    with start([a_row(1), too_long, a_row(3)]) as world:
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE, batches=1, online=2, rejected=1)
        assert world.store.state_of([2])[2].reason == "row_too_long"
        assert_both_sides_equal(world)


def test_a_queue_longer_than_a_batch_goes_in_order(start: Start) -> None:
    rows = [a_row(serial) for serial in range(1, MAX_ROWS + 501)]
    rows.append(a_row(7, 2, RowState.ANNULLED, RowAct.ANNULLED))
    with start(rows, scripted([Fault.NONE, Fault.DROP_AFTER_COMMIT])) as world:
        report = sync_once(world.sender)
        assert (report.batches, report.online) == (2, MAX_ROWS + 501)
        assert world.store.position().last == MAX_ROWS + 501
        assert_both_sides_equal(world)


def test_rows_of_great_length_share_a_batch_no_further_than_it_holds(start: Start) -> None:
    rows = [
        a_row(serial, record=a_record(number=a_row(serial).number, employer="x" * 15_000))
        for serial in range(1, 401)
    ]
    with start(rows) as world:
        report = sync_once(world.sender)
        assert (report.outcome, report.batches, report.online) == (SyncOutcome.DONE, 2, 400)
        assert_both_sides_equal(world)


@pytest.mark.parametrize("poisoned", [1, 24, 40])
def test_a_poisoned_row_does_not_block_the_rest(
    start: Start, running: tuple[Switch, str], poisoned: int
) -> None:
    rows = [a_row(serial) for serial in range(1, 41)]
    with start(rows, patience=Patience(attempts=2)) as world:
        poison = rows[poisoned - 1].number.encode()
        running[0].fails_over = lambda path, body: path == BATCHES_PATH and poison in gzip.decompress(body)
        report = sync_once(world.sender)
        assert (report.outcome, report.online, report.rejected) == (SyncOutcome.DONE, 39, 1)
        assert world.store.state_of([poisoned])[poisoned].reason == REMOTE_FAILED
        assert_both_sides_equal(world)


def test_an_outage_is_no_row_s_fault(start: Start, running: tuple[Switch, str]) -> None:
    with start([a_row(1), a_row(2)], patience=Patience(attempts=2)) as world:
        running[0].fails_over = lambda path, body: True
        report = sync_once(world.sender)
        assert (report.outcome, report.reason) == (SyncOutcome.UNAVAILABLE, "http_500")
        assert world.store.counts()[SendingState.REJECTED] == 0


def test_an_erasure_before_a_repetition_reaches_the_network(start: Start) -> None:
    """The network took the row with its record, we did not hear so, and meanwhile it was erased."""
    patience = Patience(attempts=1)
    with start([a_row(1), a_row(2)], scripted([Fault.DROP_AFTER_COMMIT]), patience) as world:
        assert sync_once(world.sender).outcome is SyncOutcome.UNAVAILABLE
        record = a_row(1).record
        assert record is not None
        asked = {"name": record.name, "id_number": record.id_number, "number": record.number}
        assert world.network.look_up(**asked) is not None
        world.outbox.rows[0] = without_record(a_row(1))
        world.outbox.rows.append(a_row(1, 2, RowState.ERASED, RowAct.ERASED))
        assert sync_once(world.sender).outcome is SyncOutcome.DONE
        assert world.network.look_up(**asked) is None
        assert set(world.store.state_of([1, 2, 3]).values()) == {ONLINE}
        assert_both_sides_equal(world)


def test_a_refused_message_is_reported_and_nothing_is_settled(start: Start) -> None:
    """The network lost the batch that ours follows: a definite no, which repeating does not heal."""
    with start([a_row(1)]) as world:
        sync_once(world.sender)
        world.outbox.rows.append(a_row(2))
    with start(world.outbox.rows) as forgetful:
        report = sync_once(replace(forgetful.sender, store=world.store))
        assert (report.outcome, report.reason) == (SyncOutcome.REFUSED, "previous_unknown")
        assert world.store.state_of([2])[2].state is SendingState.SENT
        assert forgetful.clock.waits == []


def test_a_lost_desk_starts_again_without_doubling_anything(start: Start, tmp_path: Path) -> None:
    """The network knows every row already, and answers each with the date of the first time."""
    with start(history(5)) as world:
        sync_once(world.sender)
        world.clock.moment += timedelta(days=30)
        store, engine = desk_store(sqlite_url(tmp_path / "new desk.sqlite"))
        again = replace(world.sender, store=store)
        assert sync_once(again) == SyncReport(SyncOutcome.DONE, batches=1, online=9)
        assert set(store.state_of(range(1, 10)).values()) == {ONLINE}
        assert_both_sides_equal(replace(world, sender=again, store=store))
        engine.dispose()


def test_another_sender_at_work_is_left_alone(start: Start) -> None:
    with start([a_row()]) as world:
        assert world.store.take_lease("worker-2", NOON, timedelta(seconds=60))
        assert sync_once(world.sender) == SyncReport(SyncOutcome.ANOTHER_SENDER, reason=LeaseLost.code)
        world.clock.moment += timedelta(seconds=60)
        assert sync_once(world.sender).outcome is SyncOutcome.DONE


def test_a_sender_that_lost_its_lease_stops(start: Start) -> None:
    """It slept longer than its lease between two attempts; the other one finishes the batch."""
    with start([a_row(1), a_row(2)], scripted([Fault.DROP_AFTER_COMMIT])) as world:
        other = replace(world.sender, holder="worker-2")

        def overslept() -> bool:
            world.clock.moment += timedelta(minutes=10)
            world.clock.meanwhile = lambda: False
            assert sync_once(other).online == 2
            assert other.store.take_lease("worker-2", world.clock.now(), timedelta(minutes=10))
            return False

        world.clock.meanwhile = overslept
        report = sync_once(world.sender)
        assert (report.outcome, report.online) == (SyncOutcome.ANOTHER_SENDER, 0)
        world.store.release_lease("worker-2")
        assert_both_sides_equal(world)


def test_a_worker_told_to_stop_while_waiting_stops(start: Start) -> None:
    with start([a_row()], scripted([Fault.DROP_BEFORE_COMMIT])) as world:
        world.clock.meanwhile = lambda: True
        assert sync_once(world.sender).outcome is SyncOutcome.STOPPED
        assert world.store.state_of([1])[1].state is SendingState.SENT


def test_a_worker_told_to_stop_between_batches_stops(start: Start) -> None:
    with start([a_row(serial) for serial in range(1, MAX_ROWS + 2)]) as world:
        report = sync_once(world.sender, stopped=lambda: True)
        assert (report.outcome, report.online) == (SyncOutcome.STOPPED, MAX_ROWS)


def test_the_loop_reports_waits_and_outlives_a_database_that_is_away(start: Start) -> None:
    with start([a_row()]) as world:
        reports: list[SyncReport] = []
        waits: list[float] = []
        real = world.outbox.after

        def after(seq: int, limit: int) -> Sequence[OutboxRow]:
            if not reports:
                raise DatabaseUnavailable("away")
            return real(seq, limit)

        world.outbox.after = after  # type: ignore[method-assign]
        sync_until(lambda: len(reports) == 2, waits.append, world.sender, reports.append, every_seconds=5.0)
        assert [report.outcome for report in reports] == [SyncOutcome.UNAVAILABLE, SyncOutcome.DONE]
        assert reports[0].reason == DatabaseUnavailable.code
        assert waits == [5.0, 5.0]


class Killed(BaseException):
    """The process ends here; nothing of it runs on."""


@contextmanager
def killed_at(world: World, step: int, *, after: bool) -> Iterator[None]:
    """Kills the process before or after the n-th thing that it does to the desk or the network."""
    steps = count(1)

    def deadly(real: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            here = next(steps)
            if here == step and not after:
                raise Killed
            try:
                return real(*arguments, **named)
            finally:
                if here == step:
                    raise Killed

        return call

    names = ("take_lease", "record_sent", "record_receipt")
    real = {name: getattr(world.store, name) for name in names}
    for name in names:
        setattr(world.store, name, deadly(real[name]))
    exchange = world.client._exchange
    world.client._exchange = deadly(exchange)  # type: ignore[method-assign, assignment]
    # A killed process does not release its lease either.
    world.store.release_lease = lambda holder: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        for name in (*names, "release_lease"):
            delattr(world.store, name)
        del world.client._exchange


def work_until_killed(world: World) -> None:
    """A run, a new certificate, and a run whose first answer is lost: twelve steps."""
    sync_once(world.sender)
    world.outbox.rows.append(a_row(6))
    sync_once(world.sender)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(1, 13))
def test_a_kill_at_any_step_loses_and_doubles_nothing(start: Start, step: int, after: bool) -> None:
    with start(history(5), scripted([Fault.NONE, Fault.DROP_AFTER_COMMIT])) as world:
        with killed_at(world, step, after=after), pytest.raises(Killed):
            work_until_killed(world)
        restarted = replace(world.sender, holder="worker-after-restart")
        assert sync_once(restarted).outcome in (SyncOutcome.ANOTHER_SENDER, SyncOutcome.DONE)
        world.clock.moment += timedelta(seconds=121)
        assert sync_once(restarted).outcome is SyncOutcome.DONE
        states = world.store.state_of(range(1, len(world.outbox.rows) + 1))
        assert {state.state for state in states.values()} == {SendingState.ONLINE}
        assert_both_sides_equal(replace(world, sender=restarted))


def test_a_rejection_in_a_receipt_is_the_network_s_word(start: Start) -> None:
    with start([replace(a_row(1), record=a_record(number=a_row(1).number, id_number="1"))]) as world:
        sync_once(world.sender)
        answer = world.store.answer(world.store.position().batch)
        assert answer is not None
        assert parse_receipt(answer.body).results == (Rejected(RowReason.IDENTITY_NUMBER_WRONG),)
