"""How long to wait: for one answer, between two attempts, and how often.

Time-outs follow what was measured; the pause after a failure doubles and has chance in it, and is never
shorter than the network asked for. Clocks, chance and waiting come in from outside.

Source: RFC 6298 section 2 (time-outs from measured round trips); RFC 9110 section 10.2.3 (Retry-After).
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TypeVar

from registry.national.errors import RemoteUnavailable
from registry.national.objects import NONCE_BYTES

TIMEOUT = "timeout"
_TICK_SECONDS = 0.1
_Answer = TypeVar("_Answer")


def wait_through(seconds: float, keep_on: Callable[[], None]) -> None:
    """Waits so long, and asks meanwhile whether to go on; what `keep_on` raises ends it."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        keep_on()
        time.sleep(min(left, _TICK_SECONDS))


@dataclass(frozen=True)
class Patience:
    """How often, and how long between. The pause doubles from `first_seconds` up to `longest_seconds`."""

    attempts: int = 8
    first_seconds: float = 0.2
    longest_seconds: float = 60.0


@dataclass(frozen=True)
class Surroundings:
    """What the client takes from outside: clocks, chance, waiting, and nonces."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = field(default=secrets.SystemRandom().random)
    pause: Callable[[float, Callable[[], None]], None] = wait_through
    nonce: Callable[[], bytes] = field(default=lambda: secrets.token_bytes(NONCE_BYTES))


class TimeOut:
    """How long an answer is waited for, learnt from those that came; shared by all who wait for its kind."""

    FIRST_SECONDS, LEAST_SECONDS, MOST_SECONDS = 3.0, 1.0, 30.0

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mean: float | None = None
        self._deviation = 0.0

    def seconds(self, silences: int) -> float:
        """The time-out of an attempt after so many in silence, each of which doubles it."""
        with self._lock:
            usual = self.FIRST_SECONDS if self._mean is None else self._mean + 4 * self._deviation
        return min(self.MOST_SECONDS, max(self.LEAST_SECONDS, usual) * 2.0 ** min(silences, 8))

    def measured(self, seconds: float) -> None:
        """An answer came after so long, whatever it said."""
        with self._lock:
            if self._mean is None:
                self._mean, self._deviation = seconds, seconds / 2
            else:
                self._deviation = 0.75 * self._deviation + 0.25 * abs(self._mean - seconds)
                self._mean = 0.875 * self._mean + 0.125 * seconds


def persist(
    attempt: Callable[[int], _Answer],
    patience: Patience,
    *,
    chance: Callable[[], float],
    pause: Callable[[float], None],
    heard: Callable[[], int],
) -> _Answer:
    """Tries until there is a believable answer or patience ends; `attempt` is told how many were silent.

    Exponential backoff with full jitter, and not before the network wants; longer than the longest pause is
    not waited. `heard` counts the answers that anybody got: while others are answered the network is well,
    so that pauses begin small again and silence says nothing of its speed. The fault at the end says whether
    the network failed (500) over every single attempt. Raises: RemoteUnavailable, RemoteRefused, and what
    `attempt` and `pause` raise.
    """
    silences = failures = doubled = 0
    before = heard()
    for tried in range(1, patience.attempts + 1):
        try:
            return attempt(silences)
        except RemoteUnavailable as fault:
            failures += fault.status == HTTPStatus.INTERNAL_SERVER_ERROR
            asked = fault.retry_after_seconds or 0.0
            fault.asked_for_rest = asked > patience.longest_seconds
            if tried == patience.attempts or fault.asked_for_rest:
                fault.only_failed = failures == patience.attempts
                raise
            if heard() != before:
                before, silences, doubled = heard(), 0, 0
            silences += fault.reason == TIMEOUT
            ceiling = min(patience.longest_seconds, patience.first_seconds * 2.0**doubled)
            doubled += 1
            pause(asked + ceiling * chance())
    raise AssertionError("unreachable: the last attempt returns or raises")
