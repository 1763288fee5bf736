"""Empty forms with the drop-downs of what the institution may certify today."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import filing_on
from registry.intake.forms_choices import FiledChoices, choices_of
from registry.intake.forms_out import write_form4, write_form5
from web.errors import MalformedRequest, NoSuchPage
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


def download(request: Request) -> Response:
    """One empty form. Raises: InstitutionUnknown, NoSuchPage, MalformedRequest."""
    filing = own_filing(request, request.path_params["prefix"])
    today = office_of(request).today()
    choices = choices_of(filing, today)
    name = form5_name(filing.number_prefix)
    match request.path_params["form"]:
        case "form5.xlsx":
            return workbook_answer(_form5(request, choices), name)
        case "form4.xlsx":
            content = write_form4(
                uploading_institution=filing_on(filing, today).name,
                file_name=name,
                counts=(),
                reporter="",
                phone="",
                reported_on=None,
                blank_rows=_FORM4_ROWS,
                choices=choices,
            )
            return workbook_answer(content, f"附件4-合规审核表-{filing.number_prefix}.xlsx")
        case _:
            raise NoSuchPage


def form5_name(prefix: str) -> str:
    """What the data sheet is called, and what Form 4 therefore names."""
    return f"附件5-数据表-{prefix}.xlsx"


def workbook_answer(content: bytes, name: str) -> Response:
    """A workbook to be saved under a name that may be Chinese. Source: RFC 6266 section 4.3."""
    disposition = f"attachment; filename=\"form.xlsx\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, 200, {**NO_STORE, "content-disposition": disposition}, XLSX)


def _form5(request: Request, choices: FiledChoices) -> bytes:
    rows = request.query_params.get("rows", str(ROW_CHOICES[0]))
    if rows not in map(str, ROW_CHOICES):
        raise MalformedRequest("rows")
    return write_form5(sample=True, blank_rows=int(rows), choices=choices)
