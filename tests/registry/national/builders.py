"""A desk on SQLite, and the stand-in running on a free port of this machine."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar

import httpx
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.national.client import NationalClient
from registry.national.errors import SendingStopped
from registry.national.exchange import open_http
from registry.national.patience import Patience, Surroundings
from registry.national.reconcile import CouldNotCheck, Reconciled, reconcile
from registry.national.rows import Held, Reference, Row
from registry.national.stand_in.app import create_app
from registry.national.stand_in.exchange import Network
from registry.national.stand_in.faults import FaultSource, no_faults
from registry.national.stand_in.habits import Habits
from registry.national.stand_in.server import make_server
from registry.national.store import TABLES, NationalStore
from registry.national.sync import Sender
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import open_engine, sqlite_url
from tests.registry.national.network_builders import a_network, in_process
from tests.registry.national.row_builders import NETWORK_KEY, NOON, PROVINCE_KEY, ListOutbox


def desk_store(address: sa.URL | str) -> tuple[NationalStore, sa.Engine]:
    """A new desk at that address, and its engine to dispose of."""
    engine = open_engine(address)
    DESK_METADATA.create_all(engine, tables=list(TABLES))
    return NationalStore(engine), engine


P = ParamSpec("P")
T = TypeVar("T")


class Clock:
    """A clock that stands still until it is moved; each wait moves it and is written down.

    `meanwhile` happens during every wait; it says whether the worker is told to stop.
    """

    def __init__(self) -> None:
        self.moment = NOON
        self.waits: list[float] = []
        self.meanwhile: Callable[[], bool] = lambda: False

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def pause(self, seconds: float, keep_on: Callable[[], None]) -> None:
        self.waits.append(seconds)
        self.moment += timedelta(seconds=seconds)
        if self.meanwhile():
            raise SendingStopped
        keep_on()


class Inline(Executor):
    """Does everything at once, on the thread that asks: then all happens in one order, always the same."""

    def __init__(self, workers: int) -> None:
        assert workers >= 1

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as fault:  # noqa: BLE001  # as executors do
            future.set_exception(fault)
        return future


class Switch:
    """What the server runs: the stand-in of the moment, unless a test stands in its way."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.fails_over: Callable[[str, bytes], bool] = lambda path, body: False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        request = Request(scope, receive)
        body = await request.body()
        if self.fails_over(scope["path"], body):
            await Response(status_code=500)(scope, receive, send)
            return
        messages = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def replayed() -> Message:
            return next(messages, None) or await receive()

        await self.app(scope, replayed, send)


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The application on a free port, as an address; stopped afterwards.

    The socket listens before the server runs, so that no request can come too early.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = make_server(app, host="127.0.0.1", port=port)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
            assert not thread.is_alive()


@dataclass
class World:
    """Both sides: the province's queue, desk and client, and the stand-in behind its address."""

    outbox: ListOutbox
    store: NationalStore
    client: NationalClient
    clock: Clock
    network: Network
    sender: Sender

    def reconciled(self) -> Reconciled | CouldNotCheck:
        return reconcile(self.sender, heal=False)

    def held(self) -> dict[Reference, Held]:
        return {each.ref: each for each in self.network.desk.store.held()}


PATIENT = Patience(attempts=8, first_seconds=0.5, longest_seconds=60.0)


@contextmanager
def a_world(
    directory: Path,
    switch: Switch,
    address: str,
    *,
    rows: Sequence[Row] = (),
    faults: FaultSource = no_faults,
    patience: Patience = PATIENT,
    habits: Habits | None = None,
    backup_every: int = 0,
    concurrency: int = 1,
) -> Iterator[World]:
    """Two fresh sides in that directory, the stand-in behind the running server's switch."""
    clock = Clock()
    network = a_network(directory, clock.now, faults, habits=habits, backup_every=backup_every)
    switch.app, switch.fails_over = create_app(network), lambda path, body: False
    with open_http(address) as http, _world(directory, http, clock, network, patience, concurrency) as world:
        world.outbox.rows.extend(rows)
        yield world


@contextmanager
def a_small_world(
    directory: Path,
    *,
    rows: Sequence[Row] = (),
    faults: FaultSource = no_faults,
    patience: Patience = PATIENT,
    habits: Habits | None = None,
    backup_every: int = 0,
    concurrency: int = 1,
    fails_over: Callable[[str, bytes], bool] = lambda path, body: False,
) -> Iterator[World]:
    """As `a_world`, with both sides in this process: no sockets, and no waiting that is real."""
    clock = Clock()
    network = a_network(directory, clock.now, faults, habits=habits, backup_every=backup_every)
    reached = in_process(network)

    def handle(request: httpx.Request) -> httpx.Response:
        if fails_over(request.url.path, request.read()):
            return httpx.Response(500, content=iter([b""]))
        return reached.handle_request(request)

    with (
        httpx.Client(transport=httpx.MockTransport(handle), base_url="http://network.example") as http,
        _world(directory, http, clock, network, patience, concurrency) as world,
    ):
        world.outbox.rows.extend(rows)
        yield world


@contextmanager
def _world(
    directory: Path,
    http: httpx.Client,
    clock: Clock,
    network: Network,
    patience: Patience,
    concurrency: int,
) -> Iterator[World]:
    outbox = ListOutbox()
    store, engine = desk_store(sqlite_url(directory / "desk.sqlite"))
    surroundings = Surroundings(
        now=clock.now,
        monotonic=clock.monotonic,
        chance=lambda: 0.5,
        pause=clock.pause,
    )
    client = NationalClient(
        http, lambda: PROVINCE_KEY, NETWORK_KEY.public, patience=patience, surroundings=surroundings
    )
    sender = Sender(outbox, store, client, "worker-1", clock.now, concurrency=concurrency, executor=Inline)
    yield World(outbox, store, client, clock, network, sender)
    engine.dispose()
