"""What a deletion leaves in the database's own files, and how far a program can clear it away.

SQLite overwrites what it deletes (`secure_delete`), but its write-ahead log holds what was written before and
the unused part of a page may hold an old copy of a row that once moved. PostgreSQL keeps deleted rows until
VACUUM, and in its own write-ahead log until that is recycled; only the tables' owner may clear them.
"""

import mmap
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from registry.storage.errors import DatabaseUnavailable
from registry.storage.sql import DriverConnection

_TABLES = ("record", "batch_row", "batch")


def clear_freed_space(engine: Engine) -> bool:
    """Clears what can be cleared at once; False where something was in the way. Raises: DatabaseUnavailable.

    SQLite: the write-ahead log is taken over and emptied, unless a reader still needs it. PostgreSQL: VACUUM,
    which a role that does not own the tables is refused without an error.
    """
    with _outside_transactions(engine) as connection:
        if engine.dialect.name == "sqlite":
            row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return int(row[0]) == 0
        connection.execute(f"VACUUM {', '.join(_TABLES)}")
        return True


def rewrite(engine: Engine) -> None:
    """Writes an SQLite file anew, without its unused space. Takes as long as copying it.

    Raises: DatabaseUnavailable.
    """
    with _outside_transactions(engine) as connection:
        connection.execute("VACUUM")
    clear_freed_space(engine)


def files_with(path: Path, values: Sequence[bytes]) -> list[str]:
    """Which of a database's files still hold one of these values anywhere, used or unused."""
    files = [path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))]
    return [each.name for each in files if each.exists() and _holds(each, values)]


def _holds(path: Path, values: Sequence[bytes]) -> bool:
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find(value) >= 0 for value in values)


@contextmanager
def _outside_transactions(engine: Engine) -> Iterator[DriverConnection]:
    """A connection of the driver's own that begins no transaction by itself."""
    try:
        with closing(engine.raw_connection()) as fairy:
            connection: Any = fairy.driver_connection
            if engine.dialect.name != "sqlite":
                connection.autocommit = True
            try:
                yield connection
            finally:
                fairy.invalidate()
    except (engine.dialect.loaded_dbapi.Error, SQLAlchemyError) as fault:
        raise DatabaseUnavailable(type(fault).__name__) from fault
