"""Cookies that nobody else sets or reads: the session of whoever is logged in, and the like.

Under https each has the `__Host-` prefix: no other host of the domain and no page without TLS can set it.
None can be read by scripts, and none goes along with what another site posts.

Source: RFC 6265bis section 4.1.3.2.
"""

from starlette.requests import Request
from starlette.responses import Response


def read_cookie(request: Request, name: str, *, is_https: bool) -> str:
    """The cookie's value, "" without one."""
    return request.cookies.get(_name(name, is_https), "")


def set_cookie(
    response: Response, name: str, value: str, *, is_https: bool, max_age: int | None = None
) -> None:
    """Gives the browser a value until it is closed, or for `max_age` seconds; "" takes it away."""
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
