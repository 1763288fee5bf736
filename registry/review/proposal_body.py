"""The body of a proposal as canonical JSON, and back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from registry.ledger.entries import Entry
from registry.review.sample import DrawnFor, SampleResult
from registry.storage.errors import SealBroken
from signing.encoding import Json, canonical_json, parse_json
from signing.errors import MalformedEncoding


@dataclass(frozen=True)
class ProposalBody:
    """What is proposed.

    `content` is the entry (or the return) without `key`, `at` and `signature`: which of the bureau's keys
    signs is known only then. `count` rows would enter; `refused` rows nobody may approve. `rejected` and
    `accepted` map rows of the workbook to reason codes; `reason` is that of a return.
    """

    content: Entry
    count: int = 0
    refused: int = 0
    rejected: Mapping[int, str] = field(default_factory=dict)
    accepted: Mapping[int, str] = field(default_factory=dict)
    samples: Mapping[DrawnFor, SampleResult] = field(default_factory=dict)
    reason: str = ""


def body_json(body: ProposalBody) -> str:
    """The body as it is stored, and as its digest is taken."""
    return canonical_json(
        {
            "content": dict(body.content),
            "count": body.count,
            "refused": body.refused,
            "rejected": _by_row(body.rejected),
            "accepted": _by_row(body.accepted),
            "samples": {whose.value: _sample_json(each) for whose, each in body.samples.items()},
            "reason": body.reason,
        }
    ).decode()


def read_body(text: str) -> ProposalBody:
    """The body in stored JSON. Raises: SealBroken for what this program never wrote."""
    try:
        body: Any = parse_json(text.encode())
        return ProposalBody(
            content=dict(body["content"]),
            count=int(body["count"]),
            refused=int(body["refused"]),
            rejected=_rows_of(body["rejected"]),
            accepted=_rows_of(body["accepted"]),
            samples={DrawnFor(whose): _sample(each) for whose, each in body["samples"].items()},
            reason=str(body["reason"]),
        )
    except (MalformedEncoding, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise SealBroken("proposal", "body") from fault


def _sample_json(sample: SampleResult) -> dict[str, Json]:
    return {
        "seed": sample.seed.hex(),
        "percent": sample.percent,
        "least": sample.least,
        "rows": list(sample.rows),
        "inspected": list(sample.inspected),
        "discrepancies": _by_row(sample.discrepancies),
    }


def _sample(value: Any) -> SampleResult:
    return SampleResult(
        seed=bytes.fromhex(value["seed"]),
        percent=int(value["percent"]),
        least=int(value["least"]),
        rows=tuple(map(int, value["rows"])),
        inspected=tuple(map(int, value["inspected"])),
        discrepancies=_rows_of(value["discrepancies"]),
    )


def _by_row(codes: Mapping[int, str]) -> dict[str, Json]:
    return {str(row): code for row, code in codes.items()}


def _rows_of(value: Any) -> dict[int, str]:
    return {int(row): str(code) for row, code in value.items()}
