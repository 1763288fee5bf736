"""The page of one filing: what it is today, its scope, its history, and what can be done now."""

from collections.abc import Sequence
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.book import FilingBook
from registry.filing.errors import FilingUnknown
from registry.filing.expiry import expiry_notice
from registry.filing.job import JOB_KIND
from registry.filing.model import ChangeKind, Filing, FilingState, ScopeRow, filing_on
from registry.filing.orders import possible_changes
from registry.filing.publicity import publicity_of
from registry.rules.bureaus import Bureau, parse_bureau
from registry.rules.working_days import load_calendar
from registry.staff.model import StaffRole
from registry.staff.reach import filing_in_reach
from web.language import language_of
from web.presenters.filing_history import events_of
from web.staff.desk import account_of, office_of, staff_page
from web.vocabulary import words

GROUPS: tuple[tuple[str, tuple[ChangeKind, ...]], ...] = (
    (
        "daily",
        (
            ChangeKind.FILED,
            ChangeKind.RENEWED,
            ChangeKind.SCOPE_CHANGED,
            ChangeKind.RENAMED,
            ChangeKind.BUREAU_CHANGED,
        ),
    ),
    ("supervision", (ChangeKind.RECTIFYING, ChangeKind.RECTIFIED)),
    (
        "end",
        (ChangeKind.WITHDRAWN, ChangeKind.MERGED, ChangeKind.ORDERED_OUT, ChangeKind.CANCELLED),
    ),
)


def detail(request: Request) -> Response:
    """One filing. Raises: FilingUnknown, also for one out of reach."""
    office, account = office_of(request), account_of(request)
    book, today, calendar = office.register.filings(), office.today(), load_calendar()
    filing = filing_of(request, book)
    on_day = filing_on(filing, today)
    bureaus = [(parse_bureau(period.bureau), period.from_on) for period in filing.bureaus]
    job = office.jobs.latest(JOB_KIND, filing.number_prefix) if account.role is StaffRole.PROVINCE else None
    return staff_page(
        request,
        "staff/filings_detail.html",
        filing=filing,
        on_day=on_day,
        bureau=parse_bureau(on_day.bureau),
        today=today,
        ending=expiry_notice(filing, today),
        publicity=publicity_of(filing, calendar) if on_day.state is FilingState.PUBLICISED else None,
        current=[row for row in filing.scope if not _is_over(row, today)],
        past=[row for row in filing.scope if _is_over(row, today)],
        events=events_of(book, filing, today, calendar, reminders=True),
        bureaus=bureaus,
        bureaus_to_come=[*[each for each in bureaus if each[1] <= today][-1:], *_later(bureaus, today)],
        bureau_names=words("filing.comma", language_of(request)).join(
            dict.fromkeys(bureau.office for bureau, _ in bureaus)
        ),
        groups=_groups(filing, today) if account.role is StaffRole.PROVINCE else (),
        may_change=account.role is StaffRole.PROVINCE,
        successors=[(each, filing_on(each, today)) for each in book.successors(filing.number_prefix)],
        predecessors=[(each, filing_on(each, today)) for each in book.predecessors(filing.number_prefix)],
        siblings=[
            (each, filing_on(each, today))
            for each in book.by_credit_code(filing.credit_code)
            if each.number_prefix != filing.number_prefix
        ],
        job=job if job is not None and job.state.is_open else None,
    )


def filing_of(request: Request, book: FilingBook) -> Filing:
    """The filing that the address names. Raises: FilingUnknown, also for one out of reach."""
    prefix = str(request.path_params["prefix"])
    filing = filing_in_reach(account_of(request), book, prefix)
    if filing is None:
        raise FilingUnknown
    return filing


def _later(bureaus: Sequence[tuple[Bureau, date]], today: date) -> list[tuple[Bureau, date]]:
    return [(bureau, since) for bureau, since in bureaus if since > today]


def _groups(filing: Filing, today: date) -> Sequence[tuple[str, tuple[ChangeKind, ...]]]:
    possible = possible_changes(filing, today)
    groups = [(key, tuple(kind for kind in kinds if kind in possible)) for key, kinds in GROUPS]
    return [(key, kinds) for key, kinds in groups if kinds]


def _is_over(row: ScopeRow, today: date) -> bool:
    return row.to_on is not None and row.to_on < today
