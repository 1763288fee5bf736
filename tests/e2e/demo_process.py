"""Starts the demo as its users do, on free ports, and sees that nothing of it is left."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import httpx

START_SECONDS = 120.0
STOP_SECONDS = 30.0
_PAUSE = threading.Event()
_BUDGETS = ("PAGE", "LOOKUP", "NAME_CHECK", "VERIFY", "HOLDER", "DOWNLOAD")


@dataclass(frozen=True)
class RunningDemo:
    """A demo that answers: its directory, its address, and the process in a group of its own."""

    directory: Path
    base: str
    process: "subprocess.Popen[bytes]"
    ready_after_seconds: float

    @property
    def description(self) -> dict[str, Any]:
        """What `demo.json` says."""
        value: dict[str, Any] = json.loads((self.directory / "demo.json").read_text(encoding="utf-8"))
        return value

    def holder(self, note: str) -> dict[str, str]:
        """The certificate of that kind and its holder."""
        found: dict[str, str] = next(
            each for each in self.description["certificates"] if each["note"] == note
        )
        return found

    def stop(self, by: signal.Signals = signal.SIGINT) -> int:
        """Ends it as Ctrl-C does, or by a signal to it alone; its exit code once no process is left."""
        if by is signal.SIGINT:
            os.killpg(self.process.pid, by)
        else:
            self.process.send_signal(by)
        code = self.process.wait(timeout=STOP_SECONDS)
        wait_until(lambda: not _group_lives(self.process.pid), STOP_SECONDS, "a process was left behind")
        return code


def start(directory: Path, port: int, log: IO[bytes], *, certificates: int = 60) -> RunningDemo:
    """The demo on that port and the next, once it answers."""
    began = time.monotonic()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "web.cli",
            "demo",
            *("--data", str(directory)),
            *("--port", str(port)),
            *("--certificates", str(certificates)),
        ],
        stdout=log,
        stderr=log,
        start_new_session=True,
        env=surroundings(),
    )
    base = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, "the demo ended by itself"
        try:
            return httpx.get(f"{base}/readyz", timeout=2.0, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    wait_until(answers, START_SECONDS, "the demo did not answer")
    return RunningDemo(directory, base, process, time.monotonic() - began)


def surroundings() -> dict[str, str]:
    """The environment without settings, but with budgets that tests in a row do not use up."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SKILLCERT_")}
    return inherited | {f"SKILLCERT_LIMIT_{kind}": "6000/minute" for kind in _BUDGETS}


def wait_until(holds: Any, seconds: float, otherwise: str) -> None:
    """Looks again and again until it holds, with a deadline."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise
        _PAUSE.wait(0.1)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
