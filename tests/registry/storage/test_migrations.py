"""Migrations in order give exactly the schema of the models, on each database, and are applied once."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from registry.storage import desk_rows, erasure_rows, national_rows, register_rows, renewal_rows, tally_tables
from registry.storage.batch_rows import BatchRows
from registry.storage.errors import DatabaseUnavailable, SchemaTooNew
from registry.storage.log_rows import LogRows
from registry.storage.metadata import DESK_METADATA, REGISTER_METADATA
from registry.storage.migrate import Schema, head_of, migrate, migration_config
from registry.storage.rights import tables
from registry.storage.sql import KeptReader, Row, open_engine, sqlite_url

# The tables are known once their modules are loaded, and the table of rights loads all of them.
TABLES = tables()
# The tables are known once their modules are loaded.
MODELS = (register_rows, erasure_rows, desk_rows, national_rows, renewal_rows, tally_tables)
METADATA = {Schema.REGISTER: REGISTER_METADATA, Schema.DESK: DESK_METADATA}


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(database or sqlite_url(tmp_path / "test.sqlite"))
    yield opened
    opened.dispose()


def version(engine: Engine, schema: Schema) -> list[str]:
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT version_num FROM migration_{schema}").all()
    return [str(row[0]) for row in rows]


@pytest.mark.parametrize("schema", Schema)
def test_migrated_schema_is_the_models_schema(engine: Engine, schema: Schema) -> None:
    migrate(engine, schema)
    metadata = METADATA[schema]
    assert metadata.tables
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, parents: (
                    kind != "table" or not str(name).startswith("migration_")
                ),
            },
        )
        assert compare_metadata(context, metadata) == []


@pytest.mark.parametrize("schema", Schema)
def test_unique_keys_are_those_of_the_models(engine: Engine, schema: Schema) -> None:
    """What `compare_metadata` does not look at: primary keys, and columns that may be null."""
    migrate(engine, schema)
    inspector = sa.inspect(engine)
    for table in METADATA[schema].sorted_tables:
        key = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert key == [column.name for column in table.primary_key]
        stored = {column["name"]: column["nullable"] for column in inspector.get_columns(table.name)}
        assert stored == {column.name: bool(column.nullable) for column in table.columns}


def test_both_schemas_live_in_one_database(engine: Engine) -> None:
    for schema in Schema:
        migrate(engine, schema)
    names = set(sa.inspect(engine).get_table_names())
    assert names == {
        *REGISTER_METADATA.tables,
        *DESK_METADATA.tables,
        "migration_register",
        "migration_desk",
    }


@pytest.mark.parametrize("schema", Schema)
def test_migrating_again_changes_nothing(engine: Engine, schema: Schema) -> None:
    migrate(engine, schema)
    before = sa.inspect(engine).get_table_names()
    migrate(engine, schema)
    assert sa.inspect(engine).get_table_names() == before
    assert version(engine, schema) == [head_of(schema)]
    assert head_of(schema) == ScriptDirectory.from_config(migration_config(schema)).get_current_head()


def test_a_database_of_a_later_program_is_refused(engine: Engine) -> None:
    migrate(engine, Schema.DESK)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE migration_desk SET version_num = 'desk_9999'")
    with pytest.raises(SchemaTooNew):
        migrate(engine, Schema.DESK)
    assert version(engine, Schema.DESK) == ["desk_9999"]


def test_a_migration_that_fails_leaves_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE decision (something INTEGER)")
    with pytest.raises(DatabaseUnavailable):
        migrate(engine, Schema.REGISTER)
    assert sa.inspect(engine).get_table_names() == ["decision"]


def test_tile_roots_are_read_from_their_index(engine: Engine) -> None:
    """Beside each root lie 16 KB of hashes, which SQLite would walk through."""
    migrate(engine, Schema.REGISTER)
    plan = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[engine.dialect.name]
    asked: list[str] = []

    class Asked(KeptReader):
        def rows(self, statement: str, *parameters: object) -> list[Row]:
            asked.extend(str(row) for row in super().rows(f"{plan} {statement}", *parameters))
            return []

    with closing(Asked(engine)) as reader:
        LogRows(reader).tile_roots(0, 5, 9)
    assert "ix_tile_root" in "".join(asked)


def test_batches_from_before_versions_are_kept(engine: Engine) -> None:
    config = migration_config(Schema.REGISTER)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "register_0003")
    columns = (
        "id, prefix, received_on, received_at, form5_name, form4_name, form5, form4, salt, form5_mac, "
        "form4_mac, findings, legacy, row_count, mac"
    )
    blob = {"sqlite": "x'00ff'", "postgresql": "'\\x00ff'"}[engine.dialect.name]
    values = f"{blob}, 'p', 'on', 'at', '5', '4', {', '.join([blob] * 5)}, '[]', '', 7, {blob}"
    with engine.begin() as connection:
        connection.exec_driver_sql(f"INSERT INTO batch ({columns}) VALUES ({values})")
    migrate(engine, Schema.REGISTER)
    with closing(KeptReader(engine)) as reader:
        batch = BatchRows(reader).batch(b"\x00\xff")
    assert batch is not None
    assert (batch.prefix, batch.form5, batch.row_count) == ("p", b"\x00\xff", 7)
    assert (batch.previous, batch.plan, batch.overview, bool(batch.row_index)) == (None, "", "", False)
