"""A program that appends to a register until it is done or killed. It reads jobs, and forks for each.

job line:   KEY_DIR DATA_DIR FIRST_SERIAL APPENDS DATABASE_URL-or-`-`
answers:    `pid N`, then `step NAME` as each step of an append begins, `published SIZE` when one is done,
            and `end CODE` when the fork is gone (negative: by which signal).
"""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen

from registry.places import Places
from tests.registry.ledger.builders import ORIGIN, SmallRegister, StepClock, a_record
from tests.registry.ledger.faults import Fault, faulty

_MOST_RECORDS = 12


class Appender:
    """The program as its tests see it: one job at a time."""

    def __init__(self, process: "Popen[str]") -> None:
        self._process = process

    def start(self, register: SmallRegister, first_serial: int, appends: int) -> int:
        """Begins a job and returns the process that does it."""
        places = register.places
        database = places.database_url or "-"
        self._write(f"{places.key_dir} {places.data_dir} {first_serial} {appends} {database}")
        return int(self.read()[1])

    def read(self) -> tuple[str, str]:
        """The next answer."""
        assert self._process.stdout is not None
        word, _, rest = self._process.stdout.readline().strip().partition(" ")
        assert word, "the appending program ended by itself"
        return word, rest

    def read_to_end(self) -> list[tuple[str, str]]:
        """All answers of the job until its process is gone, the end among them."""
        answers = [self.read()]
        while answers[-1][0] != "end":
            answers.append(self.read())
        return answers

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()


@contextmanager
def appending_program() -> Iterator[Appender]:
    """The running program, ended with its input."""
    command = [sys.executable, "-m", "tests.registry.ledger.appender"]
    with Popen(command, stdin=PIPE, stdout=PIPE, text=True, cwd=Path(__file__).parents[3]) as process:
        yield Appender(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def _append(key_dir: Path, data_dir: Path, first_serial: int, appends: int, database_url: str) -> None:
    places = Places(
        data_dir=data_dir,
        key_dir=key_dir,
        log_origin=ORIGIN,
        web_origin="http://127.0.0.1:8000",
        database_url=database_url,
    )
    watching = Fault(watch=lambda step: _say(f"step {step}"))
    register = faulty(SmallRegister(places, clock=StepClock()), watching)
    counts = random.Random(first_serial)
    serial = first_serial
    for _ in range(appends):
        count = counts.randint(1, _MOST_RECORDS)
        published = register.approve([a_record(serial + at) for at in range(count)], batch=serial)
        serial += count
        _say(f"published {published.size}")
    register.close()


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def main() -> None:
    """Does jobs until the input ends."""
    for line in sys.stdin:
        key_dir, data_dir, first_serial, appends, database = line.split()
        child = os.fork()
        if not child:
            _say(f"pid {os.getpid()}")
            database_url = "" if database == "-" else database
            _append(Path(key_dir), Path(data_dir), int(first_serial), int(appends), database_url)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        _say(f"end {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
