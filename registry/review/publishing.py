"""The jobs `approve` and `return`: a signed decision enters the register, once, whatever dies meanwhile.

1. finish what an earlier death left unpublished
2. the same decision is there: it is done; another one is there, or a newer upload: refused
3. make the certificates anew from the sealed rows, and see that the signed content covers exactly these
4. append them with the record (an approval), or keep the record (a return)
5. publish the status lists

If we die before 4, nothing happened; behind it, the next run finds the decision in 2 and goes on with 5.
"""

from collections.abc import Callable, Mapping
from contextlib import closing

from registry.jobs.desk import Jobs
from registry.jobs.model import Job, JobContext
from registry.ledger.append import append_approval
from registry.ledger.entries import Entry
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.register import Register
from registry.review.decide import Decision
from registry.review.errors import (
    BatchDecided,
    FlagsUndecided,
    NothingToApprove,
    ProposalStale,
    RowRefused,
    RowUnknown,
)
from registry.review.perform import admitted_return, open_batch, prepare_approval, record_return
from registry.review.record import DecisionKind, DecisionRecord, decision_record
from registry.storage.batch_rows import BatchRows
from registry.storage.sql import KeptReader
from signing.encoding import Json, canonical_json, parse_canonical_json
from signing.errors import MalformedEncoding

APPROVE, RETURN = "approve", "return"
_FILE = "decision"
_SIGNED = frozenset({"key", "signature"})


def submit_decision(jobs: Jobs, record: Entry, account: str) -> Job:
    """Hands a signed decision to the worker; the same batch twice is one job."""
    decided = decision_record(record)
    kind = APPROVE if decided.kind is DecisionKind.APPROVED else RETURN
    subject, content = decided.batch.hex(), {"custody": decided.custody.value}
    return jobs.submit(kind, subject, account, content, sealed={_FILE: canonical_json(record)})


def perform(context: JobContext) -> Mapping[str, Json]:
    """Does either job. Raises: BatchDecided, BatchSuperseded, ProposalStale, NotAdmitted, NumberTaken."""
    try:
        record = parse_canonical_json(context.attachments[_FILE])
    except MalformedEncoding as fault:
        raise MalformedEntry(_FILE) from fault
    if not isinstance(record, dict):
        raise MalformedEntry(_FILE)
    return publish_decision(context.register, record, report=context.report)


def publish_decision(
    register: Register, record: Entry, *, report: Callable[[int, int], None] = lambda _done, _of: None
) -> Mapping[str, Json]:
    """Runs the steps of the module's docstring, and says what is in the register now."""
    decided = decision_record(record)
    # 1
    register.publish_pending()
    with closing(KeptReader(register.engine)) as reader:
        batches = BatchRows(reader)
        # 2
        there = batches.decision(decided.batch)
        if there is not None and there[1] != canonical_json(record).decode():
            raise BatchDecided
        # 3, 4
        if there is None and decided.kind is DecisionKind.APPROVED:
            _approve(register, batches, record, decided, report)
        elif there is None:
            _return(register, batches, record, decided)
    # 5
    if decided.kind is DecisionKind.APPROVED:
        register.publish_status(register.writer())
    return {"kind": decided.kind.value, "certificates": decided.approved, "custody": decided.custody.value}


def _return(register: Register, batches: BatchRows, record: Entry, decided: DecisionRecord) -> None:
    open_batch(batches, decided.batch)
    if batches.counts(decided.batch) != (decided.rows, decided.refused):
        raise ProposalStale
    record_return(register.engine, admitted_return(register.look_up, record, register.clock()))


def _approve(
    register: Register,
    batches: BatchRows,
    record: Entry,
    decided: DecisionRecord,
    report: Callable[[int, int], None],
) -> None:
    decision = Decision(decided.rejected, frozenset(decided.accepted), decided.accepted)
    try:
        prepared = prepare_approval(
            register.look_up, batches, decided.batch, decision, now=register.clock(), report=report
        )
    except (RowRefused, RowUnknown, FlagsUndecided, NothingToApprove) as fault:
        raise ProposalStale from fault
    approval = decided.approval or {}
    named = {name: value for name, value in approval.items() if name not in _SIGNED}
    shown = (named, decided.rows, decided.refused)
    # Rows that were erased since, or another bureau: what was shown is no longer what there is.
    if shown != (prepared.proposed.content, prepared.rows, prepared.refused):
        raise ProposalStale
    try:
        append_approval(register.writer(), record, prepared.proposed.certificates)
    except NotAdmitted as fault:
        if fault.reason is Refusal.BATCH_ALREADY_APPROVED:
            raise BatchDecided from fault
        raise
