"""The cookies of the staff's pages: the session, and by which browser an account is known."""

from starlette.requests import Request
from starlette.responses import Response

from web.cookies import read_cookie, set_cookie

_SESSION, _BROWSER = "staff", "staff-browser"
BROWSER_SECONDS = 180 * 86_400


def read_session(request: Request, *, is_https: bool) -> str:
    """The session's token, "" without one."""
    return read_cookie(request, _SESSION, is_https=is_https)


def set_session(response: Response, token: str, *, is_https: bool) -> None:
    """Gives the browser a session's token until it is closed; "" takes it away."""
    set_cookie(response, _SESSION, token, is_https=is_https)


def read_browser(request: Request, *, is_https: bool) -> str:
    """By what this browser is known, "" if it is not."""
    return read_cookie(request, _BROWSER, is_https=is_https)


def set_browser(response: Response, value: str, *, is_https: bool) -> None:
    """Makes the browser known."""
    set_cookie(response, _BROWSER, value, is_https=is_https, max_age=BROWSER_SECONDS)
