"""One writer at a time: a second one waits a while and is then refused, never interleaved."""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy.engine import Connection, Engine

from registry.ledger.errors import WriterBusy
from registry.storage.errors import DatabaseUnavailable
from registry.storage.sql import translated_faults

_POLL_SECONDS = 0.02
_ADVISORY_KEY = 0x736B696C6C63  # "skillc"


class WriterLock(Protocol):
    """Held from before the log's head is read until the new checkpoint is published."""

    def held(self) -> AbstractContextManager[None]:
        """Raises: WriterBusy."""
        ...

    def require_held(self) -> None:
        """For the thread within `held`: nobody else can have got the lock. Raises: DatabaseUnavailable."""
        ...


class FileLock:
    """A lock on a file beside an SQLite register. The kernel frees it when the process dies."""

    def __init__(self, path: Path, *, patience_seconds: float = 30.0) -> None:
        self._path = path
        self._patience_seconds = patience_seconds

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises: WriterBusy, DatabaseUnavailable."""
        deadline = time.monotonic() + self._patience_seconds
        pause = threading.Event()
        with translated_faults():
            file = self._path.open("a")
        with file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as fault:
                    if time.monotonic() >= deadline:
                        raise WriterBusy from fault
                    pause.wait(_POLL_SECONDS)
            yield

    def require_held(self) -> None:
        """The kernel frees it with the process, not before."""


class AdvisoryLock:
    """PostgreSQL's session lock, freed when the connection ends: with the server, if that is restarted.

    Whoever held it then would go on over new connections beside the next writer; so it asks again before it
    does what cannot be undone.
    """

    def __init__(self, engine: Engine, *, patience_seconds: float = 30.0) -> None:
        self._engine = engine
        self._patience_ms = int(patience_seconds * 1000)
        # Threads may share the lock; each that holds it knows by which session.
        self._own = threading.local()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Raises: WriterBusy, DatabaseUnavailable."""
        with translated_faults():
            # No transaction stays open beside the lock: a server may end sessions that idle in one.
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            with translated_faults():
                self._acquire(connection)
                self._own.connection, self._own.session = connection, _session(connection)
            yield
            with translated_faults():
                connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_ADVISORY_KEY})")
        except BaseException:
            # Whatever happened, the session ends, and the lock with it.
            connection.invalidate()
            raise
        finally:
            connection.close()

    def require_held(self) -> None:
        """Raises: DatabaseUnavailable."""
        with translated_faults():
            session = _session(self._own.connection)
        if session != self._own.session:
            raise DatabaseUnavailable("another session than the one that took the lock")

    def _acquire(self, connection: Connection) -> None:
        deadline = time.monotonic() + self._patience_ms / 1000
        pause = threading.Event()
        while not connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({_ADVISORY_KEY})").scalar():
            if time.monotonic() >= deadline:
                raise WriterBusy
            pause.wait(_POLL_SECONDS)


def _session(connection: Connection) -> object:
    return connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
