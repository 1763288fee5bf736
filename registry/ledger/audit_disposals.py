"""Uploads that are gone because their time was over: each was written down, and was really over.

Source: 湘人社发〔2024〕26号 指引五(八); 湘人社规〔2025〕14号 art. 17(8).
"""

from datetime import timedelta

from registry.ledger.audit_report import Check, FindingCode, found
from registry.rules.retention import LEAST_DAYS, Kept
from registry.storage.audit_rows import AuditRows
from registry.storage.disposal_rows import BOUND_COLUMNS, DISPOSAL_COLUMNS, altered_disposal
from registry.storage.vault import Vault
from signing.encoding import parse_rfc3339
from signing.errors import MalformedEncoding


def disposed_batches(rows: AuditRows, vault: Vault) -> frozenset[bytes]:
    """The batches whose files and rows may be missing.

    Steps:
    1. the line is what was written down, of a batch that is there
    2. its period began when the batch was decided on, or another took its place
    3. it was no shorter than the rules allow, and was over
    """
    gone: set[bytes] = set()
    for batch, *values, mac in rows.disposals(DISPOSAL_COLUMNS):
        key = batch.hex() if isinstance(batch, bytes) else repr(batch)
        # 1
        if not isinstance(batch, bytes):
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "disposal", key, "batch")
        column = altered_disposal(vault, batch, values, mac)
        if column is not None:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "disposal", key, column)
        told = dict(zip(BOUND_COLUMNS, values, strict=True))
        # 2
        began = _began(rows, batch, str(told["kind"]))
        if began is None:
            found(FindingCode.ROW_SURPLUS, Check.BATCHES, "disposal", key)
        if began != told["since_at"]:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "disposal", key, "since_at")
        # 3
        if told["days"] < LEAST_DAYS[Kept(told["kind"])]:
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "disposal", key, "days")
        if not _was_over(str(began), told["days"], str(told["disposed_at"])):
            found(FindingCode.ROW_DIFFERS, Check.BATCHES, "disposal", key, "disposed_at")
        gone.add(batch)
    return frozenset(gone)


def _began(rows: AuditRows, batch: bytes, kind: str) -> str | None:
    decision = rows.decision(batch)
    if decision is not None:
        is_of_kind = kind == (Kept.APPROVED if decision[0] else Kept.RETURNED)
        return str(decision[1]) if is_of_kind else None
    return rows.newer_received_at(batch) if kind == Kept.RETURNED else None


def _was_over(began: str, days: int, disposed_at: str) -> bool:
    try:
        return parse_rfc3339(disposed_at) >= parse_rfc3339(began) + timedelta(days=days)
    except MalformedEncoding:
        return False
