"""From decisions to facts: when a batch came and went, what entered, and why the rest did not."""

import json
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from registry.intake.findings import Severity
from registry.ledger.admission import CIVIL_TIME
from registry.review.record import DecisionRecord, read_decision
from registry.storage.decision_rows import DecisionRows, StoredDecision
from registry.storage.tally_rows import DecidedBatch
from signing.encoding import parse_rfc3339

_REFUSING = frozenset({Severity.REFUSE.value, Severity.REFUSE_BATCH.value})


class ReasonKind(StrEnum):
    """Why something did not enter: a finding that refuses, a reviewer's rejection, the return of a batch."""

    FINDING = "finding"
    REJECTED = "rejected"
    RETURNED = "returned"


def decided_batch(decisions: DecisionRows, stored: StoredDecision) -> DecidedBatch:
    """The facts of one decision. Each reason counts a row once, and a finding on the whole batch once.

    Raises: MalformedEntry for a record that no bureau can have signed.
    """
    decided_on = parse_rfc3339(stored.decided_at).astimezone(CIVIL_TIME).date()
    record = read_decision(stored.content)
    return DecidedBatch(
        batch=stored.batch,
        prefix=stored.prefix,
        bureau=record.bureau,
        received_on=stored.received_on,
        decided_on=decided_on.isoformat(),
        approved=stored.approved,
        legacy=stored.legacy,
        row_count=stored.row_count,
        approved_count=record.approved,
        reasons=Counter(_reasons(decisions, stored, record)),
    )


def _reasons(
    decisions: DecisionRows, stored: StoredDecision, record: DecisionRecord
) -> Iterator[tuple[str, str]]:
    for findings in (stored.batch_findings, *decisions.refused_rows(stored.batch)):
        yield from ((ReasonKind.FINDING.value, code) for code in _refusing_codes(findings))
    yield from ((ReasonKind.REJECTED.value, code) for code in record.rejected.values())
    if not stored.approved:
        yield ReasonKind.RETURNED.value, record.reason


def _refusing_codes(findings: str) -> list[str]:
    """The codes that refuse, each once, in an order of their own."""
    return sorted({str(each["code"]) for each in json.loads(findings) if each["severity"] in _REFUSING})
