"""The addresses of the trail. Looking at it, and taking it along, is in the trail as well."""

from starlette.requests import Request
from starlette.responses import Response

from registry.staff.model import COMMAND_LINE, StaffRole
from registry.staff.trail_search import TrailSearch
from web.csv_file import csv_file
from web.language import language_of
from web.staff.addresses import StaffAddress
from web.staff.desk import name_subject, office_of, staff_page
from web.staff.trail.asking import STRANGER, read_filter
from web.staff.trail.lines import Line, Speaker
from web.vocabulary import words, words_or_code

_READERS = frozenset({StaffRole.AUDITOR, StaffRole.ADMINISTRATOR})
_PAGE_SIZE = 50
MOST_EXPORTED = 100_000
_COLUMNS = (
    "at",
    "account",
    "who",
    "role",
    "act_code",
    "act",
    "subject",
    "outcome_code",
    "outcome",
    "address",
    "details",
)


def page(request: Request) -> Response:
    """One page of what was asked for. Raises: MalformedRequest."""
    office, language = office_of(request), language_of(request)
    asked = read_filter(request.query_params)
    search = TrailSearch(office.register.desk_engine)
    entries = search.page(asked.filter, _PAGE_SIZE + 1)
    speaker = _speaker(request)
    total = search.count(asked.filter)
    name_subject(request, "trail", found=str(total))
    acts = sorted((words_or_code("act", act, language), act) for act in search.acts())
    people = sorted((speaker.who(each), each) for each in speaker.accounts)
    return staff_page(
        request,
        "staff/trail.html",
        asked=asked,
        lines=[speaker.line(entry) for entry in entries[:_PAGE_SIZE]],
        total=total,
        older=asked.query(before=entries[_PAGE_SIZE - 1].id) if len(entries) > _PAGE_SIZE else "",
        acts=[(code, text) for text, code in acts],
        people=[
            *((identity, name) for name, identity in people),
            (COMMAND_LINE, speaker.who(COMMAND_LINE)),
            (STRANGER, speaker.who("")),
        ],
        most=MOST_EXPORTED,
    )


def export(request: Request) -> Response:
    """Everything that was asked for, as a file. Raises: MalformedRequest."""
    asked = read_filter(request.query_params)
    speaker = _speaker(request)
    search = TrailSearch(office_of(request).register.desk_engine)
    rows = [_row(speaker.line(entry)) for entry in search.each(asked.filter, MOST_EXPORTED)]
    name_subject(request, "trail", found=str(len(rows)))
    header = [words(f"trail.column.{name}", speaker.language) for name in _COLUMNS]
    return csv_file("trail.csv", header, rows)


def _row(line: Line) -> tuple[str, ...]:
    entry = line.entry
    return (
        entry.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        entry.account,
        line.who,
        line.role,
        entry.act,
        line.act,
        line.subject,
        entry.outcome,
        line.outcome,
        entry.address,
        line.details,
    )


def _speaker(request: Request) -> Speaker:
    office = office_of(request)
    accounts = {each.account.id: each.account for each in office.accounts.all()}
    return Speaker(language_of(request), accounts, office.register.filings())


ADDRESSES = (
    StaffAddress("/staff/trail", page, _READERS, act="trail.read"),
    StaffAddress("/staff/trail.csv", export, _READERS, act="trail.exported"),
)
