"""A refused row becomes no record, but what its cells said is kept, sealed, for whoever has to correct it.

Source: the product's own format.
"""

from registry.intake.form5 import Form5Row
from registry.storage.batch_rows import BATCH_TABLE, row_key
from registry.storage.errors import SealBroken
from registry.storage.vault import Vault


def seal_cells(vault: Vault, batch: bytes, cells: Form5Row) -> bytes:
    """The row's cells, bound to its place."""
    return vault.seal_json(BATCH_TABLE, row_key(batch, cells.row), "sealed", list(cells[1:]))


def open_cells(vault: Vault, batch: bytes, row: int, sealed: bytes) -> Form5Row:
    """The cells of a refused row. Raises: Erased, SealBroken."""
    value = vault.open_json(BATCH_TABLE, row_key(batch, row), "sealed", sealed)
    if not isinstance(value, list) or len(value) != len(Form5Row._fields) - 1:
        raise SealBroken(BATCH_TABLE, "sealed")
    return Form5Row(row, *map(str, value))
