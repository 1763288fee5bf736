"""Any byte of the database's file altered beneath SQLite: what is stored is intact, or the audit finds it."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from registry.storage.errors import DatabaseUnavailable
from registry.storage.register_rows import RegisterTable
from tests.registry.ledger.builders import SmallRegister

TABLES = [table.name for table in RegisterTable.metadata.sorted_tables]
FLIPS = 100
# Version, page size, encoding and schema are told in the first bytes: chance seldom meets them.
HEADER = 100


def stored(file: Path) -> dict[str, list[tuple[object, ...]]] | None:
    """All that can be read, or None for a file that cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            connection.text_factory = bytes
            return {
                table: sorted(map(_comparable, connection.execute(f"SELECT * FROM {table}")))
                for table in TABLES
            }
    except (sqlite3.Error, UnicodeError):
        return None


def _comparable(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple((type(value).__name__, value) for value in row)


@pytest.fixture
def flat(owned: SmallRegister) -> SmallRegister:
    """The copy in one file, whose every byte counts."""
    with closing(sqlite3.connect(owned.places.register_file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    return owned


def offsets(size: int) -> list[int]:
    chance = random.Random("any byte")
    return [*chance.sample(range(HEADER), 20), *(chance.randrange(HEADER, size) for _ in range(FLIPS))]


def test_a_byte_altered_in_the_file_is_found_where_it_matters(flat: SmallRegister) -> None:
    file = flat.places.register_file
    intact, before = file.read_bytes(), stored(file)
    chance = random.Random("any value")
    found = 0
    for offset in offsets(len(intact)):
        altered = bytearray(intact)
        altered[offset] ^= chance.randint(1, 255)
        file.write_bytes(altered)
        clean = audited_clean(flat)
        assert not clean or stored(file) == before, offset
        found += not clean
    # The rest of the file is empty space.
    assert found > FLIPS / 3
    file.write_bytes(intact)
    assert audited_clean(flat)


def audited_clean(register: SmallRegister) -> bool:
    """Whether the audit has nothing to say. A file that it calls read-only could not be checked."""
    try:
        return register.audited().clean
    except DatabaseUnavailable as fault:
        if getattr(fault.__cause__, "sqlite_errorname", "") != "SQLITE_READONLY":
            raise
        return False
    finally:
        register.close()
        for beside in register.places.data_dir.glob("register.sqlite-*"):
            beside.unlink()
