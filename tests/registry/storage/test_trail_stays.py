"""The trail is appended only: by triggers on each database, and on PostgreSQL by grants as well."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from registry.staff.trail import Trail, TrailEntry
from registry.storage.migrate import Schema, migrate
from registry.storage.rights import Role
from registry.storage.sql import open_engine, sqlite_url
from tests.contracts.postgres import PostgresCluster
from tests.registry.storage.prepared import OWNER, SetUp, set_up

OLD, CUT, NEW = (datetime(year, 1, 1, tzinfo=UTC) for year in (2020, 2023, 2026))
COLUMNS = "id, at, account, role, act, subject, outcome, address, details"
CHANGES = [
    "UPDATE trail SET act = ''",
    "UPDATE trail SET outcome = 'done' WHERE at < '2021'",
    "DELETE FROM trail",
    f"INSERT INTO trail ({COLUMNS}) SELECT {COLUMNS} FROM trail WHERE true "
    "ON CONFLICT (id) DO UPDATE SET act = 'other'",
]


def write(trail: Trail) -> None:
    """An old act and a new one."""
    for at in (OLD, NEW):
        trail.write(TrailEntry(at, "session.opened"))


@pytest.fixture(scope="module")
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    with set_up(postgres_cluster) as done:
        done.prepare()
        engine = open_engine(done.url(Role.DESK))
        write(Trail(engine))
        engine.dispose()
        yield done


def test_sqlite_lets_nothing_of_it_change(tmp_path: Path) -> None:
    """On a connection that knows nothing of our pragmas."""
    file = tmp_path / "desk.sqlite"
    engine = open_engine(sqlite_url(file))
    migrate(engine, Schema.DESK)
    trail = Trail(engine)
    write(trail)
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        for statement in (*CHANGES, f"INSERT OR REPLACE INTO trail SELECT {COLUMNS} FROM trail LIMIT 1"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(statement)
        assert trail.remove_before(CUT) == 1
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute("DELETE FROM trail")
    assert [entry.at for entry in trail.newest(9)] == [NEW]
    engine.dispose()


def test_its_triggers_hold_for_the_owner_of_the_database(made: SetUp) -> None:
    with made.connect(OWNER) as owner:
        for statement in (*CHANGES, "TRUNCATE trail", "TRUNCATE trail CASCADE"):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
                owner.execute(statement.encode())


def test_its_grants_hold_for_the_web_server_without_any_trigger(made: SetUp) -> None:
    with made.connect(OWNER) as owner, made.connect(Role.DESK) as desk:
        owner.execute(b"ALTER TABLE trail DISABLE TRIGGER USER")
        for statement in (
            *CHANGES,
            "TRUNCATE trail",
            "SELECT * FROM trail FOR UPDATE",
            "INSERT INTO trail_cut VALUES (1, '2999')",
            "UPDATE trail_cut SET before_at = '2999'",
            "ALTER TABLE trail DISABLE TRIGGER ALL",
            "DROP TRIGGER trail_stays ON trail",
            "CREATE TEMPORARY TABLE trail_cut (id bigint, before_at text)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                desk.execute(statement.encode())
        owner.execute(b"ALTER TABLE trail ENABLE TRIGGER USER")


def test_a_cut_of_the_same_name_elsewhere_lets_nothing_go(made: SetUp) -> None:
    with made.connect(OWNER) as owner:
        owner.execute(b"CREATE TEMPORARY TABLE trail_cut AS SELECT 1::bigint AS id, '2999' AS before_at")
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
            owner.execute(b"DELETE FROM public.trail")


def test_the_worker_removes_what_is_older_than_its_cut_and_nothing_else(made: SetUp) -> None:
    engine = open_engine(made.url(Role.WRITER))
    trail = Trail(engine)
    assert trail.remove_before(CUT) == 1
    refused = pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only")
    with made.connect(Role.WRITER) as writer, refused:
        writer.execute(b"DELETE FROM trail")
    assert [entry.at for entry in trail.newest(9)] == [NEW]
    engine.dispose()
