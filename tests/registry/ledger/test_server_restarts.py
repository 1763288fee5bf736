"""PostgreSQL ends in the middle of an append: the lock ends with it, and the next append goes on."""

from collections.abc import Iterator

import pytest

from registry.ledger.errors import GuardMismatch
from registry.storage.errors import DatabaseUnavailable
from signing.commitment import Record
from tests.contracts.postgres import PostgresCluster, new_cluster
from tests.registry.ledger.builders import SmallRegister, a_record, small_register
from tests.registry.ledger.faults import STEPS, Fault, Step, faulty

# Once in the middle of each transaction, before each of what follows, and where nothing is left but the lock.
PLACES = (
    "admit the content",
    "insert private rows",
    "commit the entries",
    "prove the extension",
    "sign the checkpoint",
    "commit the checkpoint",
    "give the lock back",
)
WITHIN = [next(step for step in STEPS if step.name == place) for place in PLACES]
# Enough for rows to be streamed.
RECORDS = 25


@pytest.fixture(scope="module")
def own_cluster(postgres_cluster: PostgresCluster) -> Iterator[PostgresCluster]:
    """A server that no other test is connected to."""
    cluster = new_cluster()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="module")
def lasting(
    own_cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SmallRegister]:
    """One register for all restarts, audited at the end."""
    address = own_cluster.address(own_cluster.new_database())
    register = small_register(tmp_path_factory.mktemp("restarts"), database_url=address)
    yield register
    report = register.audited()
    register.close()
    assert report.finding is None


def records(batch: int) -> list[Record]:
    return [a_record(batch * 100 + at) for at in range(RECORDS)]


@pytest.mark.parametrize("step", WITHIN, ids=str)
def test_a_server_that_restarts_within_an_append_loses_nothing(
    lasting: SmallRegister, own_cluster: PostgresCluster, step: Step
) -> None:
    batch = 2 * WITHIN.index(step) + 1
    left = [step]

    def restart(begun: Step) -> None:
        if left and begun is step:
            left.clear()
            own_cluster.restart_at_once()

    before = lasting.stored_size()
    with faulty(lasting, Fault(watch=restart)) as register, pytest.raises(DatabaseUnavailable):
        register.approve(records(batch), batch)
    assert not left
    after = lasting.reopened()
    assert after.stored_size() in (before, before + 1 + RECORDS)
    published = after.approve(records(batch + 1), batch + 1)
    assert published.size == after.published_size() == after.stored_size()


@pytest.mark.parametrize("step", [step for step in STEPS if step.number in (6, 8)], ids=str)
def test_a_writer_that_lost_its_lock_neither_signs_nor_turns_the_guard_back(
    on_postgresql: SmallRegister, step: Step
) -> None:
    other = on_postgresql.reopened()
    left = [step]

    def overtake(begun: Step) -> None:
        if left and begun is step:
            left.clear()
            with other.engine.begin() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' "
                    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                )
            other.approve([a_record(2)], 2)

    # Without its lock, or before the guard of a log that grew meanwhile.
    refused = (DatabaseUnavailable, GuardMismatch)
    with faulty(on_postgresql, Fault(watch=overtake)) as register, pytest.raises(refused):
        register.approve([a_record(1)], 1)
    assert not left
    assert on_postgresql.guard.read(log_is_empty=False).size == on_postgresql.stored_size()
    on_postgresql.approve([a_record(3)], 3)
