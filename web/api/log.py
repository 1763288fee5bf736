"""What outsiders verify with: checkpoint, tiles, keys, DID document and status lists.

A partial tile or bundle is cut out of what stands there now, so that it can be had for ever, also when the
tile has become full. What never changes may be kept for a year; what grows, for a few seconds.

Source: C2SP tlog-tiles (addresses, media types, how long to keep, partial tiles, no width 0).
"""

import re

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.ledger.tiles import WIDTH, parse_tile_path
from web.api.representations import representation
from web.errors import NoSuchPage
from web.headers import BRIEFLY, IMMUTABLE
from web.site import site_of

_TILE = re.compile(
    r"(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<number>[x0-9/]+?)(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)
_STATUS_LIST = re.compile(r"[a-z]+-[0-9]{1,9}")
_PLAIN = "text/plain; charset=utf-8"
_BINARY = "application/octet-stream"


async def checkpoint(request: Request) -> Response:
    """The newest signed tree head; kept for a few seconds, because it grows."""
    return representation(request, site_of(request).register.checkpoint(), _PLAIN, BRIEFLY)


async def vkey(request: Request) -> Response:
    """The log's verifier keys, one a line."""
    body = (await run_sync(site_of(request).register.vkey)).encode()
    return representation(request, body, _PLAIN, BRIEFLY)


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
    register, level = site_of(request).register, found["level"]

    def answer(number: int = number) -> Response:
        if level == "entries":
            body = register.entry_bundle(number, width)
            return representation(request, body, _BINARY, IMMUTABLE, compressible=True)
        return representation(request, register.tile(int(level), number, width), _BINARY, IMMUTABLE)

    return await run_sync(answer)


async def frozen(request: Request) -> Response:
    """The province's statement that ended this log; nothing is there while it goes on."""
    body = await run_sync(site_of(request).register.frozen)
    return representation(request, body, "application/json", BRIEFLY)


async def did_document(request: Request) -> Response:
    """Who we are and with which keys: the `did:web` document."""
    body = await run_sync(site_of(request).register.did_document)
    return representation(request, body, "application/did+json", BRIEFLY)


async def status_list(request: Request) -> Response:
    """A signed status list."""
    name = request.path_params["list"]
    if not _STATUS_LIST.fullmatch(name):
        raise NoSuchPage
    register = site_of(request).register

    def answer() -> Response:
        body = register.status_list(name)
        return representation(request, body, "application/vc+json", BRIEFLY, compressible=True)

    return await run_sync(answer)
