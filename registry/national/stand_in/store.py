"""What the network holds: the batches it took, in which order, and what stands online because of them.

A batch is taken in one transaction together with its signed answer, so a batch that was taken is a batch that
can be answered again with the same bytes.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from registry.ledger.merkle import merge
from registry.national.holdings import Range, bounds
from registry.national.holdings_messages import MAX_LEAVES, Detail, HeldRange
from registry.national.objects import BatchId
from registry.national.protocol import Batch, Manifest
from registry.national.queue import civil_date
from registry.national.receipts import Accepted, Receipt, Rejected
from registry.national.rows import Held, Reference, RowState
from registry.national.stand_in.answers import StoredAnswer
from registry.national.stand_in.database import Database
from registry.national.stand_in.errors import MessageRefused, RefusalCode
from registry.national.stand_in.taking import take_line
from signing.commitment import Commitment, Record
from signing.inclusion import Hash


@dataclass(frozen=True)
class Found:
    """What the look-up page shows of a certificate."""

    record: Record
    state: RowState
    online_on: date
    filing_number: str


@dataclass(frozen=True)
class Position:
    """How many batches were taken, and the last of them."""

    sequence: int
    last_batch: BatchId


class StandInStore:
    """What stands in the database, in the words of the protocol."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(
        self, batch: Batch, now: datetime, signed: Callable[[Receipt], StoredAnswer]
    ) -> tuple[StoredAnswer, int]:
        """Takes a batch and keeps the answer; also its sequence, 0 for a batch that was known already.

        1. A known batch gets its first answer.  2. The batch before it is known, else some were lost here.
        3. Its rows, each for itself.  4. Answer and rows stand together.
        Raises: MessageRefused.
        """
        manifest = batch.manifest
        with self._database.writing() as connection:
            known = connection.execute(
                "SELECT root, answer, answer_fields FROM batch WHERE batch = ?", (manifest.batch,)
            ).fetchone()
            if known is not None:
                if known[0] != manifest.root:
                    raise MessageRefused(RefusalCode.BATCH_ID_REUSED)
                return _stored(known[1], known[2]), 0
            if manifest.previous and not _holds(connection, manifest.previous):
                raise MessageRefused(RefusalCode.PREVIOUS_UNKNOWN)
            sequence = _position(connection).sequence + 1
            today = civil_date(now)
            results = tuple(take_line(connection, line, today) for line in batch.lines)
            answer = signed(_receipt(manifest, sequence, now, results))
            connection.execute(
                "INSERT INTO batch (sequence, batch, root, answer, answer_fields) VALUES (?, ?, ?, ?, ?)",
                (
                    sequence,
                    manifest.batch,
                    manifest.root,
                    answer.body,
                    json.dumps(dict(answer.fields)),
                ),
            )
        return answer, sequence

    def position(self) -> Position:
        """How far it is."""
        with self._reading() as connection:
            return _position(connection)

    def known(self, batches: Sequence[BatchId]) -> tuple[tuple[bool, ...], Position]:
        """Which of these batches it holds."""
        with self._reading() as connection:
            return tuple(_holds(connection, each) for each in batches), _position(connection)

    def ranges(self, prefixes: Sequence[str], detail: Detail) -> tuple[tuple[HeldRange, ...], Position]:
        """What it holds in these ranges, all at one moment. Leaves as long as there is room for a range's."""
        room, found = MAX_LEAVES, list[HeldRange]()
        with self._reading() as connection:
            for prefix in prefixes:
                part, leaves = _measured(connection, prefix), None
                if detail is Detail.LEAVES and part.count <= room:
                    leaves, room = _leaves(connection, prefix), room - part.count
                found.append(HeldRange(part, leaves))
            return tuple(found), _position(connection)

    def held(self) -> tuple[Held, ...]:
        """The latest version of everything that was taken, in order of reference."""
        with self._reading() as connection:
            return _leaves(connection, "")

    def look_up(self, *, name: str, id_number: str, number: str) -> Found | None:
        """The certificate if all three fit, None otherwise: which of them did not is not said.

        Raises: StandInUnavailable.
        """
        with self._reading() as connection:
            row = connection.execute(
                "SELECT record, state, online_on FROM certificate JOIN held USING (ref) WHERE number = ?",
                (number,),
            ).fetchone()
            if row is None or row[0] is None:
                return None
            record = Record(**json.loads(row[0]))
            if (record.name, record.id_number) != (name, id_number):
                return None
            filing_number = _filing_number(connection, record.institution)
        return Found(record, RowState(row[1]), date.fromisoformat(row[2]), filing_number)

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._database.reading()


def _receipt(
    manifest: Manifest, sequence: int, now: datetime, results: tuple[Accepted | Rejected, ...]
) -> Receipt:
    return Receipt(
        batch=manifest.batch,
        count=manifest.count,
        root=manifest.root,
        sequence=sequence,
        received_at=now,
        results=results,
    )


def _holds(connection: sqlite3.Connection, batch: BatchId) -> bool:
    found = connection.execute("SELECT 1 FROM batch WHERE batch = ?", (batch,)).fetchone()
    return found is not None


def _position(connection: sqlite3.Connection) -> Position:
    last = connection.execute("SELECT sequence, batch FROM batch ORDER BY sequence DESC LIMIT 1").fetchone()
    return Position(0, BatchId("")) if last is None else Position(last[0], BatchId(last[1]))


def _measured(connection: sqlite3.Connection, prefix: str) -> Range:
    found = connection.execute("SELECT leaf FROM held WHERE ref BETWEEN ? AND ? ORDER BY ref", bounds(prefix))
    hashes = [Hash(leaf) for (leaf,) in found]
    return Range(prefix, len(hashes), merge(hashes))


def _leaves(connection: sqlite3.Connection, prefix: str) -> tuple[Held, ...]:
    found = connection.execute(
        "SELECT ref, version, commitment, state FROM held WHERE ref BETWEEN ? AND ? ORDER BY ref",
        bounds(prefix),
    )
    return tuple(
        Held(Reference(ref), version, Commitment(commitment), RowState(state))
        for ref, version, commitment, state in found
    )


def _filing_number(connection: sqlite3.Connection, prefix: str) -> str:
    row = connection.execute("SELECT facts FROM institution WHERE prefix = ?", (prefix,)).fetchone()
    return str(json.loads(row[0])["filing_number"]) if row else ""


def _stored(body: bytes, fields: str) -> StoredAnswer:
    return StoredAnswer(body, json.loads(fields))
