"""The outermost layer: one event per request, the standing headers, the size of bodies, and the last resort.

1. A request for another host is turned away: absolute addresses are made from the ORIGIN setting only, and a
   site that answers to any name can be dressed up as another.
2. Bodies are counted as they arrive; one that grows too long is cut off where it is being read.
3. An error that nothing below expected becomes a plain 500 without detail; its type and place are logged.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter

import structlog
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import BodyTooLarge, ForeignHost, InternalFault, WebError
from web.headers import completed, standing_headers
from web.logging import fault_place
from web.metrics import Metrics
from web.settings import Settings

UNROUTED = "(unknown address)"
CLIENT_GONE = 499
_STAFF = "/staff"
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
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._templates = templates
        self._answer = answer
        self._hosts = settings.own_hosts
        self._max_body = settings.max_upload_bytes
        self._standing = standing_headers(is_https=settings.is_https)
        self._standing_for_staff = standing_headers(is_https=settings.is_https, for_staff=True)
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
        standing = self._standing_for_staff if scope["path"].startswith(_STAFF) else self._standing

        async def send_completed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = completed(list(message.get("headers", ())), standing)
            await send(message)

        fault: Exception | None = None
        try:
            await self._pass_on(scope, receive, send_completed)
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
        await self._app(scope, _counting(scope, receive, self._max_body), send)

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


def _counting(scope: Scope, receive: Receive, limit: int) -> Receive:
    if scope["method"] in ("GET", "HEAD"):
        return receive
    total = 0
    declared = Headers(scope=scope).get("content-length", "")

    async def counted() -> Message:
        nonlocal total
        if declared.isascii() and declared.isdigit() and int(declared[:18]) > limit:
            raise BodyTooLarge(limit)
        message = await receive()
        if message["type"] == "http.request":
            total += len(message.get("body", b""))
            if total > limit:
                raise BodyTooLarge(limit)
        return message

    return counted
