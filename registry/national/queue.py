"""The queue's ports and values: what waits to be sent, and what became of it.

The register writes the outbox in the transaction that appends, so nothing enters the log without entering
the queue. The outbox is append-only and knows nothing of sending; that is the desk's `NationalStore`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Protocol

from registry.national.protocol import Row

# Mainland China keeps one time all year, so civil dates need no time zone database.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


@dataclass(frozen=True)
class OutboxRow:
    """One version of a certificate at its position in the queue."""

    seq: int
    row: Row


class Outbox(Protocol):
    """The queue as the register wrote it.

    Positions start at 1 or later, never repeat and follow commit order; they need not be dense. All versions
    of a number stand in the order of their acts. A version whose record has been erased since is handed out
    as it was but without its record. Once the network confirmed the removal, the number is forgotten as well,
    and with it all positions of the certificate disappear: nothing is left to be said of them.
    """

    def after(self, seq: int, limit: int) -> Sequence[OutboxRow]:
        """The next rows behind `seq`, ascending and at most `limit`; none only where the queue ends."""
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
