"""Any byte of anything that the register stores, altered by its owner: the audit finds it and names it."""

import random
import sqlite3
from dataclasses import dataclass

import pytest
from sqlalchemy import Boolean, Integer

from registry.ledger.audit_report import Finding
from registry.storage.register_rows import RegisterTable
from tests.registry.ledger.builders import SmallRegister
from tests.registry.ledger.tampering import altered

# A key cannot be found altered: one row is missing, and another has no reason to be there.
KEYS = {
    ("decision", "batch"), ("batch", "id"), ("batch_row", "batch"), ("disposal", "batch"),
    ("erased_place", "place_table"), ("erased_place", "place_row"), ("erased_place", "place_column"),
}  # fmt: skip
# Sealed, signed, or bound by a keyed hash: one wrong byte spoils the whole.
WHOLE = {"batch", "batch_row", "disposal", "decision.content", "record.sealed", "erasure"}
COLUMNS = sorted(
    (table.name, column.name)
    for table in RegisterTable.metadata.sorted_tables
    for column in table.columns
    if not isinstance(column.type, (Boolean, Integer))
)
FLIPS = 4


@dataclass(frozen=True)
class Flip:
    """One byte that was altered: of which row, and where."""

    key: str
    offset: int
    decided: bool


def flip(database: sqlite3.Connection, table: str, column: str, chance: random.Random) -> Flip:
    """Alters one random byte of one random value of a column."""
    keys = [f'"{row[1]}"' for row in database.execute(f"PRAGMA table_info({table})") if row[5]]
    where = " AND ".join(f"{key} = ?" for key in keys)
    rows = database.execute(
        f"SELECT {', '.join(keys)}, CAST({column} AS BLOB), typeof({column}) "
        f"FROM {table} WHERE length({column}) > 0 ORDER BY 1, 2"
    ).fetchall()
    *key, value, kind = chance.choice(rows)
    altered_value = bytearray(value)
    offset = chance.randrange(len(value))
    altered_value[offset] ^= chance.randint(1, 255)
    database.execute(
        f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE {where}", (bytes(altered_value), *key)
    )
    database.commit()
    shown = "/".join(part.hex() if isinstance(part, bytes) else str(part) for part in key)
    return Flip(shown, offset, table != "decision" or key[0] != b"\x0b" * 16)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[".".join(each) for each in COLUMNS])
def test_any_altered_byte_is_found_at_its_place(owned: SmallRegister, table: str, column: str) -> None:
    chance = random.Random(f"{table}.{column}")
    for _ in range(FLIPS):
        with altered(owned) as database:
            done = flip(database, table, column, chance)
            finding = owned.audited().finding
        assert finding is not None, (table, column, done)
        _assert_named(finding, table, column, done)
    assert owned.audited().clean


NUMBERS = sorted(
    (table.name, column.name)
    for table in RegisterTable.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, (Boolean, Integer))
)


@pytest.mark.parametrize(("table", "column"), NUMBERS, ids=[".".join(each) for each in NUMBERS])
def test_any_altered_number_is_found(owned: SmallRegister, table: str, column: str) -> None:
    chance = random.Random(f"{table}.{column}")
    for bit in chance.sample(range(40), 3):
        with altered(owned) as database:
            values = [
                row[0] for row in database.execute(f'SELECT DISTINCT "{column}" FROM {table} ORDER BY 1')
            ]
            value = chance.choice([each for each in values if each is not None])
            changed = database.execute(
                f'UPDATE OR IGNORE {table} SET "{column}" = ? WHERE "{column}" = ?', (value ^ 1 << bit, value)
            ).rowcount
            database.commit()
            finding = owned.audited().finding
        assert not changed or finding is not None, (table, column, value, bit)


def _assert_named(finding: Finding, table: str, column: str, done: Flip) -> None:
    assert finding.table == table, (finding, done)
    if (table, column) in KEYS:
        return
    assert (finding.key, finding.column) == (done.key, column), (finding, done)
    if not {table, f"{table}.{column}"} & WHOLE and done.decided:
        assert finding.offset == done.offset, (finding, done)
