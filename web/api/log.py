"""What outsiders verify with: checkpoint, tiles, keys, DID document and status lists.

Source: C2SP tlog-tiles (addresses, partial tiles, no width 0).
"""

import re

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.ledger.tiles import WIDTH, parse_tile_path
from web.errors import NoSuchPage
from web.headers import BRIEFLY, IMMUTABLE, OPEN
from web.site import site_of

_TILE = re.compile(
    r"(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<number>[x0-9/]+?)(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)
_STATUS_LIST = re.compile(r"[a-z]+-[0-9]{1,9}")
_PLAIN = "text/plain; charset=utf-8"
_BINARY = "application/octet-stream"


async def checkpoint(request: Request) -> Response:
    """The newest signed tree head; kept for a few seconds, because it grows."""
    return Response(site_of(request).register.checkpoint(), 200, {**BRIEFLY, **OPEN}, _PLAIN)


async def vkey(request: Request) -> Response:
    """The log's verifier key."""
    text = await run_sync(site_of(request).register.vkey)
    return Response(f"{text}\n", 200, {**BRIEFLY, **OPEN}, _PLAIN)


async def tile(request: Request) -> Response:
    """A tile of hashes or a bundle of entries, full or partial; the same bytes for ever.

    Raises: NoSuchPage for what is no tile's address; OutOfRange for what is not published yet.
    """
    found = _TILE.fullmatch(request.path_params["path"])
    number = parse_tile_path(found["number"]) if found else None
    if found is None or number is None:
        raise NoSuchPage
    width = int(found["width"] or WIDTH)
    if found["width"] and not 1 <= width < WIDTH:
        raise NoSuchPage
    register = site_of(request).register
    if found["level"] == "entries":
        body = await run_sync(register.entry_bundle, number, width)
    else:
        body = await run_sync(register.tile, int(found["level"]), number, width)
    return Response(body, 200, {**IMMUTABLE, **OPEN}, _BINARY)


async def did_document(request: Request) -> Response:
    """Who we are and with which keys: the `did:web` document."""
    body = await run_sync(site_of(request).register.did_document)
    return Response(body, 200, {**BRIEFLY, **OPEN}, "application/did+json")


async def status_list(request: Request) -> Response:
    """A signed status list."""
    name = request.path_params["list"]
    if not _STATUS_LIST.fullmatch(name):
        raise NoSuchPage
    body = await run_sync(site_of(request).register.status_list, name)
    return Response(body, 200, {**BRIEFLY, **OPEN}, "application/vc+json")
