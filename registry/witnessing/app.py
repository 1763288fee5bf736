"""A witness on the network: `add-checkpoint`, and its key for whoever sets up a log.

Source: C2SP tlog-witness (statuses and media types).
"""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

import uvicorn
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from registry.witnessing.errors import MalformedSubmission, Refusal, StateUnavailable, SubmissionRefused
from registry.witnessing.protocol import ADD_CHECKPOINT, MAX_SUBMISSION_BYTES, SIZE_TYPE, size_answer
from registry.witnessing.witness import Witness

STATUSES: Mapping[Refusal, HTTPStatus] = MappingProxyType(
    {
        Refusal.UNKNOWN_LOG: HTTPStatus.NOT_FOUND,
        Refusal.NOT_SIGNED_BY_LOG: HTTPStatus.FORBIDDEN,
        Refusal.OLD_SIZE_TOO_LARGE: HTTPStatus.BAD_REQUEST,
        Refusal.OTHER_SIZE_KNOWN: HTTPStatus.CONFLICT,
        Refusal.OTHER_ROOT_KNOWN: HTTPStatus.CONFLICT,
        Refusal.NOT_AN_EXTENSION: HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
_PLAIN_HEADERS = MappingProxyType({"cache-control": "no-store", "x-content-type-options": "nosniff"})


def create_app(witness: Witness) -> Starlette:
    """The witness's site. Nobody logs in: what counts is the log's signature on the checkpoint."""

    async def add_checkpoint(request: Request) -> Response:
        try:
            body = await _bounded(request)
            lines = await run_sync(witness.add_checkpoint, body)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        except MalformedSubmission as fault:
            return _plain(fault.what, HTTPStatus.BAD_REQUEST)
        except SubmissionRefused as fault:
            return _refusal(fault)
        except StateUnavailable as fault:
            return _plain(fault.code, HTTPStatus.SERVICE_UNAVAILABLE)
        return Response(lines, headers=dict(_PLAIN_HEADERS), media_type="text/plain; charset=utf-8")

    async def vkey(_: Request) -> Response:
        return _plain(str(witness.vkey), HTTPStatus.OK)

    return Starlette(
        routes=[
            Route(ADD_CHECKPOINT, add_checkpoint, methods=["POST"]),
            Route("/vkey", vkey, methods=["GET"]),
        ]
    )


def make_server(witness: Witness) -> uvicorn.Server:
    """A server for the witness; it writes no access log."""
    config = uvicorn.Config(
        create_app(witness),
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(config)


async def _bounded(request: Request) -> bytes:
    """The body, never more of it than a request can be. Raises: MalformedSubmission."""
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        parts.append(part)
        length += len(part)
        if length > MAX_SUBMISSION_BYTES:
            raise MalformedSubmission("length")
    return b"".join(parts)


def _refusal(fault: SubmissionRefused) -> Response:
    status = STATUSES[fault.reason]
    if status is HTTPStatus.CONFLICT:
        headers = {**_PLAIN_HEADERS, "content-type": SIZE_TYPE}
        return Response(size_answer(fault.known_size), status, headers)
    return _plain(fault.reason.value, status)


def _plain(text: str, status: HTTPStatus) -> Response:
    return PlainTextResponse(f"{text}\n", status, dict(_PLAIN_HEADERS))
