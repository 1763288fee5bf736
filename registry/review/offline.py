"""Deciding on a machine without the register: what is shown is recomputed, and only then signed.

The bureau need not trust whoever made the bundle. Its command makes every commitment again from the rows that
it shows; if their root and count are not those of the content that is to be signed, nothing is signed.

Pure: no database, no web server (a contract of the import linter).

Source: 湘人社规〔2025〕14号 art. 17(7); the product's own format v1.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from registry.ledger.admission import approval_root
from registry.ledger.decisions import require_decision_shape
from registry.ledger.entries import Entry, EntryType, number, text
from registry.ledger.errors import MalformedEntry
from registry.ledger.key_history import Custody
from registry.review.bundle import BundleHead, BundleRow
from registry.review.errors import BundleAltered
from registry.review.offline_signature import OfflineSignature, signature_of
from registry.review.record import DecisionRecord, decision_record, signed_decision
from registry.review.sample import sample_seed
from signing.commitment import commitment
from signing.encoding import b64url_decode, b64url_encode
from signing.errors import MalformedEncoding
from signing.keys import SigningKey


@dataclass(frozen=True)
class CheckedBundle:
    """A bundle that shows what would be signed. `approving` are the rows that would enter."""

    head: BundleHead
    record: DecisionRecord
    rows: Sequence[BundleRow]
    approving: Sequence[BundleRow]


def unsigned_record(record: DecisionRecord, approval: Entry | None) -> Entry:
    """A record as a bundle carries it: with empty places where key, signature and approval will stand."""
    open_record = replace(record, approval=None if approval is None else {})
    return {**open_record.content(), "key": "", "signature": ""}


def check_bundle(head: BundleHead, rows: Sequence[BundleRow]) -> CheckedBundle:
    """Steps:

    1. the record is one of a decision, for a key that the bureau keeps
    2. the rows are as many as it says, each once, and it names no others; no flag is passed over
    3. approval and record are about the same batch, institution and bureau
    4. count and root of the approval follow from the rows that would enter, each made again from its seed
    5. the samples were drawn from the seeds that batch and Form 5 give

    Raises: BundleAltered with the field that differs.
    """
    # 1
    try:
        require_decision_shape(head.record)
        record = decision_record(head.record)
    except MalformedEntry as fault:
        raise BundleAltered("record") from fault
    if record.custody is not Custody.BUREAU or (head.approval is None) != (record.approval is None):
        raise BundleAltered("custody" if record.custody is not Custody.BUREAU else "kind")
    # 2
    approving = _approving(record, rows)
    if head.approval is not None:
        # 3
        _require_same(head, record)
        # 4
        _require_covered(head.approval, record, approving)
        # 5
        _require_drawn(head.approval, record)
    return CheckedBundle(head, replace(record, approval=None), rows, approving)


def sign_bundle(checked: CheckedBundle, key: SigningKey, at: datetime) -> OfflineSignature:
    """The signatures over approval and record. Raises: WrongKeyRole."""
    record = replace(checked.record, signed_at=at)
    signed = signed_decision(record, checked.head.approval, key, checked.head.origin)
    return signature_of(signed, checked.head.digest)


def _approving(record: DecisionRecord, rows: Sequence[BundleRow]) -> list[BundleRow]:
    numbers = [each.row for each in rows]
    if numbers != sorted(set(numbers)) or len(rows) != record.rows:
        raise BundleAltered("rows")
    refused = {each.row for each in rows if each.record is None}
    if len(refused) != record.refused:
        raise BundleAltered("refused")
    for name, named in (("rejected", record.rejected), ("accepted", record.accepted)):
        if not named.keys() <= set(numbers) - refused:
            raise BundleAltered(name)
    if record.rejected.keys() & record.accepted.keys():
        raise BundleAltered("rejected")
    entering = [each for each in rows if each.row not in refused and each.row not in record.rejected]
    if record.approval is not None and any(
        bool(each.findings) != (each.row in record.accepted) for each in entering
    ):
        raise BundleAltered("accepted")
    return entering if record.approval is not None else []


def _require_same(head: BundleHead, record: DecisionRecord) -> None:
    approval = head.approval or {}
    wanted = {
        "type": EntryType.APPROVAL.value,
        "batch": b64url_encode(record.batch),
        "institution": record.institution,
        "bureau": record.bureau,
    }
    for name, value in wanted.items():
        if approval.get(name) != value:
            raise BundleAltered(name)


def _require_covered(approval: Entry, record: DecisionRecord, approving: Sequence[BundleRow]) -> None:
    commitments = []
    for each in approving:
        assert each.record is not None
        assert each.seed is not None
        if each.record.institution != record.institution:
            raise BundleAltered("institution")
        commitments.append(commitment(each.record, each.seed))
    try:
        count, root = number(approval, "count"), text(approval, "root")
    except MalformedEntry as fault:
        raise BundleAltered(str(fault)) from fault
    if count != len(commitments) or not commitments:
        raise BundleAltered("count")
    if root != b64url_encode(approval_root(sorted(commitments))):
        raise BundleAltered("root")


def _require_drawn(approval: Entry, record: DecisionRecord) -> None:
    try:
        form5 = b64url_decode(text(approval, "form5"), length=32)
    except (MalformedEntry, MalformedEncoding) as fault:
        raise BundleAltered("form5") from fault
    for whose, sample in record.samples.items():
        if sample.seed != sample_seed(whose, record.batch, form5):
            raise BundleAltered("samples")
