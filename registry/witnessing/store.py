"""What a witness remembers: the logs it follows, the newest tree head of each, and proof of forks.

It is the whole of the witness's worth. A cosignature leaves only after the tree head that it covers is on
disk, and a tree head gives way only to the one that was shown to extend it, in one compare-and-swap.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from registry.witnessing.errors import StateMissing, StateUnavailable
from signing.errors import MalformedEncoding
from signing.inclusion import EMPTY_ROOT
from signing.notes import VerifierKey, parse_vkey

_BUSY_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE identity (name TEXT NOT NULL);
CREATE TABLE log (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL);
CREATE TABLE log_key (origin TEXT NOT NULL REFERENCES log, vkey TEXT NOT NULL, UNIQUE (origin, vkey));
CREATE TABLE fork (
    origin TEXT NOT NULL, size INTEGER NOT NULL, seen_at INTEGER NOT NULL,
    kept BLOB NOT NULL, refused BLOB NOT NULL, refused_text TEXT NOT NULL, UNIQUE (origin, refused_text)
);
CREATE TRIGGER fork_stays BEFORE DELETE ON fork BEGIN SELECT raise(ABORT, 'evidence'); END;
CREATE TRIGGER fork_is_final BEFORE UPDATE ON fork BEGIN SELECT raise(ABORT, 'evidence'); END;
CREATE TRIGGER log_grows BEFORE UPDATE ON log WHEN new.size < old.size
    BEGIN SELECT raise(ABORT, 'rollback'); END;
"""


@dataclass(frozen=True)
class KnownHead:
    """The newest tree head that was cosigned; `note` is empty as long as there was none."""

    origin: str
    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True)
class Fork:
    """Two checkpoints that the log signed for one size with two roots: it lied to one of two readers."""

    origin: str
    size: int
    seen_at_seconds: int
    kept: bytes
    refused: bytes


class WitnessStore:
    """The database file. A connection for each use; SQLite's lock lets one writer in at a time."""

    def __init__(self, path: Path) -> None:
        """Raises: StateMissing. It is never made anew in silence: a witness without memory cosigns forks."""
        if not path.is_file():
            raise StateMissing(path.name)
        self._path = path

    @classmethod
    def create(cls, path: Path, name: str) -> "WitnessStore":
        """The empty memory of a new witness. Raises: StateUnavailable if there is a file already."""
        try:
            path.touch(mode=0o600, exist_ok=False)
        except OSError as fault:
            raise StateUnavailable(path.name) from fault
        store = cls(path)
        with store._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}")
            connection.execute("INSERT INTO identity VALUES (?)", (name,))
            connection.execute("COMMIT")
        return store

    def name(self) -> str:
        """The name that the witness signs under. Raises: StateMissing, StateUnavailable."""
        with self._connection() as connection:
            row = connection.execute("SELECT name FROM identity").fetchone()
        if row is None:
            raise StateMissing(self._path.name)
        return str(row[0])

    def follow(self, key: VerifierKey) -> None:
        """From now on takes checkpoints of that log under that key too. What is known of the log stays."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO log VALUES (?, 0, ?, x'') ON CONFLICT DO NOTHING", (key.name, EMPTY_ROOT)
            )
            connection.execute(
                "INSERT INTO log_key VALUES (?, ?) ON CONFLICT DO NOTHING", (key.name, str(key))
            )

    def keys(self, origin: str) -> tuple[VerifierKey, ...]:
        """The keys of a log; none for one that is not followed."""
        with self._connection() as connection:
            rows = connection.execute("SELECT vkey FROM log_key WHERE origin = ?", (origin,)).fetchall()
        try:
            return tuple(parse_vkey(row[0]) for row in rows)
        except MalformedEncoding as fault:
            raise StateUnavailable(self._path.name) from fault

    def heads(self) -> list[KnownHead]:
        """The newest tree head of each log that is followed."""
        with self._connection() as connection:
            rows = connection.execute("SELECT origin, size, root, note FROM log ORDER BY origin").fetchall()
        return [KnownHead(*row) for row in rows]

    def head(self, origin: str) -> KnownHead | None:
        """The newest tree head of a log, None for one that is not followed."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT origin, size, root, note FROM log WHERE origin = ?", (origin,)
            ).fetchone()
        return None if row is None else KnownHead(*row)

    def advance(self, known: KnownHead, new: KnownHead) -> bool:
        """Puts the new head in the place of the known one, durably; False if that is no longer the newest."""
        with self._transaction() as connection:
            moved = connection.execute(
                "UPDATE log SET size = ?, root = ?, note = ? WHERE origin = ? AND size = ? AND root = ?",
                (new.size, new.root, new.note, known.origin, known.size, known.root),
            )
            return moved.rowcount == 1

    def keep_fork(self, fork: Fork, refused_text: str) -> None:
        """Keeps both notes for good; the same contradiction only once."""
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO fork VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (fork.origin, fork.size, fork.seen_at_seconds, fork.kept, fork.refused, refused_text),
            )

    def forks(self) -> list[Fork]:
        """Every fork that was ever seen, oldest first."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT origin, size, seen_at, kept, refused FROM fork ORDER BY rowid"
            ).fetchall()
        return [Fork(*row) for row in rows]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            # The file must be there: a mistyped or unmounted directory must not become an empty memory.
            address = f"{self._path.absolute().as_uri()}?mode=rw"
            with closing(
                sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA foreign_keys=ON")
                yield connection
        except sqlite3.Error as fault:
            raise StateUnavailable(self._path.name) from fault

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
