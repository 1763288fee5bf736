"""A commit whose outcome is unknown: the writer reports a failure, a restart publishes it once or never."""

import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from registry.storage.errors import DatabaseUnavailable
from tests.contracts.postgres import PostgresCluster
from tests.registry.ledger.builders import SmallRegister, a_record
from tests.registry.ledger.cut_line import Cut, CutLine, cut_line

ENTRIES, CHECKPOINT = 0, 1
PATIENCE_SECONDS = 30.0


@pytest.fixture
def line(postgres_cluster: PostgresCluster) -> Iterator[tuple[CutLine, Path]]:
    """The line, and the directory of its socket, whose name must be short."""
    with (
        tempfile.TemporaryDirectory(prefix="cut-") as directory,
        cut_line(Path(directory), postgres_cluster.directory) as made,
    ):
        yield made, Path(directory)


def through(register: SmallRegister, server: Path, socket: Path) -> SmallRegister:
    """The same register, which reaches its database over the line."""
    address = register.places.database_url.replace(str(server), str(socket))
    places = replace(register.places, database_url=address)
    return replace(register, places=places).reopened()


def settle(register: SmallRegister, cluster: PostgresCluster) -> None:
    """Waits until the server has noticed that the others are gone: what they began is done or undone."""
    name = register.places.database_url.partition("@/")[2].partition("?")[0]
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND state <> 'idle'"
    deadline = time.monotonic() + PATIENCE_SECONDS
    with psycopg.connect(cluster.address("postgres"), autocommit=True) as connection:
        while connection.execute(query, (name,)).fetchone() != (0,):
            assert time.monotonic() < deadline
            threading.Event().wait(0.02)


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("at", [ENTRIES, CHECKPOINT], ids=["entries", "checkpoint"])
def test_a_commit_whose_outcome_nobody_heard(
    on_postgresql: SmallRegister,
    postgres_cluster: PostgresCluster,
    line: tuple[CutLine, Path],
    cut: Cut,
    at: int,
) -> None:
    register, (cutting, directory) = on_postgresql, line
    size = register.published_size()
    over = through(register, postgres_cluster.directory, directory)
    cutting.arm(cut, skip=at)
    with pytest.raises(DatabaseUnavailable):
        over.approve([a_record(1), a_record(2)], 1)
    assert not cutting.is_armed
    settle(register, postgres_cluster)
    heard = cut is Cut.UNANSWERED
    stored = size + 3 if heard or at == CHECKPOINT else size
    assert register.stored_size() == stored
    assert register.published_size() == (stored if heard and at == CHECKPOINT else size)
    assert register.audited().clean
    again = register.reopened()
    again.writer.recover()
    assert (again.stored_size(), again.published_size()) == (stored, stored)
    # The writer whose line was cut goes on as well, over a new connection.
    assert over.approve([a_record(3)], 2).first_index == stored
