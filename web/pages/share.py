"""What a holder shares, as whoever was given the link sees it.

1. GET says which items would be shown and until when, and nothing of the person: previews of links, robots
   and a holder's own glance disclose nothing and count as nothing.
2. POST, the button, writes down the moment and shows the items.
3. The receipt of what was just shown is fetched by a permit of some minutes, and is no use of its own.

A code that is unknown, was stopped, ended, or whose certificate was erased is answered by one page.
"""

from collections.abc import Collection
from datetime import timedelta

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.holders.disclosing import Disclosure, disclose, shares_of, standing
from registry.holders.share_errors import ShareUnknown
from registry.holders.share_model import Share, ShareItem, last_day
from registry.rules.identity_documents import IdentityType
from web.errors import LinkExpired, LinkInvalid, NoSuchPage
from web.headers import NO_INDEX, NO_STORE
from web.links import HolderLink, read_link, sign_link
from web.site import Site, site_of
from web.staff.office import Office
from web.uploads import read_form

# The same for everybody: a name made of the number would tell it where it is hidden.
_FILE_NAME = "share.tlog-proof"


async def ask(request: Request) -> Response:
    """What would be shown, and the button. Discloses nothing and counts nothing."""
    office = office_of(site_of(request))
    try:
        share = await run_sync(_look, office, request.path_params["code"])
    except ShareUnknown:
        return gone(request)
    return site_of(request).renderer.page(
        request, "share.html", items=in_order(share.choices), last_day=last_day(share)
    )


async def open_it(request: Request) -> Response:
    """Shows the chosen items, and writes down when."""
    site = site_of(request)
    office = office_of(site)
    try:
        share, shown = await run_sync(_use, office, request.path_params["code"])
    except ShareUnknown:
        return gone(request)
    expires_at = site.clock() + timedelta(seconds=site.settings.link_seconds)
    permit = sign_link(HolderLink(share.entry, _permit(share), expires_at), site.register.link_secret())
    return site.renderer.page(
        request,
        "share_open.html",
        share=share,
        shown=shown,
        fields=shown.fields,
        id_type=IdentityType(shown.fields["id_type"]).label if "id_type" in shown.fields else "",
        last_day=last_day(share),
        permit=permit,
        minutes=max(1, site.settings.link_seconds // 60),
    )


async def receipt(request: Request) -> Response:
    """The receipt of what was shown some minutes ago. Raises: LinkInvalid."""
    site = site_of(request)
    office, code = office_of(site), request.path_params["code"]
    token = (await read_form(request)).field("permit")
    try:
        share, shown = await run_sync(_look_closely, office, code)
        link = read_link(token, site.register.link_secret(), site.clock())
    except ShareUnknown:
        return gone(request)
    except LinkExpired:
        return RedirectResponse(request.url.path.removesuffix("/receipt"), 303)
    if link.form != _permit(share):
        raise LinkInvalid
    headers = {
        **NO_STORE,
        **NO_INDEX,
        "content-disposition": f'attachment; filename="{_FILE_NAME}"',
    }
    return Response(shown.receipt, 200, headers, "text/plain; charset=utf-8")


def gone(request: Request) -> Response:
    """The one answer for every code that opens nothing."""
    return site_of(request).renderer.page(request, "share_gone.html", status=404)


def in_order(items: Collection[ShareItem]) -> list[str]:
    """Items as pages list them. Who shows the whole name shows no part of it beside."""
    hidden = {ShareItem.MASKED_NAME} if ShareItem.NAME in items else set()
    return [each.value for each in ShareItem if each in items and each not in hidden]


def office_of(site: Site) -> Office:
    """Where shares lie. Raises: NoSuchPage on a site without a desk."""
    if site.office is None:
        raise NoSuchPage
    return site.office


def _permit(share: Share) -> str:
    return f"share:{share.id}"


def _look(office: Office, code: str) -> Share:
    share = shares_of(office.register).open_by(code)
    standing(office.register.look_up, share)
    return share


def _look_closely(office: Office, code: str) -> tuple[Share, Disclosure]:
    share = shares_of(office.register).open_by(code)
    return share, disclose(office.register.look_up, share)


def _use(office: Office, code: str) -> tuple[Share, Disclosure]:
    # Written down first: better a use that showed nothing for a fault than one that nobody knows of.
    share = shares_of(office.register).use(code)
    return share, disclose(office.register.look_up, share)
