"""The province's reconciliation reports: the list, one of them, its files, and having one made now."""

from starlette.requests import Request
from starlette.responses import Response

from registry.national.reconcile_job import RECONCILE, SUBJECT
from registry.national.report_papers import paper_of
from registry.staff.model import StaffRole
from registry.storage.national_reports import count_reports, kept_reports, report_bytes
from web.errors import NoSuchPage
from web.headers import NO_STORE
from web.language import language_of
from web.staff.addresses import StaffAddress
from web.staff.desk import account_of, name_subject, office_of, see_other, staff_page
from web.staff.national.words import reason_in_both, reason_text
from web.staff.paging import Pages, page_number
from web.staff.reconciliation.showing import MOST_SHOWN, checked_now, listed, shown_report, tone_of

REPORTS = "/staff/national/reports"
_PAGE_SIZE = 20
_PROVINCE = frozenset({StaffRole.PROVINCE})
_READING = _PROVINCE | {StaffRole.AUDITOR}


def listing(request: Request) -> Response:
    """The reports, newest first, and the button that has one made. Raises: MalformedRequest."""
    office = office_of(request)
    desk = office.register.desk_engine
    pages = Pages(page_number(request), _PAGE_SIZE, count_reports(desk), REPORTS)
    waiting = office.jobs.latest(RECONCILE, SUBJECT)
    return staff_page(
        request,
        "staff/reconciliation_list.html",
        pages=pages,
        reports=kept_reports(desk, pages.size, skip=pages.offset),
        tone_of=tone_of,
        may_ask=account_of(request).role is StaffRole.PROVINCE,
        is_set=office.settings.national_url is not None,
        waiting=waiting if waiting is not None and waiting.state.is_open else None,
    )


def ask(request: Request) -> Response:
    """Has both sides compared. A second click finds the first one's job."""
    job = office_of(request).jobs.submit(RECONCILE, SUBJECT, account_of(request).id, {})
    name_subject(request, SUBJECT)
    return see_other(f"/staff/jobs/{job.id}")


def one(request: Request) -> Response:
    """One report as a page, checked anew. Raises: NoSuchPage."""
    office, report = office_of(request), _report(request)
    checked = checked_now(office, report)
    language = language_of(request)
    return staff_page(
        request,
        "staff/reconciliation_report.html",
        identity=request.path_params["report"],
        shown=shown_report(report, checked),
        steps=checked.steps,
        listed=listed,
        most=MOST_SHOWN,
        reason_text=lambda reason: reason_text(reason, language),
    )


def as_pdf(request: Request) -> Response:
    """One report on paper. Raises: NoSuchPage, GlyphMissing, SheetNotDrawn."""
    register = office_of(request).register
    content = paper_of(_report(request), register.places, register.keys, reason_in_both)
    return _file(request, content, "pdf", "application/pdf")


def as_json(request: Request) -> Response:
    """One report as both sides signed it. Raises: NoSuchPage."""
    return _file(request, _report(request), "json", "application/json")


def _report(request: Request) -> bytes:
    report = report_bytes(office_of(request).register.desk_engine, request.path_params["report"])
    if report is None:
        raise NoSuchPage
    return report


def _file(request: Request, content: bytes, ending: str, kind: str) -> Response:
    name = f"national-reconciliation-{request.path_params['report']}.{ending}"
    headers = {**NO_STORE, "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, kind)


ADDRESSES = (
    StaffAddress(REPORTS, listing, _READING),
    StaffAddress(REPORTS, ask, _PROVINCE, ("POST",), "national.reconcile"),
    StaffAddress(f"{REPORTS}/{{report}}", one, _READING),
    StaffAddress(f"{REPORTS}/{{report}}/pdf", as_pdf, _READING),
    StaffAddress(f"{REPORTS}/{{report}}/json", as_json, _READING),
)
