"""The use cases of a bureau: approve or return a batch, act on a certificate. Each is one append or none."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from registry.filing.model import filing_on
from registry.ledger.admission import CIVIL_TIME, PROVINCE
from registry.ledger.append import append_approval
from registry.ledger.decisions import require_decision
from registry.ledger.entries import ActKind, Entry, signed, text
from registry.ledger.errors import NotAdmitted, Refusal
from registry.ledger.key_history import Custody
from registry.ledger.writer import LogWriter, Published
from registry.lookup import LookUp
from registry.review.acting import Wanted, append_signed, done_before, propose_act
from registry.review.acts import ActReason, Grounds
from registry.review.decide import Decision, ProposedApproval, propose_approval, rows_to_approve
from registry.review.errors import BatchDecided, BatchSuperseded, BatchUnknown, CertificateUnknown
from registry.review.record import DecisionKind, DecisionRecord, decision_record, signed_decision
from registry.staff.model import COMMAND_LINE
from registry.storage.batch_rows import BatchRows, StoredBatch, StoredBatchRow, insert_return
from registry.storage.batch_seal import intact_rows, require_intact
from signing.encoding import canonical_json, rfc3339
from signing.keys import SigningKey

_TOLD_EVERY = 500


@dataclass(frozen=True)
class Approved:
    """An approved batch: how many certificates entered, and where."""

    published: Published
    count: int


@dataclass(frozen=True)
class Returned:
    """What is recorded of a batch that goes back to the institution."""

    batch: bytes
    decided_at: str
    content: str


@dataclass(frozen=True)
class Prepared:
    """An approval ready to be signed, and how many rows there are (some may be erased) and were refused."""

    batch: StoredBatch
    decision: Decision
    rows: int
    refused: int
    proposed: ProposedApproval


def responsible_bureau(look_up: LookUp, prefix: str, day: date) -> str:
    """The bureau that reviews an institution's batches on that day."""
    filing = look_up.ledger.folds().filings.by_prefix(prefix)
    if filing is None:
        raise NotAdmitted(Refusal.INSTITUTION_UNKNOWN)
    return filing_on(filing, day).bureau


def open_batch(batches: BatchRows, identity: bytes) -> StoredBatch:
    """A batch that waits for its decision. Raises: BatchUnknown, BatchDecided, BatchSuperseded."""
    batch = batches.batch(identity)
    if batch is None:
        raise BatchUnknown
    if batches.decision(identity) is not None:
        raise BatchDecided
    if batches.newer(identity) is not None:
        raise BatchSuperseded
    return batch


def prepare_approval(
    look_up: LookUp,
    batches: BatchRows,
    identity: bytes,
    decision: Decision,
    *,
    now: datetime,
    report: Callable[[int, int], None] = lambda _done, _of: None,
) -> Prepared:
    """Commits to what the reviewer lets in: all that can be done before the bureau signs.

    Raises: BatchUnknown, BatchDecided, BatchRefused, RowRefused, RowUnknown, FlagsUndecided,
    NothingToApprove, SealBroken.
    """
    batch = open_batch(batches, identity)
    today = now.astimezone(CIVIL_TIME).date()
    # Whoever can write the database could call a flagged row unflagged.
    require_intact(look_up.vault, batch)
    rows = list(intact_rows(look_up.vault, identity, batches.rows(identity)))
    refused = frozenset(each.row for each in rows if each.refused)
    chosen = rows_to_approve(batch, rows, decision)
    bureau = responsible_bureau(look_up, batch.prefix, today)
    proposed = propose_approval(batch, told(chosen, report), bureau=bureau, vault=look_up.vault, today=today)
    # A refused row that is rejected as well is refused.
    rejected = {row: code for row, code in decision.rejected.items() if row not in refused}
    return Prepared(batch, replace(decision, rejected=rejected), len(rows), len(refused), proposed)


def told(rows: Sequence[StoredBatchRow], report: Callable[[int, int], None]) -> Iterator[StoredBatchRow]:
    """The rows one by one, while somebody is told how many are done."""
    for done, row in enumerate(rows):
        if done % _TOLD_EVERY == 0:
            report(done, len(rows))
        yield row
    report(len(rows), len(rows))


