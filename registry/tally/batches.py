"""From decisions to facts: when a batch came and went, what entered, and why the rest did not.

Everything is read from what is kept for good: the signed decision, and the batch's own line with its numbers.
Rows may be gone by then.
"""

import json
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from registry.intake.findings import KINDS, Severity
from registry.intake.overview import Overview
from registry.ledger.admission import CIVIL_TIME
from registry.review.record import DecisionRecord, read_decision
from registry.storage.decision_rows import StoredDecision
from registry.storage.tally_rows import DecidedBatch
from signing.encoding import parse_rfc3339


class ReasonKind(StrEnum):
    """Why something did not enter: a finding that refuses, a reviewer's rejection, the return of a batch."""

    FINDING = "finding"
    REJECTED = "rejected"
    RETURNED = "returned"


def decided_batch(stored: StoredDecision) -> DecidedBatch:
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
        reasons=_reasons(stored, record),
    )


def _reasons(stored: StoredDecision, record: DecisionRecord) -> Mapping[tuple[str, str], int]:
    found: Counter[tuple[str, str]] = Counter()
    for code, count in _refused(Overview.decoded(stored.overview).findings).items():
        found[ReasonKind.FINDING, code] += count
    for code in {str(each["code"]) for each in json.loads(stored.batch_findings)}:
        found[ReasonKind.FINDING, code] += 1
    found.update((ReasonKind.REJECTED.value, code) for code in record.rejected.values())
    if not stored.approved:
        found[ReasonKind.RETURNED, record.reason] += 1
    return {(str(kind), code): count for (kind, code), count in found.items()}


def _refused(findings: Mapping[str, int]) -> Mapping[str, int]:
    """How many rows each code refused. Where only some kinds of a code refuse, those are added up."""
    found = {}
    for code, kinds in KINDS.items():
        refusing = [kind for kind, known in kinds.items() if known.severity is Severity.REFUSE]
        if len(refusing) == len(kinds):
            found[code.value] = findings.get(code.value, 0)
        else:
            found[code.value] = sum(findings.get(f"{code}.{kind}", 0) for kind in refusing)
    return {code: count for code, count in found.items() if count}
