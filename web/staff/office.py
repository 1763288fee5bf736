"""What the pages of the staff share beyond what every page does."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.engine import Engine

from registry.holders.room import HolderRoom, open_holders
from registry.jobs.desk import Jobs
from registry.national_standing import NationalStanding, national_standing
from registry.register import Register
from registry.review.proposal import Proposals
from registry.staff.accounts import Accounts
from registry.staff.desk import Staff, open_staff
from registry.staff.passwords import CURRENT_COST, Cost
from registry.storage.batch_reads import BatchReads, NationalCounts
from registry.storage.batch_rows import BatchRows
from registry.storage.draft_reads import DraftReads
from registry.storage.national_desk_reads import DayCount, NationalDesk
from registry.storage.queue_reads import QueueReads
from registry.storage.sql import KeptReader
from registry.storage.waiting_batches import WaitingBatches
from web.kept import Kept
from web.presenters.dates import civil_today
from web.settings import Settings

_STANDING_SECONDS, _DAYS_SECONDS = 15, 60


@dataclass(frozen=True)
class Office:
    """The register as staff work with it. `Site.office` is None where no staff pages are served."""

    register: Register
    staff: Staff
    jobs: Jobs
    holders: HolderRoom
    clock: Callable[[], datetime]
    settings: Settings
    _standings: Kept[int, NationalStanding] = field(
        default_factory=lambda: Kept(1), repr=False, compare=False
    )
    _days: Kept[tuple[int, int], Sequence[DayCount]] = field(
        default_factory=lambda: Kept(1), repr=False, compare=False
    )
    _own: threading.local = field(default_factory=threading.local, repr=False, compare=False)
    _opened: list[KeptReader] = field(default_factory=list, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def accounts(self) -> Accounts:
        """Everybody's accounts."""
        return self.staff.accounts

    def batches(self) -> BatchRows:
        """The calling thread's own reader of batches."""
        return BatchRows(self.register_reader())

    def heads(self) -> BatchReads:
        """The calling thread's own reader of what pages show of batches."""
        return BatchReads(self.register_reader())

    def drafts(self) -> DraftReads:
        """The calling thread's own reader of the reviewers' drafts."""
        return DraftReads(self._desk_reader())

    def proposals(self) -> Proposals:
        """The calling thread's own reader of what waits for a signature."""
        return Proposals(self._desk_reader())

    def waiting(self) -> WaitingBatches:
        """The calling thread's own reader of the queue."""
        return WaitingBatches(self.register_reader())

    def national_counts(self) -> NationalCounts:
        """The calling thread's own counts of what the national network has."""
        return NationalCounts(self._desk_reader())

    def national(self) -> NationalDesk:
        """The calling thread's own reader of how far sending is, and what came back."""
        return NationalDesk(self._desk_reader())

    def standing(self) -> NationalStanding:
        """How far the register is on its way to the national network; at most some seconds old.

        Raises: DatabaseUnavailable, LogNotFound.
        """
        # It counts an index of everything ever sent: not once for each look.
        moment = int(self.clock().timestamp()) // _STANDING_SECONDS
        return self._standings.get(moment, self._read_standing)

    def recent_days(self, count: int) -> Sequence[DayCount]:
        """What went online and what came back on each of the last days; at most a minute old."""
        # It reads every position once.
        key = (int(self.clock().timestamp()) // _DAYS_SECONDS, count)
        return self._days.get(key, lambda: self.national().days(self.today(), count))

    def _read_standing(self) -> NationalStanding:
        return national_standing(self.national(), QueueReads(self.register_reader()), self.register.ledger)

    def register_reader(self) -> KeptReader:
        """The calling thread's own connection to the register."""
        return self._reader("register_reader", self.register.engine)

    def _desk_reader(self) -> KeptReader:
        return self._reader("desk_reader", self.register.desk_engine)

    def _reader(self, name: str, engine: Engine) -> KeptReader:
        if not hasattr(self._own, name):
            reader = KeptReader(engine)
            setattr(self._own, name, reader)
            with self._lock:
                self._opened.append(reader)
        kept: KeptReader = getattr(self._own, name)
        return kept

    def close(self) -> None:
        """Gives back the connections of every thread, none of which may be reading any more."""
        with self._lock:
            for reader in self._opened:
                reader.close()

    def today(self) -> date:
        """The civil date in China."""
        return civil_today(self.clock())


def open_office(
    settings: Settings,
    register: Register,
    *,
    cost: Cost = CURRENT_COST,
    clock: Callable[[], datetime] | None = None,
) -> Office:
    """The office over an open register. Raises: KeyFileMissing, KeyFileExposed, KeyFileLocked."""
    now = clock or register.clock
    staff = open_staff(register, cost=cost, times=settings.session_times, clock=now)
    jobs = Jobs(register.desk_engine, lambda: register.keys.vault, now)
    holders = open_holders(register, staff, rules=settings.holder, cost=cost, clock=now)
    return Office(register, staff, jobs, holders, now, settings)
