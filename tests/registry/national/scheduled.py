"""The real sender under a schedule: what runs when, what arrives and where it is killed is drawn each time.

Nothing here is a thread. The sender asks between any two of its steps whether it is told to stop, and hands
its batches to an executor; both belong to the schedule. So several batches are under way, their outcomes come
in any order, another sender begins in the middle, and every example can be played again exactly.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import sqlalchemy as sa

from registry.national.client import NationalClient
from registry.national.objects import BatchId
from registry.national.patience import Patience, Surroundings
from registry.national.queue import Outbox
from registry.national.store import NationalStore
from registry.national.sync import Sender, SyncReport, sync_once
from registry.storage.sql import open_engine
from signing.encoding import b64url_encode
from tests.registry.national.adversary import ADDRESS, Line
from tests.registry.national.builders import Clock
from tests.registry.national.row_builders import NETWORK_KEY, PROVINCE_KEY

PATIENCE = Patience(attempts=3, first_seconds=0.5, longest_seconds=60.0)


class Killed(BaseException):
    """The process ends here and now; nothing that it still means to do is done."""


@dataclass
class Schedule:
    """What decides. Each is asked often; all are the adversary's."""

    between_steps: Callable[[int], int]
    """How many of the batches under way come back now, of so many."""
    before_exchange: Callable[[], None]
    """Sets the fate of the next exchange."""
    which: Callable[[int], int]
    """Which of so many comes back first."""
    at_commit: Callable[[], None]
    """May kill, before or after anything was written."""


class _Carriers(Executor):
    """Implements `Executor` without threads: what is submitted runs when the schedule says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []
        self.submitted = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """See `Executor`."""
        future: Future[Any] = Future()
        self.waiting.append((future, lambda: fn(*args, **kwargs)))
        self.submitted += 1
        return future

    def come_back(self, place: int) -> None:
        """One of them runs to its end."""
        future, task = self.waiting.pop(place)
        try:
            future.set_result(task())
        except Exception as fault:  # noqa: BLE001 - a future carries whatever its task raised
            future.set_exception(fault)


@dataclass
class Process:
    """One process that sends: its own connection to the desk, its own place in the lease."""

    holder: str
    address: sa.URL
    outbox: Outbox
    line: Line
    clock: Clock
    schedule: Schedule
    concurrency: int
    nonces: Iterator[bytes]
    _carriers: _Carriers = field(default_factory=_Carriers)
    _carrying: bool = False
    _seen: int = -1
    _dead: bool = False

    def run(self) -> SyncReport | None:
        """A whole run; None if it was killed in it."""
        with self._engine() as engine, httpx.Client(base_url=ADDRESS, transport=self._transport()) as http:
            around = Surroundings(
                now=self.clock.now,
                monotonic=self.clock.monotonic,
                chance=lambda: 0.5,
                pause=self.clock.pause,
                nonce=lambda: next(self.nonces),
            )
            client = NationalClient(
                http, lambda: PROVINCE_KEY, NETWORK_KEY.public, patience=PATIENCE, surroundings=around
            )
            sender = Sender(
                self.outbox,
                NationalStore(engine),
                client,
                self.holder,
                self.clock.now,
                batch_id=lambda: BatchId(b64url_encode(next(self.nonces))),
                concurrency=self.concurrency,
                executor=lambda _: self._carriers,
            )
            try:
                return sync_once(sender, self._stopped)
            except Killed:
                return None

    def kill(self) -> None:
        """Ends it where it stands. Raises: Killed."""
        self._dead = True
        raise Killed

    def _stopped(self) -> bool:
        """Asked by the sender between its steps; here time passes."""
        if self._carrying:
            return False
        carriers = self._carriers
        back = self.schedule.between_steps(len(carriers.waiting))
        # Asked twice without anything new, or no room is left: now the sender waits, and something must come.
        full = len(carriers.waiting) >= self.concurrency
        if carriers.waiting and (full or self._seen == carriers.submitted):
            back = max(back, 1)
        self._seen = carriers.submitted
        for _ in range(min(back, len(carriers.waiting))):
            self._carrying = True
            try:
                carriers.come_back(self.schedule.which(len(carriers.waiting)))
            finally:
                self._carrying = False
        return False

    def _transport(self) -> httpx.BaseTransport:
        def handle(request: httpx.Request) -> httpx.Response:
            self.schedule.before_exchange()
            return self.line.handle_request(request)

        return _Through(handle)

    @contextmanager
    def _engine(self) -> Iterator[sa.Engine]:
        engine = open_engine(self.address)

        def executed(*_: object) -> None:
            if self._dead:
                raise Killed

        def committed(*_: object) -> None:
            self.schedule.at_commit()

        sa.event.listen(engine, "before_cursor_execute", executed)
        sa.event.listen(engine, "commit", committed)
        try:
            yield engine
        finally:
            sa.event.remove(engine, "before_cursor_execute", executed)
            sa.event.remove(engine, "commit", committed)
            engine.dispose()


class _Through(httpx.BaseTransport):
    def __init__(self, handle: Callable[[httpx.Request], httpx.Response]) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._handle(request)
