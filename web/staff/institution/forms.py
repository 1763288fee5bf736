"""Empty forms with the drop-downs of what the institution may certify today."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import filing_on
from registry.intake.forms_choices import choices_of
from registry.intake.forms_out import write_form4, write_form5
from web.errors import MalformedRequest
from web.headers import NO_STORE
from web.staff.desk import office_of, staff_page
from web.staff.institution.reach import own_filing, own_filings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROW_CHOICES = (100, 500, 2_000, 10_000)
_FORM4_ROWS = 30


def forms(request: Request) -> Response:
    """What may be certified today under each filing, and the forms for it."""
    today = office_of(request).today()
    return staff_page(
        request,
        "staff/institution_forms.html",
        filings=[
            (filing, filing_on(filing, today), choices_of(filing, today)) for filing in own_filings(request)
        ],
        row_choices=ROW_CHOICES,
        today=today,
    )


def form5(request: Request) -> Response:
    """An empty Form 5. Raises: InstitutionUnknown, MalformedRequest."""
    filing = own_filing(request, request.path_params["prefix"])
    rows = request.query_params.get("rows", str(ROW_CHOICES[0]))
    if rows not in map(str, ROW_CHOICES):
        raise MalformedRequest("rows")
    choices = choices_of(filing, office_of(request).today())
    content = write_form5(sample=True, blank_rows=int(rows), choices=choices)
    return workbook_answer(content, form5_name(filing.number_prefix))


def form4(request: Request) -> Response:
    """An empty Form 4 that names the institution and the empty Form 5. Raises: InstitutionUnknown."""
    filing = own_filing(request, request.path_params["prefix"])
    today = office_of(request).today()
    content = write_form4(
        uploading_institution=filing_on(filing, today).name,
        file_name=form5_name(filing.number_prefix),
        counts=(),
        reporter="",
        phone="",
        reported_on=None,
        blank_rows=_FORM4_ROWS,
        choices=choices_of(filing, today),
    )
    return workbook_answer(content, f"附件4-合规审核表-{filing.number_prefix}.xlsx")


def form5_name(prefix: str) -> str:
    """What the data sheet is called, and what Form 4 therefore names."""
    return f"附件5-数据表-{prefix}.xlsx"


def workbook_answer(content: bytes, name: str) -> Response:
    """A workbook to be saved under a name that may be Chinese. Source: RFC 6266 section 4.3."""
    disposition = f"attachment; filename=\"form.xlsx\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, 200, {**NO_STORE, "content-disposition": disposition}, XLSX)
