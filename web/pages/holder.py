"""The holder's way to their own certificate: three things that must all be right, then links for minutes.

Whatever was wrong, the answer is the same page with the same status, so that nobody learns which certificate
belongs to whom by trying.
"""

from datetime import timedelta

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.rules.certificate_number import MalformedNumber, parse_certificate_number
from web.backend import FORM_MEDIA_TYPES, HolderView
from web.errors import LinkInvalid
from web.headers import NO_INDEX, NO_STORE
from web.links import HolderLink, read_link, sign_link
from web.pages.dispute import permit_for
from web.site import Site, site_of
from web.uploads import read_form

_MAX_NAME = 120
_MAX_IDENTITY = 40
# What goes to the register for a text that cannot be a number: it does its work and finds nothing.
_NO_NUMBER = "S000043990000000000000"


async def ask(request: Request) -> Response:
    """The form."""
    return site_of(request).renderer.page(request, "holder.html", refused=False, incomplete=False)


async def log_in(request: Request) -> Response:
    """The files of the certificate, if name, identity number and certificate number are all right."""
    site = site_of(request)
    form = await read_form(request)
    name, id_number, number = (form.field(each) for each in ("name", "id_number", "number"))
    if not (name and id_number and number):
        return site.renderer.page(request, "holder.html", status=422, refused=False, incomplete=True)
    view = None
    if len(name) <= _MAX_NAME and len(id_number) <= _MAX_IDENTITY:
        view = await run_sync(site.register.holder, name, id_number, _tidy(number))
    if view is None:
        return site.renderer.page(request, "holder.html", refused=True, incomplete=False)
    return _files_page(request, site, view)


async def download(request: Request) -> Response:
    """One form behind a link. Raises: LinkInvalid, LinkExpired; the register's errors."""
    site = site_of(request)
    link = read_link(request.path_params["token"], site.register.link_secret(), site.clock())
    if link.form not in FORM_MEDIA_TYPES:
        raise LinkInvalid
    file = await run_sync(site.register.electronic, link.index, link.form, limiter=site.heavy)
    headers = {
        **NO_STORE,
        **NO_INDEX,
        "content-disposition": f'attachment; filename="{file.number}.{link.form}"',
    }
    return Response(file.content, 200, headers, FORM_MEDIA_TYPES[link.form])


def _files_page(request: Request, site: Site, view: HolderView) -> Response:
    expires_at = site.clock() + timedelta(seconds=site.settings.link_seconds)
    secret = site.register.link_secret()
    links = [
        (form, f"/holder/files/{sign_link(HolderLink(view.index, form, expires_at), secret)}")
        for form in FORM_MEDIA_TYPES
        if form in view.forms
    ]
    return site.renderer.page(
        request,
        "holder_files.html",
        verdict=view.verdict,
        links=links,
        minutes=max(1, site.settings.link_seconds // 60),
        permit=permit_for(site, view),
        fault="",
        words="",
        contact="",
    )


def _tidy(text: str) -> str:
    try:
        return parse_certificate_number(text).text
    except MalformedNumber:
        return _NO_NUMBER
