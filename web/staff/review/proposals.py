"""What will be signed: prepared, looked at, confirmed by a second person, and from there to the signature."""

from collections import Counter
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.jobs.model import Job
from registry.review.confirming import Standing, confirm
from registry.review.proposal import Proposal, ProposalKind, ProposalState
from registry.review.propose import Desk, propose_return
from registry.review.propose import Request as Wish
from registry.review.propose_job import PROPOSE, propose_content
from registry.review.publishing import APPROVE, RETURN
from registry.review.reasons import ReturnReason, parse_reason
from signing.encoding import b64url_decode
from web.problems import problem_of
from web.staff.desk import form_of, name_subject, see_other, staff_page
from web.staff.review.on_desk import OnDesk, deciding, on_desk
from web.staff.review.stale import told_when_stale

_SHOWN_ROWS = 40


@dataclass(frozen=True)
class ReasonRows:
    """The rows that share a reason: how many, and the first of them."""

    reason: str
    count: int
    rows: tuple[int, ...]


@told_when_stale
def prepare(request: Request) -> Response:
    """Asks for a proposal to approve; a second click finds the first one's. Raises: BatchUnknown."""
    desk, form = deciding(request), form_of(request)
    change = desk.change(form.field("seen"))
    there = desk.office.proposals().newest(desk.id)
    # One that another bureau prepared, before the institution passed to this one, is none of this one's.
    same = (desk.revision, ProposalKind.APPROVE, desk.account.office)
    is_there = there is not None and (there.revision, there.kind, there.bureau) == same
    if there is not None and there.state is ProposalState.SIGNED:
        is_there = False
    if is_there:
        return see_other(f"{desk.path}/proposal")
    job = desk.office.jobs.submit(PROPOSE, desk.hex, desk.account.id, propose_content(change.seen))
    return see_other(f"/staff/jobs/{job.id}")


@told_when_stale
def prepare_return(request: Request) -> Response:
    """Prepares the return of the whole batch. Raises: BatchUnknown, ReasonUnknown."""
    desk, form = deciding(request), form_of(request)
    reason = parse_reason(ReturnReason, form.field("reason"))
    name_subject(request, desk.hex, reason=reason)
    office, change = desk.office, desk.change(form.field("seen"))
    with_readers = Desk(
        office.register.look_up,
        office.register.desk_engine,
        office.batches(),
        office.drafts(),
        office.proposals(),
    )
    propose_return(with_readers, Wish(desk.id, change.seen, change.by, change.at), reason)
    return see_other(f"{desk.path}/proposal")


@told_when_stale
def second_pair(request: Request) -> Response:
    """The second person's word. Raises: BatchUnknown, ProposalUnknown, SamePerson."""
    desk, form = deciding(request), form_of(request)
    office = desk.office
    standing = Standing(office.drafts(), office.proposals())
    confirm(
        standing,
        office.register.desk_engine,
        desk.id,
        form.field("digest"),
        by=desk.account.id,
        at=office.clock(),
    )
    return see_other(f"{desk.path}/proposal")


def proposal(request: Request) -> Response:
    """What would be signed, or how far its preparation is. Raises: BatchUnknown."""
    desk = on_desk(request)
    office = desk.office
    job = office.jobs.latest(PROPOSE, desk.hex)
    if job is not None and job.state.is_open:
        return see_other(f"/staff/jobs/{job.id}")
    made = office.proposals().newest(desk.id)
    entering = _entering(desk, made)
    if entering is not None and entering.state.is_open:
        return see_other(f"/staff/jobs/{entering.id}")
    fault = _refusal(desk, job, made) or (office.jobs.error(entering) if entering else None)
    return staff_page(
        request,
        "staff/review_proposal.html",
        desk=desk,
        made=made,
        fresh=desk.is_fresh(made),
        fault=problem_of(fault) if fault is not None else None,
        fault_rows=tuple(getattr(fault, "rows", ()))[:_SHOWN_ROWS],
        root=_root(made),
        rejected=_by_reason(made.body.rejected) if made else [],
        accepted=_by_reason(made.body.accepted) if made else [],
        people=_people(desk, made),
        four_eyes=office.settings.four_eyes,
        may_confirm=made is not None and made.prepared_by != desk.account.id,
        prepared=made is not None and made.state is ProposalState.PREPARED,
    )


def _refusal(desk: OnDesk, job: Job | None, made: Proposal | None) -> Exception | None:
    """Why the last preparation failed, unless something was prepared since."""
    if job is None or (made is not None and (job.ended_at is None or made.prepared_at >= job.asked_at)):
        return None
    return desk.office.jobs.error(job)


def _entering(desk: OnDesk, made: Proposal | None) -> Job | None:
    """The job that carries out what was signed, while that is not done."""
    if made is None or made.state is not ProposalState.SIGNED or not desk.head.waits:
        return None
    return desk.office.jobs.latest(APPROVE if made.kind is ProposalKind.APPROVE else RETURN, desk.hex)


def _root(made: Proposal | None) -> str:
    if made is None or made.kind is not ProposalKind.APPROVE:
        return ""
    return b64url_decode(str(made.content["root"])).hex()


def _by_reason(codes: dict[int, str] | object) -> list[ReasonRows]:
    assert isinstance(codes, dict)
    counts = Counter(codes.values())
    return [
        ReasonRows(
            reason,
            count,
            tuple(sorted(row for row, code in codes.items() if code == reason)[:_SHOWN_ROWS]),
        )
        for reason, count in counts.most_common()
    ]


def _people(desk: OnDesk, made: Proposal | None) -> dict[str, str]:
    """Names of the accounts that stand in a proposal."""
    ids = {made.prepared_by, made.confirmed_by} - {""} if made else set()
    found = {each: desk.office.accounts.get(each) for each in ids}
    return {each: account.name if account else each for each, account in found.items()}
