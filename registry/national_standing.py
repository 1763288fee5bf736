"""How far the register is on its way to the national network: counts, and how long the oldest has waited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from registry.ledger.entries import stored_entry, text
from registry.ledger.read import LedgerReader
from registry.national.queue import SendingState
from registry.storage.national_desk_reads import NationalDesk, NationalHealth, RejectedAmong
from registry.storage.queue_reads import QueueReads
from signing.encoding import parse_rfc3339


@dataclass(frozen=True)
class NationalStanding:
    """Everything that waits is in `counts`, planned by the sender or not.

    `waiting_since` is when the oldest entry that waits was registered, None while nothing waits.
    """

    counts: Mapping[SendingState, int]
    open_rejections: int
    waiting_since: datetime | None
    health: NationalHealth


def national_standing(desk: NationalDesk, queue: QueueReads, ledger: LedgerReader) -> NationalStanding:
    """How far it is, as of the published tree. Raises: DatabaseUnavailable, LogNotFound."""
    size, _ = ledger.published()
    counts, frontier = dict(desk.counts()), desk.frontier()
    counts[SendingState.PENDING] += queue.count_behind(frontier, size)
    return NationalStanding(
        counts,
        desk.count(RejectedAmong()),
        _waiting_since(desk, queue, ledger, frontier, size),
        desk.health(),
    )


def _waiting_since(
    desk: NationalDesk, queue: QueueReads, ledger: LedgerReader, frontier: int, size: int
) -> datetime | None:
    waiting = (
        desk.oldest(SendingState.PENDING),
        desk.oldest(SendingState.SENT),
        queue.first_behind(frontier, size),
    )
    # Times never decrease in the log: the first position is the oldest.
    first = min((each for each in waiting if each is not None), default=None)
    return None if first is None else parse_rfc3339(text(stored_entry(ledger.body(first)), "at"))
