"""Checking a list: upload it, see what its rows came to, take the same list with the answers away.

Nothing is kept here between two requests, so the page of the result carries the file inside its link. A list
whose result is too long for that is answered with the file itself.
"""

from base64 import b64encode
from functools import partial
from urllib.parse import quote

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.intake.plain_workbook import HEAD, Sheet, row_xml, sheet_name, written
from registry.rosters.writing import checked_workbook
from web.errors import MalformedRequest, NoSuchPage
from web.headers import NO_INDEX, NO_STORE
from web.language import Language, language_of
from web.limits import Budget
from web.presenters.dates import civil_today
from web.presenters.roster import counts, explanation, line_texts, outcome, titles, to_look_at
from web.rosters import CheckedRoster, check_upload, require_office
from web.site import Site, site_of
from web.uploads import read_form
from web.vocabulary import words

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE = "template.xlsx"
# Browsers end an address of this kind at two million characters.
_MOST_IN_A_LINK = 1 << 20
_SHOWN_ROWS = 50
_TEMPLATE_WIDTHS = (30, 18)


async def ask(request: Request) -> Response:
    """The form. Raises: NoSuchPage where lists are not checked."""
    site = site_of(request)
    require_office(site)
    return site.renderer.page(
        request,
        "verify_batch.html",
        index=True,
        rows=site.settings.batch_rows,
        a_day=site.budgets.a_day(Budget.BATCH_ROWS),
        empty=f"/verify/batch/{TEMPLATE}",
    )


async def template(request: Request) -> Response:
    """An empty list to fill in. Raises: NoSuchPage for any other name."""
    require_office(site_of(request))
    if request.path_params["name"] != TEMPLATE:
        raise NoSuchPage
    language = language_of(request)
    heads = [
        (at, words(f"roster.column.{each}", language), HEAD) for at, each in enumerate(("number", "name"))
    ]
    name = sheet_name(words("roster.sheet", language), TEMPLATE)
    sheet = Sheet(name, iter([row_xml(1, heads)]), widths=_TEMPLATE_WIDTHS)
    return workbook_response(written([sheet]), TEMPLATE)


async def check(request: Request) -> Response:
    """What the rows of a list came to. Raises: as `check_upload`; MalformedRequest."""
    site = site_of(request)
    require_office(site)
    form = await read_form(request, max_file_bytes=site.settings.max_upload_bytes)
    data = form.file("file")
    if data is None:
        raise MalformedRequest("file")
    checked = await check_upload(request, data, form.file_name("file"))
    language = language_of(request)
    workbook = await run_sync(partial(result_workbook, checked, language), limiter=site.heavy)
    name = f"{words('roster.result.title', language)}-{civil_today(site.clock()):%Y%m%d}.xlsx"
    if len(workbook) > _MOST_IN_A_LINK:
        return workbook_response(workbook, name)
    return _result(request, site, checked, name, f"data:{WORKBOOK};base64,{b64encode(workbook).decode()}")


def result_workbook(checked: CheckedRoster, language: Language) -> bytes:
    """The list with the answers behind each row."""
    conclusions = {line.at: line.conclusion for line in checked.lines}
    texts = {line.at: line_texts(line, language) for line in checked.lines}
    return checked_workbook(
        checked.roster, conclusions, titles(language), texts, name=words("roster.sheet", language)
    )


def workbook_response(workbook: bytes, name: str) -> Response:
    """A workbook to keep."""
    disposition = f"attachment; filename=\"verified.xlsx\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {**NO_STORE, **NO_INDEX, "content-disposition": disposition}
    return Response(workbook, media_type=WORKBOOK, headers=headers)


def _result(request: Request, site: Site, checked: CheckedRoster, name: str, link: str) -> Response:
    language = language_of(request)
    marked = to_look_at(checked.lines)
    sizes = [line.verdict.tree_size for line in checked.lines if line.verdict]
    return site.renderer.page(
        request,
        "verify_batch_result.html",
        total=len(checked.lines),
        as_of=site.clock(),
        size=max(sizes) if sizes else site.register.ready(),
        counts=counts(line.conclusion for line in checked.lines),
        outcome=outcome,
        marked=[(line, explanation(line, language)) for line in marked[:_SHOWN_ROWS]],
        more=max(0, len(marked) - _SHOWN_ROWS),
        file_name=name,
        link=link,
    )
