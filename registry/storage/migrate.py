"""Brings a database to the schema of this program, forward only."""

from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Engine

from registry.storage.errors import SchemaTooNew
from registry.storage.sql import writing

_MIGRATIONS = Path(__file__).parent / "migrations"


class Schema(StrEnum):
    """Which of the two schemas."""

    REGISTER = "register"
    DESK = "desk"


def migrate(engine: Engine, schema: Schema) -> None:
    """Applies what is missing, in one transaction. Raises: SchemaTooNew, DatabaseUnavailable."""
    config = migration_config(schema)
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as fault:
            raise SchemaTooNew(schema) from fault


def migration_config(schema: Schema) -> Config:
    """Alembic's configuration for one schema."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("version_locations", str(_MIGRATIONS / schema / "versions"))
    config.set_main_option("path_separator", "newline")
    config.attributes["version_table"] = f"migration_{schema}"
    return config


def head_of(schema: Schema) -> str | None:
    """The newest migration's name."""
    return ScriptDirectory.from_config(migration_config(schema)).get_current_head()
