"""A register whose append can fail at any step: before the step, or after it while it says that it failed."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.ledger.guard import Guard, TreeHead
from registry.ledger.writer import LogWriter
from signing.keys import KeyRole, SigningKey
from tests.registry.ledger.builders import ORIGIN, SmallRegister


class Step(StrEnum):
    """The steps of an append that leave something behind, in order."""

    COMMIT_ENTRIES = "commit_entries"
    WRITE_GUARD = "write_guard"
    SIGN = "sign"
    COMMIT_CHECKPOINT = "commit_checkpoint"


class Moment(StrEnum):
    """When the step fails."""

    BEFORE = "before"
    AFTER = "after"


class Died(Exception):
    """The process died here; nothing after this line ran."""


@dataclass
class Fault:
    """Fails once, at that step and moment. `watch` sees every step begin."""

    step: Step | None = None
    moment: Moment = Moment.BEFORE
    watch: Callable[[Step], None] = lambda step: None

    def around(self, step: Step, act: Callable[[], Any], error: Callable[[], Exception] = Died) -> Any:
        """Takes the step, unless the fault is here."""
        self.watch(step)
        here = self.step is step
        if here:
            self.step = None
        if here and self.moment is Moment.BEFORE:
            raise error()
        result = act()
        if here:
            raise error()
        return result


class FaultyGuard(Guard):
    """A guard whose writing may fail."""

    def __init__(self, register: SmallRegister, fault: Fault) -> None:
        super().__init__(register.places.keys.guard)
        self._fault = fault

    def write(self, head: TreeHead) -> None:
        """See `Guard`."""
        self._fault.around(Step.WRITE_GUARD, lambda: super(FaultyGuard, self).write(head))


class FaultyKey(SigningKey):
    """A log key whose signing may fail."""

    def __init__(self, key: SigningKey, fault: Fault) -> None:
        super().__init__(KeyRole.LOG, key._private)
        self._fault = fault

    def sign(self, message: bytes) -> bytes:
        """See `SigningKey`."""
        signature: bytes = self._fault.around(Step.SIGN, lambda: super(FaultyKey, self).sign(message))
        return signature


def faulty(register: SmallRegister, fault: Fault) -> SmallRegister:
    """The same register, opened anew, whose writer fails as `fault` says; the database with its own error."""
    other = register.reopened()
    _make_commits_fail(other.engine, fault)
    other.writer = LogWriter(
        other.engine,
        origin=ORIGIN,
        keys=[FaultyKey(other.log_key, fault)],
        guard=FaultyGuard(other, fault),
        lock=other.places.writer_lock(other.engine),
        clock=other.clock,
    )
    return other


def _make_commits_fail(engine: Engine, fault: Fault) -> None:
    dialect: Any = engine.dialect
    commit = dialect.do_commit
    # An append commits twice; which of the two this is shows in what was inserted.
    inserted = {Step.COMMIT_CHECKPOINT: False}

    def before_execute(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT INTO "):
            inserted[Step.COMMIT_CHECKPOINT] = statement.startswith("INSERT INTO checkpoint")

    def do_commit(connection: object) -> None:
        step = Step.COMMIT_CHECKPOINT if inserted[Step.COMMIT_CHECKPOINT] else Step.COMMIT_ENTRIES
        error = dialect.loaded_dbapi.OperationalError
        fault.around(step, lambda: commit(connection), lambda: error("the disk is gone"))

    sa.event.listen(engine, "before_cursor_execute", before_execute)
    dialect.do_commit = do_commit
