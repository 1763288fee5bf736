"""What the desk remembers of sending: progress by position, batches with their receipts, the one lease.

Every method is one transaction, and each leaves the desk in a state from which the next sender continues:

    record_sent      before the first byte leaves: the batch and its positions are known, the outcome is not
    record_receipt   once a receipt was believed: positions decided, receipt kept, batch answered
    withdraw         the batch will not be sent again in this shape: its positions are pending again

A process that dies between the first two leaves a batch in flight; the next sender sends the same batch
again, and the network answers a batch that it already took with its first receipt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.national.errors import LeaseLost
from registry.national.objects import BatchId
from registry.national.protocol import Manifest
from registry.national.queue import PENDING, NationalState, SendingState, civil_date
from registry.storage import national_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from signing.encoding import canonical_json, parse_json, rfc3339
from signing.inclusion import Hash

TABLES = tuple(
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (
        national_rows.NationalProgressRow,
        national_rows.NationalBatchRow,
        national_rows.NationalLeaseRow,
    )
)
_PROGRESS, _BATCH, _LEASE = TABLES
_LOOKUP_SIZE = 500


class _BatchState(StrEnum):
    IN_FLIGHT = "in_flight"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Position:
    """Where the chain of answered batches ends."""

    batch: BatchId
    last: int


@dataclass(frozen=True)
class InFlight:
    """The batch whose outcome is unknown, and the positions that it carries."""

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
                    found[seq] = NationalState(SendingState(state), date.fromisoformat(on), reason)
        return found

    def counts(self) -> Mapping[SendingState, int]:
        """How many positions are in each state; pending ones are not counted here."""
        query = sa.select(_PROGRESS.c.state, sa.func.count()).group_by(_PROGRESS.c.state)
        with reading(self._engine) as connection:
            found = {SendingState(state): count for state, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in SendingState if state is not SendingState.PENDING}

    def position(self) -> Position:
        """The last answered batch and the last position that it settled."""
        query = (
            sa.select(_BATCH.c.batch, _BATCH.c.last)
            .where(_BATCH.c.state == _BatchState.ANSWERED.value)
            .order_by(_BATCH.c.last.desc())
            .limit(1)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return Position(BatchId(row[0]), row[1]) if row else Position(BatchId(""), 0)

    def in_flight(self) -> InFlight | None:
        """The batch that was sent and not answered yet."""
        columns = [_BATCH.c[name] for name in ("batch", "previous", "first", "last", "count", "root")]
        query = sa.select(*columns).where(_BATCH.c.state == _BatchState.IN_FLIGHT.value)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            carried = sa.select(_PROGRESS.c.seq).where(_PROGRESS.c.batch == row[0]).order_by(_PROGRESS.c.seq)
            seqs = tuple(connection.execute(carried).scalars())
        batch, previous, first, last, count, root = row
        manifest = Manifest(BatchId(batch), BatchId(previous), first, last, count, Hash(bytes(root)))
        return InFlight(manifest, seqs)

    def answer(self, batch: BatchId) -> KeptAnswer | None:
        """The signed answer to a batch, as it came."""
        query = sa.select(_BATCH.c.answer, _BATCH.c.answer_fields).where(
            _BATCH.c.batch == batch, _BATCH.c.state == _BatchState.ANSWERED.value
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        fields = parse_json(row[1].encode())
        assert isinstance(fields, dict)
        return KeptAnswer(bytes(row[0]), {name: str(value) for name, value in fields.items()})

    def take_lease(self, holder: str, now: datetime, lasts: timedelta) -> bool:
        """Becomes, or stays, the one sender; False while another one holds an unexpired lease.

        One that ends much later than a lease taken now was taken by a clock that ran ahead. It shuts nobody
        out: whoever holds it is told at its next step that the lease is lost.
        """
        query = sa.select(_LEASE.c.holder, _LEASE.c.until_at).with_for_update()
        values = {"holder": holder, "until_at": rfc3339(now + lasts)}
        try:
            with writing(self._engine) as connection:
                row = connection.execute(query).one_or_none()
                if row is None:
                    connection.execute(sa.insert(_LEASE).values(id=1, **values))
                elif row[0] in (holder, "") or not rfc3339(now) < row[1] <= rfc3339(now + 2 * lasts):
                    connection.execute(sa.update(_LEASE).values(**values))
                else:
                    return False
        except sa.exc.IntegrityError:
            # Two were the very first at the same moment, and the other one was quicker.
            return False
        return True

    def release_lease(self, holder: str) -> None:
        """Lets the next sender in at once; nothing if another one took over."""
        with writing(self._engine) as connection:
            connection.execute(sa.update(_LEASE).where(_LEASE.c.holder == holder).values(holder=""))

    def record_sent(self, flight: InFlight, holder: str, now: datetime) -> None:
        """Notes the batch before its first byte leaves. Raises: LeaseLost."""
        manifest, on = flight.manifest, civil_date(now).isoformat()
        with writing(self._engine) as connection:
            _require_lease(connection, holder)
            connection.execute(
                sa.insert(_BATCH).values(
                    batch=manifest.batch,
                    previous=manifest.previous,
                    first=manifest.first,
                    last=manifest.last,
                    count=manifest.count,
                    root=bytes(manifest.root),
                    state=_BatchState.IN_FLIGHT.value,
                    sequence=0,
                    sent_at=rfc3339(now),
                    answered_at="",
                    answer_fields="",
                    answer=b"",
                )
            )
            state = SendingState.SENT.value
            connection.execute(
                sa.insert(_PROGRESS),
                [
                    {"seq": seq, "state": state, "on_date": on, "reason": "", "batch": manifest.batch}
                    for seq in flight.seqs
                ],
            )

    def record_receipt(
        self,
        batch: BatchId,
        states: Mapping[int, NationalState],
        answer: KeptAnswer,
        *,
        holder: str,
        now: datetime,
    ) -> None:
        """Settles a batch: its positions, its receipt and the chain's end, together. Raises: LeaseLost."""
        with writing(self._engine) as connection:
            _require_lease(connection, holder)
            _close(connection, batch, _BatchState.ANSWERED, now, answer)
            update = (
                sa.update(_PROGRESS)
                .where(_PROGRESS.c.seq == sa.bindparam("at"), _PROGRESS.c.batch == batch)
                .values(
                    state=sa.bindparam("new_state"),
                    on_date=sa.bindparam("new_on"),
                    reason=sa.bindparam("new_reason"),
                )
            )
            connection.execute(
                update,
                [
                    {
                        "at": seq,
                        "new_state": state.state.value,
                        "new_on": (state.on or civil_date(now)).isoformat(),
                        "new_reason": state.reason,
                    }
                    for seq, state in states.items()
                ],
            )

    def withdraw(self, batch: BatchId, holder: str, now: datetime) -> None:
        """Takes back a batch whose outcome is unknown; its positions are pending again. Raises: LeaseLost."""
        with writing(self._engine) as connection:
            _require_lease(connection, holder)
            _close(connection, batch, _BatchState.WITHDRAWN, now, KeptAnswer(b"", {}))
            connection.execute(sa.delete(_PROGRESS).where(_PROGRESS.c.batch == batch))

    def set_aside(self, seq: int, reason: str, holder: str, now: datetime) -> None:
        """Rejects, on our own word, a pending row that cannot be sent. Raises: LeaseLost."""
        with writing(self._engine) as connection:
            _require_lease(connection, holder)
            values = {"state": SendingState.REJECTED.value, "reason": reason, "batch": ""}
            on = civil_date(now).isoformat()
            connection.execute(sa.insert(_PROGRESS).values(seq=seq, on_date=on, **values))


def _require_lease(connection: Connection, holder: str) -> None:
    # Not the clock but the row decides: whoever still stands in it was not replaced, however late it is.
    found = connection.execute(sa.select(_LEASE.c.holder).with_for_update()).scalar_one_or_none()
    if found != holder:
        raise LeaseLost


def _close(
    connection: Connection, batch: BatchId, state: _BatchState, now: datetime, answer: KeptAnswer
) -> None:
    closed = connection.execute(
        sa.update(_BATCH)
        .where(_BATCH.c.batch == batch, _BATCH.c.state == _BatchState.IN_FLIGHT.value)
        .values(
            state=state.value,
            answered_at=rfc3339(now),
            answer=answer.body,
            answer_fields=canonical_json(dict(answer.fields)).decode(),
        )
    )
    if closed.rowcount != 1:
        raise LeaseLost
