"""The gate before the pages of a holder who is logged in.

1. who asks: the session's cookie; whoever has none is led to `/holder`,
2. what is posted comes from our own page: its origin, and the session's CSRF value,
3. the endpoint, a plain function, runs in a worker thread and asks `visit_of` whose request it is:
   `Address("/holder/certificates", held(certificates.show), Budget.PAGE)`.

On an instance without a desk nothing of this is published.

Source: OWASP Cross-Site Request Forgery Prevention.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.holders.model import Holder, HolderSession, Way
from registry.holders.room import HolderRoom
from web.cookies import read_cookie, set_cookie
from web.errors import FormExpired, MalformedRequest
from web.headers import NO_STORE
from web.limits import Endpoint
from web.site import site_of
from web.staff.browsers import browser_kind
from web.staff.desk import office_of
from web.staff.gate import require_own_origin
from web.uploads import Form, read_form

HOME, ENTRANCE, SECRET = "/holder/certificates", "/holder", "/holder/secret"
_COOKIE = "holder"
# The menu of whoever is logged in: each part of the holder's pages has its line.
MENU = (
    ("certificates", HOME),
    ("shares", "/holder/shares"),
    ("corrections", "/holder/corrections/own"),
    ("sessions", "/holder/sessions"),
)

HolderEndpoint = Callable[[Request], Response]


@dataclass(frozen=True)
class HolderVisit:
    """One request of a holder who is logged in; `form` is what was posted."""

    holder: Holder
    session: HolderSession
    form: Form | None = None


def room_of(request: Request) -> HolderRoom:
    """The holders' room. Raises: NoSuchPage on an instance without a desk."""
    return office_of(request).holders


def holder_session(request: Request) -> Holder | None:
    """Who is logged in, None for nobody. For a worker thread. Raises: NoSuchPage, DatabaseUnavailable."""
    found = _recognised(request)
    return None if found is None else found[1]


def visit_of(request: Request) -> HolderVisit:
    """Whose request it is, behind the gate."""
    visit = request.state.holder_visit
    assert isinstance(visit, HolderVisit)
    return visit


def posted(request: Request) -> Form:
    """The form that was posted. Raises: MalformedRequest."""
    form = visit_of(request).form
    if form is None:
        raise MalformedRequest("content-type")
    return form


def held(
    endpoint: HolderEndpoint, *, max_file_bytes: int = 0, max_files: int = 1, max_fields: int = 24
) -> Endpoint:
    """The endpoint behind the gate, as the server calls it. Raises: NoSuchPage, ForeignPost, FormExpired."""

    async def gated(request: Request) -> Response:
        found = await run_sync(_recognised, request)
        if found is None:
            return _to_entrance(request)
        session, holder = found
        form = None
        if request.method == "POST":
            require_own_origin(request)
            form = await read_form(
                request, max_file_bytes=max_file_bytes, max_files=max_files, max_fields=max_fields
            )
            if not hmac.compare_digest(form.field("csrf").encode(), session.csrf.encode()):
                raise FormExpired
        request.state.holder_visit = HolderVisit(holder, session, form)
        return await run_sync(endpoint, request)

    # Budgets are counted by the endpoint's name, so each needs one of its own.
    gated.__module__ = endpoint.__module__
    gated.__name__ = f"held {endpoint.__name__}"
    return gated


def start_session(request: Request, response: Response, holder: Holder, way: Way) -> None:
    """Logs a holder in: a new session, whatever the browser brought along. For a worker thread."""
    agent = browser_kind(request.headers.get("user-agent", ""))
    begin_session(request, response, room_of(request).sessions.open(holder, way, browser=agent))


def begin_session(request: Request, response: Response, opened: tuple[HolderSession, str]) -> None:
    """Puts a session that was just opened into the browser; what it brought along ends."""
    _end_brought(request)
    _give(request, response, opened[1])


def end_session(request: Request, response: Response) -> None:
    """Ends the session that the browser brought along, if any. For a worker thread."""
    _end_brought(request)
    _give(request, response, "")


def holder_page(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page inside the holder's frame: with `csrf_value` and `holder_menu`."""
    return site_of(request).renderer.page(
        request,
        template,
        status=status,
        csrf_value=visit_of(request).session.csrf,
        holder_menu=MENU,
        **context,
    )


def see_other(path: str) -> Response:
    """To another page after something was posted."""
    return RedirectResponse(path, 303, dict(NO_STORE))


def _recognised(request: Request) -> tuple[HolderSession, Holder] | None:
    room = room_of(request)
    token = read_cookie(request, _COOKIE, is_https=site_of(request).settings.is_https)
    return room.sessions.visit(token) if token else None


def _give(request: Request, response: Response, token: str) -> None:
    set_cookie(response, _COOKIE, token, is_https=site_of(request).settings.is_https)


def _end_brought(request: Request) -> None:
    found = _recognised(request)
    if found is not None:
        room_of(request).sessions.end(found[0].id)


def _to_entrance(request: Request) -> Response:
    is_https = site_of(request).settings.is_https
    response = see_other(ENTRANCE)
    if read_cookie(request, _COOKIE, is_https=is_https):
        # A session that ended: the entrance says so.
        response = see_other(f"{ENTRANCE}?ended=1")
        set_cookie(response, _COOKIE, "", is_https=is_https)
    return response
