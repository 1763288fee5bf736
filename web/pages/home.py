"""The one box: a number, the text of a code, or a picture of one."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.rules.certificate_number import MalformedNumber, parse_certificate_number, tidy_number
from web.errors import IdentityNumberGiven, MalformedRequest
from web.evidence import bare_reference, verify_content, verify_text
from web.pages.verify import show_verification
from web.site import site_of
from web.uploads import read_form

_LIKE_AN_IDENTITY_NUMBER = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")
_MAX_TEXT = 4096


async def home(request: Request) -> Response:
    """The first page."""
    return site_of(request).renderer.page(request, "home.html", index=True)


async def to_home(request: Request) -> Response:  # noqa: ARG001 - slowapi looks for it
    """The box's own address, opened without a question (a bookmark, a reload)."""
    return RedirectResponse("/", 303)


async def look_up(request: Request) -> Response:
    """What the box was given. Only a well-formed number ever becomes part of an address.

    Raises: MalformedNumber, IdentityNumberGiven, ForeignQr; what a picture can get wrong.
    """
    site = site_of(request)
    form = await read_form(request, max_file_bytes=site.settings.max_upload_bytes)
    picture, text = form.file("picture"), form.field("number")
    if picture is not None:
        return show_verification(request, await verify_content(site, picture, None))
    if not text or len(text) > _MAX_TEXT:
        raise MalformedRequest("number")
    if text.startswith(("http://", "https://")):
        ref = bare_reference(text, site.settings.origin)
        if ref is not None:
            return RedirectResponse(f"/q/{ref}", 303)
        return show_verification(request, await verify_text(site, text, None))
    return RedirectResponse(f"/certificates/{_number(text)}", 303)


def _number(text: str) -> str:
    try:
        return parse_certificate_number(text).text
    except MalformedNumber as fault:
        if _LIKE_AN_IDENTITY_NUMBER.fullmatch(tidy_number(text)):
            raise IdentityNumberGiven from fault
        raise
