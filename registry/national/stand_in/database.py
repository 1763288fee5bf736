"""The stand-in's database file: its tables, and its way back to a copy of itself.

A connection for each use; SQLite's own lock lets one writer in at a time. Whatever kills the process, the
file is as the last whole transaction left it, and the copy is replaced whole or not at all.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Lock

from registry.national.stand_in.errors import StandInUnavailable

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (
    sequence INTEGER PRIMARY KEY, batch TEXT NOT NULL UNIQUE, root BLOB NOT NULL,
    answer BLOB NOT NULL, answer_fields TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS version (
    ref BLOB NOT NULL, version INTEGER NOT NULL, whole BLOB NOT NULL, bare BLOB NOT NULL,
    with_record INTEGER NOT NULL, online_on TEXT NOT NULL, PRIMARY KEY (ref, version)
) WITHOUT ROWID;
-- The latest version of everything, narrow, because whoever compares reads all of it in order.
CREATE TABLE IF NOT EXISTS held (
    ref BLOB PRIMARY KEY, version INTEGER NOT NULL, commitment BLOB NOT NULL, state TEXT NOT NULL,
    leaf BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS certificate (
    ref BLOB PRIMARY KEY, number TEXT UNIQUE, online_on TEXT NOT NULL, record TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS institution (
    prefix TEXT PRIMARY KEY, facts TEXT NOT NULL
) WITHOUT ROWID;
"""

Connect = Callable[[Path], sqlite3.Connection]


def open_file(path: Path) -> sqlite3.Connection:
    """A connection as the stand-in wants it: durable, and what is deleted is overwritten."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
    return connection


class Database:
    """The file, and `NAME.backup` beside it."""

    def __init__(self, path: Path, connect: Connect = open_file) -> None:
        self._path = path
        self._backup_path = path.with_name(f"{path.name}.backup")
        self._connect = connect
        self._copying = Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)
        if not self._backup_path.exists():
            self.back_up()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Everything read inside is of one moment, and nobody who writes has to wait for it."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def back_up(self) -> None:
        """Copies the database as it is now. Raises: StandInUnavailable."""
        unfinished = self._backup_path.with_name(f"{self._backup_path.name}.new")
        with self._copying, self._connection() as connection:
            unfinished.unlink(missing_ok=True)
            with closing(self._connect(unfinished)) as copy:
                connection.backup(copy)
            os.replace(unfinished, self._backup_path)

    def restore(self) -> None:
        """Goes back to the last copy, in one transaction: what came since was never here.

        Raises: StandInUnavailable.
        """
        with self._copying, self._connection() as connection, closing(self._opened_backup()) as copy:
            copy.backup(connection)

    def _opened_backup(self) -> sqlite3.Connection:
        return self._connect(self._backup_path)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._connect(self._path)) as connection:
                yield connection
        except sqlite3.Error as fault:
            raise StandInUnavailable(type(fault).__name__) from fault
