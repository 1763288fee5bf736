"""From a proposal to its signed record, in either custody. What was signed is appended by the worker.

With custody `register` the key lies here and the reviewer's passphrase opens it; with custody `bureau` the
record was signed on a machine of the bureau, and only the signatures come here. Both make the same record
from the same proposal, so what nobody was shown can be signed in neither way.

Source: 湘人社规〔2025〕14号 art. 17(7); the product's own format v1.
"""

from datetime import datetime
from typing import NamedTuple

from registry.custody.officers import Officer, unlock_for
from registry.ledger.admission import require_signature
from registry.ledger.decisions import approval_of_decision, require_decision
from registry.ledger.entries import Entry
from registry.ledger.errors import NotAdmitted, Refusal
from registry.ledger.key_history import Custody, KeyHistory, KnownKey
from registry.register import Register
from registry.review.offline_signature import OfflineSignature, assembled
from registry.review.proposal import Proposal, ProposalKind
from registry.review.record import DecisionKind, DecisionRecord, signed_decision
from registry.storage.batch_rows import BatchRows
from signing.keys import KeyRole

_KINDS = {ProposalKind.APPROVE: DecisionKind.APPROVED, ProposalKind.RETURN: DecisionKind.RETURNED}


class Signer(NamedTuple):
    """Who signs: the account's id, in the name of which custody, and when."""

    account: str
    custody: Custody
    at: datetime


def record_to_sign(proposal: Proposal, batches: BatchRows, signer: Signer) -> DecisionRecord:
    """The record of the decision that is proposed, before anybody signed."""
    rows, refused = batches.counts(proposal.batch)
    body = proposal.body
    return DecisionRecord(
        kind=_KINDS[proposal.kind],
        batch=proposal.batch,
        institution=str(body.content["institution"]),
        bureau=proposal.bureau,
        rows=rows,
        refused=refused,
        prepared_by=proposal.prepared_by,
        confirmed_by=proposal.confirmed_by,
        signed_by=signer.account,
        custody=signer.custody,
        signed_at=signer.at,
        rejected=body.rejected,
        accepted=body.accepted,
        samples=body.samples,
        reason=body.reason,
    )


def approval_to_sign(proposal: Proposal) -> Entry | None:
    """The approval entry without key and signature; None of a return, which the log does not hold."""
    return dict(proposal.content) if proposal.kind is ProposalKind.APPROVE else None


def sign_here(
    register: Register,
    officer: Officer,
    account: str,
    proposal: Proposal,
    batches: BatchRows,
    passphrase: bytes,
) -> Entry:
    """The signed record, under the key that this officer's passphrase opens.

    Raises: LoginThrottled, NoActiveKey, KeyFileMissing, KeyFileLocked.
    """
    signer = Signer(account, Custody.REGISTER, register.clock())
    record = record_to_sign(proposal, batches, signer)
    key = unlock_for(register, officer, proposal.bureau, passphrase)
    return signed_decision(record, approval_to_sign(proposal), key, register.places.log_origin)


def signed_elsewhere(
    register: Register, account: str, proposal: Proposal, batches: BatchRows, signature: OfflineSignature
) -> Entry:
    """The signed record of a proposal whose bureau keeps its key, checked against that key.

    Raises: SignatureOfAnother, NotAdmitted.
    """
    signature.require_for(proposal.batch, proposal.digest, account)
    known = _kept_by_bureau(register.ledger.key_history(), signature.key, proposal.bureau, register.clock())
    record = record_to_sign(proposal, batches, Signer(account, Custody.BUREAU, signature.signed_at))
    signed = assembled(record, approval_to_sign(proposal), signature)
    origin = register.places.log_origin
    require_decision(signed, batch=proposal.batch, log_origin=origin, key=known)
    if (approval := approval_of_decision(signed)) is not None:
        require_signature(approval, log_origin=origin, public=known.public)
    return signed


def custodies(register: Register, bureau: str) -> frozenset[Custody]:
    """In which custodies the bureau has keys that may sign now: in which ways it can decide."""
    known = register.ledger.key_history().signers(KeyRole.BUREAU, register.clock(), bureau)
    return frozenset(key.custody for key in known)


def _kept_by_bureau(keys: KeyHistory, identity: str, bureau: str, at: datetime) -> KnownKey:
    known = keys.bureau_key(identity, bureau, at)
    if known.custody is not Custody.BUREAU:
        raise NotAdmitted(Refusal.CUSTODY_DIFFERS)
    return known
