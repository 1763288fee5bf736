"""What an erasure leaves behind, and the one way in which the register deletes anything.

`erasure` and `erased_place` are append-only: that a record was erased, on which ground, and where its sealed
values lay. They hold no number and nobody's data: the number stays as a keyed hash, so that it is known if it
ever comes again, and so that the national network can be told of the erasure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Index, LargeBinary, UniqueConstraint
from sqlalchemy.engine import Connection
from sqlmodel import Field

from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, StoredBatch
from registry.storage.columns import counting_key
from registry.storage.register_rows import RegisterTable
from registry.storage.sql import KeptReader, Row, for_dialect
from registry.storage.vault import Place

RECORD_TABLE = "record"
ERASURE_COLUMNS = ("idx", "certificate", "number_mac", "ground", "document", "mac")
PLACE_COLUMNS = ("idx", "place_table", "place_row", "place_column")
_PAGE = 1_000


def _bytes() -> "Column[bytes]":
    return Column(LargeBinary, nullable=False)


class ErasureRow(RegisterTable, table=True):
    """One erasure, under the index of its act: the certificate, the number's keyed hash, ground, document.

    `mac` binds them (`erasure_seal`).
    """

    __tablename__ = "erasure"
    __table_args__ = (UniqueConstraint("certificate"), UniqueConstraint("number_mac"))

    idx: int = Field(sa_column=Column(counting_key(), primary_key=True, autoincrement=False))
    certificate: int = Field(sa_column=Column(BigInteger, nullable=False))
    number_mac: bytes = Field(sa_column=_bytes())
    ground: str
    document: bytes = Field(sa_column=_bytes())
    mac: bytes = Field(sa_column=_bytes())


class ErasedPlaceRow(RegisterTable, table=True):
    """Where a sealed value lay that an erasure deleted, and whose key it takes out of the key file."""

    __tablename__ = "erased_place"
    __table_args__ = (Index("ix_erased_place_idx", "idx"), {"sqlite_with_rowid": False})

    place_table: str = Field(primary_key=True)
    place_row: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    place_column: str = Field(primary_key=True)
    idx: int = Field(sa_column=Column(BigInteger, nullable=False))


@dataclass(frozen=True)
class StoredErasure:
    """An erasure that was recorded. `document` is the SHA-256 of the paper that it rests on.

    `number_mac` is what is left of the number (`Vault.erased_number`).
    """

    index: int
    certificate: int
    number_mac: bytes
    ground: str
    document: bytes


@dataclass(frozen=True)
class Forgetting:
    """What the transaction that records an erasure deletes: every version of a number, and its uploads.

    `rows` are (batch, row); `batches` are those whose Form 5 names it, as they are kept: without that file.
    """

    number: str
    rows: Sequence[tuple[bytes, int]] = ()
    batches: Sequence[StoredBatch] = ()


def forget(connection: Connection, forgetting: Forgetting) -> None:
    """Deletes. The database refuses it for a certificate without an erasure: that one is inserted first."""
    dialect = connection.dialect.name

    def run(statement: str, *values: object) -> None:
        connection.exec_driver_sql(for_dialect(statement, dialect), values)

    run("DELETE FROM record WHERE number = ?", forgetting.number)
    for batch, row in forgetting.rows:
        run(f'DELETE FROM {BATCH_TABLE} WHERE batch = ? AND "row" = ?', batch, row)
    for kept in forgetting.batches:
        run(
            f"UPDATE {FORMS_TABLE} SET form5 = ?, form5_name = ?, mac = ? WHERE id = ?",
            kept.form5,
            kept.form5_name,
            kept.mac,
            kept.id,
        )


class ErasureRows:
    """Reads of erasures. Each is one question of an index; where nothing was erased, of an empty one."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def of_number(self, number_mac: bytes) -> StoredErasure | None:
        """The erasure of the certificate whose number has that keyed hash."""
        return self._one("number_mac", number_mac)

    def of_certificate(self, certificate: int) -> StoredErasure | None:
        """The erasure of the certificate that begins at that entry."""
        return self._one("certificate", certificate)

    def is_empty(self) -> bool:
        """Whether nothing was ever erased."""
        return self._reader.one("SELECT idx FROM erasure LIMIT 1") is None

    def among(self, number_macs: Sequence[bytes]) -> frozenset[bytes]:
        """Which of these keyed hashes are of erased numbers."""
        rows = self._reader.among("SELECT number_mac FROM erasure", "number_mac", number_macs)
        return frozenset(bytes(row[0]) for row in rows)

    def certificates_after(self, index: int, limit: int) -> list[int]:
        """Erased certificates that begin behind `index`, in order of the log."""
        rows = self._reader.rows(
            "SELECT certificate FROM erasure WHERE certificate > ? ORDER BY certificate LIMIT ?", index, limit
        )
        return [int(row[0]) for row in rows]

    def certificates_among(self, indexes: Sequence[int]) -> list[int]:
        """Which of these entries begin an erased certificate."""
        rows = self._reader.among("SELECT certificate FROM erasure", "certificate", indexes)
        return [int(row[0]) for row in rows]

    def places_of(self, index: int) -> list[Place]:
        """What the erasure of that act took away."""
        rows = self._reader.rows(
            "SELECT place_table, place_row, place_column FROM erased_place WHERE idx = ?", index
        )
        return [_place(row) for row in rows]

    def places(self) -> Iterator[Place]:
        """Everything that may not be openable any more, page by page."""
        last = ("", b"", "")
        while page := self._reader.rows(
            "SELECT place_table, place_row, place_column FROM erased_place "
            "WHERE (place_table, place_row, place_column) > (?, ?, ?) "
            "ORDER BY place_table, place_row, place_column LIMIT ?",
            *last,
            _PAGE,
        ):
            places = [_place(row) for row in page]
            yield from places
            last = places[-1]

    def _one(self, column: str, value: object) -> StoredErasure | None:
        row = self._reader.one(
            f"SELECT idx, certificate, number_mac, ground, document FROM erasure WHERE {column} = ?", value
        )
        if row is None:
            return None
        return StoredErasure(int(row[0]), int(row[1]), bytes(row[2]), str(row[3]), bytes(row[4]))


def _place(row: Row) -> Place:
    table, key, column = row
    return Place(str(table), bytes(key), str(column))
