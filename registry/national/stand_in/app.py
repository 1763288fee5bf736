"""The stand-in over HTTP: two signed end points, and a look-up page for people.

The page takes a form by POST, so that no name and no identity number ever stands in an address.
"""

from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from registry.national.http_signatures import Message, request_message
from registry.national.protocol import BATCHES_PATH, HOLDINGS_PATH, MAX_BATCH_BYTES, STATUS_PATH
from registry.national.stand_in.desk import Desk
from registry.national.stand_in.errors import STATUS, MessageRefused, RefusalCode, StandInUnavailable
from registry.national.stand_in.faults import Fault, FaultSource, no_faults, spoilt
from registry.national.stand_in.server import drop_connection, truncated
from registry.national.stand_in.store import Found, StoredAnswer

_HERE = Path(__file__).parent
_MAX_FORM_BYTES = 4_096
_RETRY_AFTER = "1"
_PAGE_FIELDS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def create_app(desk: Desk, faults: FaultSource = no_faults) -> Starlette:
    """The stand-in's application."""
    pages = _Pages(desk)

    async def batches(request: Request) -> Response:
        fault = faults()
        early = await _before_commit(request, fault)
        if early is not None:
            return early
        try:
            content = await _limited_body(request, MAX_BATCH_BYTES)
            answer = await run_in_threadpool(desk.batch, _message(request), content)
        except MessageRefused as refused:
            return _problem(STATUS[refused.reason], refused.reason)
        return await _after_commit(request, fault, answer, desk)

    async def asked(request: Request) -> Response:
        answers = {STATUS_PATH: desk.status, HOLDINGS_PATH: desk.holdings}
        try:
            content = await _limited_body(request, _MAX_FORM_BYTES)
            answer = await run_in_threadpool(answers[request.url.path], _message(request), content)
        except MessageRefused as refused:
            return _problem(STATUS[refused.reason], refused.reason)
        return Response(answer.body, headers=answer.fields)

    def unavailable(request: Request, _fault: Exception) -> Response:
        if request.url.path == "/lookup":
            return pages.unavailable()
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, StandInUnavailable.code)

    return Starlette(
        exception_handlers={StandInUnavailable: unavailable},
        routes=[
            Route(BATCHES_PATH, batches, methods=["POST"]),
            Route(STATUS_PATH, asked, methods=["POST"]),
            Route(HOLDINGS_PATH, asked, methods=["POST"]),
            Route("/", pages.form, methods=["GET"]),
            Route("/lookup", pages.look_up, methods=["POST"]),
            Route("/lookup.css", pages.style, methods=["GET"]),
            Route("/healthz", _alive, methods=["GET"]),
        ],
    )


class _Pages:
    """The look-up page: the empty form, and what was found."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )
        self._template = environment.get_template("lookup.html")

    async def form(self, _request: Request) -> Response:
        return self._page("form", None)

    async def look_up(self, request: Request) -> Response:
        try:
            body = await _limited_body(request, _MAX_FORM_BYTES)
            values = _form_values(body)
        except MessageRefused:
            return self._page("malformed", None, HTTPStatus.UNPROCESSABLE_ENTITY)
        found = await run_in_threadpool(
            self._desk.store.look_up,
            name=values["name"],
            id_number=values["id_number"].upper(),
            number=values["number"].upper(),
        )
        return self._page("found" if found else "not_found", found)

    def unavailable(self) -> Response:
        return self._page("unavailable", None, HTTPStatus.SERVICE_UNAVAILABLE)

    async def style(self, _request: Request) -> Response:
        return FileResponse(_HERE / "static" / "lookup.css", media_type="text/css")

    def _page(self, outcome: str, found: Found | None, status: int = HTTPStatus.OK) -> Response:
        text = self._template.render(outcome=outcome, found=found)
        return HTMLResponse(text, status_code=status, headers=_PAGE_FIELDS)


async def _alive(_request: Request) -> Response:
    return PlainTextResponse("ok")


async def _before_commit(request: Request, fault: Fault) -> Response | None:
    if fault is Fault.BUSY:
        response = _problem(HTTPStatus.SERVICE_UNAVAILABLE, "busy")
        response.headers["retry-after"] = _RETRY_AFTER
        return response
    if fault is Fault.ERROR_BEFORE_COMMIT:
        return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal")
    if fault is Fault.DROP_BEFORE_COMMIT:
        return drop_connection(request)
    return None


async def _after_commit(request: Request, fault: Fault, answer: StoredAnswer, desk: Desk) -> Response:
    if fault is Fault.ERROR_AFTER_COMMIT:
        return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal")
    if fault is Fault.DROP_AFTER_COMMIT:
        return drop_connection(request)
    if fault is Fault.TRUNCATED_ANSWER:
        return truncated(answer.body, answer.fields)
    answer = spoilt(fault, answer, desk.key, desk.now())
    return Response(answer.body, headers=answer.fields)


async def _limited_body(request: Request, limit: int) -> bytes:
    parts: list[bytes] = []
    length = 0
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


def _form_values(body: bytes) -> dict[str, str]:
    """The three fields of the form, trimmed. Raises: MessageRefused unless each is there once."""
    try:
        values = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=8, errors="strict")
        found = {name: values[name] for name in ("name", "id_number", "number")}
    except (ValueError, KeyError) as fault:
        raise MessageRefused(RefusalCode.MALFORMED_MESSAGE) from fault
    if any(len(each) != 1 for each in found.values()):
        raise MessageRefused(RefusalCode.MALFORMED_MESSAGE)
    return {name: each[0].strip() for name, each in found.items()}


def _problem(status: int, code: str) -> Response:
    """A problem document. Source: RFC 9457."""
    return JSONResponse(
        {"title": HTTPStatus(status).phrase, "status": int(status), "code": code},
        status_code=status,
        media_type="application/problem+json",
    )
