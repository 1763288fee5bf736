"""Brings a database to the schema of this program, forward only."""

from enum import StrEnum
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.engine import Engine

from registry.storage.errors import NotPermitted, SchemaOutdated, SchemaTooNew
from registry.storage.sql import reading, writing

_MIGRATIONS = Path(__file__).parent / "migrations"


class Schema(StrEnum):
    """Which of the two schemas."""

    REGISTER = "register"
    DESK = "desk"


def migrate(engine: Engine, schema: Schema) -> None:
    """Applies what is missing, in one transaction; where nothing is, the database is only read.

    Raises: SchemaTooNew; SchemaOutdated where this role may not migrate; DatabaseUnavailable.
    """
    if stored_version(engine, schema) == head_of(schema):
        return
    config = migration_config(schema)
    try:
        with writing(engine) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as fault:
        raise SchemaTooNew(schema) from fault
    except NotPermitted as fault:
        raise SchemaOutdated(schema) from fault


def require_current(engine: Engine, schema: Schema) -> None:
    """Refuses to work on the tables of another version. Raises: SchemaTooNew, SchemaOutdated."""
    stored = stored_version(engine, schema)
    if stored == head_of(schema):
        return
    raise (SchemaOutdated if stored is None or stored in _versions(schema) else SchemaTooNew)(schema)


def stored_version(engine: Engine, schema: Schema) -> str | None:
    """The newest migration that was applied, None before the first. Raises: DatabaseUnavailable."""
    table = version_table(schema)
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table(table):
            return None
        stored = connection.exec_driver_sql(f"SELECT version_num FROM {table}").scalar()
    return None if stored is None else str(stored)


def migration_config(schema: Schema) -> Config:
    """Alembic's configuration for one schema."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("version_locations", str(_MIGRATIONS / schema / "versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes["version_table"] = version_table(schema)
    return config


def version_table(schema: Schema) -> str:
    """The table that says which migrations were applied."""
    return f"migration_{schema}"


def head_of(schema: Schema) -> str:
    """The newest migration's name."""
    return _versions(schema)[-1]


def _versions(schema: Schema) -> list[str]:
    """All migrations in order: each is named by its schema and the number that its file begins with."""
    files = (_MIGRATIONS / schema / "versions").glob("[0-9]*_*.py")
    return sorted(f"{schema}_{file.name.partition('_')[0]}" for file in files)
