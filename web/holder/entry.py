"""Logging in with the management secret, and out again."""

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.holders.entry import log_in
from registry.holders.errors import SecretMistyped, SecretRefused
from registry.staff.errors import LoginThrottled
from web.holder.gate import (
    ENTRANCE,
    HOME,
    begin_session,
    end_session,
    holder_session,
    room_of,
    see_other,
)
from web.site import site_of
from web.staff.browsers import browser_kind
from web.staff.desk import keyed_network
from web.staff.gate import require_own_origin
from web.uploads import Form, read_form

_MAX_NAME, _MAX_IDENTITY, _MAX_SECRET = 120, 40, 120
_REFUSED, _INCOMPLETE, _TOO_MANY = 403, 422, 429


async def ask(request: Request) -> Response:
    """The form; who is logged in goes on. Raises: NoSuchPage."""
    if await run_sync(holder_session, request) is not None:
        return see_other(HOME)
    return _page(request)


async def enter(request: Request) -> Response:
    """Name, identity number and secret. Whatever is wrong, the answer is the same. Raises: ForeignPost."""
    room_of(request)
    require_own_origin(request)
    form = await read_form(request)
    return await run_sync(_enter, request, form)


def leave(request: Request) -> Response:
    """Ends the session."""
    response = see_other(ENTRANCE)
    end_session(request, response)
    return response


def _enter(request: Request, form: Form) -> Response:
    name, id_number, secret = (form.field(each) for each in ("name", "id_number", "secret"))
    if not (name and id_number and secret):
        return _page(request, status=_INCOMPLETE, fault="incomplete")
    fits = len(name) <= _MAX_NAME and len(id_number) <= _MAX_IDENTITY
    try:
        inside = log_in(
            room_of(request),
            name=name if fits else "",
            id_number=id_number if fits else "",
            secret=secret[:_MAX_SECRET],
            network=keyed_network(request),
            browser=browser_kind(request.headers.get("user-agent", "")),
        )
    except SecretMistyped as fault:
        # Told by the secret alone, before anybody is looked for: it says nothing about the other two.
        return _page(request, status=_INCOMPLETE, fault=fault.code)
    except SecretRefused as fault:
        return _page(request, status=_REFUSED, fault=fault.code)
    except LoginThrottled as fault:
        return _page(request, status=_TOO_MANY, wait=fault.retry_after_seconds)
    response = see_other(HOME)
    begin_session(request, response, inside)
    return response


def _page(request: Request, *, status: int = 200, fault: str = "", wait: int = 0) -> Response:
    page = site_of(request).renderer.page(
        request, "holder/secret.html", status=status, fault=fault, wait=wait
    )
    if wait:
        page.headers["retry-after"] = str(wait)
    return page
