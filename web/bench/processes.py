"""Programs of ours that run beside the measurement, each ended with it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from web.bench.measurement import MeasurementFailed

_HOST = "127.0.0.1"
_PORTS = range(15_000, 30_000)
_START_SECONDS = 60.0
_END_SECONDS = 15.0


@dataclass(frozen=True)
class Outcome:
    """What a program that ran to its end printed last, how long it was there, and how much memory it took.

    `peak_bytes` is its own largest size and that of its largest child together, so never less than the two
    had at once.
    """

    printed: Mapping[str, float]
    seconds: float
    peak_bytes: int


def free_port() -> int:
    """A port of this machine that nobody uses now, nor the next one: the demo takes both.

    Between here and the program that takes it a second may pass; so it is none of those that a system gives
    to whoever asks for any.
    """
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind((_HOST, port))
                second.bind((_HOST, port + 1))
            except OSError:
                continue
            return port


@contextmanager
def running(
    arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """`python ARGUMENTS` for as long as the block lasts; what it says goes to the file `log`."""
    with log.open("ab") as said:
        process = subprocess.Popen(  # noqa: S603 - our own modules with our own arguments
            [sys.executable, *arguments], env=_environment(environment), stdout=said, stderr=said
        )
        try:
            yield process
        finally:
            _end(process)


def ran(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Outcome:
    """Runs `python ARGUMENTS`, which prints one line of JSON in the end. Raises: MeasurementFailed.

    The program says of itself how much memory it took, under `peak_bytes`.
    """
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own modules with our own arguments
        [sys.executable, *arguments], env=_environment(environment), stdout=subprocess.PIPE
    )
    try:
        said, _ = process.communicate()
    finally:
        _end(process)
    if process.returncode != 0:
        raise MeasurementFailed("program_failed")
    printed = json.loads(said.splitlines()[-1])
    return Outcome(printed, time.perf_counter() - started, int(printed.pop("peak_bytes")))


def ran_or_killed(
    arguments: Sequence[str],
    said: Path,
    environment: Mapping[str, str],
    has_begun: Callable[[int], bool],
    seconds: float | None,
) -> int | None:
    """Runs `python ARGUMENTS`, whose output goes into the file `said`, and kills it in the middle of it all.

    That is so many seconds after `has_begun` said so of its process id, at once, as by a power cut. Returns
    its exit code, or None if it was killed.
    """
    with said.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own modules with our own arguments
            [sys.executable, *arguments], env=_environment(environment), stdout=output
        )
        try:
            while seconds is not None and process.poll() is None and not has_begun(process.pid):
                time.sleep(0.05)
            return process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            process.kill()
            process.wait()


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    """Returns once the program listens on the port. Raises: MeasurementFailed."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise MeasurementFailed("program_ended")
        try:
            with socket.create_connection((_HOST, port), timeout=1.0):
                return
        except OSError:
            time.sleep(0.05)
    raise MeasurementFailed("program_does_not_answer")


def processor_seconds(process: subprocess.Popen[bytes]) -> float:
    """How much processor time a running program has had; 0 where the system does not tell."""
    try:
        said = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    # The name of the program, in brackets, may hold anything; user and system time are the 14th and 15th.
    fields = said.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _environment(more: Mapping[str, str] | None) -> dict[str, str]:
    """Ours without any setting of the product: a measurement must not depend on who started it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SKILLCERT_")}
    return {**kept, **(more or {})}


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
