"""A register whose append can fail, or be killed, at any step of the writer's docstring.

`STEPS` is the table: one line a step, in the order of the append, with the writer's own number for it and the
call that takes it. A step that the writer takes and the table does not know makes a test fail
(`test_writer_steps.py`), and so does a line that the writer never reaches.
"""

import errno
import os
import signal
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from io import IOBase
from pathlib import Path
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa

from registry.ledger import writer as writer_module
from registry.ledger.guard import Guard
from registry.ledger.lock import WriterLock
from registry.ledger.writer import Addition, LogHead, LogWriter
from signing.inclusion import Hash
from signing.keys import KeyRole, SigningKey
from signing.notes import Note, cosign
from tests.registry.ledger.builders import ORIGIN, SmallRegister


class Moment(StrEnum):
    """When and how the step fails."""

    BEFORE = "fails before"
    AFTER = "fails after, reported failed"
    KILLED_BEFORE = "killed before"
    KILLED_AFTER = "killed after"

    @property
    def is_kill(self) -> bool:
        """Whether the process is gone, and not only the step."""
        return self in (Moment.KILLED_BEFORE, Moment.KILLED_AFTER)

    @property
    def is_after(self) -> bool:
        """Whether the step was taken."""
        return self in (Moment.AFTER, Moment.KILLED_AFTER)


class Died(Exception):
    """The program ended here by an error of its own."""


def _database_error() -> Exception:
    return sa.exc.OperationalError("", {}, Exception("the disk is gone"))


def _file_error() -> Exception:
    return OSError(errno.EIO, "the disk is gone")


class SteppedLock:
    """The writer's lock, taken and given back in two calls that can be seen."""

    def __init__(self, lock: WriterLock) -> None:
        self._lock = lock

    @contextmanager
    def held(self) -> Iterator[None]:
        """See `WriterLock`."""
        with ExitStack() as stack:
            self.take(stack)
            yield
            self.give_back(stack)

    def require_held(self) -> None:
        """See `WriterLock`."""
        self._lock.require_held()

    def take(self, stack: ExitStack) -> None:
        """The lock is this program's."""
        stack.enter_context(self._lock.held())

    def give_back(self, stack: ExitStack) -> None:
        """The lock is anybody's."""
        stack.close()


class SteppedWriter(LogWriter):
    """A writer whose caller's checks are a step like all others."""

    def append(self, admit: Callable[[LogHead], Addition]) -> Any:
        """See `LogWriter`."""
        return super().append(lambda head: self.admit(admit, head))

    @staticmethod
    def admit(admit: Callable[[LogHead], Addition], head: LogHead) -> Addition:
        """The caller's checks."""
        return admit(head)


def _is_guard(path: Path, mode: object = "r", *_: object, **__: object) -> bool:
    return path.name.startswith("guard") and (isinstance(mode, Path) or "w" in str(mode))


def _is_file(descriptor: int) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def _is_directory(descriptor: int) -> bool:
    return stat.S_ISDIR(os.fstat(descriptor).st_mode)


@dataclass(frozen=True)
class Step:
    """One step: the writer's number of it, what it does, and the call that takes it.

    Steps that share a call are told apart by `only`, which sees the call's arguments, or by `within`, the
    function that makes the call. `error`: what the call raises in real life.
    """

    number: int
    name: str
    owner: Any
    call: str
    within: str = ""
    only: Callable[..., bool] = field(default=lambda *_, **__: True)
    error: Callable[[], Exception] = Died

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Commits:
    """The database driver's commit, as `faulty` lets the engine make it."""

    @staticmethod
    def commit(act: Callable[[], None], publishing: bool) -> None:
        """Makes durable what the transaction did."""
        act()


class Cosigner:
    """A witness in the same process that cosigns everything, and remembers the sizes that it saw."""

    KEY = SigningKey.from_seed(KeyRole.WITNESS, b"c" * 32)
    NAME = "witness.example/in-process"

    def __init__(self) -> None:
        self.seen: list[int] = []

    def cosigned(
        self, note: Note, *, size: int, previous_size: int, prove: Callable[[int], Sequence[Hash]]
    ) -> Note:
        """See `Witnesses`."""
        prove(previous_size)
        self.seen.append(size)
        return cosign(note, self.NAME, self.KEY, 1_767_600_000)


def _publishes(_: object, publishing: bool) -> bool:
    return publishing


def _stores(_: object, publishing: bool) -> bool:
    return not publishing


