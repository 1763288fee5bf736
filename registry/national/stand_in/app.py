"""The stand-in over HTTP: its signed end points, and a look-up page for people."""

import asyncio
from collections.abc import Awaitable, Callable
from email.utils import format_datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from registry.national.http_signatures import Message, request_message
from registry.national.protocol import MAX_BATCH_BYTES
from registry.national.stand_in.challenge import Challenge
from registry.national.stand_in.desk import PATHS
from registry.national.stand_in.errors import STATUS, MessageRefused, RefusalCode
from registry.national.stand_in.exchange import Course, Delivery, Network, Reply, problem
from registry.national.stand_in.faults import Fault
from registry.national.stand_in.pages import MAX_FORM_BYTES, Pages
from registry.national.stand_in.server import Silence, drop_connection, truncated
from registry.national.stand_in.words import Language

Sleep = Callable[[float], Awaitable[None]]

_STYLE = Path(__file__).parent / "static" / "lookup.css"
_ROUTES = {Language.ZH: ("/", "/lookup"), Language.EN: ("/en", "/en/lookup")}


def create_app(
    network: Network, *, challenge: Challenge | None = None, sleep: Sleep = asyncio.sleep
) -> Starlette:
    """The stand-in's application. `sleep` waits where a fault says so."""
    pages = Pages(network, challenge or Challenge(network.desk.now))

    async def exchange(request: Request) -> Response:
        course = network.course()
        await sleep(course.delay_seconds)
        reply = await run_in_threadpool(network.turned_away, course)
        return _response(request, course, reply or await heard(request, course))

    async def heard(request: Request, course: Course) -> Reply:
        if Fault.SLOW_READING in course.strikes:
            # What is not taken up fills the buffers, and then the client cannot go on sending either.
            await sleep(network.habits.slow_seconds)
        try:
            content = await _body(request, MAX_BATCH_BYTES)
        except MessageRefused as refused:
            return problem(STATUS[refused.reason], refused.reason)
        return await run_in_threadpool(network.reply, course, request.url.path, _message(request), content)

    def page_routes(language: Language) -> list[Route]:
        blank, asked = _ROUTES[language]

        async def form(_request: Request) -> Response:
            return pages.form(language)

        async def look_up(request: Request) -> Response:
            try:
                body = await _body(request, MAX_FORM_BYTES)
            except MessageRefused:
                body = b""
            return await run_in_threadpool(pages.look_up, language, body)

        return [Route(blank, form, methods=["GET"]), Route(asked, look_up, methods=["POST"])]

    return Starlette(
        routes=[
            *(Route(path, exchange, methods=["POST"]) for path in PATHS),
            *(route for language in Language for route in page_routes(language)),
            Route("/lookup.css", _style, methods=["GET"]),
            Route("/healthz", _alive, methods=["GET"]),
        ],
    )


async def _style(_request: Request) -> Response:
    return FileResponse(_STYLE, media_type="text/css")


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


def _response(request: Request, course: Course, reply: Reply) -> Response:
    if reply.delivery is Delivery.RESET:
        return drop_connection(request)
    if reply.delivery is Delivery.SILENCE:
        return Silence()
    fields = {**reply.fields, "date": format_datetime(course.now, usegmt=True)}
    if reply.delivery is Delivery.TRUNCATED:
        return truncated(reply.status, reply.body, fields)
    return Response(reply.body, reply.status, headers=fields)


async def _body(request: Request, limit: int) -> bytes:
    """The request's body. Raises: MessageRefused if it is too long."""
    parts, length = list[bytes](), 0
    async for part in request.stream():
        length += len(part)
        if length > limit:
            raise MessageRefused(RefusalCode.TOO_LARGE)
        parts.append(part)
    return b"".join(parts)


def _message(request: Request) -> Message:
    path: bytes = request.scope["raw_path"]
    return request_message(
        request.method,
        request.headers.get("host", ""),
        path.decode("latin-1"),
        scheme=request.url.scheme,
        fields=request.headers.items(),
    )
