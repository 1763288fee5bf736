"""A copy of a register's file in the hands of the database's owner, who drops what forbids changes."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.registry.ledger.builders import SmallRegister


def owned_copy(register: SmallRegister, directory: Path) -> SmallRegister:
    """The register copied to another directory, without its triggers. The keys stay where they are."""
    places = replace(register.places, data_dir=directory)
    directory.mkdir(parents=True)
    with (
        closing(sqlite3.connect(register.places.register_file)) as source,
        closing(sqlite3.connect(places.register_file)) as target,
    ):
        source.backup(target)
        names = target.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            target.execute(f"DROP TRIGGER {name}")
        target.commit()
    return replace(register, places=places, engines=[])


@contextmanager
def altered(register: SmallRegister) -> Iterator[sqlite3.Connection]:
    """The copy's file open for changes, which are taken back at the end."""
    file, kept = register.places.register_file, register.places.data_dir / "kept"
    register.close()
    shutil.copy(file, kept)
    with closing(sqlite3.connect(file)) as connection:
        # A changed page is not to be hidden behind the log of another.
        connection.execute("PRAGMA journal_mode=DELETE")
        yield connection
    register.close()
    for stale in register.places.data_dir.glob("register.sqlite-*"):
        stale.unlink()
    kept.replace(file)
