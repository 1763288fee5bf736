"""What outsiders verify with: verifier keys, DID document, root certificate, witnesses, status lists."""

from datetime import datetime

from registry.ledger.entries import stored_entry, text
from registry.ledger.key_history import KnownKey
from registry.ledger.read import LedgerReader
from registry.places import Places
from signing.did import DidKey
from signing.did import did_document as write_did_document
from signing.encoding import parse_rfc3339
from signing.keys import KeyRole
from signing.notes import ED25519_TYPE, VerifierKey
from signing.status_list import LIST_ENTRIES, StatusPurpose
from signing.trust import DID_DOCUMENT, LOG_KEYS, ROOT, STATUS, WITNESSES

_DID_ROLES = frozenset({KeyRole.CREDENTIAL, KeyRole.STATUS, KeyRole.QR, KeyRole.RECEIPT, KeyRole.SHEET})
_NO_WITNESSES = b"quorum 0\n"


def log_keys(ledger: LedgerReader) -> str:
    """Every verifier key of the log, one a line, the newest first."""
    keys = [key for key in ledger.key_history() if key.role is KeyRole.LOG]
    lines = [str(VerifierKey(ledger.origin, ED25519_TYPE, key.public)) for key in reversed(keys)]
    return "\n".join(lines) + "\n"


def did_document(ledger: LedgerReader, web_origin: str) -> bytes:
    """The DID document: every current and past key of the roles that sign forms."""
    keys = [each for each in ledger.key_history() if each.role in _DID_ROLES]
    return write_did_document(
        web_origin, [DidKey(each.role, each.public, _revoked_at(ledger, each)) for each in keys]
    )


def trust_files(ledger: LedgerReader, places: Places) -> dict[str, bytes]:
    """The trust folder by file name: what a verifier needs to work without us."""
    files = {
        LOG_KEYS: log_keys(ledger).encode(),
        DID_DOCUMENT: did_document(ledger, places.web_origin),
        ROOT: places.keys.root_certificate.read_bytes(),
        WITNESSES: _NO_WITNESSES,
    }
    count = max(1, -(-ledger.records.next_ordinal() // LIST_ENTRIES))
    for purpose in StatusPurpose:
        for part in range(count):
            name = f"{purpose.value}-{part}"
            if (body := ledger.log.status_list(name)) is not None:
                files[f"{STATUS}/{name}"] = body
    return files


def _revoked_at(ledger: LedgerReader, key: KnownKey) -> datetime | None:
    """Only a key that leaked is disbelieved; what a key signed before it was rotated out stays good."""
    if key.retired_index is None:
        return None
    entry = stored_entry(ledger.body(key.retired_index))
    return parse_rfc3339(text(entry, "at")) if entry.get("reason") == "compromised" else None
