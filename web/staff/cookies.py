"""The cookies of the staff's pages: the session, and by which browser an account is known.

Under https both have the `__Host-` prefix: no other host of the domain and no page without TLS can set them.
Neither can be read by scripts, and neither goes along with what another site posts.

Source: RFC 6265bis section 4.1.3.2.
"""

from starlette.requests import Request
from starlette.responses import Response

_SESSION, _BROWSER = "staff", "staff-browser"
BROWSER_SECONDS = 180 * 86_400


def read_session(request: Request, *, is_https: bool) -> str:
    """The session's token, "" without one."""
    return request.cookies.get(_name(_SESSION, is_https), "")


def set_session(response: Response, token: str, *, is_https: bool) -> None:
    """Gives the browser a session's token until it is closed; "" takes it away."""
    _set(response, _SESSION, token, None, is_https=is_https)


def read_browser(request: Request, *, is_https: bool) -> str:
    """By what this browser is known, "" if it is not."""
    return request.cookies.get(_name(_BROWSER, is_https), "")


def set_browser(response: Response, value: str, *, is_https: bool) -> None:
    """Makes the browser known."""
    _set(response, _BROWSER, value, BROWSER_SECONDS, is_https=is_https)


def _set(response: Response, name: str, value: str, max_age: int | None, *, is_https: bool) -> None:
    response.set_cookie(
        _name(name, is_https),
        value,
        max_age=max_age if value else 0,
        path="/",
        secure=is_https,
        httponly=True,
        samesite="lax",
    )


def _name(name: str, is_https: bool) -> str:
    return f"__Host-{name}" if is_https else name
