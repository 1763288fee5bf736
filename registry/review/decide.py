"""A bureau approves or returns a batch.

What may enter follows from the findings: refused rows never, flagged rows only with the reviewer's explicit
word, all others unless the reviewer rejects them. The bureau's key then signs the count and the Merkle root
of exactly the certificates that enter.

Source: 湘人社规〔2025〕14号 art. 17(7).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from registry.ledger.admission import approval_root
from registry.ledger.append import PreparedCertificate, prepare
from registry.ledger.entries import Entry, EntryType
from registry.review.errors import BatchRefused, FlagsUndecided, NothingToApprove, RowRefused, RowUnknown
from registry.rules.identity_documents import IdentityType, check_identity
from registry.storage.batch_rows import BATCH_TABLE as BATCH_TABLE
from registry.storage.batch_rows import StoredBatch, StoredBatchRow
from registry.storage.batch_rows import row_key as row_key
from registry.storage.vault import Vault
from signing.commitment import Commitment, commitment
from signing.encoding import b64url_encode

UNSTATED = "unstated"


@dataclass(frozen=True)
class Decision:
    """The reviewer's word on the rows of a batch, by row number of the workbook.

    `rejected` maps a row to the reason code of its rejection, `reasons` an accepted flag to that of its
    acceptance, where one was given.
    """

    rejected: Mapping[int, str] = field(default_factory=dict)
    accepted_flags: frozenset[int] = frozenset()
    reasons: Mapping[int, str] = field(default_factory=dict)

    @property
    def accepted(self) -> Mapping[int, str]:
        """Every accepted flag with its reason."""
        return {row: self.reasons.get(row, UNSTATED) for row in self.accepted_flags}


@dataclass(frozen=True)
class ProposedApproval:
    """What the bureau is asked to sign, and the certificates that it covers, in the order of the log.

    Which of its keys signs is known only then: `content` has no `key` yet.
    """

    content: Entry
    certificates: tuple[PreparedCertificate, ...]


def rows_to_approve(
    batch: StoredBatch, rows: Iterable[StoredBatchRow], decision: Decision
) -> list[StoredBatchRow]:
    """The rows that enter the register under this decision.

    Raises: BatchRefused, RowRefused, RowUnknown, FlagsUndecided, NothingToApprove.
    """
    if batch.findings != "[]":
        raise BatchRefused
    known, refused, undecided, approved = set(), [], [], []
    for each in rows:
        known.add(each.row)
        if each.refused:
            if each.row in decision.accepted_flags:
                refused.append(each.row)
        elif each.row in decision.rejected:
            continue
        elif each.flagged and each.row not in decision.accepted_flags:
            undecided.append(each.row)
        else:
            approved.append(each)
    if unknown := sorted((decision.accepted_flags | set(decision.rejected)) - known):
        raise RowUnknown(unknown)
    if refused:
        raise RowRefused(refused)
    if undecided:
        raise FlagsUndecided(undecided)
    if not approved:
        raise NothingToApprove
    return approved


def propose_approval(
    batch: StoredBatch,
    rows: Iterable[StoredBatchRow],
    *,
    bureau: str,
    vault: Vault,
    today: date,
) -> ProposedApproval:
    """Commits to every row, seals it for the register, and makes the content that the bureau signs."""
    certificates = sorted(
        (_prepare_row(batch.id, each, vault, today) for each in rows), key=lambda each: each.commitment
    )
    content = approval_content(batch, [each.commitment for each in certificates], bureau=bureau)
    return ProposedApproval(content, tuple(certificates))


def commitments_of(batch: StoredBatch, rows: Iterable[StoredBatchRow], vault: Vault) -> list[Commitment]:
    """The commitments alone, in the order of the log: what is to be signed can be shown without sealing."""
    opened = (vault.open_record(BATCH_TABLE, row_key(batch.id, each.row), each.sealed) for each in rows)
    return sorted(commitment(record, seed) for record, seed in opened)


def approval_content(batch: StoredBatch, commitments: Sequence[bytes], *, bureau: str) -> Entry:
    """What the bureau signs over exactly these certificates."""
    content: Entry = {
        "type": EntryType.APPROVAL.value,
        "batch": b64url_encode(batch.id),
        "institution": batch.prefix,
        "bureau": bureau,
        "count": len(commitments),
        "root": b64url_encode(approval_root(commitments)),
        "form5": b64url_encode(batch.form5_mac),
        "form4": b64url_encode(batch.form4_mac),
    }
    if batch.legacy:
        content |= {"legacy": True, "earlier_review": batch.legacy}
    return content


def _prepare_row(batch: bytes, row: StoredBatchRow, vault: Vault, today: date) -> PreparedCertificate:
    record, seed = vault.open_record(BATCH_TABLE, row_key(batch, row.row), row.sealed)
    identity = check_identity(IdentityType(record.id_type), record.id_number, today)
    return prepare(record, seed, identity.canonical, vault)
