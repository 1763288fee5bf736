"""Sending the queue: one sender, batches side by side, every position settled by a receipt.

One coordinator plans, records and settles (`Courier`) and keeps the lease; threads do nothing but carry one
batch each until it has a believed receipt. So waiting costs nothing as long as other batches move, and
everything that matters happens in one place, in one order. Only a believed receipt settles a row as online
or rejected; a row that cannot be sent, or that makes an otherwise working network fail, is set aside under
our own reason code so that the rest goes on.
"""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from registry.national.client import Answered, NationalClient
from registry.national.courier import Courier, Parcel, new_batch_id
from registry.national.errors import LeaseLost, RemoteRefused, RemoteUnavailable, SendingStopped
from registry.national.objects import BatchId
from registry.national.queue import Outbox
from registry.national.receipts import Accepted, Receipt
from registry.national.store import NationalStore

LEASE = timedelta(seconds=120)
CONCURRENCY = 8
_RENEWED = timedelta(seconds=30)
_PREVIOUS_UNKNOWN = "previous_unknown"
_TICK_SECONDS = 0.2
# A network that loses its past so often without taking a single batch in between is not healed by asking.
_MOST_LOSSES = 5


class SyncOutcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    ANOTHER_SENDER = "another_sender"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class SyncReport:
    """What a run did, and why it ended. `reason` is a stable code unless it is done.

    `lost` counts the rows that the network had confirmed and did not know any more; they go again.
    """

    outcome: SyncOutcome
    batches: int = 0
    online: int = 0
    rejected: int = 0
    reason: str = ""
    retry_after_seconds: float | None = None
    lost: int = 0


@dataclass(frozen=True)
class Sender:
    """Who sends, from where, to whom, and how many batches at a time.

    `holder` names this process in the lease and must be its own; `is_gone` says of another one's name that
    its process has ended for certain.
    """

    outbox: Outbox
    store: NationalStore
    client: NationalClient
    holder: str
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    batch_id: Callable[[], BatchId] = new_batch_id
    concurrency: int = CONCURRENCY
    executor: Callable[[int], Executor] = ThreadPoolExecutor
    is_gone: Callable[[str], bool] = lambda _: False

    def keep_lease(self) -> None:
        """Stays the one sender. Raises: LeaseLost."""
        if not self.store.take_lease(self.holder, self.now(), LEASE, self.is_gone):
            raise LeaseLost


def sync_once(sender: Sender, stopped: Callable[[], bool] = lambda: False) -> SyncReport:
    """Sends until the queue is empty or the network gives no more answers. Raises: StorageError."""
    run = _Run(sender, stopped)
    try:
        sender.keep_lease()
    except LeaseLost:
        return run.report(SyncOutcome.ANOTHER_SENDER, LeaseLost.code)
    try:
        run.go()
        return run.report(SyncOutcome.DONE)
    except LeaseLost as fault:
        return run.report(SyncOutcome.ANOTHER_SENDER, fault.code)
    except RemoteUnavailable as fault:
        sender.store.note_failing(fault.reason, sender.now())
        return run.report(SyncOutcome.UNAVAILABLE, fault.reason, fault.retry_after_seconds)
    except RemoteRefused as fault:
        sender.store.note_failing(fault.reason, sender.now())
        return run.report(SyncOutcome.REFUSED, fault.reason)
    except SendingStopped as fault:
        return run.report(SyncOutcome.STOPPED, fault.code)
    finally:
        sender.store.release_lease(sender.holder)


