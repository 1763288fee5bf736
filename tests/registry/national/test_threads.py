"""Batches side by side in earnest: real threads, real sockets, a real clock."""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from registry.national.patience import Surroundings
from registry.national.protocol import BATCHES_PATH
from registry.national.queue import SendingState
from registry.national.rows import Row
from registry.national.sync import SyncOutcome, sync_once
from tests.registry.national.builders import Switch, World, a_world
from tests.registry.national.row_builders import NOON, a_row

LANES = 4
PROMPT_SECONDS = 2.0
# One batch a row: without an institution they are turned back, each for itself, and that is a receipt too.
ROWS = [a_row(serial) for serial in range(1, LANES + 1)]


def carriers(count: int) -> ThreadPoolExecutor:
    """Threads that can be told from the server's."""
    return ThreadPoolExecutor(count, "carrier")


class Gate:
    """Stands before the stand-in: counts the batches that wait, and lets them through or not."""

    def __init__(self) -> None:
        self.all_arrived = threading.Event()
        self.opened = threading.Event()
        self._waiting = 0
        self._inner: ASGIApp | None = None

    def before(self, app: ASGIApp | None) -> ASGIApp:
        self._inner = app
        return self

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._inner is not None
        if scope["path"] == BATCHES_PATH:
            self._waiting += 1
            if self._waiting == LANES:
                self.all_arrived.set()
            assert await asyncio.to_thread(self.opened.wait, 20)
        await self._inner(scope, receive, send)


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.opened.set()


@contextmanager
def threaded(
    tmp_path: Path,
    running: tuple[Switch, str],
    gate: Gate,
    monkeypatch: pytest.MonkeyPatch,
    rows: Sequence[Row] = ROWS,
) -> Iterator[World]:
    """A world whose sender carries one row a batch, on threads; nothing of them is left afterwards."""
    monkeypatch.setattr("registry.national.courier.MAX_ROWS", 1)
    with a_world(tmp_path, *running, rows=rows) as world:
        running[0].app = gate.before(running[0].app)
        world.client._around = Surroundings(now=lambda: NOON)
        sender = replace(world.sender, concurrency=LANES, executor=carriers)
        yield replace(world, sender=sender)
        assert not [each for each in threading.enumerate() if each.name.startswith("carrier")]


def test_as_many_batches_as_there_is_room_for_are_under_way(
    tmp_path: Path, running: tuple[Switch, str], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with threaded(tmp_path, running, gate, monkeypatch) as world:

        def let_through() -> None:
            assert gate.all_arrived.wait(20)
            gate.opened.set()

        with ThreadPoolExecutor(1) as other:
            let = other.submit(let_through)
            report = sync_once(world.sender)
            let.result()
        assert (report.outcome, report.batches) == (SyncOutcome.DONE, LANES)


def test_a_worker_told_to_stop_stops_although_the_network_is_silent(
    tmp_path: Path, running: tuple[Switch, str], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with threaded(tmp_path, running, gate, monkeypatch) as world:
        arrived: list[float] = []

        def stopped() -> bool:
            if gate.all_arrived.is_set() and not arrived:
                arrived.append(time.monotonic())
            return bool(arrived)

        report = sync_once(world.sender, stopped)
        assert time.monotonic() - arrived[0] < PROMPT_SECONDS
        assert (report.outcome, report.batches) == (SyncOutcome.STOPPED, 0)
        assert len(world.store.in_flight()) == LANES
        gate.opened.set()
        report = sync_once(world.sender)
        assert (report.outcome, report.batches) == (SyncOutcome.DONE, LANES)
        assert world.store.counts()[SendingState.SENT] == 0


class Killed(BaseException):
    """The coordinator ends here."""


def test_a_coordinator_that_dies_leaves_no_thread_and_the_next_one_continues(
    tmp_path: Path, running: tuple[Switch, str], gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with threaded(tmp_path, running, gate, monkeypatch) as world:
        gate.opened.set()
        record = world.store.record_receipt

        def deadly(*arguments: object, **named: object) -> bool:
            world.store.record_receipt = record  # type: ignore[method-assign]
            gate.opened.clear()
            raise Killed

        world.store.record_receipt = deadly  # type: ignore[method-assign]
        with pytest.raises(Killed):
            sync_once(world.sender)
        gate.opened.set()
        report = sync_once(world.sender)
        assert (report.outcome, report.rejected) == (SyncOutcome.DONE, LANES)
        assert world.store.counts()[SendingState.SENT] == 0
