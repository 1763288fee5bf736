"""The page on which a reviewer signs: what is signed, in whose custody the key is, and the passphrase.

The passphrase is read from the posted form once, and stands in no page, log or job.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.custody.keys import NoActiveKey
from registry.ledger.entries import Entry
from registry.ledger.key_history import Custody
from registry.review.confirming import Standing, require_signable
from registry.review.errors import ProposalStale, ProposalUnknown
from registry.review.proposal import Proposal, ProposalKind
from registry.review.publishing import APPROVE, RETURN, submit_decision
from registry.review.signing import custodies, sign_here
from registry.storage.proposal_rows import mark_signed
from signing.encoding import b64url_decode
from signing.errors import KeyFileLocked, KeyFileMissing
from web.staff.desk import form_of, name_subject, note_outcome, see_other, staff_page
from web.staff.review.on_desk import OnDesk, deciding
from web.staff.review.stale import told_when_stale

_UNSIGNED = 422


@dataclass(frozen=True)
class ToSign:
    """A proposal that may be signed now, and the ways in which its bureau can."""

    desk: OnDesk
    made: Proposal
    ways: frozenset[Custody]

    @property
    def root(self) -> str:
        """The root that an approval is signed over, in hex; "" of a return."""
        if self.made.kind is not ProposalKind.APPROVE:
            return ""
        return b64url_decode(str(self.made.content["root"])).hex()

    @property
    def here(self) -> bool:
        """Whether a key of the bureau lies with the register."""
        return Custody.REGISTER in self.ways

    @property
    def elsewhere(self) -> bool:
        """Whether the bureau keeps a key itself."""
        return Custody.BUREAU in self.ways


@told_when_stale
def show(request: Request) -> Response:
    """What is to be signed. Raises: BatchUnknown, ProposalUnknown, ConfirmationMissing."""
    desk = deciding(request)
    if (waiting := running_job(desk)) is not None:
        return see_other(waiting)
    return page(request, to_sign(desk))


@told_when_stale
def sign(request: Request) -> Response:
    """Signs, and hands what was signed to the worker. A second click finds the first one's job.

    Raises: BatchUnknown, ProposalUnknown, ConfirmationMissing, LoginThrottled.
    """
    desk, form = deciding(request), form_of(request)
    if (waiting := running_job(desk)) is not None:
        return see_other(waiting)
    seen = to_sign(desk, form.field("digest"))
    passphrase = form.fields.get("passphrase", "")
    try:
        record = sign_here(
            desk.office.register,
            desk.account,
            desk.account.id,
            seen.made,
            desk.office.batches(),
            passphrase.encode(),
        )
    except (KeyFileLocked, KeyFileMissing, NoActiveKey) as fault:
        note_outcome(request, fault.code)
        return page(request, seen, status=_UNSIGNED, fault=fault.code)
    return hand_in(request, desk, seen.made, record)


def page(request: Request, seen: ToSign, *, status: int = 200, fault: str = "") -> Response:
    """The page; `fault` is the code of what was wrong with the passphrase or the key."""
    return staff_page(
        request,
        "staff/signing_sign.html",
        status=status,
        desk=seen.desk,
        made=seen.made,
        seen=seen,
        fault=fault,
        login=seen.desk.account.login,
    )


def to_sign(desk: OnDesk, digest: str | None = None) -> ToSign:
    """The proposal as it stands; with a digest, only if it is the one that the person saw.

    Raises: ProposalUnknown, ProposalStale, DraftsChanged, ConfirmationMissing.
    """
    office = desk.office
    standing, four_eyes = Standing(office.drafts(), office.proposals()), office.settings.four_eyes
    if digest is None:
        newest = standing.proposals.newest(desk.id)
        if newest is None:
            raise ProposalUnknown
        digest = newest.digest
    made = require_signable(standing, desk.id, digest, four_eyes=four_eyes)
    if made.bureau != desk.account.office:
        # It was prepared by another bureau, before the institution passed to this one.
        raise ProposalStale
    return ToSign(desk, made, custodies(office.register, made.bureau))


def hand_in(request: Request, desk: OnDesk, made: Proposal, record: Entry) -> Response:
    """Gives a signed record to the worker and leads to its job."""
    job = submit_decision(desk.office.jobs, record, desk.account.id)
    mark_signed(desk.office.register.desk_engine, made.batch, made.number)
    name_subject(request, desk.hex, custody=str(record["custody"]), kind=made.kind.value)
    return see_other(f"/staff/jobs/{job.id}")


def running_job(desk: OnDesk) -> str | None:
    """The page of the job that is deciding on this batch already."""
    for kind in (APPROVE, RETURN):
        job = desk.office.jobs.latest(kind, desk.hex)
        if job is not None and job.state.is_open:
            return f"/staff/jobs/{job.id}"
    return None
