"""The batch that a request is about, if it is within reach: what is not answers as what does not exist."""

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request

from registry.filing.model import Filing, filing_on
from registry.intake.overview import Overview
from registry.review.drafts import Change
from registry.review.errors import BatchDecided, BatchSuperseded, BatchUnknown, NotResponsible, ReviewNotReady
from registry.review.laying import lay_on_desk, outline_of
from registry.review.proposal import Proposal, ProposalStanding, ProposalState
from registry.review.publishing import APPROVE, RETURN
from registry.review.queue import days_left, review_deadline
from registry.rules.working_days import Deadline, load_calendar
from registry.staff.model import Account
from registry.staff.reach import filing_in_reach, may_decide
from registry.storage.batch_reads import BatchHead
from registry.storage.draft_reads import StoredReview
from web.numerals import read_number
from web.staff.desk import account_of, name_subject, office_of
from web.staff.office import Office

_LAST_REVISION = 2**31 - 1


@dataclass(frozen=True)
class OnDesk:
    """A batch, whose it is, and whether this account's bureau decides on it today.

    `review` is None for a batch that was decided before anybody opened it here.
    """

    office: Office
    account: Account
    head: BatchHead
    filing: Filing
    overview: Overview
    review: StoredReview | None
    responsible: bool
    due: Deadline
    days_left: int

    @property
    def id(self) -> bytes:
        """The batch."""
        return self.head.id

    @property
    def hex(self) -> str:
        """The batch as addresses name it."""
        return self.head.id.hex()

    @property
    def path(self) -> str:
        """Its page."""
        return f"/staff/review/{self.hex}"

    @property
    def institution(self) -> str:
        """The institution's name today."""
        return filing_on(self.filing, self.office.today()).name

    @property
    def decides(self) -> bool:
        """Whether this account can still say a word on it."""
        return self.responsible and self.head.waits and self.review is not None

    @property
    def revision(self) -> int:
        """The drafts' revision."""
        return self.review.revision if self.review else 0

    def require_open(self) -> None:
        """Raises: BatchDecided, BatchSuperseded, NotResponsible, ReviewNotReady."""
        if self.head.approved is not None:
            raise BatchDecided
        if self.head.next is not None:
            raise BatchSuperseded
        if not self.responsible:
            raise NotResponsible
        if self.review is None:
            raise ReviewNotReady

    def is_fresh(self, made: Proposal | ProposalStanding | None) -> bool:
        """Whether a proposal still is what would be signed, or is being written into the register."""
        if made is None or made.revision != self.revision:
            return False
        if self.responsible and made.bureau != self.account.office:
            return False
        if made.state is not ProposalState.SIGNED or not self.head.waits:
            return True
        # Signed, and still waiting: either the worker is at it, or it was refused.
        jobs = (self.office.jobs.latest(kind, self.hex) for kind in (APPROVE, RETURN))
        return any(job is not None and job.state.is_open for job in jobs)

    def change(self, seen: str) -> Change:
        """A change by this account, who saw that revision."""
        revision = read_number(seen, most=_LAST_REVISION) or 0
        return Change(self.id, revision, self.account.id, self.office.clock())


def on_desk(request: Request) -> OnDesk:
    """The batch in the address. Raises: BatchUnknown."""
    office, account = office_of(request), account_of(request)
    try:
        identity = bytes.fromhex(request.path_params["batch"])
    except ValueError as fault:
        raise BatchUnknown from fault
    head = office.heads().head(identity)
    filing = filing_in_reach(account, office.register.filings(), head.prefix) if head else None
    if head is None or filing is None:
        raise BatchUnknown
    name_subject(request, head.id.hex())
    today, calendar = office.today(), load_calendar()
    due = review_deadline(date.fromisoformat(head.received_on), calendar)
    return OnDesk(
        office=office,
        account=account,
        head=head,
        filing=filing,
        overview=Overview.decoded(head.overview),
        review=_review(office, head),
        responsible=may_decide(account, filing, today),
        due=due,
        days_left=days_left(due, today, calendar),
    )


def deciding(request: Request) -> OnDesk:
    """The batch, for somebody who says a word on it. Raises: BatchUnknown, and as `require_open`."""
    desk = on_desk(request)
    desk.require_open()
    return desk


def _review(office: Office, head: BatchHead) -> StoredReview | None:
    """The review, laid on the desk by whoever opens it first where its upload did not."""
    found = office.drafts().review(head.id)
    if found is None and head.waits:
        outline = outline_of(office.register_reader(), head.id)
        lay_on_desk(office.register.desk_engine, outline, office.settings.sample_rule)
        found = office.drafts().review(head.id)
    return found
