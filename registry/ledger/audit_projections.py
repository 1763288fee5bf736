"""The tables beside the log against what the log says they hold: a look-up must find what the log proves."""

from collections.abc import Sequence
from typing import TypeAlias

from registry.ledger.audit_decisions import stored_decision
from registry.ledger.audit_replay import LogReplay, Replayed
from registry.ledger.audit_report import Check, FindingCode, first_difference, found
from registry.ledger.audit_status import check_status_list
from registry.ledger.decisions import approval_of_decision
from registry.ledger.entries import Entry
from registry.storage.audit_rows import AuditRows

Values: TypeAlias = tuple[object, ...]

LANDMARK = ("idx", "type")
APPROVAL = ("idx", "batch", "count", "first_ordinal")
ACT = ("idx", "certificate", "ordinal")
STATUS_LIST = ("idx", "name", "body")
_BY_INDEX = (
    "entry", "landmark", "approval", "act", "record", "status_list", "erasure", "erased_place"
)  # fmt: skip


def check_projections(rows: AuditRows, replay: LogReplay, replayed: Replayed, start: int, end: int) -> None:
    """The projections of one stretch of the log, and the status lists that it commits to."""
    for table, columns, wanted in (
        ("landmark", LANDMARK, replayed.landmarks),
        ("approval", APPROVAL, replayed.approvals),
        ("act", ACT, replayed.acts),
    ):
        compare(table, columns, rows.in_range(table, columns, start, end), wanted)
    for index, batch, at, approval in replayed.decisions:
        _check_decision(rows, index, batch, at, approval)
    _check_status_lists(rows, replay, replayed, start, end)


def check_nothing_beside(rows: AuditRows, batches: frozenset[bytes], size: int) -> None:
    """No row claims an entry that the log does not have, and no batch was approved outside it."""
    for table in _BY_INDEX:
        if stray := rows.outside(table, "idx", 0, size):
            found(FindingCode.ROW_SURPLUS, Check.PROJECTIONS, table, stray[0])
    for batch, approved, *_ in rows.decisions():
        if approved and batch not in batches:
            found(FindingCode.ROW_SURPLUS, Check.PROJECTIONS, "decision", _shown(batch))


def compare(
    table: str,
    columns: Sequence[str],
    stored: Sequence[Values],
    wanted: Sequence[Values],
    check: Check = Check.PROJECTIONS,
) -> None:
    """Names the first row that is missing, surplus or different. Both sides are in the order of the log."""
    if list(stored) == list(wanted):
        return
    for held, meant in zip(stored, wanted, strict=False):
        if held == meant:
            continue
        if held[0] != meant[0]:
            missing = int(str(meant[0])) < int(str(held[0]))
            code = FindingCode.ROW_MISSING if missing else FindingCode.ROW_SURPLUS
            found(code, check, table, meant[0] if missing else held[0])
        for column, value, right in zip(columns, held, meant, strict=True):
            if value != right:
                found(FindingCode.ROW_DIFFERS, check, table, meant[0], column, offset=_offset(value, right))
    longer, code = (stored, FindingCode.ROW_SURPLUS)
    if len(wanted) > len(stored):
        longer, code = wanted, FindingCode.ROW_MISSING
    found(code, check, table, longer[min(len(stored), len(wanted))][0])


def _check_decision(rows: AuditRows, index: int, batch: bytes, at: str, approval: Entry) -> None:
    """The decision kept in the same transaction holds this approval. See `audit_decisions`."""
    stored = rows.decision(batch)
    if stored is None:
        found(FindingCode.ROW_MISSING, Check.PROJECTIONS, "decision", batch.hex(), entry=index)
    for column, value, right in zip(("approved", "decided_at"), stored[:2], (True, at), strict=True):
        if value != right:
            offset = _offset(value, right)
            found(FindingCode.ROW_DIFFERS, Check.PROJECTIONS, "decision", batch.hex(), column, offset=offset)
    if approval_of_decision(stored_decision(batch, stored[2])) != approval:
        found(FindingCode.ROW_DIFFERS, Check.PROJECTIONS, "decision", batch.hex(), "content")


def _check_status_lists(rows: AuditRows, replay: LogReplay, replayed: Replayed, start: int, end: int) -> None:
    stored = rows.in_range("status_list", STATUS_LIST, start, end)
    compare(
        "status_list",
        STATUS_LIST[:2],
        [row[:2] for row in stored],
        [(claim.index, claim.name) for claim in replayed.statuses],
    )
    for claim, (_, _, body) in zip(replayed.statuses, stored, strict=True):
        if not isinstance(body, bytes):
            found(FindingCode.STATUS_LIST_ALTERED, Check.STATUS_LISTS, "status_list", claim.index, "body")
        check_status_list(claim, body, replay.status, replay.keys)


def _offset(value: object, right: object) -> int | None:
    """Where two texts or byte strings differ."""
    if isinstance(value, str) and isinstance(right, str):
        value, right = value.encode("utf-8", "surrogateescape"), right.encode()
    if isinstance(value, bytes) and isinstance(right, bytes):
        return first_difference(value, right)
    return None


def _shown(batch: object) -> str:
    return batch.hex() if isinstance(batch, bytes) else ""
