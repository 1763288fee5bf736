"""Uploaded batches behind the approvals: both files and all rows are what was reviewed.

Source: the product's own format; HMAC RFC 2104.
"""

from registry.ledger.audit_report import Check, FindingCode, first_difference, found
from registry.ledger.entries import Entry, bureau_message, text
from registry.ledger.errors import MalformedEntry
from registry.ledger.key_history import KeyHistory
from registry.storage.audit_rows import AuditRows
from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, row_key
from registry.storage.errors import SealBroken
from registry.storage.sql import Row
from registry.storage.vault import Vault
from signing.encoding import b64url_decode, b64url_encode, parse_canonical_json
from signing.errors import BadSignature, MalformedEncoding
from signing.keys import KeyRole, verify

_COLUMNS = ("id", "prefix", "legacy", "salt", "form5", "form4", "form5_mac", "form4_mac")


def check_batches(rows: AuditRows, vault: Vault, keys: KeyHistory, log_origin: str) -> int:
    """Every stored batch, and every return of one; how many batches there are.

    Steps:
    1. both files unseal, and their keyed hashes are the stored ones
    2. every row that was not refused unseals in its own place, is of the batch's institution, and none
       belongs to no batch
    3. what an approval says of the batch is what is stored
    4. a return is signed by a bureau that the log knows
    """
    checked = 0
    for batch in rows.batches(_COLUMNS):
        _check_files(vault, batch)
        _check_rows(rows, vault, batch[0], batch[1])
        decision = rows.decision(batch[0])
        if decision is not None and decision[0]:
            _check_approved(batch, _content(batch[0], decision[2]))
        checked += 1
    if stray := rows.stray_batch_row():
        found(FindingCode.ROW_SURPLUS, Check.BATCHES, "batch_row", f"{stray[0].hex()}/{stray[1]}")
    for identity, approved, content in rows.decisions():
        if not approved:
            _check_return(identity, _content(identity, content), keys, log_origin)
    return checked


def _check_files(vault: Vault, batch: Row) -> None:
    # 1
    identity, _, _, salt, *stored = batch
    for name, sealed, mac in zip(("form5", "form4"), stored[:2], stored[2:], strict=True):
        try:
            plain = vault.open(FORMS_TABLE, identity, name, sealed)
        except (SealBroken, TypeError):
            found(FindingCode.SEAL_BROKEN, Check.BATCHES, "batch", identity.hex(), name)
        wanted = vault.file_mac(salt, plain)
        if mac != wanted:
            # A wrong salt spoils both hashes from their first byte on; a wrong hash only itself.
            column = f"{name}_mac" if _nearly(mac, wanted) else "salt"
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", identity.hex(), column)


def _check_rows(rows: AuditRows, vault: Vault, identity: bytes, prefix: object) -> None:
    # 2
    for number, refused, sealed in rows.batch_rows(identity):
        key = f"{identity.hex()}/{number}"
        if bool(refused) == bool(sealed):
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch_row", key, "refused")
        if not sealed:
            continue
        try:
            record, _ = vault.open_record(BATCH_TABLE, row_key(identity, number), sealed)
        except (SealBroken, TypeError):
            found(FindingCode.SEAL_BROKEN, Check.BATCHES, "batch_row", key, "sealed")
        if record.institution != prefix:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", identity.hex(), "prefix")


def _check_approved(batch: Row, content: Entry) -> None:
    # 3
    identity, prefix, legacy, *_, form5_mac, form4_mac = batch
    for column, stored, wanted in (
        ("prefix", prefix, content.get("institution")),
        ("legacy", legacy, content.get("earlier_review", "")),
        ("form5_mac", b64url_encode(form5_mac), content.get("form5")),
        ("form4_mac", b64url_encode(form4_mac), content.get("form4")),
    ):
        if stored != wanted:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", identity.hex(), column)


def _check_return(identity: bytes, content: Entry, keys: KeyHistory, log_origin: str) -> None:
    # 4
    try:
        named, signature = text(content, "batch"), b64url_decode(text(content, "signature"), length=64)
    except (MalformedEntry, MalformedEncoding):
        named, signature = "", b""
    message = bureau_message(log_origin, content)
    bureaus = [key.public for key in keys if key.role is KeyRole.BUREAU]
    if named != identity.hex() or not any(_signed(public, message, signature) for public in bureaus):
        found(FindingCode.ROW_DIFFERS, Check.BATCHES, "decision", identity.hex(), "content")


def _content(identity: bytes, stored: object) -> Entry:
    try:
        content = parse_canonical_json(str(stored).encode("utf-8", "surrogateescape"))
    except MalformedEncoding:
        content = None
    if not isinstance(content, dict):
        found(FindingCode.ROW_DIFFERS, Check.BATCHES, "decision", identity.hex(), "content")
    return content


def _signed(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        verify(public, message, signature)
    except BadSignature:
        return False
    return True


def _nearly(stored: bytes, wanted: bytes) -> bool:
    """Whether all but a byte or two are right."""
    at = first_difference(stored, wanted)
    return stored[at + 2 :] == wanted[at + 2 :]
