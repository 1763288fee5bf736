"""What the register answers about a number: plain values, each with what makes it checkable.

Found (with a state), not found and could not check are three different things. The first two are a `Verdict`
with its result; the third is an error, never a verdict.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from registry.filing.model import FilingOnDay
from registry.national.queue import NationalState
from signing.encoding import Json


class Result(StrEnum):
    """The state of a certificate, or that the register has none of that number."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    ANNULLED = "annulled"
    ERASED = "erased"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class HistoryItem:
    """One entry of a certificate's chain: its registration, or an act on it.

    `authority` is on whose word an act rests, `document` the salted hash of its paper, or "".
    """

    act: str
    reason: str
    at: datetime
    index: int
    version: int
    authority: str = ""
    document: str = ""


@dataclass(frozen=True)
class VerdictInstitution:
    """Who issued the certificate, and what its filing was on the issue date and is today."""

    prefix: str
    name: str
    filing_on_issue_date: FilingOnDay
    filing_today: FilingOnDay


@dataclass(frozen=True)
class EntryEvidence:
    """What shows that the current version is in the log: entry text, opening, proof and signed checkpoint."""

    index: int
    leaf: str
    opening: dict[str, Json]
    proof: tuple[str, ...]
    checkpoint: str


@dataclass(frozen=True)
class CertificateVerdict:
    """What is known of a certificate that is in the register. Reveals the masked name only."""

    masked_name: str
    occupation_code: str
    occupation: str
    job: str
    level: int
    issued_on: date
    institution: VerdictInstitution
    entry: EntryEvidence
    version: int
    history: tuple[HistoryItem, ...]
    replaced_by: str | None
    legacy: bool
    earlier_review: str
    approved_by: str
    custody: str
    national: NationalState


@dataclass(frozen=True)
class Verdict:
    """The answer about one number, as of one tree. `certificate` is None for not found and erased."""

    number: str
    result: Result
    tree_size: int
    as_of: datetime
    certificate: CertificateVerdict | None


@dataclass(frozen=True)
class HoldsNow:
    """What holds in place of a superseded number or version; `version` None: of a number of its own."""

    number: str
    version: int | None


def holds_now(verdict: Verdict) -> HoldsNow | None:
    """What to ask for instead; None where nothing was superseded, or what replaced it was erased since."""
    held = verdict.certificate
    if verdict.result is not Result.SUPERSEDED or held is None:
        return None
    if held.replaced_by is not None:
        return HoldsNow(held.replaced_by, None)
    # Superseded as a number, and its replacement was erased: the own number holds no longer either.
    replaced = any(item.act == "superseded" for item in held.history)
    return None if replaced else HoldsNow(verdict.number, held.version)


def covers(filing: FilingOnDay, certificate: CertificateVerdict) -> bool:
    """Whether the filing's scope of that day holds the certificate's occupation, job and level."""
    return any(
        row.occupation_code == certificate.occupation_code
        and row.job in ("", certificate.job)
        and certificate.level in row.levels
        for row in filing.scope
    )
