"""The whole exchange: every fault, and afterwards both sides hold the same, each row once.

Both sides run in this process and on a clock that stands still, so that everything happens in one order.
"""

import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.national.client import Answered
from registry.national.errors import LeaseLost, SendingStopped
from registry.national.findings import ComparisonOutcome
from registry.national.objects import BatchId
from registry.national.patience import Patience
from registry.national.protocol import BATCHES_PATH, MAX_ROWS
from registry.national.queue import NationalState, SendingState
from registry.national.reasons import RowReason
from registry.national.receipts import Known, Rejected, parse_receipt
from registry.national.reconcile import Reconciled
from registry.national.rows import CertificateRow, Row, RowAct, RowState
from registry.national.stand_in.faults import Fault, FaultSource, by_chance, no_faults, scripted
from registry.national.sync import SyncOutcome, SyncReport, sync_once
from registry.storage.sql import sqlite_url
from signing.commitment import Record
from tests.builders.records import a_record
from tests.memory import MEMORY
from tests.registry.national.builders import PATIENT, World, a_small_world, desk_store
from tests.registry.national.row_builders import (
    NOON,
    a_reference,
    a_row,
    an_institution,
    institution_facts,
    without_record,
)

ONE_FAULT = list(Fault)
TODAY = date(2026, 3, 2)
ONLINE = NationalState(SendingState.ONLINE, TODAY)


class Start:
    """Makes worlds, each in a directory of its own."""

    def __init__(self, directory: Path) -> None:
        self._directory, self._count = directory, count()

    def __call__(
        self,
        rows: Sequence[Row],
        faults: FaultSource = no_faults,
        patience: Patience = PATIENT,
        *,
        concurrency: int = 1,
        backup_every: int = 0,
        fails_over: Callable[[str, bytes], bool] = lambda path, body: False,
    ) -> AbstractContextManager[World]:
        directory = self._directory / str(next(self._count))
        directory.mkdir()
        return a_small_world(
            directory,
            rows=rows,
            faults=faults,
            patience=patience,
            concurrency=concurrency,
            backup_every=backup_every,
            fails_over=fails_over,
        )


@pytest.fixture
def start(tmp_path: Path) -> Start:
    return Start(tmp_path)


def assert_both_sides_equal(world: World, pending: int = 0) -> None:
    """Equal by count and root, each confirmed row there once, and nothing on its way."""
    result = world.reconciled()
    assert isinstance(result, Reconciled), result
    assert result.outcome is not ComparisonOutcome.DIFFERS, result
    assert sum(len(each.entries) for each in result.exceptions if not each.reason) == pending
    assert world.store.in_flight() == ()


def history(number_of_certificates: int) -> list[Row]:
    """An institution with certificates; three of them were corrected, reinstated after all, and erased."""
    erased = a_row(3)
    rows: list[Row] = [an_institution()]
    rows += [a_row(serial) for serial in range(1, number_of_certificates + 1)]
    rows.append(a_row(1, 2, act=RowAct.CORRECTED))
    rows.append(a_row(2, 2, RowState.ANNULLED, RowAct.ANNULLED))
    rows.append(a_row(2, 3, act=RowAct.REINSTATED))
    rows[3] = without_record(erased)
    rows.append(a_row(3, 2, RowState.ERASED, RowAct.ERASED))
    return rows


def certificates(*rows: Row) -> list[Row]:
    """These rows behind the one of their institution."""
    return [an_institution(), *rows]


def until_done(world: World, runs: int) -> list[SyncReport]:
    """Runs of a worker until one says that all is sent."""
    reports = []
    for _ in range(runs):
        reports.append(sync_once(world.sender))
        if reports[-1].outcome is SyncOutcome.DONE:
            return reports
    raise AssertionError(reports)


def on_a_good_day(world: World) -> None:
    """One more row without any fault: by it a network that lost something just now is found out."""
    world.network._faults = no_faults
    world.outbox.rows.append(a_row(800))
    until_done(world, 1)


