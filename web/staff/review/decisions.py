"""What a reviewer posts: a word on a row or a group, an inspection, one number in full.

Each form carries the revision that the page showed, and `back`, where on the rows' pages the person was.
"""

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from registry.review.drafts import decide_group, decide_row, inspect_rest, inspect_row
from registry.review.errors import NotResponsible, RowUnknown
from registry.review.sample import DrawnFor
from registry.staff.model import StaffRole
from web.errors import MalformedRequest
from web.staff.desk import form_of, name_subject, note_outcome, see_other
from web.staff.review.choices import read_inspected, read_ruling
from web.staff.review.on_desk import OnDesk, deciding, on_desk
from web.staff.review.rows import Wanted, may_inspect, read_wanted, rows_page
from web.staff.review.stale import told_when_stale

_MOST_AT_ONCE = 60
_ROW_DIGITS = 9


@told_when_stale
def decide(request: Request) -> Response:
    """The word on one row. Raises: BatchUnknown, RowUnknown, RowRefused, RowNotFlagged, ReasonUnknown."""
    desk, form, row = deciding(request), form_of(request), _row(request)
    ruling = read_ruling(form.field("ruling"))
    name_subject(request, desk.hex, row=str(row), word=ruling.word, reason=ruling.reason)
    decide_row(desk.office.register.desk_engine, desk.change(form.field("seen")), row, ruling)
    return _back(desk, form.field("back"), row)


@told_when_stale
def decide_many(request: Request) -> Response:
    """The word on a group of flagged rows. Raises: BatchUnknown, ReasonUnknown."""
    desk, form = deciding(request), form_of(request)
    ruling = read_ruling(form.field("ruling"))
    flags = f" {form.field('flags')} "
    changed = decide_group(desk.office.register.desk_engine, desk.change(form.field("seen")), flags, ruling)
    # Where no row was concerned, what was posted names no group: anything may stand there.
    named = flags.strip() if changed.rows else ""
    name_subject(
        request, desk.hex, flags=named, word=ruling.word, reason=ruling.reason, rows=str(changed.rows)
    )
    return see_other(f"{desk.path}#groups")


@told_when_stale
def inspect(request: Request) -> Response:
    """What the inspection of a drawn row found. Raises: BatchUnknown, RowUnknown, ReasonUnknown."""
    desk, form, row = on_desk(request), form_of(request), _row(request)
    drawn_for = _drawn_for(form.field("sample"))
    _require_inspector(desk, drawn_for)
    found = read_inspected(form.field("found"))
    result, note = found.stored
    name_subject(request, desk.hex, row=str(row), sample=drawn_for, result=result, note=note)
    change = desk.change(form.field("seen"))
    inspect_row(desk.office.register.desk_engine, change, drawn_for, row, found)
    return _back(desk, form.field("back"), row)


@told_when_stale
def inspect_page(request: Request) -> Response:
    """Every row of a page that nobody has inspected yet agrees with the papers. Raises: as `inspect`."""
    desk, form = on_desk(request), form_of(request)
    drawn_for = _drawn_for(form.field("sample"))
    _require_inspector(desk, drawn_for)
    asked = form.field("rows").split(",")[:_MOST_AT_ONCE]
    rows = [int(each) for each in asked if _is_row(each)]
    change = desk.change(form.field("seen"))
    inspect_rest(desk.office.register.desk_engine, change, drawn_for, rows)
    name_subject(request, desk.hex, sample=drawn_for, rows=str(len(rows)))
    return _back(desk, form.field("back"), 0)


def reveal(request: Request) -> Response:
    """One row with its full identity number; the trail keeps who asked. Raises: BatchUnknown, RowUnknown."""
    desk, form, row = on_desk(request), form_of(request), _row(request)
    name_subject(request, desk.hex, row=str(row))
    if not (desk.responsible or desk.account.role is StaffRole.PROVINCE):
        raise NotResponsible
    if desk.office.drafts().one(desk.id, row) is None:
        raise RowUnknown([row])
    note_outcome(request, "shown")
    return rows_page(request, desk, _wanted(form.field("back")), revealed=row)


def _wanted(back: str) -> Wanted:
    return read_wanted(QueryParams(back))


def _back(desk: OnDesk, back: str, row: int) -> Response:
    # Read and written anew: what was posted leads nowhere else.
    query = _wanted(back).here
    place = f"#row-{row}" if row else ""
    return see_other(f"{desk.path}/rows{'?' if query else ''}{query}{place}")


def _row(request: Request) -> int:
    text = request.path_params["row"]
    if not _is_row(text):
        raise RowUnknown([])
    return int(text)


def _is_row(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < _ROW_DIGITS


def _drawn_for(posted: str) -> DrawnFor:
    try:
        return DrawnFor(posted)
    except ValueError as fault:
        raise MalformedRequest("sample") from fault


def _require_inspector(desk: OnDesk, drawn_for: DrawnFor) -> None:
    if drawn_for is DrawnFor.BUREAU:
        desk.require_open()
    elif not may_inspect(desk, drawn_for):
        raise NotResponsible
