"""From decisions to facts: when a batch came and went, what entered, and why the rest did not."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum

from registry.filing.model import filing_on
from registry.intake.findings import Severity
from registry.ledger.admission import CIVIL_TIME
from registry.lookup import LookUp
from registry.storage.decision_rows import DecisionRows, StoredDecision
from registry.storage.tally_rows import DecidedBatch
from signing.encoding import Json, parse_rfc3339

_REFUSING = frozenset({Severity.REFUSE.value, Severity.REFUSE_BATCH.value})


class ReasonKind(StrEnum):
    """Why something did not enter: a finding that refuses, a reviewer's rejection, the return of a batch."""

    FINDING = "finding"
    REJECTED = "rejected"
    RETURNED = "returned"


def decided_batch(look_up: LookUp, decisions: DecisionRows, stored: StoredDecision) -> DecidedBatch:
    """The facts of one decision. Each reason counts a row once, and a finding on the whole batch once."""
    decided_on = parse_rfc3339(stored.decided_at).astimezone(CIVIL_TIME).date()
    content = _object(stored.content)
    return DecidedBatch(
        batch=stored.batch,
        prefix=stored.prefix,
        bureau=_bureau(look_up, content, stored.prefix, decided_on),
        received_on=stored.received_on,
        decided_on=decided_on.isoformat(),
        approved=stored.approved,
        legacy=stored.legacy,
        row_count=stored.row_count,
        approved_count=stored.approved_count,
        reasons=Counter(_reasons(decisions, stored, content)),
    )


def _reasons(
    decisions: DecisionRows, stored: StoredDecision, content: Mapping[str, Json]
) -> Iterator[tuple[str, str]]:
    for findings in (stored.batch_findings, *decisions.refused_rows(stored.batch)):
        yield from ((ReasonKind.FINDING.value, code) for code in _refusing_codes(findings))
    if not stored.approved:
        reason = content.get("reason")
        yield ReasonKind.RETURNED.value, reason if isinstance(reason, str) else ""


def _refusing_codes(findings: str) -> list[str]:
    """The codes that refuse, each once, in an order of their own."""
    return sorted({str(each["code"]) for each in json.loads(findings) if each["severity"] in _REFUSING})


def _bureau(look_up: LookUp, content: Mapping[str, Json], prefix: str, day: date) -> str:
    """Who decided: as the decision says, else who was responsible on that day."""
    named = content.get("bureau")
    if isinstance(named, str):
        return named
    filing = look_up.ledger.folds().filings.by_prefix(prefix)
    return filing_on(filing, day).bureau if filing is not None else ""


def _object(content: str) -> Mapping[str, Json]:
    value = json.loads(content)
    return value if isinstance(value, dict) else {}
