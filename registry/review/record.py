"""What a bureau decided on a batch, as it signed it: the institution and everyone after reads it from here.

Pure: made and read alike where the register is, and on the machine of a bureau that keeps its key itself.

Source: the product's own format v1; 湘人社规〔2025〕14号 art. 17(5), (7).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from registry.ledger.decisions import (
    APPROVED,
    DECISION,
    RETURNED,
    approval_of_decision,
    require_decision_shape,
    require_rows,
    rows_by_code,
)
from registry.ledger.entries import Entry, number, signed_by, text
from registry.ledger.errors import MalformedEntry
from registry.ledger.key_history import Custody
from registry.review.sample import DrawnFor, SampleResult
from signing.encoding import Json, b64url_decode, b64url_encode, parse_canonical_json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.keys import SigningKey


class DecisionKind(StrEnum):
    """What became of the batch."""

    APPROVED = APPROVED
    RETURNED = RETURNED


@dataclass(frozen=True)
class DecisionRecord:
    """A decision. Accounts are named by their ids, rows by their numbers in the workbook, reasons by codes.

    `rows` were there to decide on; `refused` of them no one may approve; `rejected` and `accepted` map rows
    to the reason. `approval` is the signed entry of the log, None of a return, whose `reason` is that of the
    batch. `key` is "" until it is signed.
    """

    kind: DecisionKind
    batch: bytes
    institution: str
    bureau: str
    rows: int
    refused: int
    prepared_by: str
    signed_by: str
    custody: Custody
    signed_at: datetime
    confirmed_by: str = ""
    rejected: Mapping[int, str] = field(default_factory=dict)
    accepted: Mapping[int, str] = field(default_factory=dict)
    samples: Mapping[DrawnFor, SampleResult] = field(default_factory=dict)
    reason: str = ""
    approval: Entry | None = None
    key: str = ""

    @property
    def approved(self) -> int:
        """How many rows entered the register."""
        return 0 if self.approval is None else number(self.approval, "count")

    def content(self) -> Entry:
        """What the bureau signs, without `key` and `signature`."""
        own: Entry = {"reason": self.reason} if self.approval is None else {"approval": dict(self.approval)}
        return {
            "type": DECISION,
            "kind": self.kind.value,
            "batch": b64url_encode(self.batch),
            "institution": self.institution,
            "bureau": self.bureau,
            "rows": self.rows,
            "refused": self.refused,
            "rejected": _by_code(self.rejected),
            "accepted": _by_code(self.accepted),
            "samples": {whose.value: _sample_json(each) for whose, each in self.samples.items()},
            "prepared_by": self.prepared_by,
            "confirmed_by": self.confirmed_by,
            "signed_by": self.signed_by,
            "custody": self.custody.value,
            "signed_at": rfc3339(self.signed_at),
            **own,
        }


def signed_decision(
    record: DecisionRecord, approval: Entry | None, key: SigningKey, log_origin: str
) -> Entry:
    """The record under the bureau's key, around the approval (without key and signature) under the same."""
    whole = None if approval is None else signed_by(key, approval, log_origin)
    return signed_by(key, replace(record, approval=whole).content(), log_origin)


def read_decision(content: str) -> DecisionRecord:
    """The decision that is kept of a batch. Raises: MalformedEntry for what no bureau can have signed."""
    try:
        record = parse_canonical_json(content.encode())
    except MalformedEncoding as fault:
        raise MalformedEntry(DECISION) from fault
    if not isinstance(record, dict):
        raise MalformedEntry(DECISION)
    return decision_record(record)


def decision_record(record: Entry) -> DecisionRecord:
    """A signed record as a value; its signature is not looked at. Raises: MalformedEntry."""
    require_decision_shape(record)
    try:
        return DecisionRecord(
            kind=DecisionKind(text(record, "kind")),
            batch=b64url_decode(text(record, "batch"), length=16),
            institution=text(record, "institution"),
            bureau=text(record, "bureau"),
            rows=number(record, "rows"),
            refused=number(record, "refused"),
            prepared_by=text(record, "prepared_by"),
            signed_by=text(record, "signed_by"),
            custody=Custody(text(record, "custody")),
            signed_at=parse_rfc3339(text(record, "signed_at")),
            confirmed_by=text(record, "confirmed_by"),
            rejected=rows_by_code(record, "rejected"),
            accepted=rows_by_code(record, "accepted"),
            samples=_samples(record["samples"]),
            reason=str(record.get("reason", "")),
            approval=approval_of_decision(record),
            key=text(record, "key"),
        )
    except ValueError as fault:
        raise MalformedEntry(DECISION) from fault


def _by_code(reasons: Mapping[int, str]) -> dict[str, Json]:
    """One list of rows a reason: a batch may have a hundred thousand."""
    found: dict[str, list[Json]] = {}
    for row in sorted(reasons):
        found.setdefault(reasons[row], []).append(row)
    return {**found}


def _sample_json(sample: SampleResult) -> dict[str, Json]:
    return {
        "seed": b64url_encode(sample.seed),
        "percent": sample.percent,
        "least": sample.least,
        "rows": [*sample.rows],
        "inspected": [*sorted(sample.inspected)],
        "discrepancies": _by_code(sample.discrepancies),
    }


def _samples(value: Json) -> dict[DrawnFor, SampleResult]:
    if not isinstance(value, dict):
        raise MalformedEntry("samples")
    return {DrawnFor(whose): _sample(each) for whose, each in value.items() if isinstance(each, dict)}


def _sample(value: Entry) -> SampleResult:
    return SampleResult(
        seed=b64url_decode(text(value, "seed"), length=32),
        percent=number(value, "percent"),
        least=number(value, "least"),
        rows=tuple(require_rows(value["rows"], "samples")),
        inspected=tuple(require_rows(value["inspected"], "samples")),
        discrepancies=rows_by_code(value, "discrepancies"),
    )
