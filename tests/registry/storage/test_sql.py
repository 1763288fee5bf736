"""Engines and kept connections on both databases: durable, and with the room's own errors."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.storage.cursors import Cursors
from registry.storage.errors import DatabaseUnavailable
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import (
    COPY_FROM_ROWS,
    KeptReader,
    bulk_insert,
    for_dialect,
    open_engine,
    reading,
    sqlite_url,
    writing,
)
from tests.contracts.postgres import PostgresCluster


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(database or sqlite_url(tmp_path / "test.sqlite"))
    with writing(opened) as connection:
        binary = "BLOB" if opened.dialect.name == "sqlite" else "BYTEA"
        connection.exec_driver_sql(f"CREATE TABLE thing (id INTEGER PRIMARY KEY, value {binary}, note TEXT)")
    yield opened
    opened.dispose()


@pytest.fixture
def served(postgres_cluster: PostgresCluster) -> Iterator[Engine]:
    """The same on PostgreSQL alone: an SQLite file has no server."""
    name = postgres_cluster.new_database()
    opened = open_engine(postgres_cluster.address(name))
    with writing(opened) as connection:
        connection.exec_driver_sql("CREATE TABLE thing (id INTEGER PRIMARY KEY, value BYTEA, note TEXT)")
    yield opened
    opened.dispose()
    postgres_cluster.drop_database(name)


def insert(engine: Engine, *rows: tuple[object, ...]) -> None:
    with writing(engine) as connection:
        bulk_insert(connection, "thing", ("id", "value", "note"), rows)


def read(engine: Engine) -> list[tuple[object, ...]]:
    kept = KeptReader(engine)
    try:
        return kept.rows("SELECT id, value, note FROM thing ORDER BY id")
    finally:
        kept.close()


def test_what_was_inserted_comes_back(engine: Engine) -> None:
    insert(engine, (1, b"\x00\xff", "示例?%s"), (2, None, ""))
    insert(engine)
    assert read(engine) == [(1, b"\x00\xff", "示例?%s"), (2, None, "")]
    assert isinstance(read(engine)[0][1], bytes)


def test_what_many_rows_carry_comes_back_too(engine: Engine) -> None:
    """From some number on they are streamed as text, in which some characters have a meaning."""
    notes = ["", "\\N", "\\.", "a\tb\nc\r\n", "\\x00", "'\"", "示例?%s", " ", "\\\\"]
    rows = [
        (at, None if at % 7 == 0 else bytes([at % 256, 0, 10, 9, 92]), notes[at % len(notes)])
        for at in range(COPY_FROM_ROWS * 4)
    ]
    insert(engine, *rows)
    assert read(engine) == rows


def test_one_statement_serves_both_databases(engine: Engine) -> None:
    insert(engine, (1, b"a", "x"), (2, b"b", "y"))
    kept = KeptReader(engine)
    assert kept.one("SELECT note FROM thing WHERE id = ? AND note = ?", 2, "y") == ("y",)
    assert kept.one("SELECT note FROM thing WHERE id = ?", 3) is None
    assert len(kept.rows("SELECT note FROM thing")) == 2
    kept.close()
    assert for_dialect("a = ? AND b = ?", "postgresql") == "a = %s AND b = %s"


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    def fail() -> None:
        with writing(engine) as connection:
            bulk_insert(connection, "thing", ("id", "value", "note"), [(1, b"", "")])
            raise KeyError("something else went wrong")

    with pytest.raises(KeyError):
        fail()
    assert read(engine) == []


def test_a_broken_constraint_stays_one_for_whoever_knows_its_meaning(engine: Engine) -> None:
    insert(engine, (1, b"", ""))
    for more in (1, COPY_FROM_ROWS):
        with pytest.raises(sa.exc.IntegrityError):
            insert(engine, *((2 + at, b"", "") for at in range(more)), (1, b"", ""))
        assert len(read(engine)) == 1


def test_a_server_that_goes_away_is_unavailable_and_its_connection_is_replaced(served: Engine) -> None:
    def end(backend: object) -> None:
        with writing(served) as other:
            other.exec_driver_sql("SELECT pg_terminate_backend(%s, 5000)", (backend,))

    def insert_without_server(count: int) -> None:
        with writing(served) as connection:
            end(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar())
            bulk_insert(connection, "thing", ("id", "value", "note"), [(at, b"", "") for at in range(count)])

    for count in (1, COPY_FROM_ROWS):
        with pytest.raises(DatabaseUnavailable):
            insert_without_server(count)
        assert read(served) == []
    kept = KeptReader(served)
    end(kept.rows("SELECT pg_backend_pid()")[0][0])
    with pytest.raises(DatabaseUnavailable):
        kept.rows("SELECT 1")
    assert kept.rows("SELECT 1") == [(1,)]
    kept.close()


def test_other_faults_are_the_rooms_own(engine: Engine) -> None:
    kept = KeptReader(engine)
    with pytest.raises(DatabaseUnavailable):
        kept.rows("SELECT * FROM no_such_table")
    assert kept.rows("SELECT 1") == [(1,)]
    with pytest.raises(DatabaseUnavailable), reading(engine) as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")
    kept.close()
    kept.close()


def test_a_kept_connection_sees_what_was_committed_since(engine: Engine) -> None:
    kept = KeptReader(engine)
    assert kept.rows("SELECT count(*) FROM thing") == [(0,)]
    insert(engine, (1, b"", ""))
    assert kept.rows("SELECT count(*) FROM thing") == [(1,)]
    kept.close()


def test_a_consistent_view_does_not_move(engine: Engine) -> None:
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar() == 0
        insert(engine, (1, b"", ""))
        assert connection.exec_driver_sql("SELECT count(*) FROM thing").scalar() == 0


def test_commits_are_durable(engine: Engine) -> None:
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA recursive_triggers").scalar() == 1
        else:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_no_default_of_the_database_weakens_a_connection(served: Engine) -> None:
    with writing(served) as connection:
        name = connection.exec_driver_sql("SELECT current_database()").scalar()
        for weaker in ("synchronous_commit = off", "search_path = nowhere"):
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET {weaker}")
    opened = open_engine(served.url)
    with writing(opened) as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        assert connection.exec_driver_sql("SHOW search_path").scalar() == "public"
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "read committed"
    with reading(opened) as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"
    opened.dispose()


def test_a_writer_takes_the_lock_first_and_readers_do_not_wait(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "test.sqlite"))
    with writing(engine) as connection:
        connection.exec_driver_sql("CREATE TABLE thing (id INTEGER)")
    with writing(engine):
        other = sqlite3.connect(tmp_path / "test.sqlite", timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("INSERT INTO thing VALUES (1)")
        assert other.execute("SELECT count(*) FROM thing").fetchone() == (0,)
        other.close()


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    for address in (sqlite_url(tmp_path / "no" / "test.sqlite"), "postgresql://nobody@/none?host=/nowhere"):
        engine = open_engine(address)
        with pytest.raises(DatabaseUnavailable):
            KeptReader(engine).rows("SELECT 1")
        with pytest.raises(DatabaseUnavailable), writing(engine):
            pass
        engine.dispose()


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(database or sqlite_url(tmp_path / "desk.sqlite"))
    migrate(opened, Schema.DESK)
    yield opened
    opened.dispose()


def test_a_follower_remembers_where_it_was(desk: Engine) -> None:
    cursors = Cursors(desk)
    assert cursors.get("index") is None
    cursors.set("index", 7)
    cursors.set("index", 1 << 40)
    cursors.set("national", 3)
    assert (Cursors(desk).get("index"), cursors.get("national")) == (1 << 40, 3)
