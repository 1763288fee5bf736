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
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from registry.national.errors import LeaseLost
from registry.national.health import note_answer, note_failing, note_next
from registry.national.lease import release_lease, require_lease, take_lease
from registry.national.memory import BatchState, InFlight, KeptAnswer, NationalMemory, carried_by
from registry.national.objects import BatchId
from registry.national.queue import SendingState, civil_date
from registry.national.receipts import Accepted, Receipt
from registry.national.rejections import open_rejections, settle_rejections
from registry.national.rows import Row
from registry.storage import national_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import for_dialect, writing
from signing.encoding import canonical_json, rfc3339

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


class NationalStore(NationalMemory):
    """Sending state on the desk database."""

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

        False if a receipt that stands has the same sequence, or the one that the batch follows has no lower
        one: the network counts batches anew, so it lost some. Raises: LeaseLost.
        """
        results = list(zip(rows, receipt.results, strict=True))
        today = civil_date(now).isoformat()
        taken = [row for row, result in results if isinstance(result, Accepted)]
        with self._sending(holder) as connection:
            followed = sa.select(_BATCH.c.previous).where(_BATCH.c.batch == receipt.batch).scalar_subquery()
            same = _BATCH.c.sequence == receipt.sequence
            behind = (_BATCH.c.batch == followed) & (_BATCH.c.sequence >= receipt.sequence)
            contradicts = sa.select(_BATCH.c.batch).where(
                _BATCH.c.state == BatchState.ANSWERED.value, same | behind
            )
            fits = connection.execute(contradicts).first() is None
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
            note_answer(connection, now)
        return fits

    def withdraw(
        self, batch: BatchId, holder: str, now: datetime, groups: Mapping[int, str] | None = None
    ) -> None:
        """Takes back a batch whose outcome is unknown; its positions are pending again, in these groups.

        Raises: LeaseLost.
        """
        with self._sending(holder) as connection:
            _close(connection, batch, BatchState.WITHDRAWN, now, 0, KeptAnswer(b"", {}))
            seqs = carried_by(connection, batch)
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
                    seqs = carried_by(connection, batch)
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
            note_failing(connection, fault, now)

    def note_next(self, moment: datetime) -> None:
        """Notes when the sender means to begin again."""
        with writing(self._engine) as connection:
            note_next(connection, moment)

    @contextmanager
    def _sending(self, holder: str) -> Iterator[Connection]:
        with writing(self._engine) as connection:
            require_lease(connection, holder)
            yield connection


def _run(connection: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    """One prepared statement for many rows; the toolkit's own way costs ten times as much."""
    if rows:
        connection.exec_driver_sql(for_dialect(statement, connection.dialect.name), list(rows))


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
