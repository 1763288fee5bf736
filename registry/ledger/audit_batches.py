"""Uploaded batches behind the approvals: both files and all rows are what was reviewed.

Source: the product's own format; HMAC RFC 2104.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeAlias

from registry.ledger.audit_decisions import stored_decision
from registry.ledger.audit_disposals import disposed_batches
from registry.ledger.audit_report import Check, FindingCode, found
from registry.ledger.decisions import approval_of_decision
from registry.ledger.entries import Entry
from registry.storage.audit_rows import AuditRows
from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, row_key
from registry.storage.batch_seal import CLEAR_OF_BATCH, CLEAR_OF_ROW, altered_column
from registry.storage.errors import Erased, SealBroken
from registry.storage.vault import Place, Vault
from signing.encoding import b64url_encode

# Values as the database gives them, of whatever type they are.
Batch: TypeAlias = Mapping[str, Any]

_FORMS = ("form5", "form4")
_COLUMNS = ("id", "mac", *_FORMS, *CLEAR_OF_BATCH)
_ROW_NUMBERS = range(1 << 32)


def check_batches(rows: AuditRows, vault: Vault, erased: frozenset[Place] = frozenset()) -> int:
    """Every stored batch; how many there are.

    Steps:
    1. what is in clear is what was received, both files unseal, and their keyed hashes are the stored ones
    2. there are as many rows as were received, what is in clear of them is what was found then, every row
       unseals in its own place, is of the batch's institution unless it was refused, and none belongs to no
       batch
    3. what the decision says of the batch and its rows, and an approval of its files, is what is stored

    A row or a Form 5 may be missing only where `erased` says that it was erased; everything, where the
    batch's time was over.
    """
    checked = 0
    disposed = disposed_batches(rows, vault)
    gone = Counter(place.row[:-4] for place in erased if place.table == BATCH_TABLE)
    for row in rows.batches(_COLUMNS):
        batch = dict(zip(_COLUMNS, row, strict=True))
        if not isinstance(batch["id"], bytes):
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", _shown(batch["id"]), "id")
        absent, refused = gone[batch["id"]], 0
        if batch["id"] in disposed:
            _check_disposed(rows, vault, batch)
            absent = int(batch["row_count"])
        else:
            _check_files(vault, batch, erased)
            refused = _check_rows(rows, vault, batch, absent)
        decision = rows.decision(batch["id"])
        if decision is not None:
            _check_decision(batch, refused, absent, stored_decision(batch["id"], decision[2]))
        checked += 1
    if stray := rows.stray_batch_row():
        found(FindingCode.ROW_SURPLUS, Check.BATCHES, "batch_row", f"{_shown(stray[0])}/{stray[1]}")
    return checked


def _check_clear(vault: Vault, batch: Batch) -> None:
    # 1
    clear = [batch[name] for name in CLEAR_OF_BATCH]
    column = altered_column(vault, FORMS_TABLE, batch["id"], CLEAR_OF_BATCH, clear, batch["mac"])
    if column is not None:
        found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", _shown(batch["id"]), column)


def _check_disposed(rows: AuditRows, vault: Vault, batch: Batch) -> None:
    """What is kept of it is what was received, and nothing else is kept."""
    _check_clear(vault, batch)
    key = _shown(batch["id"])
    for name in _FORMS:
        if batch[name] != b"":
            found(FindingCode.ROW_SURPLUS, Check.BATCHES, "batch", key, name)
    for number, *_ in rows.batch_rows(batch["id"]):
        found(FindingCode.ROW_SURPLUS, Check.BATCHES, "batch_row", f"{key}/{number}")


def _check_files(vault: Vault, batch: Batch, erased: frozenset[Place]) -> None:
    # 1
    _check_clear(vault, batch)
    key = _shown(batch["id"])
    for name in _FORMS:
        if Place(FORMS_TABLE, batch["id"], name) in erased and batch[name] == b"":
            continue
        try:
            plain = vault.open(FORMS_TABLE, batch["id"], name, batch[name])
        except (Erased, SealBroken, TypeError):
            found(FindingCode.SEAL_BROKEN, Check.BATCHES, "batch", key, name)
        if batch[f"{name}_mac"] != vault.file_mac(batch["salt"], plain):
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", key, f"{name}_mac")


def _check_rows(rows: AuditRows, vault: Vault, batch: Batch, gone: int) -> int:
    """How many rows were refused."""
    # 2
    identity, count, refusals = batch["id"], gone, 0
    for number, *clear, sealed, mac in rows.batch_rows(identity):
        place = f"{_shown(identity)}/{number}"
        if not isinstance(number, int) or number not in _ROW_NUMBERS:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch_row", place, "row")
        key = row_key(identity, number)
        column = altered_column(vault, BATCH_TABLE, key, CLEAR_OF_ROW, clear, mac)
        if column is not None:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch_row", place, column)
        refused, count = clear[0], count + 1
        refusals += bool(refused)
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
    return refusals


def _check_decision(batch: Batch, refused: int, gone: int, record: Entry) -> None:
    # 3
    received = int(batch["row_count"])
    # Rows were erased before the decision, or since, and refused ones may be among them.
    for least, most, named in (
        (received - gone, received, record.get("rows")),
        (refused, refused + gone, record.get("refused")),
    ):
        if not isinstance(named, int) or not least <= named <= most:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", _shown(batch["id"]), "row_count")
    wanted = [
        ("prefix", batch["prefix"], record.get("institution")),
    ]
    if (approval := approval_of_decision(record)) is not None:
        wanted += [
            ("prefix", batch["prefix"], approval.get("institution")),
            ("legacy", batch["legacy"], approval.get("earlier_review", "")),
            ("form5_mac", b64url_encode(batch["form5_mac"]), approval.get("form5")),
            ("form4_mac", b64url_encode(batch["form4_mac"]), approval.get("form4")),
        ]
    for column, stored, named in wanted:
        if stored != named:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "batch", _shown(batch["id"]), column)


def _shown(identity: object) -> str:
    """An id as a finding names it: in a damaged file it may be anything."""
    return identity.hex() if isinstance(identity, bytes) else repr(identity)
