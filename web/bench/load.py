"""A small client that keeps a few connections busy: the next request as soon as the answer is there.

One thread over plain sockets, because a client that costs as much as the server would measure itself.
"""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from web.bench.measurement import MeasurementFailed, Side, p99

CONNECTIONS = 8
_HOST = "127.0.0.1"
_WAIT_SECONDS = 10.0
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True)
class Load:
    """One stretch of asking: how long each answer took, and how many came in a second."""

    seconds: tuple[float, ...]
    per_second: float


def as_side(name: str, stretches: Sequence[Load]) -> Side:
    """Several stretches as one side. Its rate is that of the middle stretch, its tail that of all answers."""
    answers = [each for stretch in stretches for each in stretch.seconds]
    rate = median(stretch.per_second for stretch in stretches)
    return Side(name, len(answers), median(answers), p99(answers), rate)


def load(port: int, paths: Iterator[str], seconds: float) -> Load:
    """Asks for the paths in turn for so many seconds. Raises: MeasurementFailed for any answer but 200."""
    connections = [_Connection(port) for _ in range(CONNECTIONS)]
    selector = selectors.DefaultSelector()
    taken: list[float] = []
    try:
        for each in connections:
            selector.register(each.socket, selectors.EVENT_READ, each)
        started = time.perf_counter()
        until = started + seconds
        for each in connections:
            each.ask(next(paths))
        waiting = len(connections)
        while waiting:
            ready = selector.select(_WAIT_SECONDS)
            if not ready:
                raise MeasurementFailed("no_answer")
            for key, _ in ready:
                answered = key.data.receive()
                if answered is None:
                    continue
                taken.append(answered)
                if time.perf_counter() < until:
                    key.data.ask(next(paths))
                else:
                    waiting -= 1
        ended = time.perf_counter()
    except OSError as fault:
        raise MeasurementFailed("connection_lost") from fault
    finally:
        selector.close()
        for each in connections:
            each.socket.close()
    return Load(tuple(taken), len(taken) / (ended - started))


def fetch(port: int, path: str) -> bytes:
    """The body of one answer. Raises: MeasurementFailed for any answer but 200."""
    try:
        connection = _Connection(port)
        try:
            connection.ask(path)
            while connection.receive() is None:
                pass
            return connection.body
        finally:
            connection.socket.close()
    except OSError as fault:
        raise MeasurementFailed("connection_lost") from fault


class _Connection:
    """One connection with at most one request on its way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((_HOST, port), timeout=_WAIT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.body = b""
        self._host = f"{_HOST}:{port}"
        self._received = b""
        self._asked_at = 0.0

    def ask(self, path: str) -> None:
        """Sends a request."""
        request = f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: application/json\r\n\r\n".encode()
        self._received = b""
        self._asked_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> float | None:
        """Takes what has arrived; the seconds since the request if the answer is complete now."""
        part = self.socket.recv(65_536)
        if not part:
            raise MeasurementFailed("connection_closed")
        self._received += part
        head, separator, body = self._received.partition(_HEAD_END)
        if not separator or len(body) < _length(head):
            return None
        seconds = time.perf_counter() - self._asked_at
        if not head.startswith(b"HTTP/1.1 200 "):
            raise MeasurementFailed(f"status_{head[9:12].decode('ascii', 'replace')}")
        self.body = body
        return seconds


def _length(head: bytes) -> int:
    at = head.lower().find(_LENGTH)
    if at < 0:
        raise MeasurementFailed("no_content_length")
    return int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
