"""The page that checks in the visitor's own browser: sent once, it asks for nothing about a certificate."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from web.headers import CHECKING_HERE
from web.language import Language, language_of
from web.presenters.verdict_json import json_bytes
from web.site import site_of
from web.vocabulary import WORDS

# What the modules under `static/check/` say; everything else on the page is written here.
_SAID = (
    "step.",
    "reason.",
    "detail.",
    "result.",
    "level.",
    "verify.outcome.",
    "verify.question.",
    "verify.kind.",
)
_SAID_ALSO = ("verdict.", "check_here.")
_WASM = "vendor/zxing-wasm/reader/zxing_reader.wasm"


async def check_here(request: Request) -> Response:
    """The page with everything that it needs to go on working without a network."""
    site = site_of(request)
    response = site.renderer.page(
        request,
        "check_here.html",
        index=True,
        words=words_for_scripts(language_of(request)),
        decoder="vendor/zxing-wasm/reader/index.js",
        decoder_binary=_WASM,
    )
    response.headers.update(CHECKING_HERE)
    return response


def words_for_scripts(language: Language) -> str:
    """The sentences that scripts show, as JSON: the same ones as on the pages."""
    said: Mapping[str, str] = {
        key: text for key, text in WORDS[language].items() if key.startswith((*_SAID, *_SAID_ALSO))
    }
    return json_bytes(said).decode()
