"""Somebody outside who audits a site, without ever really waiting."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from registry.ledger.public_audit import PublicAudit, public_audit
from registry.ledger.public_checkpoint import Anchors
from registry.ledger.public_log import Patience, PublicLog, Surroundings
from signing.keys import SigningKey
from signing.notes import ED25519_TYPE, Checkpoint, VerifierKey
from tests.outside.serving import WEB_ORIGIN
from tests.registry.ledger.builders import ORIGIN

SHORT = Patience(timeout=httpx.Timeout(5.0))


@dataclass
class Waiting:
    """Time that passes only by waiting; `waits` holds how long each was."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def monotonic(self) -> float:
        """The time."""
        return self.seconds

    def pause(self, seconds: float) -> None:
        """Lets it pass."""
        with self.lock:
            self.waits.append(seconds)
            self.seconds += seconds


def vkey(key: SigningKey) -> VerifierKey:
    """The verifier key of the test log's key."""
    return VerifierKey(ORIGIN, ED25519_TYPE, key.public)


@contextmanager
def reading(
    base: str, now: datetime, *, patience: Patience = SHORT, waiting: Waiting | None = None
) -> Iterator[PublicLog]:
    """The public addresses below `base`."""
    passing = waiting or Waiting()
    surroundings = Surroundings(lambda: now, passing.monotonic, passing.pause)
    log = PublicLog(base, patience=patience, surroundings=surroundings)
    try:
        yield log
    finally:
        log.close()


def audited(
    base: str,
    anchors: Anchors,
    now: datetime,
    *,
    earlier: Checkpoint | None = None,
    patience: Patience = SHORT,
    waiting: Waiting | None = None,
) -> PublicAudit:
    """What the audit from outside says of the site at `base`."""
    with reading(base, now, patience=patience, waiting=waiting) as log:
        return public_audit(log, anchors, web_origin=WEB_ORIGIN, earlier=earlier)