def test_everything_goes_online(start: Start) -> None:
    with start(history(5)) as world:
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE, batches=1, online=10)
        assert set(world.store.state_of(range(1, 11)).values()) == {ONLINE}
        assert_both_sides_equal(world)
        held = world.held()
        assert [held[a_row(serial).ref].version for serial in (1, 2, 3, 4)] == [2, 3, 2, 1]
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE)


def test_the_receipt_is_kept_as_it_was_signed(start: Start) -> None:
    with start([an_institution()]) as world:
        sync_once(world.sender)
        (batch,) = world.store.answered(2)
        answer = world.store.answer(batch)
        assert answer is not None
        assert parse_receipt(answer.body).batch == batch
        assert set(answer.fields) == {"content-type", "content-digest", "signature-input", "signature"}


@pytest.mark.parametrize("fault", ONE_FAULT)
def test_one_fault_costs_a_repetition_and_nothing_else(start: Start, fault: Fault) -> None:
    with start(history(5), scripted([fault])) as world:
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE, batches=1, online=10)
        # An answer that is late is an answer, and there was nothing yet that a restored copy could lack.
        harmless = fault in (Fault.LATENCY, Fault.SLOW_READING, Fault.RESTORE)
        assert len(world.clock.waits) == (0 if harmless else 1)
        assert_both_sides_equal(world)


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER_COMMIT, Fault.WRONG_KEY, Fault.TRUNCATED_ANSWER])
def test_a_lasting_fault_ends_the_run_and_the_next_one_continues(start: Start, fault: Fault) -> None:
    with start(history(5), scripted([fault] * 3), Patience(attempts=3)) as world:
        report = sync_once(world.sender)
        assert report.outcome is SyncOutcome.UNAVAILABLE
        assert report.reason
        assert {state.state for state in world.store.state_of([1, 2]).values()} == {SendingState.SENT}
        assert sync_once(world.sender).outcome is SyncOutcome.DONE
        assert set(world.store.state_of([1, 2]).values()) == {ONLINE}
        assert_both_sides_equal(world)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sets(st.sampled_from(ONE_FAULT), max_size=3), max_size=12),
    st.integers(1, 4),
    st.sampled_from([1, 3]),
)
def test_any_sequence_of_faults_ends_equal(faults: list[set[Fault]], attempts: int, concurrency: int) -> None:
    strikes = scripted([frozenset(each) for each in faults])
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        TemporaryDirectory(dir=MEMORY) as directory,
        a_small_world(
            Path(directory),
            rows=history(4),
            faults=strikes,
            patience=Patience(attempts=attempts),
            concurrency=concurrency,
            backup_every=1,
        ) as world,
    ):
        monkeypatch.setattr("registry.national.courier.MAX_ROWS", 3)
        until_done(world, len(faults) + 1)
        on_a_good_day(world)
        set_aside = [
            state
            for state in world.store.state_of(range(1, 11)).values()
            if state.reason == RowReason.REMOTE_FAILED
        ]
        assert len(set_aside) <= sum(Fault.ERROR_BEFORE_COMMIT in each for each in faults)
        assert_both_sides_equal(world)


@pytest.mark.parametrize("concurrency", [1, 8])
def test_all_faults_together_end_equal(
    start: Start, monkeypatch: pytest.MonkeyPatch, concurrency: int
) -> None:
    """Each kind over a twentieth of all exchanges: more than half of them go wrong."""
    monkeypatch.setattr("registry.national.courier.MAX_ROWS", 10)
    rows = certificates(*(a_row(serial) for serial in range(1, 400)))
    rows += [a_row(serial, 2, RowState.ANNULLED, RowAct.ANNULLED) for serial in range(1, 100)]
    faults = by_chance(dict.fromkeys(Fault, 0.05), Random(7))  # repeatable on purpose
    with start(rows, faults, concurrency=concurrency, backup_every=3) as world:
        reports = until_done(world, 40)
        assert sum(report.lost for report in reports) > 0
        on_a_good_day(world)
        assert {state.state for state in world.store.state_of(range(1, 501)).values()} == {
            SendingState.ONLINE
        }
        assert_both_sides_equal(world)


