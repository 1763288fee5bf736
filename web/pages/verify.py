"""Checking a file or a picture of a code, in numbered steps."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.backend import Verification
from web.errors import MalformedRequest
from web.evidence import verify_content, verify_text
from web.language import language_of
from web.naming import settled
from web.pages.receipts import offer_of
from web.pages.verify_many import check_many, is_archive
from web.presenters.verdict_page import NameCheck, name_check_of, verdict_page
from web.presenters.verification import headline, shown_fields, stated_by, step_groups
from web.receipt_offers import FIELD
from web.receipts import statement_for
from web.site import site_of
from web.uploads import read_form

_MAX_QR = 4096
_MAX_PARTS = 2_000
NUMBER = "number"


async def ask(request: Request) -> Response:
    """The form."""
    site = site_of(request)
    megabytes = site.settings.max_upload_bytes >> 20
    lists = site.office is not None
    return site.renderer.page(
        request,
        "verify.html",
        index=True,
        max_megabytes=max(1, megabytes),
        max_files=site.settings.verify_files,
        lists=lists,
    )


async def check(request: Request) -> Response:
    """The steps of a check.

    Raises: MalformedRequest, ForeignQr; as `check_many`; what a picture can get wrong.
    """
    site = site_of(request)
    form = await read_form(
        request,
        max_file_bytes=site.settings.max_upload_bytes,
        # Too many are told as that, and not as a broken form.
        max_files=_MAX_PARTS,
    )
    name = form.field("name") or None
    chosen = form.all_files("file")
    if len(chosen) > 1 or is_archive(chosen):
        return await check_many(request, chosen, name)
    content, text = form.file("file"), form.field("qr")
    if content is not None:
        given: bytes | str = content
        verification = settled(request, await verify_content(site, content, name))
    elif text and len(text) <= _MAX_QR:
        given = text
        verification = settled(request, await verify_text(site, text, name))
    else:
        raise MalformedRequest("file")
    offer = offer_of(site, await statement_for(site, verification, given, name))
    return show_verification(request, verification, name=name or "", offer=offer)


def show_verification(
    request: Request, verification: Verification, *, name: str = "", offer: str = ""
) -> Response:
    """The page of a check, with the register's verdict beneath where there is one, and its receipt."""
    site = site_of(request)
    verdict = verification.verdict
    groups = step_groups(verification, language_of(request))
    if (stated := stated_by(verification)) is not None:
        return site.renderer.page(
            request, "verification_receipt.html", verification=verification, stated=stated, groups=groups
        )
    if verdict is not None and verification.kind == NUMBER:
        return RedirectResponse(f"/certificates/{verdict.number}", 303)
    page, said = None, shown_fields(verification.report)
    same = _is_of_current(verification)
    if verdict is not None and verdict.number:
        page = verdict_page(
            verdict,
            site.register.filings(),
            today=site.today(),
            action=f"/certificates/{verdict.number}",
            name_check=name_check_of(verification.name_match) if name else NameCheck.UNCHECKED,
            scanned=verification.kind == "qr",
            whole_name=said.get("name", "") if same else "",
        )
    return site.renderer.page(
        request,
        "verification.html",
        page=page,
        verification=verification,
        headline=headline(verification),
        lists=site.office is not None,
        groups=groups,
        # Said once where the register says the same.
        said={} if same or verification.kind == "qr" else said,
        receipt={FIELD: offer} if offer else {},
        receipt_name="given" if name and verification.name_match is not None else "",
    )


def _is_of_current(verification: Verification) -> bool:
    """Whether the form is of the very version that the register shows."""
    report, verdict = verification.report, verification.verdict
    if report is None or verdict is None or verdict.certificate is None:
        return False
    return report.entry_index == verdict.certificate.entry.index
