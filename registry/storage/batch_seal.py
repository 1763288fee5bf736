"""What binds the columns of a batch that are kept in clear: a keyed hash of each, in its own place.

The sealed columns carry their own tag. One hash a column, and not one a row, so that the audit can name the
column that was altered. A row's hashes depend on no other row: erasing one spoils none.

Source: the product's own format.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, StoredBatch, StoredBatchRow, row_key
from registry.storage.errors import SealBroken
from registry.storage.vault import CLEAR_MAC_BYTES, Vault

# In the order of their hashes.
CLEAR_OF_BATCH = (
    "prefix", "received_on", "received_at", "form5_name", "form4_name", "salt", "form5_mac", "form4_mac",
    "findings", "legacy", "row_count", "previous", "upload_mac", "plan", "overview", "row_index",
)  # fmt: skip
CLEAR_OF_ROW = ("refused", "flagged", "findings")


def bound_batch(vault: Vault, batch: StoredBatch) -> StoredBatch:
    """The batch with the hashes of its own columns."""
    values = [getattr(batch, name) for name in CLEAR_OF_BATCH]
    return replace(batch, mac=b"".join(_macs(vault, FORMS_TABLE, batch.id, CLEAR_OF_BATCH, values)))


def bound_row(vault: Vault, batch: bytes, row: StoredBatchRow) -> StoredBatchRow:
    """The row with the hashes of its columns."""
    mac = b"".join(_macs(vault, BATCH_TABLE, row_key(batch, row.row), CLEAR_OF_ROW, _clear(row)))
    # There are as many of them as people in a workbook: dataclasses.replace takes as long as the hashes.
    return StoredBatchRow(row.row, row.refused, row.flagged, row.findings, row.sealed, mac)


def require_intact(vault: Vault, batch: StoredBatch) -> None:
    """What the batch says in clear is what was received. Raises: SealBroken."""
    values = [getattr(batch, name) for name in CLEAR_OF_BATCH]
    column = altered_column(vault, FORMS_TABLE, batch.id, CLEAR_OF_BATCH, values, batch.mac)
    if column is not None:
        raise SealBroken(FORMS_TABLE, column)


def intact_rows(vault: Vault, batch: bytes, rows: Iterable[StoredBatchRow]) -> Iterator[StoredBatchRow]:
    """The rows, each as it was found when it was received. Raises: SealBroken."""
    for row in rows:
        key = row_key(batch, row.row)
        column = altered_column(vault, BATCH_TABLE, key, CLEAR_OF_ROW, _clear(row), row.mac)
        if column is not None:
            raise SealBroken(BATCH_TABLE, column)
        yield row


def bound_columns(
    vault: Vault, table: str, key: bytes, columns: Sequence[str], values: Sequence[object]
) -> bytes:
    """The hashes of these columns, in their order."""
    return b"".join(_macs(vault, table, key, columns, values))


def altered_column(
    vault: Vault, table: str, key: bytes, columns: Sequence[str], values: Sequence[object], mac: object
) -> str | None:
    """The first of these columns whose value is not the one that was bound, None if all are.

    "mac" if the hash itself was altered, and "" if nothing is right: then the row is in another's place.
    """
    wanted = b"".join(_macs(vault, table, key, columns, values))
    if mac == wanted:
        return None
    if not isinstance(mac, bytes) or len(mac) != len(wanted):
        return "mac"
    # An altered value spoils its whole hash; an altered byte of the hash only itself.
    spoilt = [_agreeing(mac, wanted, position) < CLEAR_MAC_BYTES // 2 for position in range(len(columns))]
    if all(spoilt):
        return ""
    return columns[spoilt.index(True)] if any(spoilt) else "mac"


def _clear(row: StoredBatchRow) -> tuple[bool, bool, str]:
    return row.refused, row.flagged, row.findings


def _macs(
    vault: Vault, table: str, key: bytes, columns: Sequence[str], values: Sequence[object]
) -> Iterator[bytes]:
    for column, value in zip(columns, values, strict=True):
        yield vault.clear_mac(table, key, column, _as_bytes(value))


def _agreeing(stored: bytes, wanted: bytes, position: int) -> int:
    """How many bytes are right of the hash at that position."""
    part = slice(position * CLEAR_MAC_BYTES, (position + 1) * CLEAR_MAC_BYTES)
    return sum(left == right for left, right in zip(stored[part], wanted[part], strict=True))


def _as_bytes(value: object) -> bytes:
    """The value with its type: what the database gives back may be of any."""
    match value:
        case bytes():
            return b"b" + value
        case str():
            return b"s" + value.encode("utf-8", "surrogateescape")
        case int():
            # SQLite keeps a truth value as a number, PostgreSQL as what it is.
            return b"i%d" % value
        case _:
            return b"?" + repr(value).encode()
