"""Sending the queue: one sender, one batch at a time, every position settled by a receipt.

Because batches follow each other strictly and rows stand in queue order, versions of a number never overtake
one another. Only a believed receipt settles a row as online or rejected; a row that cannot be sent, or that
makes an otherwise working network fail, is set aside under our own reason code so that the rest goes on.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from registry.national.client import Answered, NationalClient
from registry.national.errors import (
    LeaseLost,
    RemoteRefused,
    RemoteUnavailable,
    SendingStopped,
    UnsendableRow,
)
from registry.national.objects import BATCH_ID_BYTES, BatchId
from registry.national.protocol import (
    MAX_BATCH_BYTES,
    MAX_ROWS,
    Batch,
    make_batch,
)
from registry.national.queue import NationalState, Outbox, SendingState
from registry.national.receipts import Accepted, Receipt
from registry.national.rows import Row, row_bytes
from registry.national.store import InFlight, NationalStore
from registry.storage.errors import StorageError
from signing.encoding import b64url_encode

LEASE = timedelta(seconds=120)
REMOTE_FAILED = "remote_failed"
# The manifest's line and what gzip adds to text that does not shrink.
_ROWS_BYTES = MAX_BATCH_BYTES - 50_000


class SyncOutcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    ANOTHER_SENDER = "another_sender"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    STOPPED = "stopped"


@dataclass(frozen=True)
class SyncReport:
    """What a run did, and why it ended. `reason` is a stable code unless it is done."""

    outcome: SyncOutcome
    batches: int = 0
    online: int = 0
    rejected: int = 0
    reason: str = ""
    retry_after_seconds: float | None = None


def new_batch_id() -> BatchId:
    """A fresh random batch id."""
    return BatchId(b64url_encode(secrets.token_bytes(BATCH_ID_BYTES)))


@dataclass(frozen=True)
class Sender:
    """Who sends, from where, to whom. `holder` names this process in the lease and must be its own."""

    outbox: Outbox
    store: NationalStore
    client: NationalClient
    holder: str
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    batch_id: Callable[[], BatchId] = new_batch_id

    def keep_lease(self) -> None:
        """Stays the one sender. Raises: LeaseLost."""
        if not self.store.take_lease(self.holder, self.now(), LEASE):
            raise LeaseLost


def sync_once(sender: Sender, stopped: Callable[[], bool] = lambda: False) -> SyncReport:
    """Sends until the queue is empty or the network gives no more answers. Raises: StorageError."""
    run = _Run(sender)
    try:
        sender.keep_lease()
    except LeaseLost:
        return run.report(SyncOutcome.ANOTHER_SENDER, LeaseLost.code)
    try:
        while run.step():
            if stopped():
                return run.report(SyncOutcome.STOPPED, SendingStopped.code)
        return run.report(SyncOutcome.DONE)
    except LeaseLost as fault:
        return run.report(SyncOutcome.ANOTHER_SENDER, fault.code)
    except RemoteUnavailable as fault:
        return run.report(SyncOutcome.UNAVAILABLE, fault.reason, fault.retry_after_seconds)
    except RemoteRefused as fault:
        return run.report(SyncOutcome.REFUSED, fault.reason)
    except SendingStopped as fault:
        return run.report(SyncOutcome.STOPPED, fault.code)
    finally:
        sender.store.release_lease(sender.holder)


def sync_until(
    stopped: Callable[[], bool],
    wait: Callable[[float], object],
    sender: Sender,
    on_report: Callable[[SyncReport], None],
    *,
    every_seconds: float = 5.0,
) -> None:
    """The worker's loop: a run, its report, a pause, until told to stop.

    `stopped` and `wait` are a `threading.Event`'s `is_set` and `wait`. A database that does not answer ends a
    run, never the loop.
    """
    while not stopped():
        try:
            report = sync_once(sender, stopped)
        except StorageError as fault:
            report = SyncReport(SyncOutcome.UNAVAILABLE, reason=fault.code)
        on_report(report)
        wait(max(every_seconds, report.retry_after_seconds or 0.0))


class _Run:
    """One run: its tally, and how many rows a batch may have for now."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._limit = MAX_ROWS
        self._suspected_through = 0
        self._batches = 0
        self._online = 0
        self._rejected = 0

    def report(
        self, outcome: SyncOutcome, reason: str = "", retry_after_seconds: float | None = None
    ) -> SyncReport:
        return SyncReport(outcome, self._batches, self._online, self._rejected, reason, retry_after_seconds)

    def step(self) -> bool:
        """Sends one batch; False when there is nothing left.

        1. What is in flight goes first, unchanged, if it can still be rebuilt; else it is withdrawn.
        2. Otherwise the next rows make a new batch, written down before anything leaves.
        3. It is sent until a receipt is believed, and the receipt settles its rows.
        """
        prepared = self._resumed() or self._next()
        if prepared is None:
            return False
        batch, seqs = prepared
        try:
            answered = self._sender.client.send(batch, self._sender.keep_lease)
        except RemoteUnavailable as fault:
            if fault.status != HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            self._narrow(batch, seqs, fault)
            return True
        self._settle(batch, seqs, answered)
        return True

    def _resumed(self) -> tuple[Batch, tuple[int, ...]] | None:
        sender = self._sender
        flight = sender.store.in_flight()
        if flight is None:
            return None
        manifest, wanted = flight.manifest, set(flight.seqs)
        rows = [row for row in self._range(manifest.first, manifest.last) if row.entry in wanted]
        try:
            lines = [row_bytes(row) for row in rows]
        except UnsendableRow:
            lines = []
        batch = make_batch(manifest.batch, manifest.previous, manifest.first, manifest.last, lines)
        if batch.manifest == manifest:
            return batch, flight.seqs
        # A record in it was erased since. The network may have taken the old bytes: then it takes the
        # erased row over them, and the others a second time as what they are, repeated.
        sender.store.withdraw(manifest.batch, sender.holder, sender.now())
        return None

    def _range(self, first: int, last: int) -> Sequence[Row]:
        found: list[Row] = []
        cursor = first - 1
        while cursor < last:
            page = self._sender.outbox.after(cursor, MAX_ROWS)
            if not page:
                break
            found += [row for row in page if row.entry <= last]
            cursor = page[-1].entry
        return found

    def _next(self) -> tuple[Batch, tuple[int, ...]] | None:
        sender = self._sender
        position = sender.store.position()
        seqs, lines = self._gather(position.last)
        if not seqs:
            return None
        batch = make_batch(sender.batch_id(), position.batch, seqs[0], seqs[-1], lines)
        flight = InFlight(batch.manifest, tuple(seqs))
        sender.store.record_sent(flight, sender.holder, sender.now())
        return batch, flight.seqs

    def _gather(self, after: int) -> tuple[list[int], list[bytes]]:
        """The next pending rows that fit into one batch; what cannot be sent is set aside on the way."""
        sender, seqs, lines, length, cursor = self._sender, list[int](), list[bytes](), 0, after
        while page := sender.outbox.after(cursor, self._limit):
            states = sender.store.state_of([item.entry for item in page])
            for item in page:
                if states[item.entry].state is not SendingState.PENDING:
                    continue
                try:
                    line = row_bytes(item)
                except UnsendableRow as fault:
                    self._set_aside(item.entry, fault.reason)
                    continue
                length += len(line) + 1
                if length > _ROWS_BYTES or len(lines) == self._limit:
                    return seqs, lines
                seqs.append(item.entry)
                lines.append(line)
            cursor = page[-1].entry
            if len(lines) == self._limit:
                break
        return seqs, lines

    def _settle(self, batch: Batch, seqs: Sequence[int], answered: Answered) -> None:
        sender, now = self._sender, self._sender.now()
        states = _states(seqs, answered.receipt)
        sender.store.record_receipt(
            batch.manifest.batch, states, answered.kept, holder=sender.holder, now=now
        )
        if seqs[-1] >= self._suspected_through:
            self._limit = MAX_ROWS
        online = sum(state.state is SendingState.ONLINE for state in states.values())
        self._batches += 1
        self._online += online
        self._rejected += len(states) - online

    def _narrow(self, batch: Batch, seqs: Sequence[int], fault: RemoteUnavailable) -> None:
        """Looks for the row that makes the network fail, by halves; it is set aside once it stands alone.

        Only while the network works otherwise, which its signed status shows: an outage is no row's fault.
        The batch may have been taken all the same. Its rows then go a second time, and are known there.
        """
        sender = self._sender
        try:
            sender.client.status()
        except (RemoteUnavailable, RemoteRefused):
            raise fault from None
        sender.keep_lease()
        sender.store.withdraw(batch.manifest.batch, sender.holder, sender.now())
        if len(seqs) > 1:
            self._limit, self._suspected_through = len(seqs) // 2, seqs[-1]
        else:
            self._set_aside(seqs[0], REMOTE_FAILED)
            self._limit = MAX_ROWS

    def _set_aside(self, seq: int, reason: str) -> None:
        self._sender.store.set_aside(seq, reason, self._sender.holder, self._sender.now())
        self._rejected += 1


def _states(seqs: Sequence[int], receipt: Receipt) -> dict[int, NationalState]:
    return {
        seq: NationalState(SendingState.ONLINE, result.online_on)
        if isinstance(result, Accepted)
        else NationalState(SendingState.REJECTED, None, result.reason)
        for seq, result in zip(seqs, receipt.results, strict=True)
    }
