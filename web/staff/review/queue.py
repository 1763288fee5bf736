"""The queue: what waits for this bureau, the one that is due first at the top."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import filing_on
from registry.intake.overview import Overview
from registry.review.proposal import ProposalStanding
from registry.review.queue import QueuedBatch, queue_of, queued
from registry.rules.bureaus import BUREAUS, PROVINCE_CODE
from registry.rules.working_days import load_calendar
from registry.staff.model import StaffRole
from registry.storage.draft_reads import StoredReview
from web.staff.desk import account_of, office_of, staff_page
from web.staff.office import Office


@dataclass(frozen=True)
class QueueLine:
    """One batch of the queue, as the page lists it."""

    item: QueuedBatch
    institution: str
    bureau: str
    overview: Overview
    review: StoredReview | None
    proposal: ProposalStanding | None

    @property
    def path(self) -> str:
        """Its page."""
        return f"/staff/review/{self.item.batch.id.hex()}"

    @property
    def standing(self) -> str:
        """How far it is: new, begun, prepared, confirmed or signed."""
        if self.review is None or (self.review.revision == 0 and self.proposal is None):
            return "new"
        if self.proposal is None or self.proposal.revision != self.review.revision:
            return "begun"
        return self.proposal.state.value

    @property
    def tone(self) -> str:
        """How urgent it is."""
        if self.item.is_late:
            return "bad"
        return "warn" if self.item.days_left <= 3 else "neutral"


def queue(request: Request) -> Response:
    """The queue of the account's bureau; an auditor sees what waits everywhere."""
    office, account = office_of(request), account_of(request)
    waiting, filings = office.waiting().all(), office.register.filings()
    calendar, today = load_calendar(), office.today()
    if account.role is StaffRole.AUDITOR:
        known = [(each, filing) for each in waiting if (filing := filings.by_prefix(each.prefix))]
        items = sorted(
            (queued(each, filing, calendar, today) for each, filing in known), key=lambda item: item.due.on
        )
    else:
        items = queue_of(account.office, waiting, filings, calendar, today)
    lines = [_line(office, item) for item in items]
    return staff_page(
        request,
        "staff/review_queue.html",
        lines=lines,
        late=sum(line.item.is_late for line in lines),
        rows=sum(line.overview.rows for line in lines),
        soon=sum(not line.item.is_late and line.tone == "warn" for line in lines),
        everywhere=account.role is StaffRole.AUDITOR,
        may_supervise=account.role is StaffRole.PROVINCE and account.office == PROVINCE_CODE,
        today=today,
    )


def _line(office: Office, item: QueuedBatch) -> QueueLine:
    on_day = filing_on(item.filing, office.today())
    names = {bureau.code: bureau.name for bureau in BUREAUS}
    return QueueLine(
        item,
        on_day.name,
        names.get(on_day.bureau, on_day.bureau),
        Overview.decoded(item.batch.overview),
        office.drafts().review(item.batch.id),
        office.proposals().standing(item.batch.id),
    )
