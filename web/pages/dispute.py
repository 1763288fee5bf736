"""A holder disputes the annulment of the own certificate, and sees later what became of it.

Who may is who just opened the certificate with name, identity number and number: a permit of some minutes
stands in the form, and names a position in the log. The outcome is asked for by a reference that is shown
once; it says nothing about the person, and whoever asks by it learns nothing else.
"""

from datetime import datetime, timedelta

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.requests.asking import dispute
from registry.requests.deciding import desk_of
from registry.requests.errors import RequestIncomplete, RequestUnknown
from registry.requests.model import CaseRequest, Party, Who
from registry.verdict import Result
from web.backend import HolderView
from web.errors import LinkInvalid, NoSuchPage
from web.links import HolderLink, read_link, sign_link
from web.site import Site, site_of
from web.staff.office import Office
from web.uploads import read_form

_PERMIT = "dispute"


def permit_for(site: Site, view: HolderView) -> str:
    """What lets the holder of an annulled certificate dispute that for some minutes, "" for any other."""
    if site.office is None or view.verdict.result is not Result.ANNULLED:
        return ""
    expires_at = site.clock() + timedelta(seconds=site.settings.link_seconds)
    return sign_link(HolderLink(view.index, _PERMIT, expires_at), site.register.link_secret())


async def hand_in(request: Request) -> Response:
    """Keeps a dispute and shows its reference, once. Raises: LinkInvalid, LinkExpired, NoSuchPage."""
    site = site_of(request)
    office = _office(site)
    form = await read_form(request)
    token, words, contact = (form.field(each) for each in ("permit", "words", "contact"))
    index = _permitted(site, token, site.clock())
    try:
        reference = await run_sync(_dispute, office, index, words, contact)
    except RequestIncomplete as fault:
        return site.renderer.page(
            request,
            "holder_dispute.html",
            status=422,
            shown="form",
            permit=token,
            fault=fault.field,
            words=words,
            contact=contact,
        )
    return site.renderer.page(request, "holder_dispute.html", shown="sent", reference=reference)


async def ask(request: Request) -> Response:
    """The form that asks for a reference."""
    _office(site_of(request))
    return site_of(request).renderer.page(request, "holder_dispute.html", shown="ask", unknown=False)


async def tell(request: Request) -> Response:
    """What became of the dispute with that reference."""
    site = site_of(request)
    office = _office(site)
    reference = (await read_form(request)).field("reference")
    try:
        case: CaseRequest = await run_sync(desk_of(office.register).by_reference, reference)
    except RequestUnknown:
        return site.renderer.page(request, "holder_dispute.html", shown="ask", unknown=True)
    return site.renderer.page(request, "holder_dispute.html", shown="state", case=case)


def _office(site: Site) -> Office:
    if site.office is None:
        raise NoSuchPage
    return site.office


def _permitted(site: Site, token: str, now: datetime) -> int:
    link = read_link(token, site.register.link_secret(), now)
    if link.form != _PERMIT:
        raise LinkInvalid
    return link.index


def _dispute(office: Office, index: int, words: str, contact: str) -> str:
    register = office.register
    number = register.ledger.records.number_of(index)
    if number is None:
        # Erased within the minutes of the permit.
        raise LinkInvalid
    who = Who(Party.HOLDER)
    _, reference = dispute(register.look_up, desk_of(register), number, who, words=words, contact=contact)
    return reference
