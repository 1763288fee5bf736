"""Downloading a verification receipt (核验回单) after a check, without storing anything about it.

A number or a scanned code is checked anew, because that costs nothing. A file is not sent a second time:
the page of its check carries what was found under a MAC (see `receipt_offers`). All of it is posted.
"""

from datetime import timedelta
from functools import partial

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.rules.certificate_number import parse_certificate_number
from signing.encoding import b64url_decode
from signing.errors import MalformedEncoding
from signing.verification_statement import VerificationStatement
from web.errors import MalformedRef, MalformedRequest
from web.naming import settled
from web.receipt_offers import FIELD, make_offer, read_offer
from web.receipts import MEDIA_TYPES, content_of, download_headers, required, statement_for
from web.site import Site, site_of
from web.uploads import Form, read_form

_MAX_NAME = 120
_REF_BYTES = 16


async def hand_out(request: Request) -> Response:
    """The signed receipt as a file.

    Raises: MalformedRequest, MalformedNumber, MalformedRef, OfferExpired, NothingToState.
    """
    site = site_of(request)
    form = await read_form(request)
    ending = form.field("format") or "json"
    if ending not in MEDIA_TYPES or len(form.field("name")) > _MAX_NAME:
        raise MalformedRequest("format")
    found = await _statement(request, form)
    statement = required(found, with_name=bool(form.field("with_name")))
    content = await run_sync(content_of, site.register, statement, ending, limiter=site.heavy)
    return Response(content, 200, download_headers(statement, ending), MEDIA_TYPES[ending])


def offer_of(site: Site, statement: VerificationStatement | None) -> str:
    """What the page of a check carries so that its receipt can be had; "" where there is none."""
    if statement is None:
        return ""
    expires_at = site.clock() + timedelta(seconds=site.settings.link_seconds)
    return make_offer(statement, expires_at, site.register.link_secret())


async def _statement(request: Request, form: Form) -> VerificationStatement | None:
    site = site_of(request)
    if form.field(FIELD):
        return read_offer(form.field(FIELD), site.register.link_secret(), site.clock())
    name = form.field("name") or None
    if form.field("number"):
        number = parse_certificate_number(form.field("number")).text
        work = partial(site.register.verify_number, number, name=name, id_number=None)
        return await statement_for(site, settled(request, await run_sync(work)), number, name)
    ref = form.field("ref")
    try:
        b64url_decode(ref, length=_REF_BYTES)
    except MalformedEncoding as fault:
        raise MalformedRef from fault
    work = partial(site.register.verify_reference, ref, name=name)
    return await statement_for(site, settled(request, await run_sync(work)), ref, name)
