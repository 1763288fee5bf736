"""The verdict page, by number and by scanned code, the comparison of a name, and what one checks it with."""

from functools import partial
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.rules.certificate_number import CertificateNumber, parse_certificate_number
from registry.verdict import CertificateVerdict, Verdict
from signing.encoding import b64_decode, b64url_decode
from signing.errors import MalformedEncoding
from signing.notes import parse_note
from signing.receipts import Receipt, opened_extra
from web.errors import MalformedRef, NoSuchPage
from web.headers import NO_STORE, OPEN
from web.naming import settle
from web.presenters.verdict_json import json_bytes
from web.presenters.verdict_page import NameCheck, name_check_of, verdict_page
from web.site import Site, site_of
from web.uploads import read_form

_REF_BYTES = 16


async def certificate(request: Request) -> Response:
    """The verdict on a number. An untidy number is sent on to its one address.

    Raises: MalformedNumber; the register's errors if it cannot answer.
    """
    number = _number(request)
    if number.text != request.path_params["number"]:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/certificates/{quote(number.text)}{query}", 308)
    verdict = site_of(request).register.verdict(number.text)
    return show_verdict(request, verdict, NameCheck.UNCHECKED)


async def check_name(request: Request) -> Response:
    """The verdict again, with the answer whether the posted name is the holder's."""
    verdict = site_of(request).register.verdict(_number(request).text)
    return show_verdict(request, verdict, await _compare(request, verdict))


async def scanned(request: Request) -> Response:
    """The verdict behind a scanned code: always 姓名未核对 until a name was given.

    Raises: MalformedRef; the register's errors if it cannot answer.
    """
    verdict = site_of(request).register.verdict_by_ref(_ref(request))
    return show_verdict(request, verdict, NameCheck.UNCHECKED, scanned=True)


async def check_scanned_name(request: Request) -> Response:
    """As `check_name`, behind a scanned code."""
    verdict = site_of(request).register.verdict_by_ref(_ref(request))
    return show_verdict(request, verdict, await _compare(request, verdict), scanned=True)


async def opening(request: Request) -> Response:
    """The opening of the public fields as a file. Raises: NoSuchPage if there is nothing to open."""
    evidence = _registered(request).entry
    body = json_bytes({"index": evidence.index, "entry": evidence.leaf, "opening": evidence.opening})
    return _file(body, f"{_number(request)}.opening.json", "application/json")


async def receipt(request: Request) -> Response:
    """The public receipt as a file. Raises: NoSuchPage if there is nothing to prove."""
    evidence = _registered(request).entry
    proof = Receipt(
        index=evidence.index,
        proof=tuple(b64_decode(each, length=32) for each in evidence.proof),
        checkpoint=parse_note(evidence.checkpoint.encode()),
        extra=opened_extra(evidence.leaf.encode(), evidence.opening),
    )
    return _file(proof.to_bytes(), f"{_number(request)}.tlog-proof", "text/plain; charset=utf-8")


def show_verdict(
    request: Request, verdict: Verdict, name_check: NameCheck, *, scanned: bool = False
) -> Response:
    """The page of a verdict."""
    site = site_of(request)
    asked = {"ref": request.path_params["ref"]} if scanned else {"number": verdict.number}
    page = verdict_page(
        verdict,
        site.register.filings(),
        today=site.today(),
        action=request.url.path,
        name_check=name_check,
        scanned=scanned,
    )
    name = "ask" if verdict.certificate is not None else ""
    return site.renderer.page(request, "verdict.html", page=page, receipt=asked, receipt_name=name)


async def _compare(request: Request, verdict: Verdict) -> NameCheck:
    site: Site = site_of(request)
    name = (await read_form(request)).field("name")
    if not name:
        return NameCheck.EMPTY
    if verdict.certificate is None:
        return NameCheck.IMPOSSIBLE
    work = partial(site.register.person_matches, verdict.number, name=name, id_number=None)
    matches = await run_sync(work)
    settle(request, verdict.number, matches, by_network=False)
    return name_check_of(matches)


def _number(request: Request) -> CertificateNumber:
    return parse_certificate_number(request.path_params["number"])


def _ref(request: Request) -> str:
    ref: str = request.path_params["ref"]
    try:
        b64url_decode(ref, length=_REF_BYTES)
    except MalformedEncoding as fault:
        raise MalformedRef from fault
    return ref


def _registered(request: Request) -> CertificateVerdict:
    certificate = site_of(request).register.verdict(_number(request).text).certificate
    if certificate is None:
        raise NoSuchPage
    return certificate


def _file(body: bytes, name: str, media_type: str) -> Response:
    headers = {**NO_STORE, **OPEN, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, 200, headers, media_type)
