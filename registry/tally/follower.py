"""The follower that counts: brings the tally up to the register, step by step.

The log is the queue. Each step

1. reads which certificates were registered or acted on behind the cursor, and what each of them is now;
2. puts each into its cell and advances the cursor, in one transaction.

Whoever dies before 2 is done repeats the step; two that follow at once do not count twice. Counts depend on
the calendar of working days, so the cursor is kept under its name, and another calendar counts anew.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Engine

from registry.lookup import LookUp
from registry.rules.working_days import WorkCalendar
from registry.storage.decision_rows import DecisionRows
from registry.storage.sql import KeptReader
from registry.storage.tally_rows import TallyRows
from registry.tally.batches import decided_batch
from registry.tally.certificates import CertificateCells

STEP_SIZE: Final = 5_000
_CURSORS: Final = "tally "

Progress = Callable[[int, int], None]
"""Told after each step: the position reached, and the size of the published log."""


@dataclass(frozen=True)
class Counted:
    """How far the tally is: everything before `position` + 1 of `size` published entries is counted.

    `batches` decisions are.
    """

    position: int
    size: int
    batches: int

    @property
    def is_current(self) -> bool:
        """Whether nothing published is missing."""
        return self.position >= self.size - 1


class TallyFollower:
    """Counts one register. `look_up` gives the calling thread its own."""

    def __init__(
        self,
        look_up: Callable[[], LookUp],
        register: Engine,
        desk: Engine,
        calendar: WorkCalendar,
        *,
        step_size: int = STEP_SIZE,
    ) -> None:
        self._look_up = look_up
        self._register = register
        self._rows = TallyRows(desk)
        self._calendar = calendar
        self._step_size = step_size
        self._name = f"{_CURSORS}1 {calendar.fingerprint}"

    def follow(self, progress: Progress | None = None) -> int:
        """Catches up, and says how many certificates and batches were counted or moved.

        Raises: DatabaseUnavailable, LogNotFound.
        """
        with closing(KeptReader(self._register)) as reader:
            decisions = DecisionRows(reader)
            return self._certificates(decisions, progress) + self._batches(decisions)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Counts everything anew. Raises: as `follow`."""
        self._rows.begin(self._name, _CURSORS)
        return self.follow(progress)

    def counted(self) -> Counted:
        """How far the tally is. Raises: DatabaseUnavailable, LogNotFound."""
        size, _ = self._look_up().ledger.published()
        return Counted(self._rows.position(self._name) or 0, size, self._rows.batch_count())

    def _certificates(self, decisions: DecisionRows, progress: Progress | None) -> int:
        cells = CertificateCells(self._look_up(), decisions, self._calendar)
        position = self._rows.position(self._name)
        if position is None:
            self._rows.begin(self._name, _CURSORS)
            position = 0
        done = 0
        while True:
            step, end = cells.step(position, self._step_size)
            if end <= position:
                return done
            if not self._rows.take(self._name, step, start=position, end=end):
                return done
            position, done = end, done + len(step.cells)
            if progress is not None:
                progress(position, self._look_up().ledger.published()[0])

    def _batches(self, decisions: DecisionRows) -> int:
        # A decision is never taken back: as many as are known are all there are.
        if decisions.count() == self._rows.batch_count():
            return 0
        known, done = self._rows.batches(), 0
        for batch in decisions.batches():
            stored = decisions.decision(batch) if batch not in known else None
            if stored is not None:
                self._rows.add_batch(decided_batch(stored))
                done += 1
        return done
