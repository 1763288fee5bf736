"""The trust folder by HTTP: what somebody who checks without us fetches once and keeps.

One by one for the page that checks in the browser (the log's keys, the DID document and the status lists have
addresses of their own), and whole as an archive for `skillcert verify --offline --trust`.
"""

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.trust import trust_archive
from signing.encoding import canonical_json
from signing.trust import ROOT, WITNESSES
from web.api.representations import representation
from web.headers import BRIEFLY
from web.site import site_of


async def root_certificates(request: Request) -> Response:
    """The certificates of the province's roots, as PEM."""
    return await _anchor(request, ROOT, "application/x-pem-file")


async def witnesses(request: Request) -> Response:
    """Whose cosignatures a checkpoint needs, and how many of them."""
    return await _anchor(request, WITNESSES, "text/plain; charset=utf-8")


async def status_lists(request: Request) -> Response:
    """The names of the published status lists, those of the newest certificates first.

    Whoever fetches them all tells nobody which certificate the question is about.
    """
    names = await run_sync(site_of(request).register.status_list_names)
    return representation(request, canonical_json({"lists": list(names)}), "application/json", BRIEFLY)


async def folder(request: Request) -> Response:
    """The whole folder as a ZIP archive."""
    register = site_of(request).register

    def answer() -> Response:
        body = trust_archive(register.trust_files())
        return representation(request, body, "application/zip", BRIEFLY)

    response = await run_sync(answer)
    response.headers["content-disposition"] = 'attachment; filename="trust.zip"'
    return response


async def _anchor(request: Request, name: str, media_type: str) -> Response:
    anchors = await run_sync(site_of(request).register.trust_anchors)
    return representation(request, anchors[name], media_type, BRIEFLY)
