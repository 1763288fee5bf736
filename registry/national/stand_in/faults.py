"""How the stand-in misbehaves when told to: the faults that a sender must survive.

Each kind is drawn for itself, so that several may strike one exchange. A lie in an answer is never what is
kept: the same batch sent again still gets its true first receipt.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from random import Random
from typing import TypeAlias


class Fault(StrEnum):
    """One way to misbehave over one exchange."""

    LATENCY = "latency"
    SLOW_READING = "slow_reading"
    CLOCK_SKEW = "clock_skew"
    RESTORE = "restore"
    MAINTENANCE = "maintenance"
    BUSY = "busy"
    ERROR_BEFORE_COMMIT = "error_before_commit"
    RESET_BEFORE_COMMIT = "reset_before_commit"
    TIMEOUT_BEFORE_COMMIT = "timeout_before_commit"
    ERROR_AFTER_COMMIT = "error_after_commit"
    RESET_AFTER_COMMIT = "reset_after_commit"
    TIMEOUT_AFTER_COMMIT = "timeout_after_commit"
    TRUNCATED_ANSWER = "truncated_answer"
    WRONG_BATCH = "wrong_batch"
    WRONG_COUNT = "wrong_count"
    WRONG_ROOT = "wrong_root"
    WRONG_KEY = "wrong_key"
    ALTERED_BODY = "altered_body"
    UNSIGNED = "unsigned"


Strikes: TypeAlias = frozenset[Fault]
"""What strikes one exchange."""

FaultSource: TypeAlias = Callable[[], Strikes]
"""Asked once an exchange."""

NO_STRIKES: Strikes = frozenset()


def no_faults() -> Strikes:
    """The stand-in on a good day."""
    return NO_STRIKES


def scripted(faults: Iterable[Fault | Strikes | None]) -> FaultSource:
    """These faults, an item an exchange (None: nothing goes wrong), then none."""
    script = iter(faults)

    def draw() -> Strikes:
        item = next(script, None)
        if item is None:
            return NO_STRIKES
        return frozenset([item]) if isinstance(item, Fault) else item

    return draw


def by_chance(rates: Mapping[Fault, float], random: Random) -> FaultSource:
    """Each fault with its own probability an exchange, whatever the others do."""

    def draw() -> Strikes:
        # Every kind draws each time: another rate of one leaves the luck of all others as it was.
        points = {fault: random.random() for fault in Fault}
        return frozenset(fault for fault, point in points.items() if point < rates.get(fault, 0.0))

    return draw
