"""The grown register's database as a thing: what it takes on disk, and a copy of it to put plain SQL into."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import Engine, make_url

from registry.places import Places
from registry.storage.sql import KeptReader, open_engine, sqlite_url

_POSTGRESQL_PARTS = (
    "SELECT c.relname, pg_relation_size(c.oid) + coalesce(pg_relation_size(c.reltoastrelid), 0) "
    "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'public' AND c.relkind IN ('r', 'i')"
)
_CHUNK = 1 << 20
# What dbstat tells, with each table's overflow pages counted to it.
_SQLITE_PARTS = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name"


def parts(places: Places) -> dict[str, int]:
    """The bytes of each table and index; empty ones left out."""
    with closing(KeptReader(places.register_engine())) as reader:
        rows = reader.rows(_SQLITE_PARTS if places.on_sqlite else _POSTGRESQL_PARTS)
    return {str(name): int(size) for name, size in sorted(rows, key=lambda row: -row[1]) if size}


def read_into_memory(places: Places) -> None:
    """Brings the file back into the system's memory, from where other steps drove it."""
    if places.on_sqlite:
        with places.register_file.open("rb", buffering=0) as file:
            while file.read(_CHUNK):
                pass


def forget_from_memory(places: Places) -> None:
    """Has the system drop the file's pages from memory: that needs no right to drop everybody's."""
    with places.register_file.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def copied(places: Places) -> Iterator[str]:
    """The address of a copy, gone at the end. Nobody may be connected to the original meanwhile."""
    copying = (
        _copied_file(places.register_file) if places.on_sqlite else _copied_database(places.database_url)
    )
    with copying as address:
        yield address


@contextmanager
def _copied_file(original: Path) -> Iterator[str]:
    copy = original.with_name("plain.sqlite")
    try:
        shutil.copyfile(original, copy)
        # Otherwise the system would write both out while the first appends are timed.
        for path in (original, copy):
            with path.open("rb") as file:
                os.fsync(file.fileno())
        yield sqlite_url(copy).render_as_string()
    finally:
        for path in copy.parent.glob(f"{copy.name}*"):
            path.unlink()


@contextmanager
def _copied_database(address: str) -> Iterator[str]:
    url = make_url(address)
    name = f"{url.database}_plain"
    administration = open_engine(url.set(database="postgres")).execution_options(isolation_level="AUTOCOMMIT")
    try:
        _run(administration, f"CREATE DATABASE {name} TEMPLATE {url.database}")
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        _run(administration, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        administration.dispose()


def _run(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