def test_the_wait_grows_and_has_chance_in_it(start: Start) -> None:
    patience = Patience(attempts=6, first_seconds=1.0, longest_seconds=4.0)
    with start([an_institution()], scripted([Fault.RESET_BEFORE_COMMIT] * 5), patience) as world:
        assert sync_once(world.sender).outcome is SyncOutcome.DONE
        assert world.clock.waits == [0.5, 1.0, 2.0, 2.0, 2.0]


def test_the_network_is_not_asked_earlier_than_it_wants(start: Start) -> None:
    with start([an_institution()], scripted([Fault.BUSY])) as world:
        assert sync_once(world.sender).outcome is SyncOutcome.DONE
        assert world.clock.waits == [1.0 + 0.25]


def test_rejected_rows_carry_the_reason_and_do_not_stop_the_rest(start: Start) -> None:
    wrong = a_row(2, record=a_record(number="S000043990001253000002", id_type="299"))
    with start(certificates(a_row(1), wrong, a_row(3))) as world:
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE, batches=1, online=3, rejected=1)
        states = world.store.state_of([2, 3, 4])
        assert states[3] == NationalState(SendingState.REJECTED, TODAY, RowReason.IDENTITY_TYPE_NOT_TAKEN)
        assert states[2] == states[4] == ONLINE
        assert_both_sides_equal(world)


def test_a_correction_of_a_rejected_row_goes_by_itself(start: Start) -> None:
    wrong = a_row(1, record=a_record(id_type="299"))
    with start(certificates(wrong)) as world:
        sync_once(world.sender)
        world.outbox.rows.append(a_row(1, 2, act=RowAct.CORRECTED))
        assert sync_once(world.sender).online == 1
        assert world.store.state_of([3])[3] == ONLINE
        assert_both_sides_equal(world)


def test_certificates_go_again_once_their_institution_is_there(start: Start) -> None:
    """Its filing was turned back, and so was all that it had issued; then the filing was put right."""
    wrong = an_institution(facts=institution_facts(credit_code="示例"))
    with start([wrong, a_row(1), a_row(2)]) as world:
        assert sync_once(world.sender).rejected == 3
        assert world.store.state_of([2])[2].reason == RowReason.INSTITUTION_UNKNOWN
        world.outbox.rows.append(an_institution(2))
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE, batches=2, online=3)
        assert set(world.store.state_of([2, 3, 4]).values()) == {ONLINE}
        assert_both_sides_equal(world)


def test_rows_that_cannot_be_sent_are_set_aside(start: Start) -> None:
    too_long = a_row(2, record=a_record(number="S000043990001253000002", employer="示" * 100_000))
    with start(certificates(a_row(1), too_long, a_row(3))) as world:
        assert sync_once(world.sender) == SyncReport(SyncOutcome.DONE, batches=1, online=3, rejected=1)
        assert world.store.state_of([3])[3].reason == RowReason.ROW_TOO_LONG
        assert_both_sides_equal(world)


def test_a_queue_longer_than_a_batch_goes_in_order(start: Start) -> None:
    rows = certificates(*(a_row(serial) for serial in range(1, MAX_ROWS + 500)))
    rows.append(a_row(7, 2, RowState.ANNULLED, RowAct.ANNULLED))
    with start(rows, scripted([None, Fault.RESET_AFTER_COMMIT]), concurrency=8) as world:
        report = sync_once(world.sender)
        assert (report.batches, report.online) == (2, MAX_ROWS + 501)
        assert world.store.frontier() == MAX_ROWS + 501
        assert_both_sides_equal(world)


