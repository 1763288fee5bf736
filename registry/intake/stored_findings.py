"""Findings as they are stored beside a batch or row, read back into values."""

from typing import Any, cast

from registry.intake.findings import Finding, FindingCode, Severity
from signing.encoding import parse_json


def read_findings(stored: str) -> tuple[Finding, ...]:
    """What `findings_json` wrote. The bytes are our own: a keyed hash binds them to their row."""
    values = cast(list[dict[str, Any]], parse_json(stored.encode())) if stored != "[]" else []
    return tuple(
        Finding(
            FindingCode(each["code"]), Severity(each["severity"]), each["row"], each["column"], each["detail"]
        )
        for each in values
    )
