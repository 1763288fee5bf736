"""What the desk knows of sending: progress by position, batches with their receipts, what goes again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import takewhile

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.national.objects import BatchId
from registry.national.protocol import Manifest
from registry.national.queue import PENDING, NationalState, SendingState
from registry.storage.metadata import DESK_METADATA
from registry.storage.national_rows import NationalBatchRow, NationalProgressRow
from registry.storage.sql import reading
from signing.encoding import parse_json
from signing.inclusion import Hash

_PROGRESS = DESK_METADATA.tables[str(NationalProgressRow.__tablename__)]
_BATCH = DESK_METADATA.tables[str(NationalBatchRow.__tablename__)]
_LOOKUP_SIZE = 500


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


class NationalMemory:
    """Reads of the sending state on the desk database. Each raises: DatabaseUnavailable."""

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
                    carried_by(connection, batch),
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

    def counted_back(self) -> bool:
        """Whether receipts that stand contradict each other: then the network lost something in between.

        Two have one sequence, or one that follows another has no higher one.
        """
        earlier = _BATCH.alias("earlier")
        standing = (_BATCH.c.state == BatchState.ANSWERED.value) & (
            earlier.c.state == BatchState.ANSWERED.value
        )
        same = (earlier.c.sequence == _BATCH.c.sequence) & (earlier.c.batch < _BATCH.c.batch)
        behind = (earlier.c.batch == _BATCH.c.previous) & (earlier.c.sequence >= _BATCH.c.sequence)
        with reading(self._engine) as connection:
            return any(
                connection.execute(sa.select(_BATCH.c.batch).where(standing, each).limit(1)).first()
                for each in (same, behind)
            )

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


def carried_by(connection: Connection, batch: str) -> tuple[int, ...]:
    """The positions that a batch was the last to carry, ascending."""
    query = sa.select(_PROGRESS.c.seq).where(_PROGRESS.c.batch == batch).order_by(_PROGRESS.c.seq)
    return tuple(int(seq) for seq in connection.execute(query).scalars())
