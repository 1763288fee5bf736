"""The queue's ports and values: what waits to be sent, and what became of it.

The log itself is the queue: an entry is written in the transaction that appends, so nothing is registered
without waiting to be sent. The queue is append-only and knows nothing of sending; that is `NationalStore`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Protocol

from registry.national.rows import Held, Row

# Mainland China keeps one time all year, so civil dates need no time zone database.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


class Outbox(Protocol):
    """The queue as the register wrote it.

    A row's position is its `entry`: positions ascend and never repeat, and have gaps. All versions of a
    certificate or an institution stand in the order of their acts, and an institution before its
    certificates. A version whose record has been erased since is handed out without it, at its position.
    """

    def after(self, seq: int, limit: int) -> Sequence[Row]:
        """The next rows behind `seq`, ascending and at most `limit`; none only where the queue ends."""
        ...

    def at(self, seqs: Sequence[int]) -> Sequence[Row]:
        """The rows at these positions, ascending. What is no position of a row has none."""
        ...

    def held_after(self, seq: int, limit: int, size: int) -> Sequence[tuple[int, Held]]:
        """As `after` within the first `size` entries: (position, what the network then holds).

        Says nothing of a record, so it is cheap: whoever compares both sides walks through all of it.
        """
        ...

    def published(self) -> tuple[int, bytes]:
        """How many entries are published, and the checkpoint (a signed note) that covers them."""
        ...


class SendingState(StrEnum):
    """How far a row is on its way. 待上报 · 已上报 · 已上网 · 退回."""

    PENDING = "pending"
    SENT = "sent"
    ONLINE = "online"
    REJECTED = "rejected"


@dataclass(frozen=True)
class NationalState:
    """Where a row stands. `on` is the date of that state where it is known; `reason` is set when rejected."""

    state: SendingState
    on: date | None = None
    reason: str = ""


PENDING = NationalState(SendingState.PENDING)


def civil_date(moment: datetime) -> date:
    """The date on the wall in the province at that moment."""
    return moment.astimezone(CHINA).date()
