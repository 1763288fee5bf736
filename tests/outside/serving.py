"""The real site over a register, on a real port; and between it and the auditor, if a test wants, a liar."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs

from registry.ledger.read import LedgerReader
from registry.lookup import LookUp
from registry.register import Register
from registry.storage.migrate import Schema, migrate
from registry.storage.national_reads import NationalReads
from registry.storage.sql import KeptReader
from tests.registry.ledger.builders import SmallRegister
from tests.web import invented
from tests.web.fake_search import FakeSearch
from web.app import create_app
from web.limits import Budget
from web.settings import PREFIX, Settings

WEB_ORIGIN = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Answer:
    """One answer of a server."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Lie = Callable[[Answer], Answer]


class Between:
    """Passes everything on, except that answers at some addresses are changed.

    `asked` holds every path; `heard` is told the status of each honest answer.
    """

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app = app
        self._host = urlsplit(origin).netloc.encode()
        self.lies: dict[str, Lie] = {}
        self.asked: list[str] = []
        self.heard: Callable[[int], object] = lambda status: None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        path = scope["path"]
        self.asked.append(path)
        # The site answers to its own name only, and has another port here.
        headers = [(name, self._host if name == b"host" else value) for name, value in scope["headers"]]
        lie = self.lies.get(path)
        if lie is None:

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self.heard(message["status"])
                await send(message)

            await self._app({**scope, "headers": headers}, receive, noting)
            return
        plain = [(name, value) for name, value in headers if name != b"accept-encoding"]
        answer = lie(await _collected(self._app, {**scope, "headers": plain}, receive))
        sent = {"content-length": str(len(answer.body)), **answer.headers}
        raw = [(name.encode(), value.encode()) for name, value in sent.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": answer.body})


async def _collected(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    status, headers, body = 0, {}, b""

    async def send(message: Message) -> None:
        nonlocal status, headers, body
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            body += message.get("body", b"")

    await app(scope, receive, send)
    return Answer(status, body, headers)


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """The app on a free port of this machine; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening, serving_at(app, listening) as address:
        yield address


@contextmanager
def serving_at(app: ASGIApp, listening: socket.socket) -> Iterator[str]:
    """The app on a socket that listens already: for one that must know its own address first."""
    with capture_logs():
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", http="h11")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield "http://{}:{}".format(*listening.getsockname())
        finally:
            server.should_exit = True
            thread.join()


class ServedRegister(Register):
    """A small register as the site sees it; its vault is at hand, so that no key file is needed."""

    def __init__(self, small: SmallRegister) -> None:
        super().__init__(replace(small.places, web_origin=WEB_ORIGIN), b"", clock=small.clock)
        self._vault = small.vault
        migrate(self.desk_engine, Schema.DESK)

    @property
    def look_up(self) -> LookUp:
        """See `Register`."""
        if not hasattr(self._own, "look_up"):
            self._own.national = KeptReader(self.desk_engine)
            self._own.look_up = LookUp(
                LedgerReader(self.engine, self.places.log_origin),
                self._vault,
                NationalReads(self._own.national),
                self.clock,
            )
        look_up: LookUp = self._own.look_up
        return look_up


def site(
    register: Register, clock: Callable[[], datetime], *, limits: Mapping[Budget, str] = MappingProxyType({})
) -> Between:
    """The site, honest until told otherwise."""
    budgets = {f"LIMIT_{budget.value.upper()}": limit for budget, limit in limits.items()}
    named = {"ORIGIN": WEB_ORIGIN, "LIMIT_LOG": "100000/minute", **budgets}
    settings = Settings.from_env({f"{PREFIX}{name}": value for name, value in named.items()})
    app = create_app(settings, register, FakeSearch(invented.FILINGS), clock=clock)
    return Between(app, WEB_ORIGIN)


def packed(body: bytes) -> Answer:
    """A body as a server compresses it."""
    return Answer(200, gzip.compress(body, mtime=0), {"content-encoding": "gzip"})


def instead(answer: Answer) -> Lie:
    """Another answer altogether."""
    return lambda honest: answer
