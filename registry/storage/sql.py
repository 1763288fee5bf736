"""Engines for SQLite and PostgreSQL, and driver connections for the paths where every microsecond counts.

One SQL text serves both: written with `?`, translated once for PostgreSQL.
"""

import errno
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from urllib.parse import quote

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.pool import NullPool

from registry.storage.errors import DatabaseUnavailable, DiskFull, DiskReadOnly, NotPermitted

Row: TypeAlias = tuple[Any, ...]
Parameters: TypeAlias = Sequence[object] | Mapping[str, object]
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    # What is deleted, an erased record, is overwritten with zeros.
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=1073741824",
)


# Measured: below, the two ways take as long as each other; at 1,000 rows COPY takes half as long or less.
COPY_FROM_ROWS = 20
# As many values as every database takes in one question.
_CHUNK = 500

# Said by the connection itself, so that no setting of a role or database weakens it. Without a search path of
# ours a table in a schema that is called as the role is would come before the register's own.
_SESSION = "-c synchronous_commit=on -c search_path=public"

# A damaged SQLite file may be told of in words that are no UTF-8: the driver then fails over its own message.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_DRIVER_FAULTS = (sqlite3.Error, psycopg.Error, sa.exc.SQLAlchemyError, OSError, UnicodeDecodeError)


class DriverConnection(Protocol):
    """What sqlite3 and psycopg connections have in common."""

    def execute(self, statement: str, parameters: Sequence[object] = ..., /) -> Any:
        """Runs one statement."""
        ...


def sqlite_url(path: Path, *, create: bool = True) -> URL:
    """The address of an SQLite file. Without `create` a file that is gone is a fault."""
    if create:
        return URL.create("sqlite", database=str(path))
    address = f"file:{quote(str(path.absolute()))}"
    return URL.create("sqlite", database=address, query={"mode": "rw", "uri": "true"})


def open_engine(url: URL | str) -> Engine:
    """An engine with the durability that receipts promise: WAL and synchronous=FULL, or commit=on."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = sa.create_engine(address, poolclass=NullPool)
        sa.event.listen(engine, "connect", _set_pragmas)
        sa.event.listen(engine, "begin", _begin_immediately)
        return engine
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    return sa.create_engine(address, pool_pre_ping=True, connect_args={"options": _SESSION})


def _set_pragmas(connection: Any, _record: object) -> None:
    # Transactions are begun by the "begin" event; the driver must not begin (or skip) any by itself.
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin_immediately(connection: Connection) -> None:
    # A transaction that writes takes the write lock first: a lock taken half-way fails instead of waiting.
    deferred = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that commits durably, or leaves nothing. Raises: DatabaseUnavailable."""
    with translated_faults(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A consistent view for several reads. Raises: DatabaseUnavailable."""
    # SQLite's transactions see one moment by themselves.
    one_moment = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with translated_faults(), engine.connect().execution_options(read_only=True, **one_moment) as connection:
        yield connection


@contextmanager
def translated_faults() -> Iterator[None]:
    """Faults of the driver as the room's own; broken constraints stay what they are, for their callers."""
    try:
        yield
    except sa.exc.IntegrityError:
        raise
    except (sa.exc.SQLAlchemyError, psycopg.Error, OSError) as fault:
        raise _as_ours(fault) from fault


def _as_ours(fault: Exception) -> DatabaseUnavailable:
    cause = fault.orig if isinstance(fault, sa.exc.DBAPIError) else fault
    return _kind_of(cause)(type(fault).__name__)


def _kind_of(cause: BaseException | None) -> type[DatabaseUnavailable]:
    """What the operator has to see to."""
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return NotPermitted
    number = cause.errno if isinstance(cause, OSError) else None
    primary = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if isinstance(cause, psycopg.errors.DiskFull) or number in _FULL or primary == sqlite3.SQLITE_FULL:
        return DiskFull
    read_only = isinstance(cause, psycopg.errors.ReadOnlySqlTransaction)
    if read_only or number in _READ_ONLY or primary == sqlite3.SQLITE_READONLY:
        return DiskReadOnly
    return DatabaseUnavailable


@lru_cache(maxsize=256)
def for_dialect(statement: str, dialect: str) -> str:
    """The statement with the driver's own placeholders."""
    return statement if dialect == "sqlite" else re.sub(r"\?", "%s", statement)


def bulk_insert(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Inserts many rows: by one prepared driver statement, or by COPY where that is faster.

    Raises: IntegrityError for a broken unique key, in either way; nothing is then written.
    """
    if not rows:
        return
    dialect, into = connection.dialect.name, f"{table} ({', '.join(columns)})"
    if dialect == "postgresql" and len(rows) >= COPY_FROM_ROWS:
        _copy(connection, f"COPY {into} FROM STDIN", rows)
        return
    places = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {into} VALUES ({places})"
    connection.exec_driver_sql(for_dialect(statement, dialect), list(rows))


def _copy(connection: Connection, statement: str, rows: Sequence[Row]) -> None:
    """Streams rows as text. The binary form is a fifth faster and would have to know each column's type."""
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.IntegrityError as fault:
        raise sa.exc.IntegrityError(statement, None, fault) from fault


class KeptReader:
    """One kept read connection per use, with plain driver SQL: the hot path of the public look-up.

    Not for several threads at once; whoever serves requests owns one.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = engine.dialect.name
        self._fairy: Any = None
        self._execute: Any = None

    def rows(self, statement: str, *parameters: object) -> list[Row]:
        """All rows. Raises: DatabaseUnavailable; after a fault the next call connects anew."""
        try:
            if self._execute is None:
                self._fairy = self._connect()
                self._execute = self._fairy.driver_connection.execute
            result: list[Row] = self._execute(for_dialect(statement, self._dialect), parameters).fetchall()
            return result
        except _DRIVER_FAULTS as fault:
            self.close()
            raise _as_ours(fault) from fault

    def one(self, statement: str, *parameters: object) -> Row | None:
        """The first row or None."""
        found = self.rows(statement, *parameters)
        return found[0] if found else None

    def among(self, select: str, column: str, values: Sequence[object]) -> Iterator[Row]:
        """The rows of a `select` without conditions whose column is one of these values, in no order.

        Raises: DatabaseUnavailable.
        """
        for start in range(0, len(values), _CHUNK):
            chunk = values[start : start + _CHUNK]
            marks = ", ".join("?" for _ in chunk)
            yield from self.rows(f"{select} WHERE {column} IN ({marks})", *chunk)

    def close(self) -> None:
        """Gives the connection back."""
        if self._fairy is not None:
            fairy, self._fairy, self._execute = self._fairy, None, None
            fairy.invalidate()

    def _connect(self) -> Any:
        fairy: Any = self._engine.raw_connection()
        if self._dialect != "sqlite":
            fairy.driver_connection.autocommit = True
        return fairy
