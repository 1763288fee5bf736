"""Programs that begin at once: forks of a process that has loaded everything and has no threads.

Each is a session of its own with files for what it says, and nothing of it may outlive it.
"""

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.soak.broken import BrokenPromise, require

Main = Callable[[Sequence[str]], int]
_PAUSE = threading.Event()
_STEP_SECONDS = 0.004
_CRASHED = 70


def pause(seconds: float = _STEP_SECONDS) -> None:
    """Lets others run for a moment."""
    _PAUSE.wait(seconds)


@dataclass
class Program:
    """One running program: its process, and what it said so far."""

    name: str
    pid: int
    log: Path
    began: float = field(default_factory=time.monotonic)
    code: int | None = None

    def is_over(self) -> bool:
        """Whether it has ended, by itself or not."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def wait(self, seconds: float = 60.0) -> int:
        """Its exit code. Raises: BrokenPromise if it does not end in time."""
        deadline = time.monotonic() + seconds
        while not self.is_over():
            if time.monotonic() > deadline:
                self.kill()
                raise BrokenPromise(f"{self.name} did not end within {seconds} s\n{self.complaints()}")
            pause()
        assert self.code is not None
        return self.code

    def kill(self) -> None:
        """Kills it, and it alone, at this instant."""
        if not self.is_over():
            os.kill(self.pid, signal.SIGKILL)
            while not self.is_over():
                pause()

    def stop(self) -> None:
        """Asks it to end, which it must do as asked."""
        os.kill(self.pid, signal.SIGTERM)
        asked = (0, -signal.SIGTERM)
        require(self.wait() in asked, f"{self.name} ended with {self.code}\n{self.complaints()}")

    def said(self) -> str:
        """Its standard output."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def complaints(self) -> str:
        """Its standard error, after what it said."""
        beside = self.log.with_suffix(".err")
        return self.said() + (beside.read_text(encoding="utf-8") if beside.exists() else "")


def started(
    name: str, main: Main, arguments: Sequence[str], environment: Mapping[str, str], log: Path
) -> Program:
    """Begins a program in a fork of this process."""
    sys.stdout.flush()
    sys.stderr.flush()
    log.unlink(missing_ok=True)
    pid = os.fork()
    if pid:
        return Program(name, pid, log)
    code = _CRASHED
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(environment)
        _redirect(0, Path(os.devnull), os.O_RDONLY)
        _redirect(1, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        _redirect(2, log.with_suffix(".err"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        code = main(arguments)
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _redirect(number: int, to: Path, flags: int) -> None:
    descriptor = os.open(to, flags, 0o600)
    os.dup2(descriptor, number)
    os.close(descriptor)


def left_of(sessions: set[int]) -> list[str]:
    """Processes of these sessions that still run, where the system says so."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = path.read_text(encoding="utf-8", errors="replace").rpartition(")")
        except OSError:
            continue
        state, _, _, session = rest.split()[:4]
        if int(session) in sessions and state != "Z":
            found.append(name + ")")
    return found