def approve_batch(
    look_up: LookUp,
    writer: LogWriter,
    batches: BatchRows,
    identity: bytes,
    decision: Decision,
    *,
    bureau_key: SigningKey,
    now: datetime,
    by: str = COMMAND_LINE,
) -> Approved:
    """Registers what the reviewer lets in, under the bureau's signature. `by`: the account that decides.

    Raises: what `prepare_approval` raises, NotAdmitted, NumberTaken; then nothing was appended.
    """
    prepared = prepare_approval(look_up, batches, identity, decision, now=now)
    batch, content = prepared.batch, prepared.proposed.content
    record = DecisionRecord(
        kind=DecisionKind.APPROVED,
        batch=identity,
        institution=batch.prefix,
        bureau=text(content, "bureau"),
        rows=prepared.rows,
        refused=prepared.refused,
        prepared_by=by,
        signed_by=by,
        custody=_custody(look_up, bureau_key),
        signed_at=now,
        rejected=prepared.decision.rejected,
        accepted=prepared.decision.accepted,
    )
    signed_record = signed_decision(record, content, bureau_key, writer.origin)
    certificates = prepared.proposed.certificates
    return Approved(append_approval(writer, signed_record, certificates), len(certificates))


def return_batch(
    look_up: LookUp,
    batches: BatchRows,
    identity: bytes,
    *,
    reason: str,
    bureau_key: SigningKey,
    now: datetime,
    by: str = COMMAND_LINE,
    rejected: Mapping[int, str] = MappingProxyType({}),
) -> Returned:
    """The signed return of a batch. Raises: BatchUnknown, BatchDecided, NotAdmitted."""
    batch = open_batch(batches, identity)
    rows = list(batches.rows(identity))
    refused = frozenset(each.row for each in rows if each.refused)
    record = DecisionRecord(
        kind=DecisionKind.RETURNED,
        batch=identity,
        institution=batch.prefix,
        bureau=responsible_bureau(look_up, batch.prefix, now.astimezone(CIVIL_TIME).date()),
        rows=len(rows),
        refused=len(refused),
        prepared_by=by,
        signed_by=by,
        custody=_custody(look_up, bureau_key),
        signed_at=now,
        rejected={row: code for row, code in rejected.items() if row not in refused},
        reason=reason,
    )
    origin = look_up.ledger.origin
    return admitted_return(look_up, signed_decision(record, None, bureau_key, origin), now)


def admitted_return(look_up: LookUp, record: Entry, now: datetime) -> Returned:
    """A signed return as it is kept, once a key of its bureau signed it that may sign now.

    Raises: NotAdmitted, MalformedEntry.
    """
    decided = decision_record(record)
    day = now.astimezone(CIVIL_TIME).date()
    if responsible_bureau(look_up, decided.institution, day) != decided.bureau:
        raise NotAdmitted(Refusal.NOT_THE_RESPONSIBLE_BUREAU)
    key = look_up.ledger.key_history().bureau_key(decided.key, decided.bureau, now)
    require_decision(record, batch=decided.batch, log_origin=look_up.ledger.origin, key=key)
    return Returned(decided.batch, rfc3339(now), canonical_json(record).decode())


def record_return(engine: Engine, returned: Returned) -> None:
    """Keeps a return. Raises: BatchDecided if somebody decided meanwhile; DatabaseUnavailable."""
    try:
        insert_return(engine, returned.batch, returned.decided_at, returned.content)
    except IntegrityError as fault:
        raise BatchDecided from fault


def perform_act(
    look_up: LookUp,
    writer: LogWriter,
    number: str,
    act: ActKind,
    reason: ActReason,
    *,
    bureau_key: SigningKey,
    bureau: str,
    now: datetime,
    changes: Mapping[str, str] | None = None,
    replaced_by: str = "",
    grounds: Grounds | None = None,
) -> Published:
    """Acts on a certificate under the key of its bureau or of the province; a request once.

    Raises: CertificateUnknown, NotAdmitted, and what `corrected_certificate` raises.
    """
    wanted = Wanted(act, reason, grounds, changes, replaced_by)
    if grounds is not None and (done := done_before(look_up, number, grounds.request)) is not None:
        return done
    proposed = propose_act(look_up, number, wanted, bureau=bureau, bureau_key_id=bureau_key.key_id, now=now)
    content = signed(proposed.content, bureau_key, writer.origin)
    return append_signed(look_up, writer, content, proposed.corrected)


def acting_bureaus(look_up: LookUp, number: str) -> tuple[str, ...]:
    """Who may act on a certificate: the bureau that approved it, and the province."""
    found = look_up.current(number)
    if found is None:
        raise CertificateUnknown
    _, approval = look_up.ledger.approval_of(found[0].first.index)
    return tuple(dict.fromkeys((text(approval, "bureau"), PROVINCE)))


def _custody(look_up: LookUp, key: SigningKey) -> Custody:
    known = look_up.ledger.key_history().get(key.key_id)
    if known is None:
        raise NotAdmitted(Refusal.KEY_UNKNOWN)
    return known.custody