def test_rows_of_great_length_share_a_batch_no_further_than_it_holds(start: Start) -> None:
    rows = certificates(
        *(
            a_row(serial, record=replace(_record(a_row(serial)), employer="x" * 15_000))
            for serial in range(1, 400)
        )
    )
    with start(rows) as world:
        report = sync_once(world.sender)
        assert (report.outcome, report.batches, report.online) == (SyncOutcome.DONE, 2, 400)
        assert_both_sides_equal(world)


@pytest.mark.parametrize("poisoned", [1, 24, 40])
def test_a_poisoned_row_does_not_block_the_rest(start: Start, poisoned: int) -> None:
    rows = [a_row(serial) for serial in range(1, 41)]
    poison = _record(rows[poisoned - 1]).number.encode()

    def chokes(path: str, body: bytes) -> bool:
        return path == BATCHES_PATH and poison in gzip.decompress(body)

    with start(certificates(*rows), patience=Patience(attempts=2), fails_over=chokes) as world:
        report = sync_once(world.sender)
        assert (report.outcome, report.online, report.rejected) == (SyncOutcome.DONE, 40, 1)
        assert world.store.state_of([poisoned + 1])[poisoned + 1].reason == RowReason.REMOTE_FAILED
        assert_both_sides_equal(world)


def test_the_search_for_a_poisoned_row_survives_a_restart(start: Start) -> None:
    rows = [a_row(serial) for serial in range(1, 41)]
    poison = _record(rows[16]).number.encode()
    healthy = [False]

    def chokes(path: str, body: bytes) -> bool:
        if path != BATCHES_PATH:
            return False
        return poison in gzip.decompress(body)

    patience = Patience(attempts=2)
    with start(certificates(*rows), patience=patience, fails_over=chokes) as world:
        steps = 0
        while not healthy[0]:
            stops = iter([False] * 9)
            report = sync_once(world.sender, stopped=lambda stops=stops: next(stops, True))  # type: ignore[misc]
            healthy[0] = report.outcome is SyncOutcome.DONE
            steps += 1
            assert steps < 60
        assert steps > 3
        assert world.store.state_of([18])[18].reason == RowReason.REMOTE_FAILED
        assert_both_sides_equal(world)


def test_a_row_that_was_set_aside_may_be_sent_again(start: Start) -> None:
    broken = [True]
    rows = certificates(a_row(1))
    poison = _record(a_row(1)).number.encode()

    def chokes(path: str, body: bytes) -> bool:
        return broken[0] and path == BATCHES_PATH and poison in gzip.decompress(body)

    with start(rows, patience=Patience(attempts=2), fails_over=chokes) as world:
        assert sync_once(world.sender).rejected == 1
        broken[0] = False
        world.store.reopen([2])
        assert sync_once(world.sender).online == 1
        assert_both_sides_equal(world)


def test_an_outage_is_no_row_s_fault(start: Start) -> None:
    patience = Patience(attempts=2)
    with start(certificates(a_row(1)), patience=patience, fails_over=lambda path, body: True) as world:
        report = sync_once(world.sender)
        assert (report.outcome, report.reason) == (SyncOutcome.UNAVAILABLE, "http_500")
        assert world.store.counts()[SendingState.REJECTED] == 0


def test_a_failure_among_other_faults_is_no_row_s_fault(start: Start) -> None:
    faults = scripted([Fault.ERROR_BEFORE_COMMIT, Fault.RESET_BEFORE_COMMIT, Fault.ERROR_BEFORE_COMMIT])
    with start(certificates(a_row(1)), faults, Patience(attempts=3)) as world:
        assert sync_once(world.sender).outcome is SyncOutcome.UNAVAILABLE
        assert world.store.counts()[SendingState.SENT] == 2


