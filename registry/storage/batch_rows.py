"""Uploaded batches: both files and all rows, sealed, written in one transaction or not at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Engine

from registry.storage.sql import KeptReader, Row, bulk_insert, writing

FORMS_TABLE, BATCH_TABLE = "batch", "batch_row"
_PAGE = 2_000


@dataclass(frozen=True)
class StoredBatch:
    """A batch as received. `form5` and `form4` stay sealed; their MACs are what an approval names.

    `previous` is the batch that this one takes the place of. `upload_mac` knows the same upload again.
    `overview` and `row_index` are what intake found, in numbers. `mac` binds what is in clear (`batch_seal`).
    """

    id: bytes
    prefix: str
    received_on: str
    received_at: str
    form5_name: str
    form4_name: str
    form5: bytes
    form4: bytes
    salt: bytes
    form5_mac: bytes
    form4_mac: bytes
    findings: str
    legacy: str
    row_count: int
    mac: bytes = b""
    previous: bytes | None = None
    upload_mac: bytes = b""
    plan: str = ""
    overview: str = ""
    row_index: bytes = b""


@dataclass(frozen=True)
class StoredBatchRow:
    """One row of a batch; `sealed` holds its record, or what its cells said if it was refused."""

    row: int
    refused: bool
    flagged: bool
    findings: str
    sealed: bytes
    mac: bytes = b""


_BATCH_COLUMNS = tuple(StoredBatch.__dataclass_fields__)
_ROW_COLUMNS = ("batch", *StoredBatchRow.__dataclass_fields__)


def row_key(batch: bytes, row: int) -> bytes:
    """What binds a sealed row to its place."""
    return batch + row.to_bytes(4, "big")


def insert_batch(engine: Engine, batch: StoredBatch, rows: Sequence[StoredBatchRow]) -> None:
    """Keeps a batch whole.

    Raises: IntegrityError if another batch took the place of the same `previous` one meanwhile;
    DatabaseUnavailable. Then nothing is kept.
    """
    with writing(engine) as connection:
        bulk_insert(connection, "batch", _BATCH_COLUMNS, [tuple(vars(batch).values())])
        stored = [(batch.id, *vars(each).values()) for each in rows]
        bulk_insert(connection, "batch_row", _ROW_COLUMNS, stored)


def insert_return(engine: Engine, batch: bytes, decided_at: str, content: str) -> None:
    """Records that a batch was returned. A second decision on it breaks the unique key."""
    with writing(engine) as connection:
        row: Row = (batch, False, decided_at, content)
        bulk_insert(connection, "decision", ("batch", "approved", "decided_at", "content"), [row])


class BatchRows:
    """Reads of batches."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def batch(self, identity: bytes) -> StoredBatch | None:
        """One batch."""
        row = self._reader.one(f"SELECT {', '.join(_BATCH_COLUMNS)} FROM batch WHERE id = ?", identity)
        return None if row is None else StoredBatch(*row)

    def rows(self, identity: bytes) -> Iterator[StoredBatchRow]:
        """Its rows in the order of the file, page by page."""
        columns = ", ".join(f'"{name}"' for name in _ROW_COLUMNS[1:])
        last = -1
        while True:
            page = self._reader.rows(
                f'SELECT {columns} FROM batch_row WHERE batch = ? AND "row" > ? ORDER BY "row" LIMIT ?',
                identity,
                last,
                _PAGE,
            )
            for row, refused, flagged, findings, sealed, mac in page:
                yield StoredBatchRow(
                    int(row), bool(refused), bool(flagged), str(findings), bytes(sealed), bytes(mac)
                )
            if len(page) < _PAGE:
                return
            last = int(page[-1][0])

    def counts(self, identity: bytes) -> tuple[int, int]:
        """How many rows there are, and how many of them were refused."""
        row = self._reader.one(
            "SELECT COUNT(*), COALESCE(SUM(CASE WHEN refused THEN 1 ELSE 0 END), 0) "
            "FROM batch_row WHERE batch = ?",
            identity,
        )
        assert row is not None
        return int(row[0]), int(row[1])

    def of_institution(self, prefix: str) -> Iterator[StoredBatch]:
        """Every batch that an institution handed in, one at a time: each holds two whole files."""
        for (identity,) in self._reader.rows("SELECT id FROM batch WHERE prefix = ? ORDER BY id", prefix):
            batch = self.batch(bytes(identity))
            if batch is not None:
                yield batch

    def decision(self, identity: bytes) -> tuple[bool, str] | None:
        """(approved, content) of the decision on a batch, if there is one."""
        row = self._reader.one("SELECT approved, content FROM decision WHERE batch = ?", identity)
        return None if row is None else (bool(row[0]), str(row[1]))

    def newer(self, identity: bytes) -> bytes | None:
        """The batch that took the place of this one."""
        row = self._reader.one("SELECT id FROM batch WHERE previous = ?", identity)
        return None if row is None else bytes(row[0])

    def undecided(self) -> list[tuple[bytes, str, str]]:
        """(batch, prefix, received on) of what waits for a decision, oldest first."""
        rows = self._reader.rows(
            "SELECT id, prefix, received_on FROM batch "
            "WHERE NOT EXISTS (SELECT 1 FROM decision WHERE decision.batch = batch.id) "
            "AND NOT EXISTS (SELECT 1 FROM batch AS newer WHERE newer.previous = batch.id) "
            "ORDER BY received_at"
        )
        return [(bytes(identity), str(prefix), str(on)) for identity, prefix, on in rows]
