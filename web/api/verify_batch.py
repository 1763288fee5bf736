"""POST /api/v1/verify/batch: a list of numbers and names, as JSON or a spreadsheet, answered row by row."""

from collections.abc import Mapping, Sequence
from functools import partial

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.intake.errors import EmptyWorkbook, TooManyRows
from registry.rosters.checking import CheckedLine
from registry.rosters.reading import RosterRow
from registry.rosters.writing import checked_table
from registry.rules.text import clean_cell
from signing.encoding import Json, parse_json, rfc3339
from signing.errors import MalformedEncoding
from web.api.answers import json_answer
from web.csv_file import csv_file
from web.errors import MalformedRequest
from web.language import Language, api_language
from web.pages.verify_batch import WORKBOOK, result_workbook, workbook_response
from web.presenters.roster import counts, line_json, line_texts, titles
from web.rosters import CheckedRoster, check_rows, check_upload, require_office
from web.site import Site, site_of
from web.uploads import media_type, read_body, read_form

_JSON = "application/json"
_MAX_CELL = 200
# What is read as JSON is held many times over: a list is no longer than so many rows can be.
_ROW_BYTES, _FRAME_BYTES = 1 << 10, 1 << 16
_NAME = "verified"


async def verify_batch(request: Request) -> Response:
    """The rows, each with its conclusion: JSON, or the spreadsheet where the asker accepts one.

    Raises: MalformedRequest, BatchRowsSpent, TooManyRows, EmptyWorkbook; as `check_upload`.
    """
    site = site_of(request)
    require_office(site)
    language = api_language(request)
    if media_type(request) == _JSON:
        most = site.settings.batch_rows
        body = await read_body(request, min(site.settings.max_upload_bytes, most * _ROW_BYTES + _FRAME_BYTES))
        rows = await run_sync(_rows, body, most, limiter=site.heavy)
        lines = await check_rows(request, rows)
        return json_answer(_answer(site, lines, language))
    checked = await check_upload(request, *await _spreadsheet(request, site))
    accepted = request.headers.get("accept", "")
    if WORKBOOK in accepted:
        workbook = await run_sync(partial(result_workbook, checked, language), limiter=site.heavy)
        return workbook_response(workbook, f"{_NAME}.xlsx")
    if "text/csv" in accepted:
        return _csv(checked, language)
    return json_answer(_answer(site, checked.lines, language))


async def _spreadsheet(request: Request, site: Site) -> tuple[bytes, str]:
    if media_type(request) == "multipart/form-data":
        form = await read_form(request, max_file_bytes=site.settings.max_upload_bytes)
        data, name = form.file("file"), form.file_name("file")
    else:
        data, name = await read_body(request, site.settings.max_upload_bytes), ""
    if not data:
        raise MalformedRequest("file")
    return data, name


def _rows(body: bytes, most: int) -> Sequence[RosterRow]:
    try:
        value = parse_json(body)
    except MalformedEncoding as fault:
        raise MalformedRequest("body") from fault
    rows = value.get("rows") if isinstance(value, dict) else value
    if not isinstance(rows, list):
        raise MalformedRequest("rows")
    if not rows:
        raise EmptyWorkbook
    if len(rows) > most:
        raise TooManyRows(most)
    return [_row(at, each) for at, each in enumerate(rows, start=1)]


def _row(at: int, value: Json) -> RosterRow:
    if not isinstance(value, dict):
        raise MalformedRequest("rows")
    return RosterRow(at, _text(value, "number"), _text(value, "name"))


def _text(value: Mapping[str, Json], field: str) -> str:
    found = value.get(field)
    if found is None:
        return ""
    if not isinstance(found, str) or len(found) > _MAX_CELL:
        raise MalformedRequest(field)
    return clean_cell(found)


def _answer(site: Site, lines: Sequence[CheckedLine], language: Language) -> dict[str, object]:
    sizes = [line.verdict.tree_size for line in lines if line.verdict]
    return {
        "checked_at": rfc3339(site.clock()),
        "tree_size": max(sizes, default=None),
        "counts": {each.value: count for each, count in counts(line.conclusion for line in lines).items()},
        "rows": [line_json(line, language) for line in lines],
    }


def _csv(checked: CheckedRoster, language: Language) -> Response:
    texts = {line.at: line_texts(line, language) for line in checked.lines}
    header, *rows = checked_table(checked.roster, titles(language), texts)
    return csv_file(f"{_NAME}.csv", header, rows)
