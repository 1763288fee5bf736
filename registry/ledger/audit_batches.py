"""Uploaded batches behind the approvals: both files and all rows are what was reviewed.

Source: the product's own format; HMAC RFC 2104.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

from registry.ledger.audit_report import Check, FindingCode, found
from registry.ledger.entries import Entry, bureau_message, text
from registry.ledger.errors import MalformedEntry
from registry.ledger.key_history import KeyHistory
from registry.storage.audit_rows import AuditRows
from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, row_key
from registry.storage.batch_seal import CLEAR_OF_BATCH, CLEAR_OF_ROW, altered_column
from registry.storage.errors import Erased, SealBroken
from registry.storage.vault import Place, Vault
from signing.encoding import b64url_decode, b64url_encode, parse_canonical_json
from signing.errors import BadSignature, MalformedEncoding
from signing.keys import KeyRole, verify

# Values as the database gives them, of whatever type they are.
Batch: TypeAlias = Mapping[str, Any]

_FORMS = ("form5", "form4")
_COLUMNS = ("id", "mac", *_FORMS, *CLEAR_OF_BATCH)
_ROW_NUMBERS = range(1 << 32)


def check_batches(
    rows: AuditRows, vault: Vault, keys: KeyHistory, log_origin: str, erased: frozenset[Place] = frozenset()
) -> int:
    """Every stored batch, and every return of one; how many batches there are.

    Steps:
    1. what is in clear is what was received, both files unseal, and their keyed hashes are the stored ones
    2. there are as many rows as were received, what is in clear of them is what was found then, every row
       unseals in its own place, is of the batch's institution unless it was refused, and none belongs to no
       batch
    3. what an approval says of the batch is what is stored
    4. a return is signed by a bureau that the log knows

    A row or a Form 5 may be missing only where `erased` says that it was erased.
    """
    checked = 0
    gone = Counter(place.row[:-4] for place in erased if place.table == BATCH_TABLE)
    for row in rows.batches(_COLUMNS):
        batch = dict(zip(_COLUMNS, row, strict=True))
        if not isinstance(batch["id"], bytes):
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", _shown(batch["id"]), "id")
        _check_files(vault, batch, erased)
        _check_rows(rows, vault, batch, gone[batch["id"]])
        decision = rows.decision(batch["id"])
        if decision is not None and decision[0]:
            _check_approved(batch, _content(batch["id"], decision[2]))
        checked += 1
    if stray := rows.stray_batch_row():
        found(FindingCode.ROW_SURPLUS, Check.BATCHES, "batch_row", f"{_shown(stray[0])}/{stray[1]}")
    for identity, approved, content in rows.decisions():
        if not approved:
            _check_return(identity, _content(identity, content), keys, log_origin)
    return checked


def _check_files(vault: Vault, batch: Batch, erased: frozenset[Place]) -> None:
    # 1
    key = _shown(batch["id"])
    clear = [batch[name] for name in CLEAR_OF_BATCH]
    column = altered_column(vault, FORMS_TABLE, batch["id"], CLEAR_OF_BATCH, clear, batch["mac"])
    if column is not None:
        found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", key, column)
    for name in _FORMS:
        if Place(FORMS_TABLE, batch["id"], name) in erased and batch[name] == b"":
            continue
        try:
            plain = vault.open(FORMS_TABLE, batch["id"], name, batch[name])
        except (Erased, SealBroken, TypeError):
            found(FindingCode.SEAL_BROKEN, Check.BATCHES, "batch", key, name)
        if batch[f"{name}_mac"] != vault.file_mac(batch["salt"], plain):
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", key, f"{name}_mac")


def _check_rows(rows: AuditRows, vault: Vault, batch: Batch, gone: int) -> None:
    # 2
    identity, count = batch["id"], gone
    for number, *clear, sealed, mac in rows.batch_rows(identity):
        place = f"{_shown(identity)}/{number}"
        if not isinstance(number, int) or number not in _ROW_NUMBERS:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch_row", place, "row")
        key = row_key(identity, number)
        column = altered_column(vault, BATCH_TABLE, key, CLEAR_OF_ROW, clear, mac)
        if column is not None:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch_row", place, column)
        refused, count = clear[0], count + 1
        try:
            if refused:
                # It became no record; what is kept is what its cells said.
                vault.open_json(BATCH_TABLE, key, "sealed", sealed)
                continue
            record, _ = vault.open_record(BATCH_TABLE, key, sealed)
        except (Erased, SealBroken, TypeError):
            found(FindingCode.SEAL_BROKEN, Check.BATCHES, "batch_row", place, "sealed")
        if record.institution != batch["prefix"]:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", _shown(identity), "prefix")
    if count != batch["row_count"]:
        missing = count < batch["row_count"]
        code = FindingCode.ROW_MISSING if missing else FindingCode.ROW_SURPLUS
        found(code, Check.BATCHES, "batch_row", _shown(identity), rows=count, received=batch["row_count"])


def _check_approved(batch: Batch, content: Entry) -> None:
    # 3
    for column, stored, wanted in (
        ("prefix", batch["prefix"], content.get("institution")),
        ("legacy", batch["legacy"], content.get("earlier_review", "")),
        ("form5_mac", b64url_encode(batch["form5_mac"]), content.get("form5")),
        ("form4_mac", b64url_encode(batch["form4_mac"]), content.get("form4")),
    ):
        if stored != wanted:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", _shown(batch["id"]), column)


def _check_return(identity: object, content: Entry, keys: KeyHistory, log_origin: str) -> None:
    # 4
    try:
        named, signature = text(content, "batch"), b64url_decode(text(content, "signature"), length=64)
    except (MalformedEntry, MalformedEncoding):
        named, signature = "", b""
    message = bureau_message(log_origin, content)
    bureaus = [key.public for key in keys if key.role is KeyRole.BUREAU]
    if named != _shown(identity) or not any(_signed(public, message, signature) for public in bureaus):
        found(FindingCode.ROW_DIFFERS, Check.BATCHES, "decision", _shown(identity), "content")


def _content(identity: object, stored: object) -> Entry:
    try:
        content = parse_canonical_json(str(stored).encode("utf-8", "surrogateescape"))
    except MalformedEncoding:
        content = None
    if not isinstance(content, dict):
        found(FindingCode.ROW_DIFFERS, Check.BATCHES, "decision", _shown(identity), "content")
    return content


def _shown(identity: object) -> str:
    """An id as a finding names it: in a damaged file it may be anything."""
    return identity.hex() if isinstance(identity, bytes) else repr(identity)


def _signed(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        verify(public, message, signature)
    except BadSignature:
        return False
    return True
