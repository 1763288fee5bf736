"""Whether the network holds exactly what it confirmed to us: the same count and the same root.

Compared is the latest confirmed version of each certificate and institution. What is still waiting or was
turned back is not the network's fault and is counted beside it. No sender may be at work meanwhile, so the
lease is taken; whoever forgets the numbers of confirmed removals takes it too.
"""

from dataclasses import dataclass
from datetime import datetime

from registry.national.errors import LeaseLost, RemoteRefused, RemoteUnavailable, SendingStopped
from registry.national.holdings import Holdings as Tree
from registry.national.objects import BatchId
from registry.national.protocol import MAX_ROWS
from registry.national.queue import SendingState
from registry.national.rows import Held, Reference
from registry.national.sync import Sender
from signing.inclusion import Hash


@dataclass(frozen=True)
class Holdings:
    """What one side holds: so many certificates under that root."""

    count: int
    root: Hash


@dataclass(frozen=True)
class Ours:
    """What was confirmed to us, and how many rows of the queue were not (yet)."""

    holdings: Holdings
    pending: int
    rejected: int


@dataclass(frozen=True)
class Equal:
    """Both sides hold the same."""

    ours: Ours
    last_batch: BatchId
    as_of_at: datetime


@dataclass(frozen=True)
class Differs:
    """The network holds something else than it confirmed."""

    ours: Ours
    theirs: Holdings
    last_batch: BatchId
    as_of_at: datetime


@dataclass(frozen=True)
class CouldNotCheck:
    """There was nothing to compare with. `reason` is a stable code."""

    reason: str


def reconcile(sender: Sender) -> Equal | Differs | CouldNotCheck:
    """Compares by count and root. Raises: StorageError."""
    try:
        sender.keep_lease()
    except LeaseLost as fault:
        return CouldNotCheck(fault.code)
    try:
        if sender.store.in_flight():
            return CouldNotCheck("batch_in_flight")
        summary = sender.client.holdings([""]).value
        ours = confirmed(sender)
    except (RemoteUnavailable, RemoteRefused) as fault:
        return CouldNotCheck(fault.reason)
    except (SendingStopped, LeaseLost) as fault:
        return CouldNotCheck(fault.code)
    finally:
        sender.store.release_lease(sender.holder)
    theirs = Holdings(summary.ranges[0].range.count, summary.ranges[0].range.root)
    if theirs == ours.holdings:
        return Equal(ours, summary.last_batch, summary.as_of_at)
    return Differs(ours, theirs, summary.last_batch, summary.as_of_at)


def confirmed(sender: Sender) -> Ours:
    """The latest version of each number that the network confirmed, as count and root. Raises: LeaseLost."""
    latest: dict[Reference, Held] = {}
    counts = dict.fromkeys(SendingState, 0)
    cursor = 0
    while page := sender.outbox.after(cursor, MAX_ROWS):
        sender.keep_lease()
        states = sender.store.state_of([item.entry for item in page])
        for item in page:
            state = states[item.entry].state
            counts[state] += 1
            if state is SendingState.ONLINE:
                latest[item.ref] = item.held
        cursor = page[-1].entry
    ours = Tree(latest.values()).range()
    holdings = Holdings(ours.count, ours.root)
    return Ours(holdings, counts[SendingState.PENDING], counts[SendingState.REJECTED])
