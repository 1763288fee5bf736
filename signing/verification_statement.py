"""What a verification receipt (核验回单) states: one check, at one moment, as plain values.

What was given (a number, or the SHA-256 of a file or text, so that it speaks of nothing else), what each step
came to, the conclusion, the tree head and the status lists it rests on, and the issuer's filing on the day
of issue and on the day of the check.

It says what was so then, never what is so now. It names a certificate only where the register itself knows
one: of a form that is not authentic nothing is repeated, and what could not be checked has no receipt. An
identity number is never in it, the whole name only where the asker wanted what he gave to be repeated.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from signing.outcomes import Outcome, Step, together


class GivenKind(StrEnum):
    """What the asker handed over. `REFERENCE`: the address of a code without its signed part."""

    NUMBER = "number"
    REFERENCE = "reference"
    QR = "qr"
    PICTURE = "picture"
    PDF = "pdf"
    CREDENTIAL = "json"
    LOG_RECEIPT = "tlog-proof"


class StatedConclusion(StrEnum):
    """What a check came to. "Could not check" is missing on purpose: there is no receipt for it."""

    AUTHENTIC_AND_IN_FORCE = "authentic_and_in_force"
    SUPERSEDED = "superseded"
    ANNULLED = "annulled"
    ERASED = "erased"
    NOT_FOUND = "not_found"
    NOT_AUTHENTIC = "not_authentic"


class Question(StrEnum):
    """Which of the three questions a step belongs to."""

    SIGNED = "signed"
    REGISTERED = "registered"
    IN_FORCE = "in_force"


@dataclass(frozen=True)
class Given:
    """What was checked: a number, or the SHA-256 of what was handed over.

    `version` and `entry_index` are the ones of an authentic form, None for a number.
    """

    kind: GivenKind
    number: str = ""
    digest_hex: str = ""
    version: int | None = None
    entry_index: int | None = None


@dataclass(frozen=True)
class StatedStep:
    """One step without its detail, which may repeat what a stranger wrote."""

    question: Question
    name: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class StatedCertificate:
    """The current version as the register held it then. `replaced_by` is "" where nothing replaced it."""

    number: str
    version: int
    entry_index: int
    masked_name: str
    occupation_code: str
    occupation: str
    job: str
    level: int
    issued_on: date
    replaced_by: str


@dataclass(frozen=True)
class StatedFiling:
    """What the issuer's filing was on a day; `covered` is whether its scope held this kind of certificate."""

    on: date
    state: str
    name: str
    covered: bool


@dataclass(frozen=True)
class StatedFilings:
    """The issuer's filing on the day of issue and on the day of the check."""

    prefix: str
    on_issue_date: StatedFiling
    on_day_of_check: StatedFiling


@dataclass(frozen=True)
class StatedStatusList:
    """A published status list that held this certificate's position then."""

    name: str
    digest_hex: str
    valid_from: datetime


@dataclass(frozen=True)
class VerificationStatement:
    """Everything that a receipt says. `checkpoint` is the signed note of the tree that was asked.

    `name_match` is None where no name was compared; `name` is "" unless the asker wanted it repeated.
    """

    issuer: str
    register_name: str
    checked_at: datetime
    given: Given
    conclusion: StatedConclusion
    steps: tuple[StatedStep, ...]
    checkpoint: str
    name_match: bool | None = None
    name: str = ""
    certificate: StatedCertificate | None = None
    filings: StatedFilings | None = None
    status_lists: tuple[StatedStatusList, ...] = ()

    def outcome(self, question: Question) -> Outcome | None:
        """What the steps of one question come to; None where it was not asked."""
        outcomes = [step.outcome for step in self.steps if step.question is question]
        return together(outcomes) if outcomes else None

    @property
    def number(self) -> str:
        """The number that can be asked again today; "" where the receipt knows none."""
        return self.certificate.number if self.certificate else self.given.number


def stated_steps(question: Question, steps: tuple[Step, ...]) -> tuple[StatedStep, ...]:
    """Steps of a verification as a receipt states them."""
    return tuple(StatedStep(question, step.name, step.outcome, step.reason) for step in steps)
