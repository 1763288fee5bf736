"""Several writers never interleave, a killed one leaves a log that verifies, and time does not run back."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from registry.ledger.entries import parse_entry
from registry.ledger.errors import LogNotFound, WriterBusy
from registry.ledger.lock import AdvisoryLock, FileLock, WriterLock
from registry.storage.errors import DatabaseUnavailable
from signing.errors import WrongKeyRole
from tests.registry.ledger.appender import Appender, appending_program
from tests.registry.ledger.builders import START, SmallRegister, a_record

KILLS = 10


@pytest.fixture(scope="module")
def appender() -> Iterator[Appender]:
    with appending_program() as running:
        yield running


def ats(register: SmallRegister) -> list[str]:
    with register.reader() as reader:
        return [str(parse_entry(body)["at"]) for body in reader.log.bodies(0, reader.log.stored_size())]


def impatient(register: SmallRegister) -> WriterLock:
    if register.places.on_sqlite:
        return FileLock(register.places.data_dir / "writer.lock", patience_seconds=0.05)
    return AdvisoryLock(register.engine, patience_seconds=0.05)


def test_threads_and_processes_never_interleave(register: SmallRegister, appender: Appender) -> None:
    size = register.stored_size()
    appender.start(register, first_serial=1, appends=6)

    def append(writer: SmallRegister, first: int) -> None:
        for batch in range(first, first + 5):
            writer.approve([a_record(serial) for serial in range(batch * 10, batch * 10 + 7)], batch)

    with ThreadPoolExecutor(3) as threads:
        jobs = [threads.submit(append, register.reopened(), first) for first in (1000, 2000, 3000)]
        for job in jobs:
            job.result()
    answers = appender.read_to_end()
    assert answers[-1] == ("end", "0")
    with register.reader() as reader:
        bodies = reader.log.bodies(size, reader.published()[0])
    assert [parse_entry(body)["type"] for body in bodies].count("approval") == 6 + 3 * 5
    assert not register.is_unpublished()


def test_two_threads_may_share_one_writer(register: SmallRegister) -> None:
    with ThreadPoolExecutor(2) as threads:
        jobs = [threads.submit(register.approve, [a_record(serial)], serial) for serial in range(1, 9)]
        firsts = {job.result().first_index for job in jobs}
    assert len(firsts) == 8


def test_a_second_writer_waits_and_is_then_refused(register: SmallRegister) -> None:
    size = register.stored_size()
    other = register.reopened()
    other.writer._lock = impatient(other)
    with impatient(register).held(), pytest.raises(WriterBusy):
        other.approve([a_record(1)])
    assert register.stored_size() == size
    other.approve([a_record(1)])


def test_a_refused_append_gives_the_lock_back(register: SmallRegister) -> None:
    with pytest.raises(WrongKeyRole), impatient(register).held():
        register.bureau.require(register.log_key.role)
    with impatient(register).held():
        pass


def test_what_happens_under_the_lock_is_not_the_locks_fault(register: SmallRegister) -> None:
    for error in (OSError("the caller's own"), WrongKeyRole()):
        with pytest.raises(type(error)), impatient(register).held():
            raise error
    with impatient(register).held():
        pass


def test_a_lock_whose_session_was_ended_goes_to_the_next(on_postgresql: SmallRegister) -> None:
    def end_its_session() -> None:
        with on_postgresql.engine.connect() as connection:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON oid = database "
                "WHERE locktype = 'advisory' AND datname = current_database()"
            )

    with pytest.raises(DatabaseUnavailable), impatient(on_postgresql).held():
        end_its_session()
    on_postgresql.approve([a_record(1)])


def test_a_killed_writer_leaves_a_log_that_goes_on(
    register: SmallRegister, appender: Appender, record_property: Callable[[str, object], None]
) -> None:
    """Killed at random instants, at any step: nothing that was said to be published is ever missing."""
    instants = random.Random(20260105)
    kills = KILLS if register.places.on_sqlite else KILLS // 2
    record_property("killed", (f"the writer alone, {register.engine.dialect.name}", kills))
    for kill in range(kills):
        process = appender.start(register, first_serial=1 + kill * 10_000, appends=1_000)
        published = 0
        for _ in range(instants.randint(0, 60)):
            word, value = appender.read()
            published = int(value) if word == "published" else published
        os.kill(process, signal.SIGKILL)
        answers = appender.read_to_end()
        assert answers[-1] == ("end", "-9")
        published = max([published, *(int(value) for word, value in answers if word == "published")])
        assert register.published_size() >= published
        report = register.audited()
        assert report.clean, report.finding
    survivor = register.reopened()
    stored = survivor.stored_size()
    assert survivor.approve([a_record(999_999)], 999_999).first_index == stored
    assert not survivor.is_unpublished()


def test_at_never_decreases_though_the_clock_does(register: SmallRegister) -> None:
    register.clock.now = START + timedelta(days=30)
    register.approve([a_record(1)], 1)
    register.clock.now = START - timedelta(days=300)
    register.approve([a_record(2)], 2)
    late = register.reopened()
    late.clock.now = START - timedelta(days=900)
    late.approve([a_record(3)], 3)
    seen = ats(register)
    assert seen == sorted(seen)
    assert seen[-1] == seen[-5] == "2026-02-04T01:00:01Z"
    register.clock.now = START + timedelta(days=60)
    register.approve([a_record(4)], 4)
    assert ats(register)[-1] == "2026-03-06T01:00:01Z"


def test_whole_seconds_are_written(register: SmallRegister) -> None:
    register.clock.step = timedelta(milliseconds=1234)
    register.approve([a_record(1)], 1)
    assert ats(register)[-1].endswith("Z")


def test_only_a_log_key_signs_checkpoints(register: SmallRegister) -> None:
    with pytest.raises(WrongKeyRole):
        register.new_writer(register.log_key, register.bureau)


def test_a_log_that_was_never_begun_is_not_found(unaudited: SmallRegister) -> None:
    unaudited.places.keys.guard.unlink()
    with unaudited.engine.begin() as connection:
        for table in ("entry", "checkpoint", "landmark"):
            connection.exec_driver_sql(f"DROP TRIGGER {table}_no_delete")
            connection.exec_driver_sql(f"DELETE FROM {table}")
    with pytest.raises(LogNotFound):
        unaudited.reopened().introduce(unaudited.root)
    with unaudited.reader() as reader, pytest.raises(LogNotFound):
        reader.published()
