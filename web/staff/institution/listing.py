"""An institution's batches: the newest version of each, what is on its way in, and what needs a hand."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import filing_on
from registry.intake.job import INTAKE
from registry.jobs.model import Job, JobState
from registry.rules.working_days import load_calendar
from registry.storage.batch_reads import BatchHead
from web.staff.desk import account_of, office_of, staff_page
from web.staff.institution.reach import own_filings
from web.staff.institution.state import BatchState, BatchView, ReviewStep, state_of, step_of, view_of
from web.staff.office import Office
from web.staff.paging import Pages, page_number

PAGE_SIZE = 20
_ARRIVALS = 10
_REFUSED_SHOWN = timedelta(days=3)


def batches(request: Request) -> Response:
    """The list."""
    prefixes = [filing.number_prefix for filing in own_filings(request)]
    total = office_of(request).heads().count_newest_of(prefixes)
    pages = Pages(page_number(request), PAGE_SIZE, total, "/staff/batches")
    views = views_of(request, prefixes, pages)
    return staff_page(
        request,
        "staff/institution_batches.html",
        views=views,
        pages=pages,
        arrivals=_arrivals(request) if pages.page == 1 else (),
        several=len(prefixes) > 1,
    )


def views_of(request: Request, prefixes: list[str], pages: Pages) -> list[BatchView]:
    """One page of batches."""
    heads = office_of(request).heads().newest_of(prefixes, pages.size, pages.offset)
    return [seen(request, head) for head in heads]


def seen(request: Request, head: BatchHead) -> BatchView:
    """A batch as the institution sees it today."""
    office = office_of(request)
    return view_of(
        head,
        reads=office.heads(),
        counts=office.national_counts(),
        calendar=load_calendar(),
        today=office.today(),
        step=_step(office, head),
    )


def _step(office: Office, head: BatchHead) -> ReviewStep | None:
    filing = office.register.filings().by_prefix(head.prefix)
    if filing is None or state_of(head) is not BatchState.WAITING:
        return None
    bureau = filing_on(filing, office.today()).bureau
    return step_of(office.drafts().review(head.id), office.proposals().standing(head.id), bureau)


def _arrivals(request: Request) -> list[Job]:
    """Uploads of this account that are no batch yet, and those of the last days that never became one."""
    office = office_of(request)
    since = office.clock() - _REFUSED_SHOWN
    return [
        job
        for job in office.jobs.of_account(account_of(request).id, _ARRIVALS)
        if job.kind == INTAKE and job.state is not JobState.DONE and job.asked_at >= since
    ]
