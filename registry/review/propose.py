"""What was drafted becomes a proposal: over exactly the rows that may enter, or as a return of all of them.

A proposal to approve needs a word on every flagged row, an inspection of every row that was drawn, and no row
among those that enter which an inspection found to differ. It is made from the sealed rows, not from the
desk's list of them: the list could have been altered.

Source: 湘人社规〔2025〕14号 art. 17(5), (7).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Engine

from registry.intake.row_index import RowIndex
from registry.ledger.admission import CIVIL_TIME
from registry.lookup import LookUp
from registry.review.decide import Decision, approval_content, commitments_of, rows_to_approve
from registry.review.errors import DraftsChanged, ReviewNotReady, SampleContradicted, SampleOpen
from registry.review.laying import BatchOutline, drawn_rows
from registry.review.perform import open_batch, responsible_bureau, told
from registry.review.proposal import Proposal, ProposalKind, Proposals, ProposalState, store_proposal
from registry.review.proposal_body import ProposalBody
from registry.review.reasons import ReturnReason
from registry.review.sample import DrawnFor, InspectionResult, SampleResult, SampleRule, sample_seed
from registry.storage.batch_rows import BatchRows, StoredBatchRow
from registry.storage.batch_seal import intact_rows, require_intact
from registry.storage.draft_reads import DraftedDecision, DraftReads, read_decision


@dataclass(frozen=True)
class Desk:
    """What a proposal is made with; the readers are the calling thread's own."""

    look_up: LookUp
    engine: Engine
    batches: BatchRows
    drafts: DraftReads
    proposals: Proposals


@dataclass(frozen=True)
class Request:
    """Who wants a proposal for which batch, from the drafts of which revision."""

    batch: bytes
    seen: int
    by: str
    at: datetime


def propose(desk: Desk, request: Request, report: Callable[[int, int], None] = lambda *_: None) -> Proposal:
    """Computes and keeps what the bureau would sign; the same again gives the one that is there.

    Raises: BatchUnknown, BatchDecided, BatchRefused, ReviewNotReady, DraftsChanged, FlagsUndecided,
    NothingToApprove, SampleOpen, SampleContradicted, SealBroken, NotAdmitted.
    """
    batch = open_batch(desk.batches, request.batch)
    drafted = _drafts_as_seen(desk, request)
    bureau = responsible_bureau(desk.look_up, batch.prefix, request.at.astimezone(CIVIL_TIME).date())
    there = desk.proposals.newest(request.batch)
    same = (drafted.revision, ProposalKind.APPROVE, bureau)
    # One that was signed and is still here was refused since: what it shows may be no longer what there is.
    if there is not None and _is_usable(there) and (there.revision, there.kind, there.bureau) == same:
        return there
    vault = desk.look_up.vault
    require_intact(vault, batch)
    stored = list(intact_rows(vault, batch.id, desk.batches.rows(batch.id)))
    decision = Decision(drafted.rejected, frozenset(drafted.accepted))
    rows = rows_to_approve(batch, stored, decision)
    outline = BatchOutline(batch.id, batch.form5_mac, RowIndex.decoded(batch.row_index))
    samples = {whose: _sample(whose, outline, drafted) for whose in DrawnFor}
    _require_inspected(samples, rows)
    counted = told(rows, report)
    content = approval_content(batch, commitments_of(batch, counted, vault), bureau=bureau)
    body = ProposalBody(
        content=content,
        count=len(rows),
        refused=sum(each.refused for each in stored),
        rejected=drafted.rejected,
        accepted=drafted.accepted,
        samples=samples,
    )
    return _kept(desk, request, ProposalKind.APPROVE, bureau, body)


def propose_return(desk: Desk, request: Request, reason: ReturnReason) -> Proposal:
    """Keeps a proposal to send the whole batch back; the same again gives the one that is there.

    Raises: BatchUnknown, BatchDecided, ReviewNotReady, DraftsChanged, NotAdmitted.
    """
    batch = open_batch(desk.batches, request.batch)
    drafted = _drafts_as_seen(desk, request)
    bureau = responsible_bureau(desk.look_up, batch.prefix, request.at.astimezone(CIVIL_TIME).date())
    there = desk.proposals.newest(request.batch)
    same = (drafted.revision, reason.value, bureau)
    if there is not None and _is_usable(there) and (there.revision, there.body.reason, there.bureau) == same:
        return there
    body = ProposalBody(
        content={
            "type": "return",
            "batch": batch.id.hex(),
            "institution": batch.prefix,
            "bureau": bureau,
            "reason": reason.value,
        },
        rejected=drafted.rejected,
        accepted=drafted.accepted,
        reason=reason.value,
    )
    return _kept(desk, request, ProposalKind.RETURN, bureau, body)


def _is_usable(there: Proposal) -> bool:
    return there.state is not ProposalState.SIGNED


def _drafts_as_seen(desk: Desk, request: Request) -> DraftedDecision:
    drafted = read_decision(desk.engine, request.batch)
    review = desk.drafts.review(request.batch)
    if drafted is None or review is None:
        raise ReviewNotReady
    if drafted.revision != request.seen:
        raise DraftsChanged(review.changed_by, review.changed_at)
    return drafted


def _kept(desk: Desk, request: Request, kind: ProposalKind, bureau: str, body: ProposalBody) -> Proposal:
    made = Proposal(request.batch, 0, request.seen, kind, bureau, body, request.by, request.at)
    if not store_proposal(desk.engine, made):
        review = desk.drafts.review(request.batch)
        raise DraftsChanged(review.changed_by, review.changed_at) if review else ReviewNotReady
    kept = desk.proposals.newest(request.batch)
    assert kept is not None
    return kept


def _sample(whose: DrawnFor, outline: BatchOutline, drafted: DraftedDecision) -> SampleResult:
    """The sample, drawn again, with what the desk says of each row."""
    rule = SampleRule(drafted.percent, drafted.least)
    drawn = drawn_rows(outline, whose, rule)
    known = {each.row: each for each in drafted.drawn.get(whose, ())}
    found = {row: known[row] for row in drawn if row in known and known[row].result}
    return SampleResult(
        sample_seed(whose, outline.id, outline.form5_mac),
        rule.percent,
        rule.least,
        drawn,
        tuple(found),
        {row: each.note for row, each in found.items() if each.result == InspectionResult.DISCREPANCY},
    )


def _require_inspected(samples: dict[DrawnFor, SampleResult], rows: Sequence[StoredBatchRow]) -> None:
    """The bureau's own sample is inspected, and nothing that differs enters, whoever found it."""
    if open_rows := samples[DrawnFor.BUREAU].open:
        raise SampleOpen(open_rows)
    differing = {row for sample in samples.values() for row in sample.discrepancies}
    if contradicted := sorted(differing & {each.row for each in rows}):
        raise SampleContradicted(contradicted)