def test_an_erasure_before_a_repetition_reaches_the_network(start: Start) -> None:
    """The network took the row with its record, we did not hear so, and meanwhile it was erased."""
    with start(
        certificates(a_row(1), a_row(2)), scripted([Fault.RESET_AFTER_COMMIT]), Patience(attempts=1)
    ) as world:
        assert sync_once(world.sender).outcome is SyncOutcome.UNAVAILABLE
        record = _record(a_row(1))
        asked = {"name": record.name, "id_number": record.id_number, "number": record.number}
        assert world.network.desk.store.look_up(**asked) is not None
        world.outbox.rows[1] = without_record(a_row(1))
        world.outbox.rows.append(a_row(1, 2, RowState.ERASED, RowAct.ERASED))
        assert sync_once(world.sender).outcome is SyncOutcome.DONE
        assert world.network.desk.store.look_up(**asked) is None
        assert set(world.store.state_of([1, 2, 3, 4]).values()) == {ONLINE}
        assert_both_sides_equal(world)


def test_what_a_restored_network_lost_goes_again_by_itself(start: Start) -> None:
    """It went back to its copy of two batches ago; the next batch finds that out."""
    with start([an_institution()]) as world:
        database = world.network.desk.database
        sync_once(world.sender)
        database.back_up()
        for serial in (1, 2):
            world.outbox.rows.append(a_row(serial))
            sync_once(world.sender)
        database.restore()
        assert a_reference(_record(a_row(1)).number) not in world.held()
        world.outbox.rows.append(a_row(3))
        report = sync_once(world.sender)
        assert (report.outcome, report.lost, report.online) == (SyncOutcome.DONE, 2, 3)
        assert set(world.store.state_of([1, 2, 3, 4]).values()) == {ONLINE}
        assert_both_sides_equal(world)


