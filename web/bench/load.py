"""Clients that keep a few connections busy: the next request as soon as the answer is there.

`wrk` where the machine has it: a client that costs as much as the server would measure itself. Otherwise one
thread over plain sockets, which is honest as long as the server is slower than it.
"""

import os
import selectors
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

from web.bench.measurement import MeasurementFailed, Side, p99

CONNECTIONS = 8
_HOST = "127.0.0.1"
_WAIT_SECONDS = 10.0
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "
_GOOD = b"HTTP/1.1 200 "
# What wrk asks for, and what it says in the end: answers, microseconds in all, at the middle and the tail,
# and everything that was no good answer.
_SCRIPT = """
local paths = {}
local at = 0
function init(args)
  at = tonumber(args[2])
  for path in io.lines(args[1]) do paths[#paths + 1] = path end
end
function request()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1])
end
function done(summary, latency)
  local e = summary.errors
  local bad = e.status + e.connect + e.read + e.write + e.timeout
  io.write(string.format("measured %d %d %f %f %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), bad))
end
"""


@dataclass(frozen=True)
class Load:
    """One stretch of asking: how many answers came, how many a second, and how long they took."""

    answers: int
    per_second: float
    median_seconds: float
    p99_seconds: float


def client() -> str:
    """Which client asks."""
    return "wrk" if shutil.which("wrk") else "web.bench.load"


def as_side(name: str, stretches: Sequence[Load]) -> Side:
    """Several stretches as one side: the middle one of each figure."""
    return Side(
        name,
        sum(each.answers for each in stretches),
        median(each.median_seconds for each in stretches),
        median(each.p99_seconds for each in stretches),
        median(each.per_second for each in stretches),
    )


def load(port: int, paths: Sequence[str], start: int, seconds: float) -> Load:
    """Asks for the paths in turn from `start` on. Raises: MeasurementFailed for any answer but 200."""
    program = shutil.which("wrk")
    if program is None:
        return load_by_sockets(port, paths, start, seconds)
    return load_by_wrk(program, port, paths, start, seconds)


def load_by_wrk(program: str, port: int, paths: Sequence[str], start: int, seconds: float) -> Load:
    """As `load`. Raises: MeasurementFailed."""
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory:
        script, listed = Path(directory, "ask.lua"), Path(directory, "paths")
        script.write_text(_SCRIPT, encoding="ascii")
        listed.write_text("\n".join(paths), encoding="ascii")
        # wrk counts in whole seconds.
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "-s", str(script)]
        done = subprocess.run(  # noqa: S603 - a program of this machine with our own arguments
            [program, *options, f"http://{_HOST}:{port}", "--", str(listed), str(start)],
            stdout=subprocess.PIPE,
            check=False,
            env={"PATH": os.defpath},
        )
    said = next((line for line in done.stdout.splitlines() if line.startswith(b"measured ")), b"")
    if done.returncode != 0 or not said:
        raise MeasurementFailed("client_failed")
    answers, duration, middle, tail, bad = (float(each) for each in said.split()[1:])
    if bad:
        raise MeasurementFailed("bad_answers")
    return Load(int(answers), answers / duration * 1e6, middle / 1e6, tail / 1e6)


def load_by_sockets(port: int, paths: Sequence[str], start: int, seconds: float) -> Load:
    """As `load`. Raises: MeasurementFailed."""
    chosen = (paths[at % len(paths)] for at in count(start))
    connections = [_Connection(port) for _ in range(CONNECTIONS)]
    selector = selectors.DefaultSelector()
    taken: list[float] = []
    try:
        for each in connections:
            selector.register(each.socket, selectors.EVENT_READ, each)
        started = time.perf_counter()
        until = started + seconds
        for each in connections:
            each.ask(next(chosen))
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
                    key.data.ask(next(chosen))
                else:
                    waiting -= 1
        ended = time.perf_counter()
    except OSError as fault:
        raise MeasurementFailed("connection_lost") from fault
    finally:
        selector.close()
        for each in connections:
            each.socket.close()
    return Load(len(taken), len(taken) / (ended - started), median(taken), p99(taken))


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
        self._received = b""
        self._asked_at = time.perf_counter()
        self.socket.send(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())

    def receive(self) -> float | None:
        """Takes what has arrived; the seconds since the request if the answer is complete now."""
        part = self.socket.recv(65_536)
        if not part:
            raise MeasurementFailed("connection_closed")
        received = self._received = self._received + part if self._received else part
        body_at = received.find(_HEAD_END) + len(_HEAD_END)
        if body_at < len(_HEAD_END) or len(received) - body_at < _length(received):
            return None
        seconds = time.perf_counter() - self._asked_at
        if not received.startswith(_GOOD):
            raise MeasurementFailed(f"status_{received[9:12].decode('ascii', 'replace')}")
        self.body = received[body_at:]
        return seconds


def _length(received: bytes) -> int:
    at = received.find(_LENGTH) + len(_LENGTH)
    if at < len(_LENGTH):
        raise MeasurementFailed("no_content_length")
    return int(received[at : received.index(b"\r\n", at)])
