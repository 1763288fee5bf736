"""What the desk remembers of sending: progress by position, batches with their receipts, how it goes.

Every method is one transaction, and each leaves the desk in a state from which the next sender continues:

    record_sent      before the first byte leaves: the batch and its positions are known, the outcome is not
    record_receipt   once a receipt was believed: positions decided, receipt kept, work items brought in line
    withdraw         the batch will not be sent again in this shape: its positions are pending again
    lose             the network forgot a batch that it had answered: its positions are pending again

A process that dies between the first two leaves batches in flight; the next sender sends the same batches
again, and the network answers a batch that it already took with its first receipt. Whatever a sender writes
asks in its own transaction whether it is still the one sender.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.national.errors import LeaseLost
from registry.national.lease import release_lease, require_lease, take_lease
from registry.national.objects import BatchId
from registry.national.protocol import Manifest
from registry.national.queue import PENDING, NationalState, SendingState, civil_date
from registry.national.receipts import Accepted, Receipt
from registry.national.rejections import open_rejections, settle_rejections
from registry.national.rows import Row
from registry.storage import national_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import for_dialect, reading, writing
from signing.encoding import canonical_json, parse_json, rfc3339
from signing.inclusion import Hash

TABLES = tuple(
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (
        national_rows.NationalProgressRow,
        national_rows.NationalBatchRow,
        national_rows.NationalLeaseRow,
        national_rows.NationalRejectionRow,
        national_rows.NationalHealthRow,
        national_rows.NationalReconciliationRow,
    )
)
_PROGRESS, _BATCH = TABLES[:2]
_LOOKUP_SIZE = 500
_SENT = (
    "INSERT INTO national_progress (seq, state, on_date, reason, batch) VALUES (?, 'sent', ?, '', ?) "
    "ON CONFLICT (seq) DO UPDATE SET state = 'sent', on_date = excluded.on_date, reason = '', "
    "batch = excluded.batch"
)
_SET_ASIDE = (
    "INSERT INTO national_progress (seq, state, on_date, reason, batch) VALUES (?, 'rejected', ?, ?, '') "
    "ON CONFLICT (seq) DO UPDATE SET state = 'rejected', on_date = excluded.on_date, "
    "reason = excluded.reason, batch = ''"
)
_DECIDED = (
    "UPDATE national_progress SET state = ?, on_date = ?, reason = ? "
    "WHERE seq = ? AND batch = ? AND state = 'sent'"
)
_REOPENED = (
    "UPDATE national_progress SET state = 'pending', on_date = '', reason = '', batch = '' "
    "WHERE seq = ? AND state IN ('online', 'rejected')"
)
_GROUPED = (
    "UPDATE national_progress SET state = 'pending', on_date = '', reason = '', batch = ? "
    "WHERE seq = ? AND batch = ? AND state = 'sent'"
)
_HEALTH_ROW = (
    "INSERT INTO national_health (id, last_answer_at, failing_since, fault, next_at) "
    "VALUES (1, '', '', '', '') ON CONFLICT (id) DO NOTHING"
)
_ANSWERED = (
    "UPDATE national_health SET last_answer_at = ?, failing_since = '', fault = '', next_at = '' WHERE id = 1"
)
_FAILED = (
    "UPDATE national_health SET fault = ?, next_at = '', "
    "failing_since = CASE WHEN failing_since = '' THEN ? ELSE failing_since END WHERE id = 1"
)


class BatchState(StrEnum):
    """What became of a batch."""

    IN_FLIGHT = "in_flight"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    LOST = "lost"


@dataclass(frozen=True)
class InFlight:
    """A batch whose outcome is unknown, and the positions that it carries, ascending."""

    manifest: Manifest
    seqs: tuple[int, ...]


@dataclass(frozen=True)
class KeptAnswer:
    """A signed answer as it came: the body, and the fields that its signature covers or consists of."""

    body: bytes
    fields: Mapping[str, str]


class NationalStore:
    """Sending state on the desk database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def state_of(self, seqs: Sequence[int]) -> Mapping[int, NationalState]:
        """The state of each of these positions. Raises: DatabaseUnavailable."""
        found = dict.fromkeys(seqs, PENDING)
        with reading(self._engine) as connection:
            for start in range(0, len(seqs), _LOOKUP_SIZE):
                chosen = _PROGRESS.c.seq.in_(seqs[start : start + _LOOKUP_SIZE])
                for seq, state, on, reason, _ in connection.execute(sa.select(_PROGRESS).where(chosen)):
                    if state != SendingState.PENDING:
                        found[seq] = NationalState(SendingState(state), date.fromisoformat(on), reason)
        return found

    def counts(self) -> Mapping[SendingState, int]:
        """How many planned positions are in each state; those behind the frontier are not counted."""
        query = sa.select(_PROGRESS.c.state, sa.func.count()).group_by(_PROGRESS.c.state)
        with reading(self._engine) as connection:
            found = {SendingState(state): count for state, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in SendingState}

    def frontier(self) -> int:
        """The last position that was planned; everything behind it never was. 0: none was."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(sa.func.max(_PROGRESS.c.seq))).scalar_one()
        return int(found or 0)

    def waiting(self, limit: int) -> Sequence[int]:
        """The first planned positions that have to go again, ascending, as far as they are of one group."""
        query = (
            sa.select(_PROGRESS.c.seq, _PROGRESS.c.batch)
            .where(_PROGRESS.c.state == SendingState.PENDING.value)
            .order_by(_PROGRESS.c.seq)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            found = [(int(seq), str(group)) for seq, group in connection.execute(query)]
        return [seq for seq, _ in takewhile(lambda each: each[1] == found[0][1], found)]

    def in_flight(self) -> tuple[InFlight, ...]:
        """The batches that were sent and not answered yet, in the order of their rows."""
        columns = [_BATCH.c[name] for name in ("batch", "previous", "first", "last", "count", "root")]
        query = sa.select(*columns).where(_BATCH.c.state == BatchState.IN_FLIGHT.value)
        with reading(self._engine) as connection:
            return tuple(
                InFlight(
                    Manifest(BatchId(batch), BatchId(previous), first, last, count, Hash(bytes(root))),
                    _carried_by(connection, batch),
                )
                for batch, previous, first, last, count, root in connection.execute(
                    query.order_by(_BATCH.c.first)
                ).all()
            )

    def answered(self, limit: int) -> Sequence[BatchId]:
        """The batches whose receipts stand, in the network's own order, the newest first."""
        query = (
            sa.select(_BATCH.c.batch)
            .where(_BATCH.c.state == BatchState.ANSWERED.value)
            .order_by(_BATCH.c.sequence.desc(), _BATCH.c.batch)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return [BatchId(batch) for batch in connection.execute(query).scalars()]

    def stands(self, batch: BatchId) -> bool:
        """Whether the receipt of this batch stands: it was answered, and not lost since."""
        query = sa.select(_BATCH.c.state).where(_BATCH.c.batch == batch)
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one_or_none() == BatchState.ANSWERED

    def counted_twice(self) -> bool:
        """Whether two receipts that stand have one sequence: the network lost something in between."""
        query = (
            sa.select(_BATCH.c.sequence)
            .where(_BATCH.c.state == BatchState.ANSWERED.value)
            .group_by(_BATCH.c.sequence)
            .having(sa.func.count() > 1)
            .limit(1)
        )
        with reading(self._engine) as connection:
            return connection.execute(query).first() is not None

    def answer(self, batch: BatchId) -> KeptAnswer | None:
        """The signed answer to a batch, as it came; a lost batch keeps its own."""
        query = sa.select(_BATCH.c.answer, _BATCH.c.answer_fields).where(
            _BATCH.c.batch == batch, _BATCH.c.sequence > 0
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        fields = parse_json(row[1].encode())
        assert isinstance(fields, dict)
        return KeptAnswer(bytes(row[0]), {name: str(value) for name, value in fields.items()})

    def take_lease(
        self,
        holder: str,
        now: datetime,
        lasts: timedelta,
        is_gone: Callable[[str], bool] = lambda _: False,
    ) -> bool:
        """Becomes, or stays, the one sender; False while another one holds an unexpired lease."""
        return take_lease(self._engine, holder, now, lasts, is_gone)

    def release_lease(self, holder: str) -> None:
        """Lets the next sender in at once; nothing if another one took over."""
        release_lease(self._engine, holder)

    def record_sent(self, flight: InFlight, holder: str, now: datetime) -> None:
        """Notes the batch before its first byte leaves. Raises: LeaseLost."""
        manifest, on = flight.manifest, civil_date(now).isoformat()
        with self._sending(holder) as connection:
            connection.execute(
                sa.insert(_BATCH).values(
                    batch=manifest.batch,
                    previous=manifest.previous,
                    first=manifest.first,
                    last=manifest.last,
                    count=manifest.count,
                    root=bytes(manifest.root),
                    state=BatchState.IN_FLIGHT.value,
                    sequence=0,
                    sent_at=rfc3339(now),
                    answered_at="",
                    answer_fields="",
                    answer=b"",
                )
            )
            _run(connection, _SENT, [(seq, on, manifest.batch) for seq in flight.seqs])

    def record_receipt(
        self, rows: Sequence[Row], receipt: Receipt, answer: KeptAnswer, *, holder: str, now: datetime
    ) -> bool:
        """Settles a batch: its positions, its receipt and its work items, together.

        False if a receipt that stands has the same sequence: the network counted twice, so it lost something.
        Raises: LeaseLost.
        """
        results = list(zip(rows, receipt.results, strict=True))
        today = civil_date(now).isoformat()
        taken = [row for row, result in results if isinstance(result, Accepted)]
        with self._sending(holder) as connection:
            same = sa.select(_BATCH.c.batch).where(
                _BATCH.c.state == BatchState.ANSWERED.value, _BATCH.c.sequence == receipt.sequence
            )
            alone = connection.execute(same).first() is None
            _close(connection, receipt.batch, BatchState.ANSWERED, now, receipt.sequence, answer)
            decided = [
                (SendingState.ONLINE.value, result.online_on.isoformat(), "", row.entry, receipt.batch)
                if isinstance(result, Accepted)
                else (SendingState.REJECTED.value, today, result.reason, row.entry, receipt.batch)
                for row, result in results
            ]
            _run(connection, _DECIDED, decided)
            open_rejections(
                connection,
                [
                    (row, result.reason, result.words)
                    for row, result in results
                    if not isinstance(result, Accepted)
                ],
                now,
            )
            settle_rejections(connection, taken, now)
            _run(connection, _HEALTH_ROW, [()])
            _run(connection, _ANSWERED, [(rfc3339(now),)])
        return alone

    def withdraw(
        self, batch: BatchId, holder: str, now: datetime, groups: Mapping[int, str] | None = None
    ) -> None:
        """Takes back a batch whose outcome is unknown; its positions are pending again, in these groups.

        Raises: LeaseLost.
        """
        with self._sending(holder) as connection:
            _close(connection, batch, BatchState.WITHDRAWN, now, 0, KeptAnswer(b"", {}))
            seqs = _carried_by(connection, batch)
            _run(connection, _GROUPED, [((groups or {}).get(seq, ""), seq, batch) for seq in seqs])

    def lose(self, batches: Sequence[BatchId], holder: str) -> int:
        """Notes that the network does not know these answered batches; how many rows go again.

        Their receipts stay: they prove what was confirmed once. Raises: LeaseLost.
        """
        again = 0
        with self._sending(holder) as connection:
            for batch in batches:
                answered = (_BATCH.c.batch == batch) & (_BATCH.c.state == BatchState.ANSWERED.value)
                lost = connection.execute(
                    sa.update(_BATCH).where(answered).values(state=BatchState.LOST.value)
                )
                if lost.rowcount:
                    seqs = _carried_by(connection, batch)
                    _run(connection, _REOPENED, [(seq,) for seq in seqs])
                    again += len(seqs)
        return again

    def set_aside(self, row: Row, reason: str, holder: str, now: datetime) -> None:
        """Rejects, on our own word, a row that cannot be sent. Raises: LeaseLost."""
        with self._sending(holder) as connection:
            _run(connection, _SET_ASIDE, [(row.entry, civil_date(now).isoformat(), reason)])
            open_rejections(connection, [(row, reason, "")], now)

    def reopen(self, seqs: Sequence[int]) -> None:
        """Lets settled positions go again: what people send again, and what the network lost.

        Work items stay open until the row is taken. What is on its way, or waits already, stays as it is.
        """
        with writing(self._engine) as connection:
            _run(connection, _REOPENED, [(seq,) for seq in seqs])

    def note_failing(self, fault: str, now: datetime) -> None:
        """Notes that the network gives no answer, and since when."""
        with writing(self._engine) as connection:
            _run(connection, _HEALTH_ROW, [()])
            _run(connection, _FAILED, [(fault, rfc3339(now))])

    def note_next(self, moment: datetime) -> None:
        """Notes when the sender means to begin again."""
        with writing(self._engine) as connection:
            _run(connection, _HEALTH_ROW, [()])
            _run(connection, "UPDATE national_health SET next_at = ? WHERE id = 1", [(rfc3339(moment),)])

    @contextmanager
    def _sending(self, holder: str) -> Iterator[Connection]:
        with writing(self._engine) as connection:
            require_lease(connection, holder)
            yield connection


def _run(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """One prepared statement for many rows; the toolkit's own way costs ten times as much."""
    if rows:
        connection.exec_driver_sql(for_dialect(statement, connection.dialect.name), list(rows))


def _carried_by(connection: Connection, batch: str) -> tuple[int, ...]:
    query = sa.select(_PROGRESS.c.seq).where(_PROGRESS.c.batch == batch).order_by(_PROGRESS.c.seq)
    return tuple(int(seq) for seq in connection.execute(query).scalars())


def _close(
    connection: Connection,
    batch: BatchId,
    state: BatchState,
    now: datetime,
    sequence: int,
    answer: KeptAnswer,
) -> None:
    closed = connection.execute(
        sa.update(_BATCH)
        .where(_BATCH.c.batch == batch, _BATCH.c.state == BatchState.IN_FLIGHT.value)
        .values(
            state=state.value,
            sequence=sequence,
            answered_at=rfc3339(now),
            answer=answer.body,
            answer_fields=canonical_json(dict(answer.fields)).decode(),
        )
    )
    if closed.rowcount != 1:
        raise LeaseLost
