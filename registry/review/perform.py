"""The use cases of a bureau: approve or return a batch, act on a certificate. Each is one append or none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from registry.filing.model import filing_on
from registry.ledger.admission import CIVIL_TIME, PROVINCE
from registry.ledger.append import append_approval
from registry.ledger.entries import ActKind, text
from registry.ledger.errors import NotAdmitted, Refusal
from registry.ledger.writer import LogWriter, Published
from registry.lookup import LookUp
from registry.review.acting import Wanted, append_signed, done_before, propose_act
from registry.review.acts import ActReason, Grounds
from registry.review.decide import Decision, propose_approval, rows_to_approve, signed
from registry.review.errors import BatchDecided, BatchSuperseded, BatchUnknown, CertificateUnknown
from registry.storage.batch_rows import BatchRows, StoredBatch, insert_return
from registry.storage.batch_seal import intact_rows, require_intact
from signing.encoding import canonical_json, rfc3339
from signing.keys import SigningKey


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


def approve_batch(
    look_up: LookUp,
    writer: LogWriter,
    batches: BatchRows,
    identity: bytes,
    decision: Decision,
    *,
    bureau_key: SigningKey,
    now: datetime,
) -> Approved:
    """Registers what the reviewer lets in, under the bureau's signature.

    Raises: BatchUnknown, BatchDecided, BatchRefused, RowRefused, FlagsUndecided, NothingToApprove,
    SealBroken, NotAdmitted, NumberTaken; then nothing was appended.
    """
    batch = open_batch(batches, identity)
    today = now.astimezone(CIVIL_TIME).date()
    # Whoever can write the database could call a flagged row unflagged.
    require_intact(look_up.vault, batch)
    rows = rows_to_approve(batch, intact_rows(look_up.vault, identity, batches.rows(identity)), decision)
    proposed = propose_approval(
        batch,
        rows,
        bureau=responsible_bureau(look_up, batch.prefix, today),
        bureau_key_id=bureau_key.key_id,
        vault=look_up.vault,
        today=today,
    )
    content = signed(proposed.content, bureau_key, writer.origin)
    return Approved(append_approval(writer, content, proposed.certificates), len(rows))


def return_batch(
    batches: BatchRows,
    identity: bytes,
    *,
    reason: str,
    bureau_key: SigningKey,
    log_origin: str,
    now: datetime,
) -> Returned:
    """The signed return of a batch. Raises: BatchUnknown, BatchDecided."""
    batch = open_batch(batches, identity)
    content = signed(
        {"type": "return", "batch": identity.hex(), "institution": batch.prefix, "reason": reason},
        bureau_key,
        log_origin,
    )
    return Returned(identity, rfc3339(now), canonical_json(content).decode())


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