def test_batches_that_a_restored_network_took_instead_of_lost_ones_hide_nothing(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those in flight name nothing that is missing; that it counts them from the start again tells."""
    monkeypatch.setattr("registry.national.courier.MAX_ROWS", 1)
    rows = [an_institution(), an_institution(facts=institution_facts("S000043990002"))]
    with start(rows, concurrency=2) as world:
        send, sent = world.client.send, count(1)

        def restored_after_one(*arguments: object) -> object:
            answered = send(*arguments)  # type: ignore[arg-type]
            if next(sent) == 1:
                world.network.desk.database.restore()
            return answered

        world.client.send = restored_after_one  # type: ignore[method-assign, assignment]
        report = sync_once(world.sender)
        assert (report.outcome, report.lost, report.batches) == (SyncOutcome.DONE, 1, 3)
        assert_both_sides_equal(world)


def test_a_network_that_contradicts_itself_is_reported(start: Start) -> None:
    """It refuses what follows a batch, and says that it holds that batch."""
    with start([an_institution()]) as world:
        sync_once(world.sender)
        world.outbox.rows.append(a_row(1))
        truth = world.client.known

        def knows_all(batches: Sequence[BatchId], keep_on: Callable[[], None]) -> Answered[Known]:
            told = truth(batches, keep_on)
            return replace(told, value=replace(told.value, known=(True,) * len(batches)))

        world.client.known = knows_all  # type: ignore[method-assign, assignment]
        world.network.desk.database.restore()
        report = sync_once(world.sender)
        assert (report.outcome, report.reason) == (SyncOutcome.REFUSED, "previous_unknown")


def test_a_lost_desk_starts_again_without_doubling_anything(start: Start, tmp_path: Path) -> None:
    """The network knows every row already, and answers each with the date of the first time."""
    with start(history(5)) as world:
        sync_once(world.sender)
        world.clock.moment += timedelta(days=30)
        store, engine = desk_store(sqlite_url(tmp_path / "new desk.sqlite"))
        again = replace(world.sender, store=store)
        assert sync_once(again) == SyncReport(SyncOutcome.DONE, batches=1, online=10)
        assert set(store.state_of(range(1, 11)).values()) == {ONLINE}
        assert_both_sides_equal(replace(world, sender=again, store=store))
        engine.dispose()


def test_another_sender_at_work_is_left_alone(start: Start) -> None:
    with start([an_institution()]) as world:
        assert world.store.take_lease("worker-2", NOON, timedelta(seconds=60))
        assert sync_once(world.sender) == SyncReport(SyncOutcome.ANOTHER_SENDER, reason=LeaseLost.code)
        world.clock.moment += timedelta(seconds=60)
        assert sync_once(world.sender).outcome is SyncOutcome.DONE


def test_a_sender_that_lost_its_lease_records_nothing(start: Start) -> None:
    """It slept longer than its lease between two attempts; the other one finishes the batch."""
    with start(certificates(a_row(1)), scripted([Fault.RESET_AFTER_COMMIT])) as world:
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
    with start([an_institution()], scripted([Fault.RESET_BEFORE_COMMIT])) as world:
        world.clock.meanwhile = lambda: True
        assert sync_once(world.sender).outcome is SyncOutcome.STOPPED
        assert world.store.state_of([1])[1].state is SendingState.SENT


def test_a_worker_told_to_stop_between_batches_stops(start: Start) -> None:
    rows = certificates(*(a_row(serial) for serial in range(1, MAX_ROWS + 1)))
    with start(rows) as world:
        answered = world.store.answered
        report = sync_once(world.sender, stopped=lambda: bool(answered(1)))
        assert (report.outcome, report.reason) == (SyncOutcome.STOPPED, SendingStopped.code)
        assert report.online == MAX_ROWS


class Killed(BaseException):
    """The process ends here; nothing of it runs on."""


_STEPS = ("take_lease", "record_sent", "record_receipt", "withdraw", "lose", "set_aside")


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

    real = {name: getattr(world.store, name) for name in _STEPS}
    for name in _STEPS:
        setattr(world.store, name, deadly(real[name]))
    exchanges = world.client._exchanges
    exchanges.exchange = deadly(exchanges.exchange)  # type: ignore[method-assign, assignment]
    # A killed process does not release its lease either.
    world.store.release_lease = lambda holder: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        for name in (*_STEPS, "release_lease"):
            delattr(world.store, name)
        del exchanges.exchange


def work_until_killed(world: World) -> None:
    """A run, a new certificate, and a run whose first answer is lost and whose network was restored."""
    sync_once(world.sender)
    world.outbox.rows.append(a_row(6))
    sync_once(world.sender)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", range(1, 20))
def test_a_kill_at_any_step_loses_and_doubles_nothing(
    start: Start, monkeypatch: pytest.MonkeyPatch, step: int, after: bool
) -> None:
    monkeypatch.setattr("registry.national.courier.MAX_ROWS", 6)
    faults = scripted([None, None, Fault.RESTORE, Fault.RESET_AFTER_COMMIT])
    with start(history(5), faults, concurrency=2) as world:
        with killed_at(world, step, after=after), pytest.raises(Killed):
            work_until_killed(world)
        restarted = replace(world.sender, holder="worker-after-restart")
        assert sync_once(restarted).outcome in (SyncOutcome.ANOTHER_SENDER, SyncOutcome.DONE)
        world.clock.moment += timedelta(seconds=121)
        world.outbox.rows += [a_row(7), a_row(8)]
        assert sync_once(restarted).outcome is SyncOutcome.DONE
        world.outbox.rows.append(a_row(9))
        assert sync_once(restarted).outcome is SyncOutcome.DONE
        states = world.store.state_of(range(1, len(world.outbox.rows) + 1))
        assert {state.state for state in states.values()} == {SendingState.ONLINE}
        assert_both_sides_equal(replace(world, sender=restarted))


def test_a_rejection_in_a_receipt_is_the_network_s_word(start: Start) -> None:
    with start(certificates(a_row(1, record=a_record(id_number="1")))) as world:
        sync_once(world.sender)
        answer = world.store.answer(world.store.answered(1)[0])
        assert answer is not None
        result = parse_receipt(answer.body).results[1]
        assert isinstance(result, Rejected)
        assert result.reason == RowReason.IDENTITY_NUMBER_WRONG
        assert result.words


def _record(row: Row) -> Record:
    assert isinstance(row, CertificateRow)
    assert row.record is not None
    return row.record
