"""The embedded index, writing side: SQLite FTS5 in files of its own, nothing to install.

Each call is one transaction on the file that is published at that moment. `synchronous=FULL`: the follower
saves its cursor in another database once `wait` has returned, and a cursor must never be ahead of the index.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from search.document_json import document_from_json
from search.documents import Document, Kind, Removal
from search.embedded_files import NAME, IndexDirectory, generation_of, opened, unavailable
from search.embedded_tables import TABLES, Row, put_wordings, row_id_of, row_of
from search.errors import DocumentRefused, UnavailableReason
from search.port import IndexBuild


class EmbeddedIndex:
    """The published embedded index of one directory. Implements `SearchIndex`."""

    def __init__(self, directory: Path) -> None:
        self._directory = IndexDirectory(directory)

    @property
    def name(self) -> str:
        return NAME

    @property
    def generation(self) -> str | None:
        file = self._directory.published()
        if file is None:
            return None
        with opened(file, "ro") as connection:
            connection.execute("SELECT count(*) FROM wording WHERE id = 0").fetchone()
        return generation_of(file)

    def upsert(self, documents: Sequence[Document]) -> None:
        with self._transaction() as connection:
            _upsert(connection, documents)

    def delete(self, removals: Sequence[Removal]) -> None:
        """Takes documents out so that the file does not show them any more, in used or unused space."""
        with self._transaction() as connection:
            _delete(connection, removals)
            _merge(connection, {removal.kind for removal in removals})
        self._empty_log()

    def wait(self) -> None:
        """Nothing to wait for: `upsert` and `delete` return after their commit."""

    def build(self) -> IndexBuild:
        return EmbeddedBuild(self._directory)

    def wipe(self) -> None:
        self._directory.wipe()

    def _empty_log(self) -> None:
        """Takes the write-ahead log over into the file; readers that still need it only delay that."""
        file = self._directory.published()
        if file is not None:
            with opened(file, "rw") as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        file = self._directory.published()
        if file is None:
            raise unavailable(UnavailableReason.NOT_BUILT)
        with _writing(file) as connection:
            yield connection


class EmbeddedBuild:
    """A new file beside the published one. Implements `IndexBuild`."""

    def __init__(self, directory: IndexDirectory) -> None:
        self._directory = directory
        self._file = directory.new_file()
        self._published = False
        with opened(self._file, "rwc") as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"BEGIN; {TABLES} COMMIT;")

    @property
    def generation(self) -> str | None:
        return generation_of(self._file)

    def upsert(self, documents: Sequence[Document]) -> None:
        with _writing(self._existing()) as connection:
            _upsert(connection, documents)

    def delete(self, removals: Sequence[Removal]) -> None:
        with _writing(self._existing()) as connection:
            _delete(connection, removals)

    def wait(self) -> None:
        """Nothing to wait for: `upsert` and `delete` return after their commit."""

    def publish(self) -> None:
        with _writing(self._existing()) as connection:
            for table in ("certificate_tokens", "institution_tokens", "wording_grams"):
                connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
        self._directory.publish(self._file)
        self._published = True

    def discard(self) -> None:
        if not self._published:
            self._directory.remove(self._file)

    def _existing(self) -> Path:
        if not self._file.exists():
            raise unavailable(UnavailableReason.BUILD_LOST)
        return self._file


@contextmanager
def _writing(file: Path) -> Iterator[sqlite3.Connection]:
    with opened(file, "rw") as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            if connection.in_transaction:  # a full disk has rolled back already
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _upsert(connection: sqlite3.Connection, documents: Sequence[Document]) -> None:
    last = {(document.kind, document.id): document for document in documents}
    put_wordings(connection, [wording for document in last.values() for wording in document.wordings()])
    for kind in Kind:
        rows = (row_of(document) for document in last.values() if document.kind is kind)
        changed = [row for row in rows if _make_room(connection, kind, row)]
        connection.executemany(
            f"INSERT INTO {kind.value} (id, number, ordering, body) VALUES (?, ?, ?, ?)",
            ((row.id, row.number, row.ordering, row.body) for row in changed),
        )
        connection.executemany(
            f"INSERT INTO {kind.value}_tokens (rowid, tokens) VALUES (?, ?)",
            ((row.id, row.tokens) for row in changed),
        )


def _make_room(connection: sqlite3.Connection, kind: Kind, row: Row) -> bool:
    """Take an earlier state out. `False` when it is the same as the new one and can stay."""
    body = _body(connection, kind, row.id)
    if body == row.body:
        return False
    if body is not None:
        _remove(connection, kind, row.id, body)
    return True


def _delete(connection: sqlite3.Connection, removals: Sequence[Removal]) -> None:
    for removal in removals:
        row_id = row_id_of(removal.kind, removal.id)
        body = None if row_id is None else _body(connection, removal.kind, row_id)
        if row_id is not None and body is not None:
            _remove(connection, removal.kind, row_id, body)


def _merge(connection: sqlite3.Connection, kinds: Iterable[Kind]) -> None:
    """Full-text tables only note that tokens are out; merging leaves them out. Removals are rare enough."""
    for kind in kinds:
        table = f"{kind.value}_tokens"
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def _body(connection: sqlite3.Connection, kind: Kind, row_id: int) -> str | None:
    found = connection.execute(f"SELECT body FROM {kind.value} WHERE id = ?", (row_id,)).fetchone()
    return None if found is None else str(found[0])


def _remove(connection: sqlite3.Connection, kind: Kind, row_id: int, body: str) -> None:
    """Take a row and exactly its own tokens out; other tokens would silently damage a contentless table."""
    try:
        tokens = row_of(document_from_json(kind, json.loads(body))).tokens
    except (ValueError, DocumentRefused) as fault:
        raise unavailable(UnavailableReason.CORRUPT, type(fault).__name__) from fault
    table = kind.value
    connection.execute(
        f"INSERT INTO {table}_tokens ({table}_tokens, rowid, tokens) VALUES ('delete', ?, ?)",
        (row_id, tokens),
    )
    connection.execute(f"DELETE FROM {table} WHERE id = ?", (row_id,))
