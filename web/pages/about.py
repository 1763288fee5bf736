"""What the register is, what its signature means and does not mean, and what each problem's code means."""

from starlette.requests import Request
from starlette.responses import Response

from registry.witnessing.policy import NO_WITNESSES
from web.errors import NoSuchPage
from web.problems import public_meaning
from web.site import site_of


async def about(request: Request) -> Response:
    """The page for whoever wants to know what to rely on."""
    site = site_of(request)
    return site.renderer.page(
        request,
        "about.html",
        index=True,
        log_origin=site.settings.log_origin,
        witnesses=site.settings.witnesses or NO_WITNESSES,
    )


async def problem(request: Request) -> Response:
    """What a problem's `type` leads to. Raises: NoSuchPage for a code that no problem has."""
    code = request.path_params["code"]
    meaning = public_meaning(code)
    if meaning is None:
        raise NoSuchPage
    status, key = meaning
    return site_of(request).renderer.page(
        request, "problem_type.html", code=code, http_status=status, key=key
    )
