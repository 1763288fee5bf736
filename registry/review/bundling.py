"""Fills a bundle from the register, row by row as it is written: a hundred thousand are never in memory."""

from collections.abc import Iterator

from registry.filing.model import filing_on
from registry.ledger.admission import CIVIL_TIME
from registry.ledger.errors import NotAdmitted, Refusal
from registry.ledger.key_history import Custody
from registry.register import Register
from registry.review.bundle import BundleHead, BundleRow
from registry.review.decide import BATCH_TABLE, row_key
from registry.review.offline import unsigned_record
from registry.review.proposal import Proposal
from registry.review.signing import Signer, approval_to_sign, record_to_sign
from registry.storage.batch_rows import BatchRows, StoredBatchRow
from registry.storage.batch_seal import intact_rows
from registry.storage.vault import Vault
from signing.encoding import parse_json
from signing.keys import KeyRole


def bundle_head(register: Register, account: str, proposal: Proposal, batches: BatchRows) -> BundleHead:
    """What this account's bureau is asked to sign. Raises: NotAdmitted if it keeps no key."""
    now = register.clock()
    signers = register.ledger.key_history().signers(KeyRole.BUREAU, now, proposal.bureau)
    keys = tuple(key.key_id for key in signers if key.custody is Custody.BUREAU)
    if not keys:
        raise NotAdmitted(Refusal.CUSTODY_DIFFERS)
    record = record_to_sign(proposal, batches, Signer(account, Custody.BUREAU, now))
    approval = approval_to_sign(proposal)
    filing = register.filings().by_prefix(record.institution)
    if filing is None:
        raise NotAdmitted(Refusal.INSTITUTION_UNKNOWN)
    return BundleHead(
        origin=register.places.log_origin,
        digest=proposal.digest,
        institution=filing_on(filing, now.astimezone(CIVIL_TIME).date()).name,
        record=unsigned_record(record, approval),
        approval=approval,
        keys=keys,
        vkey=register.vkey(),
        checkpoint=register.checkpoint().decode(),
    )


def bundle_rows(batches: BatchRows, vault: Vault, batch: bytes) -> Iterator[BundleRow]:
    """Every row with what was found in it. Raises: SealBroken."""
    for each in intact_rows(vault, batch, batches.rows(batch)):
        if each.refused:
            yield BundleRow(each.row, _codes(each))
        else:
            record, seed = vault.open_record(BATCH_TABLE, row_key(batch, each.row), each.sealed)
            yield BundleRow(each.row, _codes(each), record, seed)


def _codes(row: StoredBatchRow) -> tuple[str, ...]:
    findings = parse_json(row.findings.encode())
    assert isinstance(findings, list)
    return tuple(str(each["code"]) for each in findings if isinstance(each, dict))
