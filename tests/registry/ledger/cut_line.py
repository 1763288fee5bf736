"""A line to PostgreSQL that is cut at a commit: before the server hears it, or before its answer is heard.

A proxy on a socket of its own between register and server; it reads the wire just enough to see `COMMIT`.
"""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path

_NAME = ".s.PGSQL.5432"
_COMMIT = b"COMMIT\x00"
_BYTES = 1 << 16
_POLL_SECONDS = 0.2


class Cut(StrEnum):
    """Where the line breaks."""

    UNHEARD = "before the server hears it"
    UNANSWERED = "before the answer is heard"


class CutLine:
    """The proxy. Armed, it cuts the connection on which the next-but-`skip` commit goes by."""

    def __init__(self, own: Path, server: Path) -> None:
        self._server = server / _NAME
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(own / _NAME))
        self._listening.listen()
        self._lock = threading.Lock()
        self._armed: tuple[Cut, int] | None = None
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def arm(self, cut: Cut, *, skip: int) -> None:
        """The commit after `skip` others is the one."""
        with self._lock:
            self._armed = (cut, skip)

    @property
    def is_armed(self) -> bool:
        """Whether it still waits for its commit."""
        return self._armed is not None

    def close(self) -> None:
        """Ends every connection."""
        self._closing.set()
        self._accepting.join()
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def _accept(self) -> None:
        while not self._closing.is_set():
            if select.select([self._listening], [], [], _POLL_SECONDS)[0]:
                client, _ = self._listening.accept()
                thread = threading.Thread(target=self._carry, args=(client,))
                self._threads.append(thread)
                thread.start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(str(self._server))
            while not self._closing.is_set():
                ready, _, _ = select.select([client, server], [], [], _POLL_SECONDS)
                for one in ready:
                    message = one.recv(_BYTES)
                    cut = self._cut_by(message) if one is client else None
                    if not message or cut is Cut.UNHEARD:
                        return
                    (server if one is client else client).sendall(message)
                    if cut is Cut.UNANSWERED:
                        return

    def _cut_by(self, message: bytes) -> Cut | None:
        """Whether this message is the commit that the line is cut at."""
        with self._lock:
            if self._armed is None or _COMMIT not in message:
                return None
            cut, skip = self._armed
            self._armed = (cut, skip - 1) if skip else None
            return None if skip else cut


@contextmanager
def cut_line(own: Path, server: Path) -> Iterator[CutLine]:
    """The running proxy in that directory, to the server with that one."""
    line = CutLine(own, server)
    try:
        yield line
    finally:
        line.close()
