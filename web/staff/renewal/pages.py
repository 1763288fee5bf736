"""The addresses of the renewal table: a list, one table on screen and as a workbook, and its entries."""

from contextlib import closing
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import Filing
from registry.renewal.table import RenewalTable, filed_period, renewal_table
from registry.renewal.workbook import renewal_workbook, year_text
from registry.staff.model import StaffRole
from registry.staff.reach import filing_in_reach, filings_in_reach
from registry.storage.renewal_rows import RenewalRows
from registry.storage.sql import KeptReader
from registry.storage.tally_reads import TallyReads
from web.errors import NoSuchPage
from web.headers import NO_INDEX, NO_STORE
from web.staff.addresses import StaffAddress
from web.staff.desk import account_of, form_of, name_subject, note_outcome, office_of, see_other, staff_page
from web.staff.paging import Pages, page_number
from web.staff.renewal.entering import Entry, read_entry, skill_field, year_field
from web.staff.renewal.listing import listed
from web.staff.statistics.asking import asked_period, usual_period
from web.staff.statistics.pages import how_far
from web.staff.statistics.tables import bureau_office

_READERS = frozenset({StaffRole.INSTITUTION, StaffRole.REVIEWER, StaffRole.PROVINCE, StaffRole.AUDITOR})
_WRITERS = frozenset({StaffRole.INSTITUTION})
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_FIELDS = 4_000
_PAGE_SIZE = 50


def listing(request: Request) -> Response:
    """The filings within reach; who has one only is led to it. Raises: MalformedRequest."""
    office, account = office_of(request), account_of(request)
    filings = filings_in_reach(account, office.register.filings())
    if account.role is StaffRole.INSTITUTION and len(filings) == 1:
        return see_other(f"/staff/renewal/{filings[0].number_prefix}")
    text = request.query_params.get("q", "").strip()
    found = listed(filings, text, office.today())
    pages = Pages(page_number(request), _PAGE_SIZE, len(found), f"/staff/renewal?{urlencode({'q': text})}")
    return staff_page(request, "staff/renewal_list.html", found=pages.cut(found), pages=pages, text=text)


def table(request: Request) -> Response:
    """One table on screen. Raises: MalformedRequest, NoSuchPage."""
    return _page(request, _table(request), saved=request.query_params.get("saved", "") == "1")


def enter(request: Request) -> Response:
    """Saves what the institution typed, all of it or nothing. Raises: MalformedRequest, NoSuchPage."""
    office, account = office_of(request), account_of(request)
    found = _table(request)
    name_subject(request, found.filing.number_prefix)
    entry = read_entry(form_of(request), found)
    if entry.wrong:
        note_outcome(request, "malformed_request")
        return _page(request, found, entry=entry, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    changed = RenewalRows(office.register.desk_engine).enter(
        found.filing.number_prefix,
        entry.assessed,
        entry.choices,
        term=found.filing.expires_on,
        account=account.id,
        now=office.clock(),
    )
    name_subject(request, found.filing.number_prefix, changed=str(changed))
    return see_other(f"{_address(found)}&saved=1")


def workbook(request: Request) -> Response:
    """The table as the official form. Raises: MalformedRequest, NoSuchPage."""
    found = _table(request)
    name = f"renewal-{found.filing.number_prefix}-{found.period.start}-{found.period.end}.xlsx"
    headers = {**NO_STORE, **NO_INDEX, "content-disposition": f'attachment; filename="{name}"'}
    return Response(renewal_workbook(found), media_type=_XLSX, headers=headers)


def _page(
    request: Request,
    found: RenewalTable,
    *,
    entry: Entry | None = None,
    saved: bool = False,
    status: int = HTTPStatus.OK,
) -> Response:
    office = office_of(request)
    entered = [*(each.entered for each in found.years), *(each.choice for each in found.skills)]
    newest = max(
        (each for each in entered if each is not None), key=lambda each: each.entered_at, default=None
    )
    author = office.accounts.get(newest.account) if newest is not None else None
    return staff_page(
        request,
        "staff/renewal_table.html",
        status=status,
        found=found,
        entry=entry or Entry(),
        saved=saved,
        may_enter=account_of(request).role in _WRITERS,
        bureau=bureau_office(found.bureau),
        newest=newest,
        author=author,
        address=_address(found),
        counted=how_far(office),
        year_text=year_text,
        year_field=year_field,
        skill_field=skill_field,
    )


def _table(request: Request) -> RenewalTable:
    office = office_of(request)
    filing = _filing(request)
    usual = filed_period(filing) or usual_period(office.today())
    period = asked_period(request.query_params, usual)
    with closing(KeptReader(office.register.desk_engine)) as reader:
        return renewal_table(
            filing,
            period,
            reads=TallyReads(reader),
            entries=RenewalRows(office.register.desk_engine),
            today=office.today(),
        )


def _filing(request: Request) -> Filing:
    """The filing in the address; one out of reach is as one that does not exist. Raises: NoSuchPage."""
    book = office_of(request).register.filings()
    filing = filing_in_reach(account_of(request), book, request.path_params["prefix"])
    if filing is None:
        raise NoSuchPage
    return filing


def _address(found: RenewalTable) -> str:
    period = found.period
    return f"/staff/renewal/{found.filing.number_prefix}?from={period.start}&to={period.end}"


ADDRESSES = (
    StaffAddress("/staff/renewal", listing, _READERS),
    StaffAddress("/staff/renewal/{prefix}", table, _READERS),
    StaffAddress(
        "/staff/renewal/{prefix}",
        enter,
        _WRITERS,
        methods=("POST",),
        act="renewal.enter",
        max_fields=_MOST_FIELDS,
    ),
    StaffAddress("/staff/renewal/{prefix}/table.xlsx", workbook, _READERS),
)
