"""The outermost layer: one event per request, the standing headers, the size of bodies, and the last resort.

1. A request for another host is turned away: absolute addresses are made from the ORIGIN setting only, and a
   site that answers to any name can be dressed up as another.
2. Bodies are counted as they arrive; one that grows too long is cut off where it is being read.
3. Where a batch is uploaded, what nobody read is read to its end, within reason, before the answer goes out:
   a browser that is still sending loses an answer that comes early.
4. An error that nothing below expected becomes a plain 500 without detail; its type and place are logged.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter
from types import MappingProxyType

import anyio
import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import BodyKind, BodyTooLarge, ForeignHost, InternalFault, WebError
from web.headers import completed, standing_headers
from web.logging import fault_place
from web.metrics import Metrics
from web.settings import Settings

# What is read for nothing but the answer's sake: more than the largest upload by mistake, less than a flood.
_UNREAD_BYTES = 256 << 20
_UNREAD_SECONDS = 120
UNROUTED = "(unknown address)"
CLIENT_GONE = 499
# Where sessions are: forms that are posted there say which site they come from.
_WITH_SESSIONS = ("/staff", "/holder")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})
# A machine that asks whether we live knows us by our address, not by our name.
_ANY_HOST = frozenset({"/healthz", "/readyz", "/metrics"})

Answer = Callable[[Request, WebError], Awaitable[Response]]


class Edge:
    """The ASGI layer around the whole site."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        metrics: Metrics,
        templates: Mapping[object, str],
        answer: Answer,
        large: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """`large` are the addresses where more may be posted than elsewhere, in bytes."""
        self._app = app
        self._metrics = metrics
        self._templates = templates
        self._answer = answer
        self._hosts = settings.own_hosts
        self._max_body = settings.max_upload_bytes
        self._large = large
        self._standing = standing_headers(is_https=settings.is_https)
        self._standing_with_sessions = standing_headers(is_https=settings.is_https, with_sessions=True)
        self._log = structlog.get_logger("web")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, from its first byte to the event in the log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        status = 0
        state = scope.setdefault("state", {})
        state["request_id"] = secrets.token_hex(6)
        standing = (
            self._standing_with_sessions if scope["path"].startswith(_WITH_SESSIONS) else self._standing
        )

        body = _Body(scope, receive, *self._limit(scope["path"]))

        async def send_completed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                await body.read_to_its_end()
                status = message["status"]
                message["headers"] = completed(list(message.get("headers", ())), standing)
            await send(message)

        fault: Exception | None = None
        try:
            await self._pass_on(scope, body.receive, send_completed)
        except ClientDisconnect:
            status = status or CLIENT_GONE
        except Exception as unexpected:  # noqa: BLE001 - the top handler: nothing may leave the house unseen
            fault = unexpected
            if status == 0:
                await self._refuse(scope, receive, send_completed, InternalFault())
        seconds = perf_counter() - started
        self._note(scope, status, seconds, fault)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._is_ours(scope):
            await self._refuse(scope, receive, send, ForeignHost())
            return
        await self._app(scope, receive, send)

    def _limit(self, path: str) -> tuple[int, BodyKind]:
        limit = self._large.get(path)
        return (self._max_body, BodyKind.WEB) if limit is None else (limit, BodyKind.BATCH)

    def _is_ours(self, scope: Scope) -> bool:
        if scope["path"] in _ANY_HOST:
            return True
        host = next((value for name, value in scope["headers"] if name == b"host"), b"").decode("latin-1")
        return _host_name(host) in self._hosts

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, error: WebError) -> None:
        response = await self._answer(Request(scope, receive), error)
        await response(scope, receive, send)

    def _note(self, scope: Scope, status: int, seconds: float, fault: Exception | None) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = self._templates.get(scope.get("endpoint"), UNROUTED)
        self._metrics.record(method, route, status, seconds)
        event = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 2)}
        state = scope["state"]
        if "problem" in state:
            event |= {"problem": state["problem"], "request_id": state["request_id"]}
        if fault is None:
            self._log.info("request", **event)
        else:
            self._log.error("request", **event, error=type(fault).__name__, place=fault_place(fault))


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower()


class _Body:
    """The body of one request, counted while it is read."""

    def __init__(self, scope: Scope, receive: Receive, limit: int, kind: BodyKind) -> None:
        self._receive = receive
        self._limit, self._kind = limit, kind
        self._total = 0
        self._ended = scope["method"] in ("GET", "HEAD")
        self._counts = not self._ended
        declared = Headers(scope=scope).get("content-length", "")
        self._declared = int(declared[:18]) if declared.isascii() and declared.isdigit() else 0

    async def receive(self) -> Message:
        """The next piece. Raises: BodyTooLarge."""
        if self._counts and self._declared > self._limit:
            raise BodyTooLarge(self._limit, self._kind)
        message = await self._next()
        if self._counts and self._total > self._limit:
            raise BodyTooLarge(self._limit, self._kind)
        return message

    async def read_to_its_end(self) -> None:
        """Reads what nobody wanted, so that whoever sends it comes to hear the answer."""
        if self._ended or self._kind is not BodyKind.BATCH or self._declared > _UNREAD_BYTES:
            return
        with anyio.move_on_after(_UNREAD_SECONDS):
            while not self._ended and self._total <= _UNREAD_BYTES:
                await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._total += len(message.get("body", b""))
            self._ended = not message.get("more_body", False)
        else:
            self._ended = True
        return message
