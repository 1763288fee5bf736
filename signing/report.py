"""What a verification found: numbered steps, three answers kept apart, and one conclusion.

*signed*: the register made these bytes. *registered*: what they say stands in the log. *in force*: as of a
fresh status list it was neither annulled nor replaced. None of the three follows from another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from signing.outcomes import Outcome, Step, together
from signing.verification_statement import StatedConclusion, VerificationStatement

ANNULLED_REASON, SUPERSEDED_REASON = "annulled", "superseded"


class FormKind(StrEnum):
    """The forms that are recognised."""

    PDF = "pdf"
    CREDENTIAL = "credential"
    RECEIPT = "receipt"
    QR = "qr"
    VERIFICATION_RECEIPT = "verification_receipt"
    UNKNOWN = "unknown"


class Conclusion(StrEnum):
    """The one answer that the steps add up to.

    `STATED_THEN`: a verification receipt is the register's own; what it says was so then. `NOT_RECOGNISED`:
    no form of ours; whatever it is, nobody claimed that the register made it.
    """

    AUTHENTIC_AND_IN_FORCE = "authentic_and_in_force"
    SUPERSEDED = "superseded"
    ANNULLED = "annulled"
    NOT_AUTHENTIC = "not_authentic"
    COULD_NOT_CHECK = "could_not_check"
    STATED_THEN = "stated_then"
    NOT_RECOGNISED = "not_recognised"

    @property
    def exit_code(self) -> int:
        """0 authentic and in force; 2 could not check, or nothing to check; 1 everything else."""
        unchecked = (Conclusion.COULD_NOT_CHECK, Conclusion.NOT_RECOGNISED)
        return 0 if self is Conclusion.AUTHENTIC_AND_IN_FORCE else 2 if self in unchecked else 1


@dataclass(frozen=True)
class Report:
    """The result of one verification.

    `fields` are the record's fields as the form shows them (never an identity number); believe them only
    as far as the conclusion goes. `opened` are the names of all that a receipt opens, also of what `fields`
    does not repeat. `version` and `entry_index` are None where the form was not readable. `stated` is what a
    verification receipt says, None for every other form.
    """

    kind: FormKind
    signing_steps: tuple[Step, ...]
    registration_steps: tuple[Step, ...] = ()
    standing_steps: tuple[Step, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None
    entry_index: int | None = None
    opened: tuple[str, ...] = ()
    stated: VerificationStatement | None = None

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order in which they were taken; a step's number is its place here."""
        return self.signing_steps + self.registration_steps + self.standing_steps

    @property
    def signed(self) -> Outcome:
        """Whether the register made these bytes."""
        return together(step.outcome for step in self.signing_steps)

    @property
    def registered(self) -> Outcome:
        """Whether what they say stands in the log."""
        return together(step.outcome for step in self.registration_steps)

    @property
    def in_force(self) -> Outcome:
        """Whether it was neither annulled nor replaced, by a fresh status list."""
        return together(step.outcome for step in self.standing_steps)

    @property
    def conclusion(self) -> Conclusion:
        """The one answer. A QR code carries no inclusion proof: there, "registered" may stay open."""
        if self.kind is FormKind.UNKNOWN:
            return Conclusion.NOT_RECOGNISED
        if Outcome.FAILED in (self.signed, self.registered):
            return Conclusion.NOT_AUTHENTIC
        if self.signed is not Outcome.PASSED:
            return Conclusion.COULD_NOT_CHECK
        if self.kind is FormKind.VERIFICATION_RECEIPT:
            held = self.registered is Outcome.PASSED
            return Conclusion.STATED_THEN if held else Conclusion.COULD_NOT_CHECK
        reasons = {step.reason for step in self.standing_steps if step.outcome is Outcome.FAILED}
        if ANNULLED_REASON in reasons:
            return Conclusion.ANNULLED
        if SUPERSEDED_REASON in reasons:
            return Conclusion.SUPERSEDED
        open_question = self.registered is Outcome.NOT_CHECKED and self.kind is not FormKind.QR
        if open_question or self.in_force is not Outcome.PASSED:
            return Conclusion.COULD_NOT_CHECK
        return Conclusion.AUTHENTIC_AND_IN_FORCE

    @property
    def exit_code(self) -> int:
        """The conclusion's; a receipt's is what it stated, so that 0 never stands for a bad certificate.

        Nor for a good one of somebody else: a receipt of a name that did not match stated no good check.
        """
        if self.conclusion is Conclusion.STATED_THEN and self.stated is not None:
            good = self.stated.conclusion is StatedConclusion.AUTHENTIC_AND_IN_FORCE
            return 0 if good and self.stated.name_match is not False else 1
        return self.conclusion.exit_code
