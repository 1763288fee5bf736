"""The first page after the log-in: what waits for this account, most urgent first."""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.expiry import expiring
from registry.filing.model import Filing
from registry.requests.model import RequestState
from registry.review.queue import QueuedBatch, queue_of, queued
from registry.rules.working_days import load_calendar
from registry.staff.model import Account, StaffRole
from registry.staff.reach import filings_in_reach
from registry.storage.batch_reads import BatchHead, BatchReads
from registry.storage.national_desk_reads import RejectedAmong
from registry.storage.sql import KeptReader
from registry.storage.waiting_batches import WaitingBatches
from web.staff.addresses import StaffAddress
from web.staff.certificates.within import reach_of, requests_of
from web.staff.desk import account_of, office_of, staff_page
from web.staff.institution.listing import seen
from web.staff.institution.state import BatchState, state_of
from web.staff.national.reach import prefixes_in_reach
from web.staff.office import Office
from web.staff.statistics.year import year_tiles

_SOON_WORKING_DAYS = 3
_SHOWN = 5
_RECENT = 200


@dataclass(frozen=True)
class Tile:
    """A number with where it leads; `key` names its words."""

    key: str
    number: int
    href: str
    tone: str = "neutral"


def home(request: Request) -> Response:
    """What waits for this account."""
    office, account = office_of(request), account_of(request)
    if account.role is StaffRole.ADMINISTRATOR:
        return _page(request, _of_accounts(office))
    filings = filings_in_reach(account, office.register.filings())
    with closing(KeptReader(office.register.engine)) as reader:
        queue = _queue(office, account, WaitingBatches(reader))
        is_institution = account.role is StaffRole.INSTITUTION
        uploads = _uploads(BatchReads(reader), filings) if is_institution else []
    tiles = [
        *(_of_uploads(uploads) if is_institution else _of_queue(queue)),
        _of_requests(office, account),
        _of_rejections(request),
        _of_filings(office, filings),
    ]
    return _page(request, tiles, queue, uploads)


def _page(
    request: Request,
    tiles: Sequence[Tile],
    queue: Sequence[QueuedBatch] = (),
    uploads: Sequence[BatchHead] = (),
) -> Response:
    return staff_page(
        request,
        "staff/home.html",
        tiles=tiles,
        queue=queue[:_SHOWN],
        uploads=[seen(request, each) for each in uploads[:_SHOWN]],
        year=year_tiles(office_of(request), account_of(request)),
    )


def _queue(office: Office, account: Account, waiting: WaitingBatches) -> list[QueuedBatch]:
    """What waits for this office; an auditor sees what waits anywhere."""
    today, calendar, book = office.today(), load_calendar(), office.register.filings()
    if account.role in (StaffRole.REVIEWER, StaffRole.PROVINCE):
        return queue_of(account.office, waiting.all(), book, calendar, today)
    if account.role is not StaffRole.AUDITOR:
        return []
    known = ((each, book.by_prefix(each.prefix)) for each in waiting.all())
    everywhere = [queued(each, filing, calendar, today) for each, filing in known if filing is not None]
    return sorted(everywhere, key=lambda each: each.due.on)


def _uploads(batches: BatchReads, filings: Iterable[Filing]) -> list[BatchHead]:
    return batches.newest_of([each.number_prefix for each in filings], _RECENT, 0)


def _of_queue(queue: list[QueuedBatch]) -> list[Tile]:
    late = sum(each.is_late for each in queue)
    soon = sum(0 <= each.days_left <= _SOON_WORKING_DAYS for each in queue)
    return [
        Tile("queue", len(queue), "/staff/review", "info"),
        Tile("soon", soon, "/staff/review", "warn" if soon else "neutral"),
        Tile("late", late, "/staff/review", "bad" if late else "neutral"),
    ]


def _of_uploads(uploads: list[BatchHead]) -> list[Tile]:
    states = [state_of(each) for each in uploads]
    waiting = states.count(BatchState.WAITING)
    returned = states.count(BatchState.RETURNED) + states.count(BatchState.BLOCKED)
    return [
        Tile("waiting", waiting, "/staff/batches", "info"),
        Tile("returned", returned, "/staff/batches", "bad" if returned else "neutral"),
    ]


def _of_requests(office: Office, account: Account) -> Tile:
    is_open = (RequestState.ASKED, RequestState.ACCEPTED)
    total = requests_of(office).count(reach_of(office, account), is_open)
    return Tile("requests", total, "/staff/requests", "warn" if total else "neutral")


def _of_rejections(request: Request) -> Tile:
    total = office_of(request).national().count(RejectedAmong(prefixes_in_reach(request)))
    return Tile("rejected", total, "/staff/national", "bad" if total else "neutral")


def _of_filings(office: Office, filings: Iterable[Filing]) -> Tile:
    ending = len(expiring(filings, office.today()))
    return Tile("ending", ending, "/staff/filings?expiring=yes", "warn" if ending else "neutral")


def _of_accounts(office: Office) -> list[Tile]:
    listed = [each for each in office.accounts.all() if each.account.active]
    unused = sum(not each.seen_at for each in listed)
    return [
        Tile("accounts", len(listed), "/staff/accounts", "info"),
        Tile("unused", unused, "/staff/accounts", "warn" if unused else "neutral"),
    ]


ADDRESSES = (StaffAddress("/staff", home),)
