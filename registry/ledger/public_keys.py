"""What the register says of its keys outside the log, against what the log says of them.

`/log/vkey` lists the log's keys, the newest first, without those that leaked. `/.well-known/did.json` lists
every current and past key of the roles that sign forms, a leaked one with the moment from which it is not
believed.

Source: C2SP signed-note (vkey); did:web method specification.
"""

from registry.ledger.audit_report import FindingCode, first_difference
from registry.ledger.key_history import KeyHistory
from registry.ledger.public_documents import DID, VKEYS, Document
from signing.did import DidKey, did_document
from signing.keys import KeyRole
from signing.notes import VerifierKey

_FORM_ROLES = frozenset({KeyRole.CREDENTIAL, KeyRole.STATUS, KeyRole.QR, KeyRole.RECEIPT, KeyRole.SHEET})


def check_vkeys(served: bytes | None, keys: KeyHistory, log_origin: str) -> None:
    """The served verifier keys are those of the log. Raises: Found."""
    named = [key for key in keys if key.role is KeyRole.LOG and key.revoked_at is None]
    lines = [f"{VerifierKey(log_origin, key.algorithm.note_type, key.public)}\n" for key in reversed(named)]
    _compare(VKEYS, served, "".join(lines).encode())


def check_did(served: bytes | None, keys: KeyHistory, web_origin: str) -> None:
    """The served DID document is made of the keys of the log. Raises: Found."""
    listed = [DidKey(key.role, key.public, key.revoked_at) for key in keys if key.role in _FORM_ROLES]
    _compare(DID, served, did_document(web_origin, listed))


def _compare(document: Document, served: bytes | None, wanted: bytes) -> None:
    if served is None:
        document.found(FindingCode.ANSWER_MISSING)
    if served != wanted:
        document.found(FindingCode.KEYS_DIFFER, offset=first_difference(served, wanted))
