"""The holder's way to their own certificate: three things that must all be right, then links for minutes.

1. the attempt is counted before anything is looked up; a refusal says nothing about what was typed,
2. whatever is wrong, the same is read, opened and compared, and the answer is the same page with the same
   status: nobody learns by trying which certificate belongs to whom,
3. what is right opens the files of that one certificate. No session begins: the three things stand on the
   paper, and whoever holds the paper knows them.
"""

from dataclasses import dataclass

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.holders.entry import count_facts, take_back
from registry.rules.certificate_number import MalformedNumber, parse_certificate_number
from registry.staff.errors import LoginThrottled
from web.backend import FORM_MEDIA_TYPES, HolderView
from web.errors import LinkInvalid
from web.headers import NO_INDEX, NO_STORE
from web.holder.files import file_links, link_minutes
from web.holder.gate import holder_session
from web.holder.provider import provider_name
from web.holder.taking import offer_for
from web.holder.ways import other_ways
from web.links import read_link
from web.naming import settle
from web.pages.corrections import permit_for
from web.site import site_of
from web.staff.desk import keyed_network
from web.staff.gate import require_own_origin
from web.uploads import read_form

_MAX_NAME, _MAX_IDENTITY, _MAX_NUMBER = 120, 40, 60
# What goes to the register for a text that cannot be a number: it does its work and finds nothing.
_NO_NUMBER = "S000043990000000000000"


@dataclass(frozen=True)
class _Facts:
    """What was typed, cut to what can be right. `typed` is the number as attempts at it are counted."""

    name: str
    id_number: str
    number: str
    typed: str


async def ask(request: Request) -> Response:
    """The ways in; who is inside is told so, and may still open a paper of another document."""
    is_inside = site_of(request).office is not None and await run_sync(holder_session, request) is not None
    return _entrance(request, ended="ended" in request.query_params, is_inside=is_inside)


async def log_in(request: Request) -> Response:
    """The files of the certificate, if all three are right. Raises: ForeignPost."""
    if site_of(request).office is not None:
        # Or any site could let its visitors spend the attempts at somebody's certificate.
        require_own_origin(request)
    form = await read_form(request)
    name, id_number, number = (form.field(each) for each in ("name", "id_number", "number"))
    if not (name and id_number and number):
        return _entrance(request, status=422, incomplete=True)
    return await run_sync(_open, request, _facts(name, id_number, number))


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


def _facts(name: str, id_number: str, number: str) -> _Facts:
    fits = len(name) <= _MAX_NAME and len(id_number) <= _MAX_IDENTITY
    tidy = _tidy(number[:_MAX_NUMBER])
    typed = number[:_MAX_NUMBER].upper() if tidy == _NO_NUMBER else tidy
    return _Facts(name if fits else "", id_number if fits else "", tidy, typed)


def _open(request: Request, facts: _Facts) -> Response:
    site = site_of(request)
    room = site.office.holders if site.office is not None else None
    # 1
    if room is not None:
        network = keyed_network(request)
        try:
            keys = count_facts(room, id_number=facts.id_number, number=facts.typed, network=network)
        except LoginThrottled as fault:
            return _entrance(request, status=429, wait=fault.retry_after_seconds)
    # 2
    view = site.register.holder(facts.name, facts.id_number, facts.number)
    if room is None:
        # Without a desk nobody counts by person: the certificate's own count holds wrong ones back.
        settle(request, facts.typed, view is not None, by_network=False)
    if view is None:
        return _entrance(request, refused=True)
    # 3
    if room is not None:
        take_back(room, keys)
    return _files_page(request, view)


def _entrance(
    request: Request,
    *,
    status: int = 200,
    refused: bool = False,
    incomplete: bool = False,
    wait: int = 0,
    ended: bool = False,
    is_inside: bool = False,
) -> Response:
    site = site_of(request)
    page = site.renderer.page(
        request,
        "holder.html",
        status=status,
        refused=refused,
        incomplete=incomplete,
        ended=ended,
        is_inside=is_inside,
        wait=wait,
        ways=other_ways(site),
        provider=provider_name(request),
    )
    if wait:
        page.headers["retry-after"] = str(wait)
    return page


def _files_page(request: Request, view: HolderView) -> Response:
    site = site_of(request)
    return site.renderer.page(
        request,
        "holder_files.html",
        verdict=view.verdict,
        links=file_links(site, view.index, view.forms),
        minutes=link_minutes(site),
        offer=offer_for(request, view),
        permit=permit_for(site, view),
    )


def _tidy(text: str) -> str:
    try:
        return parse_certificate_number(text).text
    except MalformedNumber:
        return _NO_NUMBER
