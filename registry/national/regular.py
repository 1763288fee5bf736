"""Both sides are compared without being asked: once in a while, and soon after the network lost something.

The newest report that is kept says when that was, so a worker that is started anew does not begin anew. While
batches are under way it waits for the next turn; a network that gave no usable answer is left alone for a
while; and a register that never sent anything has nothing to compare.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from registry.national.errors import LeaseLost, NotCompared, SendingStopped
from registry.national.reconcile import IN_FLIGHT, CouldNotCheck, Reconciled, reconcile
from registry.national.report_making import make_report
from registry.national.sync import Sender, SyncOutcome, SyncReport
from registry.register import Register
from registry.storage.national_reports import kept_reports

RETRY = timedelta(hours=1)
# Somebody sends, or we are told to end: the next turn will do.
_LATER = (LeaseLost.code, SendingStopped.code, IN_FLIGHT)


@dataclass
class RegularComparison:
    """When it is due; nothing is ever due if `every` is no time at all."""

    newest: Callable[[], datetime | None]
    now: Callable[[], datetime]
    every: timedelta
    _lost: bool = field(default=False, init=False)
    _sent: bool = field(default=False, init=False)
    _not_before: datetime | None = field(default=None, init=False)

    def heard(self, run: SyncReport) -> None:
        """A run of sending: the first lets the first comparison come, and a loss makes one due at once."""
        self._sent = self._sent or run.outcome is SyncOutcome.DONE
        self._lost = self._lost or run.lost > 0

    def is_due(self) -> bool:
        """Whether to compare now. Raises: StorageError."""
        now = self.now()
        # One further off was noted by a clock that ran ahead.
        if not self.every or (self._not_before and timedelta(0) < self._not_before - now <= RETRY):
            return False
        newest = self.newest()
        if self._lost or newest is None:
            return self._sent
        # A report from the future was made by a clock that ran ahead.
        return not timedelta(0) <= now - newest < self.every

    def done(self, compared: Reconciled | CouldNotCheck) -> None:
        """Notes what came of it."""
        if isinstance(compared, Reconciled):
            self._lost, self._not_before = False, None
        elif compared.reason not in _LATER:
            self._not_before = self.now() + RETRY


def regular_comparison(register: Register, sender: Sender, every: timedelta) -> RegularComparison:
    """That of a register."""

    def newest() -> datetime | None:
        return next((each.at for each in kept_reports(register.desk_engine, 1)), None)

    return RegularComparison(newest, sender.now, every)


def compare_if_due(
    regular: RegularComparison, register: Register, sender: Sender, stopped: Callable[[], bool]
) -> int:
    """How many comparisons were made, and their reports kept: one or none.

    Raises: NotCompared if the network gave no usable answer; StorageError, NoActiveKey.
    """
    if not regular.is_due():
        return 0
    compared = reconcile(sender, stopped=stopped)
    regular.done(compared)
    if isinstance(compared, Reconciled):
        make_report(register, compared)
        return 1
    if compared.reason in _LATER:
        return 0
    raise NotCompared(compared.reason)