class _Run:
    """One run: the batches under way, and its tally."""

    def __init__(self, sender: Sender, stopped: Callable[[], bool]) -> None:
        self._sender = sender
        self._stopped = stopped
        self._courier = Courier(
            sender.outbox, sender.store, holder=sender.holder, now=sender.now, batch_id=sender.batch_id
        )
        self._over = threading.Event()
        self._lease_from = sender.now()
        self._under_way: dict[Future[Answered[Receipt]], tuple[Parcel, int]] = {}
        self._batches = self._online = self._rejected = self._lost = 0
        self._losses = 0

    def report(
        self, outcome: SyncOutcome, reason: str = "", retry_after_seconds: float | None = None
    ) -> SyncReport:
        rejected = self._rejected + self._courier.set_aside
        return SyncReport(
            outcome, self._batches, self._online, rejected, reason, retry_after_seconds, self._lost
        )

    def go(self) -> None:
        """Until nothing is left.

        1. What is in flight goes first, unchanged.
        2. As many more batches as there is room for are written down, and then sent.
        3. The first outcome that comes in is settled, and makes room.

        Raises: LeaseLost, RemoteUnavailable, RemoteRefused, SendingStopped, StorageError.
        """
        with ExitStack() as stack:
            executor = stack.enter_context(self._sender.executor(self._sender.concurrency))
            # However this ends, no thread is left waiting for an answer that nobody would record.
            stack.callback(self._end)
            for parcel in self._courier.resume():
                self._carry(executor, parcel)
            self._fill(executor)
            if self._under_way and self._sender.store.counted_back():
                self._ask_what_was_lost()
            while self._under_way:
                for future in self._finished():
                    self._conclude(executor, *self._under_way.pop(future), future)
                self._fill(executor)

    def _end(self) -> None:
        self._over.set()
        if self._under_way:
            self._sender.client.interrupt()

    def _fill(self, executor: Executor) -> None:
        while len(self._under_way) < self._sender.concurrency:
            self._keep_on()
            parcel = self._courier.next()
            if parcel is None:
                return
            self._carry(executor, parcel)

    def _finished(self) -> set[Future[Answered[Receipt]]]:
        while True:
            self._keep_on()
            finished, _ = wait(self._under_way, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
            if finished:
                return finished

    def _keep_on(self) -> None:
        """Between any two steps of the coordinator. Raises: SendingStopped, LeaseLost."""
        if self._stopped():
            raise SendingStopped
        now = self._sender.now()
        if not timedelta(0) <= now - self._lease_from < _RENEWED:
            self._sender.keep_lease()
            self._lease_from = now

    def _carry(self, executor: Executor, parcel: Parcel) -> None:
        client = self._sender.client
        future = executor.submit(client.send, parcel.batch, self._may_send)
        self._under_way[future] = (parcel, self._batches)

    def _may_send(self) -> None:
        """On the carrying thread, before every attempt and while it waits for the next.

        One that slept through the lease sends nothing. Raises: SendingStopped, LeaseLost.
        """
        if self._over.is_set() or self._stopped():
            raise SendingStopped
        if self._sender.now() - self._lease_from >= LEASE:
            raise LeaseLost

    def _conclude(
        self, executor: Executor, parcel: Parcel, batches_before: int, future: Future[Answered[Receipt]]
    ) -> None:
        """What follows from the outcome of one batch."""
        try:
            answered = future.result()
        except RemoteUnavailable as fault:
            if fault.only_failed and self._works():
                self._courier.narrow(parcel)
            elif self._batches > batches_before and not fault.asked_for_rest:
                # Others were answered meanwhile: the network is there, and this one was out of luck.
                if self._courier.is_as_planned(parcel):
                    self._carry(executor, parcel)
                else:
                    self._courier.take_back(parcel)
            else:
                raise
        except RemoteRefused as fault:
            # Before the first batch there is none that a network could have lost.
            names_one = fault.reason == _PREVIOUS_UNKNOWN and parcel.batch.manifest.previous
            if not names_one or self._losses == _MOST_LOSSES:
                raise
            if self._courier.follows_one_that_stands(parcel):
                self._losses += 1
                self._ask_what_was_lost()
            self._courier.take_back(parcel)
        else:
            self._settle(parcel, answered)

    def _settle(self, parcel: Parcel, answered: Answered[Receipt]) -> None:
        fits = self._courier.settle(parcel, answered.value, answered.kept)
        online = sum(isinstance(result, Accepted) for result in answered.value.results)
        self._batches += 1
        self._online += online
        self._rejected += len(answered.value.results) - online
        self._losses = 0
        if not fits:
            self._ask_what_was_lost()

    def _ask_what_was_lost(self) -> None:
        client = self._sender.client
        self._lost += self._courier.lost(lambda batches: client.known(batches, self._keep_on).value.known)

    def _works(self) -> bool:
        """Whether the network answers at all: an outage is no row's fault."""
        try:
            self._sender.client.status(self._keep_on)
        except (RemoteUnavailable, RemoteRefused):
            return False
        return True
