"""A program that appends to a register until it is done or killed. It reads jobs, and forks for each.

A job is one JSON value a line, an `Appending`. The answers: `pid N`, then `step NAME` as each step of an
append begins, `published SIZE` when one is done, and `end CODE` when the fork is gone (below 0: a signal).
"""

import json
import os
import random
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE, Popen

from registry.errors import RegistryError
from registry.places import Places
from tests.registry.ledger.builders import ORIGIN, SmallRegister, StepClock, a_record
from tests.registry.ledger.effects import tell_effects_outside
from tests.registry.ledger.faults import STEPS, Fault, Moment, Step, faulty

_MOST_RECORDS = 12


@dataclass(frozen=True)
class Appending:
    """One job: so many batches from that serial on, and where on the way it is killed, if it is.

    `appends` 0: only finish what an earlier append left. `watched`: also answer `effect WHAT` for whatever is
    done to files, locks, networks, keys and the database while no step of the table is under way.
    `largest_file`: no file may grow beyond so many bytes; the answer is `failed CODE` if one had to.
    """

    key_dir: str
    data_dir: str
    database_url: str
    first_serial: int
    appends: int
    step: str = ""
    moment: str = Moment.BEFORE
    count: int | None = None
    watched: bool = False
    largest_file: int = 0

    @property
    def fault(self) -> Fault:
        """What goes wrong."""
        step = next((each for each in STEPS if each.name == self.step), None)
        return Fault(step, Moment(self.moment), watch=lambda step: _say(f"step {step.name}"))


class Appender:
    """The program as its tests see it: one job at a time."""

    def __init__(self, process: "Popen[str]") -> None:
        self._process = process

    def start(
        self,
        register: SmallRegister,
        first_serial: int,
        appends: int,
        *,
        killed: tuple[Step, Moment] | None = None,
        count: int | None = None,
        watched: bool = False,
        largest_file: int = 0,
    ) -> int:
        """Begins a job and returns the process that does it."""
        places = register.places
        step, moment = (killed[0].name, killed[1]) if killed else ("", Moment.BEFORE)
        job = Appending(
            key_dir=str(places.key_dir),
            data_dir=str(places.data_dir),
            database_url=places.database_url,
            first_serial=first_serial,
            appends=appends,
            step=step,
            moment=moment,
            count=count,
            watched=watched,
            largest_file=largest_file,
        )
        self._write(json.dumps(asdict(job)))
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


def _append(job: Appending) -> None:
    places = Places(
        data_dir=Path(job.data_dir),
        key_dir=Path(job.key_dir),
        log_origin=ORIGIN,
        web_origin="http://127.0.0.1:8000",
        database_url=job.database_url,
    )
    small = SmallRegister(places, clock=StepClock())
    counts = random.Random(job.first_serial)
    serial, fault = job.first_serial, job.fault
    if job.watched:
        tell_effects_outside(fault, lambda effect: _say(f"effect {effect}"))
    with faulty(small, fault) as register:
        if not job.appends:
            register.writer.recover()
        for _ in range(job.appends):
            count = job.count or counts.randint(1, _MOST_RECORDS)
            published = register.approve([a_record(serial + at) for at in range(count)], batch=serial)
            serial += count
            _say(f"published {published.size}")
        small.close()


def _limit_files(largest: int) -> None:
    if largest:
        # Without the signal a write beyond the limit fails as one on a full disk does.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))


def _say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def main() -> None:
    """Does jobs until the input ends."""
    for line in sys.stdin:
        job = Appending(**json.loads(line))
        child = os.fork()
        if not child:
            _say(f"pid {os.getpid()}")
            try:
                _limit_files(job.largest_file)
                _append(job)
            except RegistryError as fault:
                _say(f"failed {fault.code}")
            os._exit(0)
        _, status = os.waitpid(child, 0)
        _say(f"end {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
