"""What the audit reads: every table of the register in the order of the log, as of one moment.

Nothing here trusts the rows. Values come back as they are stored, of whatever type they are; only their
order and range are asked for.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.engine import Engine

from registry.storage.errors import DatabaseUnavailable
from registry.storage.log_rows import LogRows
from registry.storage.migrate import Schema, head_of, stored_version
from registry.storage.sql import KeptReader, Row

_PAGE = 1_000


def is_damaged(fault: DatabaseUnavailable, engine: Engine) -> bool:
    """Whether the file itself is damaged, and the database not merely out of reach."""
    cause = fault.__cause__
    # sqlite3 reserves its base class for damaged files; what may pass has a class of its own.
    if isinstance(cause, UnicodeDecodeError) or type(cause) is sqlite3.DatabaseError:
        return True
    if not isinstance(cause, sqlite3.OperationalError) or cause.sqlite_errorcode != sqlite3.SQLITE_ERROR:
        return False
    # A table or column is not there. Only a file of another version lacks one with good reason.
    try:
        return stored_version(engine, Schema.REGISTER) == head_of(Schema.REGISTER)
    except DatabaseUnavailable:
        return True


class SnapshotReader(KeptReader):
    """A kept connection in one read-only transaction: a register that is appended to does not move."""

    @property
    def on_sqlite(self) -> bool:
        """Whether this is an SQLite file."""
        return self._dialect == "sqlite"

    def _connect(self) -> Any:
        fairy = super()._connect()
        connection = fairy.driver_connection
        if self.on_sqlite:
            # An altered text need not be UTF-8 any more, and is to be found, not to be an error.
            connection.text_factory = _lenient_text
            connection.execute("BEGIN")
        else:
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return fairy


def _lenient_text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


class AuditRows:
    """Reads of the audit, each over the half-open range of log indexes start..end-1."""

    def __init__(self, reader: SnapshotReader) -> None:
        self._reader = reader
        self.log = LogRows(reader)

    @property
    def checks_structure(self) -> bool:
        """Whether `structure_fault` can tell anything: a server looks after its own files."""
        return self._reader.on_sqlite

    def stored_size(self) -> int:
        """How many entries there are, if none is missing."""
        row = self._reader.one("SELECT max(idx) FROM entry")
        return 0 if row is None or row[0] is None else int(row[0]) + 1

    def in_range(self, table: str, columns: Sequence[str], start: int, end: int) -> list[Row]:
        """Rows of a table whose key is a log index, in order."""
        return self._reader.rows(
            f"SELECT {', '.join(columns)} FROM {table} WHERE idx >= ? AND idx < ? ORDER BY idx", start, end
        )

    def outside(self, table: str, key: str, start: int, end: int) -> Row | None:
        """The first key of a table that lies outside start..end-1."""
        return self._reader.one(
            f"SELECT {key} FROM {table} WHERE {key} < ? OR {key} >= ? ORDER BY {key} LIMIT 1", start, end
        )

    def checkpoints(self) -> Iterator[Row]:
        """(size, note) of every checkpoint, oldest first, page by page."""
        last = -(1 << 62)
        while page := self._reader.rows(
            "SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?", last, _PAGE
        ):
            yield from page
            last = page[-1][0]

    def newest_checkpoint_size(self) -> int:
        """The size of the newest checkpoint, 0 if there is none."""
        row = self._reader.one("SELECT max(size) FROM checkpoint")
        return 0 if row is None or row[0] is None else int(row[0])

    def note(self, size: int) -> bytes | None:
        """The checkpoint of that size."""
        row = self._reader.one("SELECT note FROM checkpoint WHERE size = ?", size)
        return row[0] if row is not None and isinstance(row[0], bytes) else None

    def tile(self, level: int, number: int) -> Row | None:
        """(root, hashes, above) of a full tile."""
        return self._reader.one(
            "SELECT root, hashes, above FROM tile WHERE level = ? AND number = ?", level, number
        )

    def tile_outside(self, level: int, count: int) -> Row | None:
        """(level, number) of the first tile of a level outside 0..count-1."""
        return self._reader.one(
            "SELECT level, number FROM tile WHERE level = ? AND (number < 0 OR number >= ?) "
            "ORDER BY number LIMIT 1",
            level,
            count,
        )

    def tile_level_outside(self, levels: int) -> Row | None:
        """(level, number) of a tile on a level that the tree does not have."""
        return self._reader.one(
            "SELECT level, number FROM tile WHERE level < 0 OR level >= ? ORDER BY level, number LIMIT 1",
            levels,
        )

    def decision(self, batch: bytes) -> Row | None:
        """(approved, decided_at, content) of the decision on a batch."""
        return self._reader.one("SELECT approved, decided_at, content FROM decision WHERE batch = ?", batch)

    def decisions(self) -> Iterator[Row]:
        """(batch, approved, decided_at, content) of every decision, page by page."""
        return self._by_key("decision", "batch", ("batch", "approved", "decided_at", "content"))

    def batches(self, columns: Sequence[str]) -> Iterator[Row]:
        """Every uploaded batch, page by page; the first column must be its id."""
        return self._by_key("batch", "id", columns, page=1)

    def disposals(self, columns: Sequence[str]) -> Iterator[Row]:
        """Every upload that is gone, page by page; the first column must be its batch."""
        return self._by_key("disposal", "batch", columns)

    def newer_received_at(self, batch: bytes) -> str | None:
        """When the batch was received that took the place of this one."""
        row = self._reader.one("SELECT received_at FROM batch WHERE previous = ?", batch)
        return None if row is None else str(row[0])

    def number_of(self, index: int) -> object:
        """The number in the record row of one version."""
        row = self._reader.one("SELECT number FROM record WHERE idx = ?", index)
        return None if row is None else row[0]

    def repeated_number(self) -> int | None:
        """The index of a version whose number another certificate's same version has."""
        row = self._reader.one(
            "SELECT max(idx) FROM record GROUP BY number, version HAVING count(*) > 1 LIMIT 1"
        )
        return None if row is None else int(row[0])

    def structure_fault(self) -> str | None:
        """The first contradiction between pages, tables and indexes of an SQLite file."""
        found = self._reader.one("PRAGMA integrity_check(1)")
        return None if found is None or found[0] == "ok" else str(found[0])

    def batch_rows(self, batch: bytes) -> Iterator[Row]:
        """(row, refused, flagged, findings, sealed, mac) of every row of a batch, page by page."""
        last = -1
        while page := self._reader.rows(
            'SELECT "row", refused, flagged, findings, sealed, mac FROM batch_row '
            'WHERE batch = ? AND "row" > ? ORDER BY "row" LIMIT ?',
            batch,
            last,
            _PAGE,
        ):
            yield from page
            last = page[-1][0]

    def has_batch_row(self, batch: bytes, row: int) -> bool:
        """Whether that row of a batch is there."""
        statement = 'SELECT 1 FROM batch_row WHERE batch = ? AND "row" = ?'
        return self._reader.one(statement, batch, row) is not None

    def form5_bytes(self, batch: bytes) -> int:
        """How long the stored Form 5 of a batch is, 0 where there is none."""
        row = self._reader.one("SELECT length(form5) FROM batch WHERE id = ?", batch)
        return 0 if row is None or row[0] is None else int(row[0])

    def stray_batch_row(self) -> Row | None:
        """(batch, row) of a row whose batch is not there."""
        return self._reader.one(
            'SELECT batch, "row" FROM batch_row WHERE NOT EXISTS '
            '(SELECT 1 FROM batch WHERE batch.id = batch_row.batch) ORDER BY batch, "row" LIMIT 1'
        )

    def _by_key(self, table: str, key: str, columns: Sequence[str], *, page: int = _PAGE) -> Iterator[Row]:
        last = b""
        while rows := self._reader.rows(
            f"SELECT {', '.join(columns)} FROM {table} WHERE {key} > ? ORDER BY {key} LIMIT ?", last, page
        ):
            yield from rows
            last = rows[-1][0]


@contextmanager
def audit_rows(engine: Engine) -> Iterator[AuditRows]:
    """The rows as of one moment; the connection is given back at the end."""
    reader = SnapshotReader(engine)
    try:
        yield AuditRows(reader)
    finally:
        reader.close()
