"""The record of a bureau's decision on a batch: its fields, and what the writer and the audit ask of it.

The log names no row; this record does. It is kept beside the log, for approvals and returns alike, and says
which rows were rejected and why, which flags were accepted and why, which rows were drawn and looked at, who
prepared, confirmed and signed by account id, and in whose custody the key was. An approval's record holds the
signed approval itself, and both bear signatures of one key: neither can be put beside another.

Source: the product's own format v1; 湘人社规〔2025〕14号 art. 17(5), (7).
"""

import re
from collections.abc import Mapping

from registry.ledger.admission import require_signature
from registry.ledger.entries import Entry, number, text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.key_history import KnownKey
from signing.encoding import Json, b64url_decode, parse_rfc3339
from signing.errors import MalformedEncoding

DECISION = "decision"
APPROVED, RETURNED = "approved", "returned"
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEXTS = frozenset(
    {"type", "kind", "batch", "institution", "bureau", "prepared_by", "confirmed_by", "signed_by", "custody"}
    | {"signed_at", "key", "signature"}
)
_FIELDS = _TEXTS | {"rows", "refused", "rejected", "accepted", "samples"}
_SAMPLE = frozenset({"seed", "percent", "least", "rows", "inspected", "discrepancies"})


def require_decision(record: Entry, *, batch: bytes, log_origin: str, key: KnownKey) -> None:
    """Admits a record of the decision on `batch`, signed by `key`. Raises: NotAdmitted, MalformedEntry.

    Steps:
    1. it has the fields of a decision and no others
    2. it is about this batch, and names key and custody as the log does
    3. no row is counted twice, and of an approval none is left out
    4. the bureau signed exactly this
    """
    # 1
    require_decision_shape(record)
    # 2
    if b64url_decode(text(record, "batch")) != batch:
        raise NotAdmitted(Refusal.DECISION_DIFFERS)
    named = (text(record, "key"), text(record, "bureau"), text(record, "custody"))
    if named != (key.key_id, key.bureau, key.custody.value):
        raise NotAdmitted(Refusal.DECISION_DIFFERS)
    # 3
    approval = approval_of_decision(record)
    rejected, accepted = rows_by_code(record, "rejected"), rows_by_code(record, "accepted")
    if rejected.keys() & accepted.keys():
        raise NotAdmitted(Refusal.DECISION_DIFFERS)
    outside = number(record, "refused") + len(rejected)
    if approval is not None:
        if number(approval, "count") + outside != number(record, "rows"):
            raise NotAdmitted(Refusal.DECISION_DIFFERS)
        same = ("batch", "institution", "bureau", "key")
        if any(approval.get(name) != record[name] for name in same):
            raise NotAdmitted(Refusal.DECISION_DIFFERS)
    elif outside + len(accepted) > number(record, "rows"):
        raise NotAdmitted(Refusal.DECISION_DIFFERS)
    # 4
    require_signature(record, log_origin=log_origin, public=key.public)


def require_decision_shape(record: Mapping[str, Json]) -> None:
    """Shows that the record has its fields and no others. Raises: MalformedEntry naming the field."""
    kind = record.get("kind")
    if record.get("type") != DECISION or kind not in (APPROVED, RETURNED):
        raise MalformedEntry("kind")
    own = "approval" if kind == APPROVED else "reason"
    if odd := sorted(record.keys() ^ {*_FIELDS, own}):
        raise MalformedEntry(odd[0])
    entry = dict(record)
    for name in _TEXTS:
        text(entry, name)
    try:
        b64url_decode(text(entry, "batch"), length=16)
    except MalformedEncoding as fault:
        raise MalformedEntry("batch") from fault
    try:
        parse_rfc3339(text(entry, "signed_at"))
    except MalformedEncoding as fault:
        raise MalformedEntry("signed_at") from fault
    number(entry, "rows")
    number(entry, "refused")
    rows_by_code(entry, "rejected")
    rows_by_code(entry, "accepted")
    _require_samples(entry["samples"])
    if kind == RETURNED and not is_code(text(entry, "reason")):
        raise MalformedEntry("reason")
    if kind == APPROVED and not isinstance(entry["approval"], dict):
        raise MalformedEntry("approval")


def approval_of_decision(record: Mapping[str, Json]) -> Entry | None:
    """The signed approval that a record holds; None of a return."""
    approval = record.get("approval")
    return approval if isinstance(approval, dict) else None


def is_code(text: str) -> bool:
    """Whether this can be a reason: lower-case letters, digits and underscores, and never free text."""
    return _CODE.fullmatch(text) is not None


def rows_by_code(record: Mapping[str, Json], name: str) -> dict[int, str]:
    """`{code: [rows]}` as row to code, every row once and in order. Raises: MalformedEntry."""
    value = record.get(name)
    if not isinstance(value, dict):
        raise MalformedEntry(name)
    found: dict[int, str] = {}
    for code, rows in value.items():
        if not is_code(code) or not rows:
            raise MalformedEntry(name)
        for row in require_rows(rows, name):
            if row in found:
                raise MalformedEntry(name)
            found[row] = code
    return found


def require_rows(value: Json, name: str) -> list[int]:
    """Row numbers, each once, in the order of the workbook. Raises: MalformedEntry."""
    if not isinstance(value, list):
        raise MalformedEntry(name)
    rows = [row for row in value if isinstance(row, int) and not isinstance(row, bool) and row >= 0]
    if len(rows) != len(value) or rows != sorted(set(rows)):
        raise MalformedEntry(name)
    return rows


def _require_samples(value: Json) -> None:
    if not isinstance(value, dict):
        raise MalformedEntry("samples")
    for whose, sample in value.items():
        if not is_code(whose) or not isinstance(sample, dict) or sample.keys() != _SAMPLE:
            raise MalformedEntry("samples")
        try:
            b64url_decode(text(sample, "seed"), length=32)
        except MalformedEncoding as fault:
            raise MalformedEntry("samples") from fault
        number(sample, "percent")
        number(sample, "least")
        drawn, inspected = (require_rows(sample[name], "samples") for name in ("rows", "inspected"))
        if not {*rows_by_code(sample, "discrepancies")} <= {*inspected} <= {*drawn}:
            raise MalformedEntry("samples")
