"""The stand-in's own database: what it took, in which version, and the first answer to every batch.

A batch is taken in one transaction together with its signed answer, so a batch that was taken is a batch that
can be answered again with the same bytes.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from registry.national.errors import MalformedMessage
from registry.national.objects import BatchId
from registry.national.protocol import Batch, Manifest
from registry.national.queue import civil_date
from registry.national.reasons import RowReason
from registry.national.receipts import Accepted, Receipt, Rejected
from registry.national.rows import (
    CertificateRow,
    Held,
    Reference,
    Row,
    RowState,
    parse_row,
    row_bytes,
)
from registry.national.stand_in.checks import objection
from registry.national.stand_in.errors import MessageRefused, RefusalCode, StandInUnavailable
from signing.commitment import Commitment, Record
from signing.encoding import canonical_json, parse_json

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (
    at INTEGER PRIMARY KEY, batch TEXT NOT NULL UNIQUE, last INTEGER NOT NULL, root BLOB NOT NULL,
    answer BLOB NOT NULL, answer_fields TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS version (
    ref BLOB NOT NULL, version INTEGER NOT NULL, whole BLOB NOT NULL, bare BLOB NOT NULL,
    online_on TEXT NOT NULL, PRIMARY KEY (ref, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS certificate (
    ref BLOB PRIMARY KEY, number TEXT, version INTEGER NOT NULL, commitment BLOB NOT NULL,
    state TEXT NOT NULL,
    online_on TEXT NOT NULL, record TEXT
) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class StoredAnswer:
    """An answer as it was first given: its body and its signed fields."""

    body: bytes
    fields: dict[str, str]


@dataclass(frozen=True)
class Found:
    """What the look-up page shows of a certificate."""

    record: Record
    state: RowState
    online_on: date


class StandInStore:
    """The database file. A connection for each use; SQLite's lock lets one writer in at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connection() as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(_SCHEMA)

    def take(self, batch: Batch, now: datetime, signed: Callable[[Receipt], StoredAnswer]) -> StoredAnswer:
        """Takes a batch, row by row, and keeps the answer; a batch known already gets its first answer.

        Raises: MessageRefused.
        """
        manifest = batch.manifest
        with self._transaction() as connection:
            known = connection.execute(
                "SELECT root, answer, answer_fields FROM batch WHERE batch = ?", (manifest.batch,)
            ).fetchone()
            if known is not None:
                if known[0] != manifest.root:
                    raise MessageRefused(RefusalCode.BATCH_ID_REUSED)
                return _stored(known[1], known[2])
            sequence = _next_sequence(connection, manifest)
            today = civil_date(now)
            results = tuple(_take_line(connection, line, today) for line in batch.lines)
            receipt = Receipt(manifest.batch, manifest.count, manifest.root, sequence, now, results)
            answer = signed(receipt)
            connection.execute(
                "INSERT INTO batch (at, batch, last, root, answer, answer_fields) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    sequence,
                    manifest.batch,
                    manifest.last,
                    manifest.root,
                    answer.body,
                    canonical_json(answer.fields).decode(),
                ),
            )
            return answer

    def held(self) -> tuple[list[Held], int, BatchId]:
        """The latest version of everything, and number and id of the last batch taken, at one moment."""
        with self._transaction() as connection:
            rows = connection.execute("SELECT ref, version, commitment, state FROM certificate").fetchall()
            last = connection.execute("SELECT at, batch FROM batch ORDER BY at DESC LIMIT 1").fetchone()
        held = [
            Held(Reference(ref), version, Commitment(commitment), RowState(state))
            for ref, version, commitment, state in rows
        ]
        return held, last[0] if last else 0, BatchId(last[1] if last else "")

    def look_up(self, *, name: str, id_number: str, number: str) -> Found | None:
        """The certificate if all three fit, None otherwise: which of them did not is not said."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT record, state, online_on FROM certificate WHERE number = ?", (number,)
            ).fetchone()
        if row is None or row[0] is None:
            return None
        record = _record(row[0])
        if (record.name, record.id_number) != (name, id_number):
            return None
        return Found(record, RowState(row[1]), date.fromisoformat(row[2]))

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA secure_delete=ON")
                yield connection
        except sqlite3.Error as fault:
            raise StandInUnavailable(type(fault).__name__) from fault

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def _next_sequence(connection: sqlite3.Connection, manifest: Manifest) -> int:
    """The batch's place among those that we took; one that follows a batch we do not have is refused."""
    if manifest.previous:
        row = connection.execute("SELECT 1 FROM batch WHERE batch = ?", (manifest.previous,)).fetchone()
        if row is None:
            raise MessageRefused(RefusalCode.PREVIOUS_UNKNOWN)
    last: int = connection.execute("SELECT coalesce(max(at), 0) FROM batch").fetchone()[0]
    return last + 1


def _take_line(connection: sqlite3.Connection, line: bytes, today: date) -> Accepted | Rejected:
    """1. Readable.  2. Known already.  3. Not overtaken by a later version.  4. Our own rules."""
    try:
        row = parse_row(line)
    except MalformedMessage:
        return Rejected(RowReason.ROW_MALFORMED)
    whole, bare = sha256(line).digest(), sha256(row_bytes(_bare(row))).digest()
    known = connection.execute(
        "SELECT whole, bare, online_on FROM version WHERE ref = ? AND version = ?",
        (row.ref, row.version),
    ).fetchone()
    if known is not None:
        erased = isinstance(row, CertificateRow) and row.record is None and known[1] == bare
        if known[0] != whole and not erased:
            return Rejected(RowReason.VERSION_CONFLICT)
        if erased:
            _drop_record(connection, row)
        return Accepted(date.fromisoformat(known[2]))
    latest = connection.execute("SELECT version FROM certificate WHERE ref = ?", (row.ref,)).fetchone()
    if latest is not None and latest[0] > row.version:
        return Rejected(RowReason.OLDER_VERSION)
    reason = objection(row, today)
    if reason is not None:
        return Rejected(reason)
    _keep(connection, row, whole, bare, today)
    return Accepted(today)


def _keep(connection: sqlite3.Connection, row: Row, whole: bytes, bare: bytes, today: date) -> None:
    kept = row.record if isinstance(row, CertificateRow) else None
    record = None if kept is None else canonical_json(asdict(kept)).decode()
    connection.execute(
        "INSERT INTO version (ref, version, whole, bare, online_on) VALUES (?, ?, ?, ?, ?)",
        (row.ref, row.version, whole, bare, today.isoformat()),
    )
    connection.execute(
        "INSERT OR REPLACE INTO certificate (ref, number, version, commitment, state, online_on, record)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            row.ref,
            kept.number if kept else None,
            row.version,
            row.commitment,
            row.state.value,
            today.isoformat(),
            record,
        ),
    )


def _drop_record(connection: sqlite3.Connection, row: Row) -> None:
    connection.execute(
        "UPDATE certificate SET record = NULL WHERE ref = ? AND version = ?", (row.ref, row.version)
    )


def _bare(row: Row) -> Row:
    return replace(row, record=None) if isinstance(row, CertificateRow) else row


def _stored(body: bytes, fields: str) -> StoredAnswer:
    value = parse_json(fields.encode())
    assert isinstance(value, dict)
    return StoredAnswer(body, {name: str(each) for name, each in value.items()})


def _record(text: str) -> Record:
    value = parse_json(text.encode())
    assert isinstance(value, dict)
    return Record(**{name: str(each) for name, each in value.items()})
