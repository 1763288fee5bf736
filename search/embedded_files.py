"""The embedded index's files: one SQLite file a build, and a pointer that names the published one.

The pointer is replaced by an atomic rename, never the database itself: SQLite keeps a write-ahead log beside
each database *by name*, and a log left by an old file must not be applied to a new one. Files are opened anew
for each task, so that a replaced index is noticed without anyone being told.
"""

import os
import re
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from search.errors import SearchUnavailable, UnavailableReason

NAME: Final = "embedded"
FORMAT: Final = 1
"""Changes with anything that changes what stored tokens mean; an index of another format is not read."""

_POINTER: Final = "current"
_FILE_NAME = re.compile(rf"index-v{FORMAT}-([0-9a-f]{{16}})\.sqlite")
_REASONS: Final = {
    sqlite3.SQLITE_BUSY: UnavailableReason.BUSY,
    sqlite3.SQLITE_LOCKED: UnavailableReason.BUSY,
    sqlite3.SQLITE_INTERRUPT: UnavailableReason.TIMEOUT,
    sqlite3.SQLITE_CANTOPEN: UnavailableReason.UNREACHABLE,
    sqlite3.SQLITE_IOERR: UnavailableReason.UNREACHABLE,
    sqlite3.SQLITE_FULL: UnavailableReason.UNREACHABLE,
    sqlite3.SQLITE_READONLY: UnavailableReason.UNREACHABLE,
    sqlite3.SQLITE_PERM: UnavailableReason.UNREACHABLE,
}


def unavailable(reason: UnavailableReason, detail: str = "") -> SearchUnavailable:
    """Make this index's error."""
    return SearchUnavailable(NAME, reason, detail)


@contextmanager
def translated() -> Iterator[None]:
    """Turn what SQLite and the file system raise into the room's error."""
    try:
        yield
    except sqlite3.Error as fault:
        code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        reason = _REASONS.get(code, UnavailableReason.CORRUPT)
        raise unavailable(reason, getattr(fault, "sqlite_errorname", type(fault).__name__)) from fault
    except OSError as fault:
        raise unavailable(UnavailableReason.UNREACHABLE, type(fault).__name__) from fault


class IndexDirectory:
    """The directory that holds the files of one embedded index."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()

    def published(self) -> Path | None:
        """The published file, or `None` when there is none of this format.

        Raises: SearchUnavailable
        """
        # Twice: the file that the pointer named may have been replaced, and removed, before we looked.
        return self._named() or self._named()

    def new_file(self) -> Path:
        """Name a file for a new build; makes the directory if need be.

        Raises: SearchUnavailable
        """
        with translated():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.path / f"index-v{FORMAT}-{secrets.token_hex(8)}.sqlite"

    def publish(self, file: Path) -> None:
        """Let the pointer name this file, durably and in one step, and remove every other index file.

        If we die before the rename the old index stays published, and the next publication clears up.
        Raises: SearchUnavailable
        """
        with translated():
            pointer = self.path / f"{_POINTER}.{generation_of(file)}"
            with pointer.open("wb") as stream:
                stream.write(file.name.encode("ascii"))
                stream.flush()
                os.fsync(stream.fileno())
            pointer.replace(self.path / _POINTER)
            descriptor = os.open(self.path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            self._remove_all_but(file.name)

    def remove(self, file: Path) -> None:
        """Remove a file that was never published, with what SQLite keeps beside it."""
        with translated():
            for suffix in ("", "-wal", "-shm"):
                Path(f"{file}{suffix}").unlink(missing_ok=True)

    def wipe(self) -> None:
        """Remove the pointer first, then every file.

        Raises: SearchUnavailable
        """
        with translated():
            (self.path / _POINTER).unlink(missing_ok=True)
            if self.path.is_dir():
                self._remove_all_but("")

    def _named(self) -> Path | None:
        with translated():
            try:
                name = (self.path / _POINTER).read_bytes().decode("ascii", "replace")
            except FileNotFoundError:
                return None
            file = self.path / name
            return file if _FILE_NAME.fullmatch(name) and file.exists() else None

    def _remove_all_but(self, name: str) -> None:
        for found in (*self.path.glob("index-v*"), *self.path.glob(f"{_POINTER}.*")):
            if not name or not found.name.startswith(name):
                found.unlink(missing_ok=True)


def generation_of(file: Path) -> str:
    """The part of a file's name that tells one build from another."""
    match = _FILE_NAME.fullmatch(file.name)
    if match is None:
        raise ValueError(file.name)
    return match[1]


@contextmanager
def opened(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """Open an index file (`mode` as in a SQLite URI: `ro`, `rw`, `rwc`) and close it again.

    Raises: SearchUnavailable
    """
    with translated():
        connection = sqlite3.connect(
            f"{file.as_uri()}?mode={mode}",
            uri=True,
            timeout=10,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            yield connection
        finally:
            connection.close()