STEPS = (
    Step(1, "take the lock", SteppedLock, "take"),
    Step(3, "read the guard", Guard, "read", within="_prepare"),
    Step(3, "check it against stored tiles", writer_module, "require_extension", within="_prepare"),
    Step(4, "admit the content", SteppedWriter, "admit"),
    Step(5, "insert entries", writer_module, "insert_entries", error=_database_error),
    Step(5, "insert tiles", writer_module, "insert_tiles", error=_database_error),
    Step(5, "insert private rows", writer_module, "_insert_private", error=_database_error),
    Step(5, "commit the entries", Commits, "commit", only=_stores, error=_database_error),
    Step(6, "read the guard again", Guard, "read", within="_publish"),
    Step(6, "prove the extension", writer_module, "require_extension", within="_publish"),
    Step(7, "make the guard's directory", Path, "mkdir", within="_write", error=_file_error),
    Step(7, "make the guard's new file", Path, "open", only=_is_guard, error=_file_error),
    Step(7, "flush the guard's file", os, "fsync", only=_is_file, error=_file_error),
    Step(7, "rename the guard's file", Path, "replace", only=_is_guard, error=_file_error),
    Step(7, "flush its directory", os, "fsync", only=_is_directory, error=_file_error),
    Step(8, "sign the checkpoint", writer_module, "sign_checkpoint"),
    Step(9, "have it cosigned", Cosigner, "cosigned"),
    Step(10, "insert the checkpoint", writer_module, "insert_checkpoint", error=_database_error),
    Step(10, "commit the checkpoint", Commits, "commit", only=_publishes, error=_database_error),
    Step(11, "give the lock back", SteppedLock, "give_back"),
)
"""Every step of an append, in order. Number 2, finishing an earlier append, takes those of `FINISHING`."""

ADMITTING = tuple(step for step in STEPS if step.number in (4, 5))
FINISHING = tuple(step for step in STEPS if step not in ADMITTING)
FINISH_EARLIER = 2
_BY_NAME = {step.name: step for step in STEPS}
COMMIT_ENTRIES = _BY_NAME["commit the entries"]
FLUSH_GUARD = _BY_NAME["flush the guard's file"]
RENAME_GUARD = _BY_NAME["rename the guard's file"]
SIGN = _BY_NAME["sign the checkpoint"]
INSERT_CHECKPOINT = _BY_NAME["insert the checkpoint"]
COMMIT_CHECKPOINT = _BY_NAME["commit the checkpoint"]


def comes_before(one: Step, other: Step) -> bool:
    """The order of the append."""
    return STEPS.index(one) < STEPS.index(other)


def has_taken(step: Step, fault: tuple[Step, Moment]) -> bool:
    """Whether an append that fails there and so has taken that step."""
    where, moment = fault
    return comes_before(step, where) or (step is where and moment.is_after)


@dataclass
class Fault:
    """Fails once, at that step and moment. `watch` sees every step begin; `under_way` is where we are."""

    step: Step | None = None
    moment: Moment = Moment.BEFORE
    watch: Callable[[Step], None] = lambda step: None
    under_way: Step | None = None
    last: Step | None = None

    def around(self, step: Step, act: Callable[[], Any]) -> Any:
        """Takes the step, unless the fault is here."""
        self.watch(step)
        here = self.step is step
        if here:
            self.step = None
            if not self.moment.is_after:
                self._strike(step)
        self.under_way = step
        try:
            result = act()
        finally:
            self.under_way, self.last = None, step
        if here:
            if isinstance(result, IOBase):
                result.close()
            self._strike(step)
        return result

    def _strike(self, step: Step) -> None:
        if self.moment.is_kill:
            os.kill(os.getpid(), signal.SIGKILL)
        raise step.error()


@contextmanager
def faulty(register: SmallRegister, fault: Fault) -> Iterator[SmallRegister]:
    """The same register, opened anew, whose writer fails as `fault` says until the end of the block."""
    other = register.reopened()
    calls: dict[tuple[Any, str], list[Step]] = {}
    for step in STEPS:
        calls.setdefault((step.owner, step.call), []).append(step)
    dialect: Any = other.engine.dialect
    commit = dialect.do_commit

    def do_commit(connection: object) -> None:
        # An append commits twice; which of the two this is shows in what was inserted.
        Commits.commit(lambda: commit(connection), fault.last is INSERT_CHECKPOINT)

    dialect.do_commit = do_commit
    other.writer = SteppedWriter(
        other.engine,
        origin=ORIGIN,
        keys=[other.log_key],
        guard=other.guard,
        lock=SteppedLock(other.places.writer_lock(other.engine)),
        clock=other.clock,
        witnesses=Cosigner(),
    )
    with ExitStack() as stack:
        for (owner, name), steps in calls.items():
            stack.enter_context(patch.object(owner, name, _stepped(owner, name, steps, fault)))
        yield other


def _stepped(owner: Any, name: str, steps: list[Step], fault: Fault) -> Any:
    """The call, which takes its step; calls that are no step pass."""
    real = getattr(owner, name)

    def call(*arguments: Any, **named: Any) -> Any:
        caller = sys._getframe(1).f_code.co_name
        for step in steps:
            if step.within in ("", caller) and step.only(*arguments, **named):
                return fault.around(step, lambda: real(*arguments, **named))
        return real(*arguments, **named)

    return staticmethod(call) if isinstance(vars(owner).get(name), staticmethod) else call
