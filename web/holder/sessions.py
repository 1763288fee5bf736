"""Where the holder is logged in, and the management secret from inside."""

from starlette.requests import Request
from starlette.responses import Response

from registry.holders.entry import replace_secret
from registry.holders.errors import SecretMistyped, SecretRefused
from registry.holders.model import Way
from registry.staff.errors import LoginThrottled
from web.holder.gate import begin_session, holder_page, posted, room_of, see_other, visit_of
from web.holder.taking import REPLACED, write_trail
from web.site import site_of
from web.staff.browsers import browser_kind

_SESSIONS = "/holder/sessions"
_REFUSED, _MISTYPED, _TOO_MANY = 403, 422, 429


def show(request: Request) -> Response:
    """The log-ins that are still good, and since when there is a secret."""
    return _page(request)


def end_others(request: Request) -> Response:
    """Ends every other log-in."""
    room_of(request).sessions.end_others(visit_of(request).session)
    return see_other(_SESSIONS)


def replace(request: Request) -> Response:
    """A new secret, shown once. Every other log-in ends, and this one is exchanged for a new one."""
    room, visit = room_of(request), visit_of(request)
    try:
        secret = replace_secret(room, visit.session, posted(request).field("secret"))
    except SecretMistyped as fault:
        return _page(request, status=_MISTYPED, fault=fault.code)
    except SecretRefused as fault:
        return _page(request, status=_REFUSED, fault=fault.code)
    except LoginThrottled as fault:
        page = _page(request, status=_TOO_MANY, wait=fault.retry_after_seconds)
        page.headers["retry-after"] = str(fault.retry_after_seconds)
        return page
    write_trail(request, room, REPLACED, visit.holder.id)
    response = site_of(request).renderer.page(
        request, "holder/secret_shown.html", secret=secret, replaced=True
    )
    agent = browser_kind(request.headers.get("user-agent", ""))
    begin_session(request, response, room.sessions.open(visit.holder, visit.session.way, browser=agent))
    return response


def _page(request: Request, *, status: int = 200, fault: str = "", wait: int = 0) -> Response:
    room, visit = room_of(request), visit_of(request)
    return holder_page(
        request,
        "holder/sessions.html",
        status=status,
        sessions=room.sessions.of_holder(visit.holder),
        current=visit.session.id,
        since=visit.holder.secret_at,
        needs_old=visit.session.way is Way.SECRET,
        fault=fault,
        wait=wait,
    )
