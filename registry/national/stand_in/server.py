"""The server under the stand-in, which can hang up in the middle of things, or say nothing at all.

ASGI has no word for dropping a connection, so each connection's transport is put within reach of the
application through the scope's state.
"""

import asyncio
import socket
import struct
from collections.abc import Mapping
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "transport"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class _Connection(H11Protocol):
    """A connection whose transport the application can reach."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        super().connection_made(transport)
        self.app_state: dict[str, Any] = {**self.app_state, _TRANSPORT: transport}


class Silence(Response):
    """No answer: nothing is sent until the client has gone."""

    async def __call__(self, _scope: Scope, receive: Receive, _send: Send) -> None:
        # A transport that is gone must be told to the protocol before the request ends.
        while (await receive())["type"] != "http.disconnect":
            pass


class _Truncated(Response):
    """The head and half of the body, then the end of the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        scope["state"][_TRANSPORT].close()
        while (await receive())["type"] != "http.disconnect":
            pass


def drop_connection(request: Request) -> Response:
    """Resets the connection under the request: the other side sees a RST, not an end."""
    transport = request.scope["state"][_TRANSPORT]
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
    return Silence()


def truncated(status: int, body: bytes, fields: Mapping[str, str]) -> Response:
    """An answer that breaks off in the middle."""
    return _Truncated(body, status_code=status, headers=dict(fields))


def make_server(app: ASGIApp, *, host: str, port: int) -> uvicorn.Server:
    """A server for the stand-in; it writes no access log, and its answers carry the stand-in's own clock."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=_Connection,
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(config)
