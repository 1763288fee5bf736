"""Writing the counts: every step moves certificates between cells and the cursor with them, or nothing.

A follower that dies anywhere repeats its step or goes on behind it; because a certificate is *put* into a
cell, and what it leaves is read in the same transaction, repeating a step changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.storage import tally_tables
from registry.storage.desk_rows import CursorRow
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import Row, bulk_insert, reading, writing
from registry.storage.tally_tables import CELL_COLUMNS

_CELL, _CERTIFICATE, _ACT, _BATCH, _REASON = (
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (
        tally_tables.TallyCellRow,
        tally_tables.TallyCertificateRow,
        tally_tables.TallyActRow,
        tally_tables.TallyBatchRow,
        tally_tables.TallyReasonRow,
    )
)
_CURSOR = CursorRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
_CHUNK = 500
_BATCH_COLUMNS = (
    "batch", "prefix", "bureau", "received_on", "decided_on", "approved", "legacy", "row_count",
    "approved_count",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """What one step of following found: the cell of each certificate, and the acts that were passed.

    An act's index leads to its certificate, and to the state in which it left it.
    """

    cells: Mapping[int, Row] = field(default_factory=dict)
    acts: Mapping[int, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class DecidedBatch:
    """The facts of a decided batch; `reasons` counts rows by (kind, code)."""

    batch: bytes
    prefix: str
    bureau: str
    received_on: str
    decided_on: str
    approved: bool
    legacy: bool
    row_count: int
    approved_count: int
    reasons: Mapping[tuple[str, str], int]


class TallyRows:
    """Writes of the counts on the desk's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def position(self, name: str) -> int | None:
        """How far counting got under that name, None before it began. Raises: DatabaseUnavailable."""
        with reading(self._engine) as connection:
            return _position(connection, name)

    def begin(self, name: str, others: str) -> None:
        """Empties everything and begins anew; cursors whose names begin with `others` are forgotten."""
        # Another follower may be beginning at this moment: then that one's beginning is ours.
        with suppress(sa.exc.IntegrityError), writing(self._engine) as connection:
            for table in (_ACT, _CERTIFICATE, _CELL, _REASON, _BATCH):
                connection.execute(sa.delete(table))
            connection.execute(sa.delete(_CURSOR).where(_CURSOR.c.name.startswith(others, autoescape=True)))
            connection.execute(sa.insert(_CURSOR).values(name=name, position=0))

    def take(self, name: str, step: Step, *, start: int, end: int) -> bool:
        """Counts what stands between two positions; False if another follower was there first."""
        with writing(self._engine) as connection:
            locked = sa.select(_CURSOR.c.position).where(_CURSOR.c.name == name).with_for_update()
            if connection.execute(locked).scalar() != start:
                return False
            _put(connection, step.cells)
            known = _among(connection, _ACT.c.idx, step.acts)
            new = [(act, *made) for act, made in sorted(step.acts.items()) if act not in known]
            bulk_insert(connection, "tally_act", ("idx", "certificate", "state"), new)
            connection.execute(sa.update(_CURSOR).where(_CURSOR.c.name == name).values(position=end))
        return True

    def batches(self) -> frozenset[bytes]:
        """The decided batches that are known."""
        with reading(self._engine) as connection:
            return frozenset(bytes(each) for each in connection.execute(sa.select(_BATCH.c.batch)).scalars())

    def batch_count(self) -> int:
        """How many decided batches are known."""
        with reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.count()).select_from(_BATCH)).scalar_one())

    def add_batch(self, decided: DecidedBatch) -> None:
        """Keeps the facts of a decided batch; nothing if they are known."""
        with writing(self._engine) as connection:
            known = sa.select(_BATCH.c.batch).where(_BATCH.c.batch == decided.batch)
            if connection.execute(known).first() is not None:
                return
            row = tuple(getattr(decided, name) for name in _BATCH_COLUMNS)
            bulk_insert(connection, "tally_batch", _BATCH_COLUMNS, [row])
            reasons = [(decided.batch, *key, count) for key, count in sorted(decided.reasons.items())]
            bulk_insert(connection, "tally_reason", ("batch", "kind", "code", "count"), reasons)


def _position(connection: Connection, name: str) -> int | None:
    found = connection.execute(sa.select(_CURSOR.c.position).where(_CURSOR.c.name == name)).scalar()
    return None if found is None else int(found)


def _put(connection: Connection, cells: Mapping[int, Row]) -> None:
    """Puts certificates into their cells, out of those where they were."""
    before = _cells_of(connection, cells)
    ids = _ids(connection, set(cells.values()))
    after = {certificate: ids[cell] for certificate, cell in cells.items()}
    moved = {each: cell for each, cell in after.items() if before.get(each) != cell}
    change = Counter(moved.values())
    change.subtract(before[each] for each in moved if each in before)
    for cell, by in sorted(change.items()):
        if by:
            added = sa.update(_CELL).where(_CELL.c.id == cell).values(count=_CELL.c.count + by)
            connection.execute(added)
    connection.execute(sa.delete(_CELL).where(_CELL.c.count == 0))
    known = [each for each in sorted(moved) if each in before]
    if known:
        update = sa.update(_CERTIFICATE).where(_CERTIFICATE.c.certificate == sa.bindparam("at"))
        connection.execute(
            update.values(cell=sa.bindparam("to")), [{"at": each, "to": moved[each]} for each in known]
        )
    new = [(each, cell) for each, cell in sorted(moved.items()) if each not in before]
    bulk_insert(connection, "tally_certificate", ("certificate", "cell"), new)


def _cells_of(connection: Connection, certificates: Iterable[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for chunk in _chunks(sorted(certificates)):
        query = sa.select(_CERTIFICATE).where(_CERTIFICATE.c.certificate.in_(chunk))
        found |= {int(certificate): int(cell) for certificate, cell in connection.execute(query)}
    return found


def _ids(connection: Connection, cells: set[Row]) -> dict[Row, int]:
    """The id of each of these cells; a cell that was not there is made, empty."""
    columns = [_CELL.c[name] for name in CELL_COLUMNS]
    found: dict[Row, int] = {}
    # By institution: an index leads to it, and one step brings certificates of few of them.
    for prefix in {cell[0] for cell in cells}:
        query = sa.select(*columns, _CELL.c.id).where(_CELL.c.prefix == prefix)
        found |= {tuple(row[:-1]): int(row[-1]) for row in connection.execute(query)}
    missing = sorted(cells - set(found))
    last = connection.execute(sa.select(sa.func.max(_CELL.c.id))).scalar() or 0
    new = {cell: last + at for at, cell in enumerate(missing, start=1)}
    bulk_insert(
        connection, "tally_cell", ("id", *CELL_COLUMNS, "count"), [(new[cell], *cell, 0) for cell in missing]
    )
    return found | new


def _among(connection: Connection, column: "sa.ColumnElement[int]", values: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for chunk in _chunks(sorted(values)):
        found.update(
            int(each) for each in connection.execute(sa.select(column).where(column.in_(chunk))).scalars()
        )
    return found


def _chunks(values: Sequence[int]) -> Iterable[Sequence[int]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
