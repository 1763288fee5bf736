"""The page that checks in the visitor's own browser: sent once, it asks for nothing about a certificate."""

from starlette.requests import Request
from starlette.responses import Response

from web.headers import CHECKING_HERE
from web.site import site_of

_WASM = "vendor/zxing-wasm/reader/zxing_reader.wasm"


async def check_here(request: Request) -> Response:
    """The page with everything that it needs to go on working without a network."""
    site = site_of(request)
    response = site.renderer.page(
        request,
        "check_here.html",
        index=True,
        decoder="vendor/zxing-wasm/reader/index.js",
        decoder_binary=_WASM,
    )
    response.headers.update(CHECKING_HERE)
    return response
