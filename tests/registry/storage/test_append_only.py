"""The database itself refuses to change or remove what the log and its projections hold."""

import sqlite3
from collections.abc import Iterator

import psycopg
import pytest

from registry.storage import erasure_rows as erasure_rows
from registry.storage.register_rows import RegisterTable
from tests.contracts.postgres import PostgresCluster
from tests.registry.ledger.builders import a_record, small_register

# Batches are not part of the log: what was returned may be deleted one day.
_CHANGEABLE = {"batch", "batch_row"}
_DISPOSAL = (
    "INSERT INTO disposal (batch, kind, since_at, days, disposed_at, row_count, mac) VALUES "
    "({0}, 'returned', '', 1, '', 1, {0})"
)
_ERASURE = "INSERT INTO erasure (idx, certificate, number_mac, ground, document, mac) VALUES "
_PLACE = "INSERT INTO erased_place (idx, place_table, place_row, place_column) VALUES "
TABLES = sorted(table.name for table in RegisterTable.metadata.sorted_tables if table.name not in _CHANGEABLE)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A connection that knows nothing of our pragmas, to a register with a row in every table."""
    register = small_register(tmp_path_factory.mktemp("append-only"))
    register.approve([a_record(serial) for serial in range(1, 260)])
    connection = sqlite3.connect(register.places.register_file, isolation_level=None)
    connection.execute("INSERT INTO act (idx, certificate, ordinal) VALUES (900, 901, NULL)")
    connection.execute("INSERT INTO status_list (idx, name, body) VALUES (902, 'revocation-0', x'00')")
    connection.execute(f"{_ERASURE} (903, 901, x'00', '', x'00', x'00')")
    connection.execute(f"{_PLACE} (903, 'record', x'00', 'sealed')")
    connection.execute(_DISPOSAL.format("x'00'"))
    yield connection
    connection.close()
    register.close()


def _rows(raw: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return raw.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


def _columns(raw: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in raw.execute(f"PRAGMA table_info({table})")]


def _unique_keys(raw: sqlite3.Connection, table: str) -> list[list[str]]:
    """Every unique key that SQLite itself knows of the table, the rowid alias among them."""
    keys = [[str(row[1]) for row in raw.execute(f"PRAGMA table_info({table})") if row[5]]]
    for row in raw.execute(f"PRAGMA index_list({table})").fetchall():
        if row[2]:
            keys.append([str(part[2]) for part in raw.execute(f"PRAGMA index_info({row[1]})")])
    return keys


def _refuses_to_replace(raw: sqlite3.Connection, table: str, columns: list[str], values: list[str]) -> None:
    """One row of the table, written again with some of its values replaced."""
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(
            f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) "
            f"SELECT {', '.join(values)} FROM {table} LIMIT 1"
        )


@pytest.mark.parametrize("table", TABLES)
def test_rows_are_never_updated_or_deleted(raw: sqlite3.Connection, table: str) -> None:
    before = _rows(raw, table)
    assert before
    column = _columns(raw, table)[-1]
    for statement in (
        f"UPDATE {table} SET {column} = {column}",
        f"UPDATE OR REPLACE {table} SET {column} = {column}",
        f"DELETE FROM {table}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(statement)
    assert _rows(raw, table) == before


@pytest.mark.parametrize("table", TABLES)
def test_no_unique_key_lets_a_row_be_replaced(raw: sqlite3.Connection, table: str) -> None:
    before, columns = _rows(raw, table), _columns(raw, table)
    for key in _unique_keys(raw, table):
        for other in (0, 123_456_789):
            values = [
                name if name in key else f"zeroblob({other % 9})" if name in ("batch", "body") else str(other)
                for name in columns
            ]
            _refuses_to_replace(raw, table, columns, values)
    assert _rows(raw, table) == before


@pytest.mark.parametrize("table", TABLES)
def test_no_hidden_rowid_lets_a_row_be_replaced(raw: sqlite3.Connection, table: str) -> None:
    before, columns = _rows(raw, table), _columns(raw, table)
    (schema,) = raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    keys = [str(row[1]) for row in raw.execute(f"PRAGMA table_info({table})") if row[5]]
    if "WITHOUT ROWID" in schema:
        with pytest.raises(sqlite3.OperationalError, match="rowid"):
            raw.execute(f"SELECT rowid FROM {table}")
    else:
        assert raw.execute(f"SELECT count(*) FROM {table} WHERE rowid <> {keys[0]}").fetchone() == (0,)
        rest = [name for name in columns if name not in keys]
        _refuses_to_replace(raw, table, ["rowid", *rest], ["rowid", *rest])
    assert _rows(raw, table) == before


def test_a_key_spelt_as_text_is_the_same_key(raw: sqlite3.Connection) -> None:
    before = _rows(raw, "entry")
    for spelling in ("'0'", "0.0", "'0.0'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(f"INSERT OR REPLACE INTO entry (idx, body) VALUES ({spelling}, x'00')")
    assert _rows(raw, "entry") == before


@pytest.fixture(scope="module")
def on_postgresql(
    postgres_cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The same on PostgreSQL, as the role that the application uses."""
    address = postgres_cluster.address(postgres_cluster.new_database())
    register = small_register(tmp_path_factory.mktemp("append-only"), database_url=address)
    register.approve([a_record(serial) for serial in range(1, 260)])
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("INSERT INTO act (idx, certificate, ordinal) VALUES (900, 901, NULL)")
        connection.execute("INSERT INTO status_list (idx, name, body) VALUES (902, 'revocation-0', '')")
        connection.execute(f"{_ERASURE} (903, 901, '', '', '', '')".encode())
        connection.execute(f"{_PLACE} (903, 'record', '', 'sealed')".encode())
        connection.execute(_DISPOSAL.format("''").encode())
        yield connection
    register.close()


@pytest.mark.parametrize("table", TABLES)
def test_postgresql_refuses_every_change(
    on_postgresql: psycopg.Connection[tuple[object, ...]], table: str
) -> None:
    def run(statement: str) -> list[tuple[object, ...]]:
        cursor = on_postgresql.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

    columns = [column.name for column in RegisterTable.metadata.tables[table].columns]
    keys = [column.name for column in RegisterTable.metadata.tables[table].primary_key]
    (count,) = run(f"SELECT count(*) FROM {table}")[0]
    assert isinstance(count, int)
    assert count > 0
    for statement in (
        f"UPDATE {table} SET {columns[-1]} = {columns[-1]}",
        f"DELETE FROM {table}",
        f"TRUNCATE {table}",
        f"TRUNCATE {table} CASCADE",
        f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1 "
        f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {columns[-1]} = EXCLUDED.{columns[-1]}",
        f"MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    ):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
            run(statement)
    assert run(f"SELECT count(*) FROM {table}")[0] == (count,)
