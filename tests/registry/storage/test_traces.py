"""What a deletion leaves in the database's files, and that it can be cleared away on both databases."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from registry.storage.errors import DatabaseUnavailable
from registry.storage.rights import Role
from registry.storage.sql import open_engine, sqlite_url
from registry.storage.traces import clear_freed_space, files_with, rewrite
from tests.contracts.postgres import PostgresCluster
from tests.registry.storage.prepared import OWNER, set_up

NEEDLE = b"needle-in-a-page"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database in which a row was deleted by somebody who does not overwrite what is deleted."""
    path = tmp_path / "test.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA secure_delete=OFF")
        connection.execute("CREATE TABLE some (value BLOB)")
        connection.execute("INSERT INTO some VALUES (?)", (NEEDLE,))
        connection.execute("DELETE FROM some")
    return path


@pytest.fixture
def engine(file: Path) -> Iterator[Engine]:
    opened = open_engine(sqlite_url(file))
    yield opened
    opened.dispose()


def test_a_trace_is_seen_in_whichever_file_it_is(file: Path, engine: Engine) -> None:
    assert files_with(file, [NEEDLE]) == [file.name]
    assert files_with(file, [b"nothing", NEEDLE]) == [file.name]
    assert files_with(file, [b"nothing"]) == []
    with closing(sqlite3.connect(file)), engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO some VALUES (?)", (b"another-" + NEEDLE,))
    with closing(sqlite3.connect(file)) as kept:
        kept.execute("SELECT * FROM some").fetchall()
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO some VALUES (?)", (b"third-" + NEEDLE,))
        assert files_with(file, [b"third-"]) == [f"{file.name}-wal"]


def test_rewriting_leaves_no_trace(file: Path, engine: Engine) -> None:
    rewrite(engine)
    assert files_with(file, [NEEDLE]) == []


def test_the_log_is_emptied_unless_a_reader_needs_it(file: Path, engine: Engine) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as reader:
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO some VALUES (?)", (b"kept-" + NEEDLE,))
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM some").fetchone() == (1,)
        reader.execute("COMMIT")
        assert clear_freed_space(engine)
        assert file.with_name(f"{file.name}-wal").stat().st_size == 0


def test_what_we_delete_is_overwritten_at_once(file: Path, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO some VALUES (?)", (b"ours-" + NEEDLE,))
    clear_freed_space(engine)
    assert files_with(file, [b"ours-"]) == [file.name]
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM some")
    clear_freed_space(engine)
    assert files_with(file, [b"ours-"]) == []


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "missing" / "test.sqlite"))
    with pytest.raises(DatabaseUnavailable):
        clear_freed_space(engine)
    engine.dispose()


def test_on_postgresql_the_writer_does_what_it_may(postgres_cluster: PostgresCluster) -> None:
    """The server skips the tables of others with a warning: that is what the command then says."""
    with set_up(postgres_cluster) as made:
        made.prepare()
        for role in (Role.WRITER, OWNER):
            engine = open_engine(made.url(role))
            assert clear_freed_space(engine)
            engine.dispose()
