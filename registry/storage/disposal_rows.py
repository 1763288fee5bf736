"""The one way in which an upload leaves the register when its time is over, and the line that says so.

`disposal` is append-only: which batch, why its period began when, how long it was, and when it was over. The
batch's own line stays, with the keyed hashes of its files that the approval names, its counts and findings;
both files, their names and all rows go. What was registered is not touched: a certificate has its record.

Source: 湘人社发〔2024〕26号 指引五(八): 保存期满需要销毁的，应进行台账登记后统一销毁.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Column, LargeBinary
from sqlalchemy.engine import Engine
from sqlmodel import Field

from registry.rules.retention import Kept
from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, StoredBatch
from registry.storage.batch_seal import altered_column, bound_batch, bound_columns
from registry.storage.register_rows import RegisterTable
from registry.storage.sql import KeptReader, bulk_insert, for_dialect, writing
from registry.storage.vault import Vault

DISPOSAL_TABLE = "disposal"
BOUND_COLUMNS = ("kind", "since_at", "days", "disposed_at", "row_count")
DISPOSAL_COLUMNS = ("batch", *BOUND_COLUMNS, "mac")
_NOT_YET = "NOT EXISTS (SELECT 1 FROM disposal WHERE disposal.batch = batch.id)"


class DisposalRow(RegisterTable, table=True):
    """One upload whose period is over. `mac` binds the line to its batch."""

    __tablename__ = DISPOSAL_TABLE
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    kind: str
    since_at: str
    days: int
    disposed_at: str
    row_count: int
    mac: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


@dataclass(frozen=True)
class Due:
    """A batch whose period began at `since_at`: when it was decided on, or another took its place."""

    batch: bytes
    kind: Kept
    since_at: str


def due_batches(reader: KeptReader, kind: Kept, before: str) -> Iterator[Due]:
    """Uploads of that kind whose period began before that moment. Raises: DatabaseUnavailable."""
    decided = (
        "SELECT batch.id, decision.decided_at FROM batch JOIN decision ON decision.batch = batch.id "
        f"WHERE decision.approved = ? AND decision.decided_at < ? AND {_NOT_YET}"
    )
    superseded = (
        "SELECT batch.id, newer.received_at FROM batch JOIN batch AS newer ON newer.previous = batch.id "
        f"WHERE newer.received_at < ? AND {_NOT_YET} "
        "AND NOT EXISTS (SELECT 1 FROM decision WHERE decision.batch = batch.id)"
    )
    found = reader.rows(decided, kind is Kept.APPROVED, before)
    if kind is Kept.RETURNED:
        found += reader.rows(superseded, before)
    for batch, since_at in found:
        yield Due(bytes(batch), kind, str(since_at))


def dispose(
    engine: Engine, vault: Vault, due: Due, batch: StoredBatch, *, days: int, disposed_at: str
) -> None:
    """Removes both files and all rows and writes it down, together or not at all.

    Raises: DatabaseUnavailable; IntegrityError if somebody else disposed of it meanwhile.
    """
    emptied = bound_batch(vault, replace(batch, form5=b"", form4=b"", form5_name="", form4_name=""))
    told = (due.kind.value, due.since_at, days, disposed_at, batch.row_count)
    mac = bound_columns(vault, DISPOSAL_TABLE, due.batch, BOUND_COLUMNS, told)
    with writing(engine) as connection:
        bulk_insert(connection, DISPOSAL_TABLE, DISPOSAL_COLUMNS, [(due.batch, *told, mac)])
        dialect = connection.dialect.name
        rows = for_dialect(f"DELETE FROM {BATCH_TABLE} WHERE batch = ?", dialect)
        connection.exec_driver_sql(rows, (due.batch,))
        files = for_dialect(
            f"UPDATE {FORMS_TABLE} SET form5 = ?, form4 = ?, form5_name = ?, form4_name = ?, mac = ? "
            "WHERE id = ?",
            dialect,
        )
        connection.exec_driver_sql(files, (b"", b"", "", "", emptied.mac, due.batch))


def altered_disposal(vault: Vault, batch: bytes, values: Sequence[object], mac: object) -> str | None:
    """The first column of a line that is not what was written down, None if all are; see `altered_column`."""
    return altered_column(vault, DISPOSAL_TABLE, batch, BOUND_COLUMNS, values, mac)
