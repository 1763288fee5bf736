"""Our own style, script and pictures, and what search engines may visit."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from web.api.representations import accepts_gzip
from web.assets import Asset
from web.errors import NoSuchPage
from web.headers import BRIEFLY, IMMUTABLE
from web.site import site_of

_DAY = {"cache-control": "public, max-age=86400"}
_ROBOTS = """User-agent: *
Disallow: /certificates/
Disallow: /q/
Disallow: /s/
Disallow: /holder
Disallow: /api/
Disallow: /log/
"""


async def static(request: Request) -> Response:
    """A file of `static/`. Raises: NoSuchPage."""
    asset = site_of(request).assets.get(request.path_params["name"])
    if asset is None:
        raise NoSuchPage
    return _sent(request, asset, current=request.query_params.get("v") == asset.version)


async def static_in_folder(request: Request) -> Response:
    """A file of a folder of `static/`, under the version of that folder. Raises: NoSuchPage."""
    found = site_of(request).assets.in_folder(request.path_params["path"])
    if found is None:
        raise NoSuchPage
    asset, current = found
    return _sent(request, asset, current=current)


def _sent(request: Request, asset: Asset, *, current: bool) -> Response:
    headers = dict(IMMUTABLE if current else BRIEFLY)
    if not asset.compressible:
        return Response(asset.content, 200, headers, asset.media_type)
    headers["vary"] = "Accept-Encoding"
    if not accepts_gzip(request.headers.get("accept-encoding", "")):
        return Response(asset.content, 200, headers, asset.media_type)
    return Response(asset.packed, 200, headers | {"content-encoding": "gzip"}, asset.media_type)


async def favicon(request: Request) -> Response:
    """The mark, for browsers that ask without having been told."""
    asset = site_of(request).assets.get("mark.svg")
    if asset is None:
        raise NoSuchPage
    return Response(asset.content, 200, dict(_DAY), asset.media_type)


async def robots(request: Request) -> Response:  # noqa: ARG001 - slowapi looks for it
    """Certificates and people are not for search engines."""
    return PlainTextResponse(_ROBOTS, headers=dict(_DAY))
