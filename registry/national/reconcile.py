"""Whether the network holds exactly our register as of entry N, and what is done where it doesn't.

1. The lease is taken and nothing is in flight: while we look, nobody sends.
2. Ours: for each certificate and institution the latest version that the network confirmed. What waits or was
   turned back is an exception, and not the network's fault.
3. Theirs: its signed answer under a nonce that stands for our side, then a walk to what differs.
4. Healing: what can be made good by sending goes again, and both sides are compared once more. What the
   network only failed over goes again as well, and may fail again.

There are three ends: it is so, it is not so and here is where, and it could not be checked. An answer that
cannot be believed, or that contradicts another one, is of the third kind.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_bytes

from registry.national.client import Answered
from registry.national.comparing import OneMoment, compare
from registry.national.errors import (
    HoldingsRefused,
    LeaseLost,
    RemoteRefused,
    RemoteUnavailable,
    SendingStopped,
)
from registry.national.expected import Expected, expected
from registry.national.findings import ComparisonOutcome, DifferenceGroup, ExceptionGroup, Remedy
from registry.national.healing import Difference, grouped, judged
from registry.national.holdings import Range
from registry.national.holdings_messages import Detail, HoldingsAnswer
from registry.national.queue import NationalState
from registry.national.reasons import RowReason
from registry.national.report import SALT_BYTES, bound_nonce
from registry.national.sync import Sender, sync_once

IN_FLIGHT = "batch_in_flight"
_FAILED = RowReason.REMOTE_FAILED
_TOGETHER = 1_000


@dataclass(frozen=True)
class Reconciled:
    """One comparison as of entry `size`, the network's signed answer in it as it came.

    `registered` counts everything in the register, `ours` what the network confirmed. The nonce of the answer
    is `bound_nonce` of the salt and our side. `healed` counts the places that were made good before it.
    """

    at: datetime
    size: int
    checkpoint: bytes
    salt: bytes
    registered: int
    ours: Range
    theirs: Answered[HoldingsAnswer]
    outcome: ComparisonOutcome
    exceptions: tuple[ExceptionGroup, ...]
    differences: tuple[DifferenceGroup, ...]
    exchanges: int
    healed: int = 0

    @property
    def differing(self) -> int:
        """In how many places the sides differ."""
        return sum(each.count for each in self.differences)


@dataclass(frozen=True)
class CouldNotCheck:
    """There was nothing to compare with. `reason` is a stable code."""

    reason: str


def reconcile(
    sender: Sender,
    *,
    heal: bool = True,
    stopped: Callable[[], bool] = lambda: False,
    new_salt: Callable[[], bytes] = lambda: token_bytes(SALT_BYTES),
) -> Reconciled | CouldNotCheck:
    """Compares both sides, and if asked to makes good what it can. Raises: StorageError."""

    def keep_on() -> None:
        if stopped():
            raise SendingStopped
        sender.keep_lease()

    first = _compared(sender, keep_on, new_salt(), heal=heal)
    if isinstance(first, CouldNotCheck) or not heal or not _can_be_sent(first):
        return first
    sync_once(sender, stopped)
    second = _compared(sender, keep_on, new_salt(), heal=False)
    if isinstance(second, CouldNotCheck):
        # What was found stands, and what was sent for it is on its way.
        return first
    healed = max(0, first.differing - second.differing)
    return replace(second, exchanges=first.exchanges + second.exchanges, healed=healed)


def _can_be_sent(compared: Reconciled) -> bool:
    return any(each.remedy is not Remedy.REPORTED for each in compared.differences)


def _compared(
    sender: Sender, keep_on: Callable[[], None], salt: bytes, *, heal: bool
) -> Reconciled | CouldNotCheck:
    try:
        keep_on()
        try:
            if sender.store.in_flight():
                return CouldNotCheck(IN_FLIGHT)
            return _under_lease(sender, keep_on, salt, heal=heal)
        finally:
            sender.store.release_lease(sender.holder)
    except (RemoteUnavailable, RemoteRefused) as fault:
        return CouldNotCheck(fault.reason)
    except HoldingsRefused as fault:
        return CouldNotCheck(f"holdings_{fault.reason}")
    except (SendingStopped, LeaseLost) as fault:
        return CouldNotCheck(fault.code)


def _under_lease(sender: Sender, keep_on: Callable[[], None], salt: bytes, *, heal: bool) -> Reconciled:
    size, checkpoint = sender.outbox.published()

    def states(seqs: Sequence[int]) -> Mapping[int, NationalState]:
        keep_on()
        return sender.store.state_of(seqs)

    with expected(sender.outbox.held_after, states, size) as ours:
        whole, exceptions = ours.range(), ours.exceptions()
        nonce = bound_nonce(salt, checkpoint, whole.count, whole.root)
        theirs = sender.client.holdings([""], keep_on=keep_on, nonce=nonce)

        def ask(prefixes: Sequence[str], detail: Detail) -> HoldingsAnswer:
            return sender.client.holdings(prefixes, detail, keep_on).value

        other = OneMoment(theirs.value, ask)
        compare(ours, other)
        differences = grouped(_remedied(sender, ours, heal=heal))
        if heal:
            # An outage of days looks like rows over which the network fails, and nobody would press a button.
            _reopen(
                sender, [entry for each in exceptions if each.reason == _FAILED for entry in each.entries]
            )
        return Reconciled(
            at=sender.now(),
            size=size,
            checkpoint=checkpoint,
            salt=salt,
            registered=ours.registered(),
            ours=whole,
            theirs=theirs,
            outcome=_outcome(exceptions, differences),
            exceptions=exceptions,
            differences=differences,
            exchanges=other.asked,
        )


def _outcome(
    exceptions: Sequence[ExceptionGroup], differences: Sequence[DifferenceGroup]
) -> ComparisonOutcome:
    if differences:
        return ComparisonOutcome.DIFFERS
    return ComparisonOutcome.EXACT_BUT_FOR if exceptions else ComparisonOutcome.EXACT


def _remedied(sender: Sender, ours: Expected, *, heal: bool) -> Iterator[Difference]:
    """Each difference, what makes it good reopened on the way. Without healing, it is only reported."""
    again = list[int]()
    for found, versions in ours.found():
        difference = judged(found, versions)
        if not heal and difference.remedy is Remedy.RESENT:
            difference = replace(difference, remedy=Remedy.REPORTED)
        elif heal:
            again += difference.again
        if len(again) >= _TOGETHER:
            _reopen(sender, again)
            again = []
        yield difference
    _reopen(sender, again)


def _reopen(sender: Sender, entries: Sequence[int]) -> None:
    if entries:
        sender.keep_lease()
        sender.store.reopen(entries)
