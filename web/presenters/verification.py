"""What became of a check: numbered steps in three groups, in words and in JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from registry.verdict import Result, holds_now
from signing.encoding import parse_rfc3339
from signing.errors import MalformedEncoding
from signing.outcomes import Outcome, Step
from signing.outcomes import together as outcome_of
from signing.report import Conclusion, Report
from signing.verification_statement import VerificationStatement
from signing.verification_statement_json import statement_json
from web.backend import Verification
from web.language import Language
from web.presenters.dates import moment_text
from web.presenters.verdict_json import verdict_json
from web.vocabulary import words_or_code

_OF_STANDING = frozenset({Conclusion.AUTHENTIC_AND_IN_FORCE, Conclusion.SUPERSEDED, Conclusion.ANNULLED})
_CONCLUSIONS = {
    Result.VALID: Conclusion.AUTHENTIC_AND_IN_FORCE.value,
    Result.SUPERSEDED: Conclusion.SUPERSEDED.value,
    Result.ANNULLED: Conclusion.ANNULLED.value,
    Result.ERASED: Result.ERASED.value,
}


@dataclass(frozen=True)
class StepText:
    """One step in words. `reason` is "" where the step passed."""

    ordinal: int
    title: str
    outcome: Outcome
    reason: str
    detail: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StepGroup:
    """The steps that answer one of the three questions: signed, registered, in force."""

    question: str
    outcome: Outcome
    steps: tuple[StepText, ...]


def step_groups(verification: Verification, language: Language) -> tuple[StepGroup, ...]:
    """The steps as people read them, numbered through; a question without steps is left out."""
    ordinals = count(1)
    return tuple(
        StepGroup(question, together(steps), tuple(_numbered(steps, ordinals, language)))
        for question, steps in _questions(verification)
        if steps
    )


def headline(verification: Verification) -> str:
    """The word at the top: the register's own result where the thing is authentic, else what went wrong."""
    conclusion, verdict = concluded(verification), verification.verdict
    if conclusion in (Conclusion.NOT_RECOGNISED, Conclusion.NOT_AUTHENTIC):
        return conclusion
    if conclusion == Conclusion.COULD_NOT_CHECK:
        return "unavailable"
    if conclusion == Conclusion.STATED_THEN:
        return "stated"
    if verdict is not None:
        return verdict.result.value
    return "valid" if conclusion == Conclusion.AUTHENTIC_AND_IN_FORCE else conclusion


def together(steps: Sequence[Step]) -> Outcome:
    """What several steps come to."""
    return outcome_of(step.outcome for step in steps)


def shown_fields(report: Report | None) -> Mapping[str, str]:
    """What a form says of its certificate, as far as it may be believed: nothing of a form that was altered.

    Never an identity number. The name in a form is shown to whoever brought the form, for it stands there;
    the masked one only where the form carries no other.
    """
    if report is None or report.signed is not Outcome.PASSED or report.registered is Outcome.FAILED:
        return {}
    hidden = "masked_name" if "name" in report.fields else ""
    return {name: value for name, value in report.fields.items() if name != hidden}


def first_reason(steps: Sequence[Step]) -> str:
    """What decided: the first step that failed, else the first that was not taken; "" where all passed."""
    for outcome in (Outcome.FAILED, Outcome.NOT_CHECKED):
        for step in steps:
            if step.outcome is outcome:
                return step.reason
    return ""


def verification_json(verification: Verification, language: Language) -> dict[str, Any]:
    """The check as the API answers it.

    `fields` is what a form says that may be believed, `replaced_by` what to ask for instead of something
    superseded, `stated` what an authentic verification receipt says.
    """
    verdict, stated = verification.verdict, stated_by(verification)
    instead = holds_now(verdict) if verdict else None
    return {
        "kind": verification.kind,
        "conclusion": concluded(verification),
        "number": verdict.number if verdict else None,
        "result": verdict.result.value if verdict else None,
        "replaced_by": {"number": instead.number, "version": instead.version} if instead else None,
        "name_match": verification.name_match,
        **{question: together(steps).value for question, steps in _questions(verification)},
        "steps": [_step_json(ordinal, step, language) for ordinal, step in enumerate(verification.steps, 1)],
        "certificate": verdict_json(verdict) if verdict else None,
        "fields": dict(shown_fields(verification.report)) if stated is None else {},
        "stated": statement_json(stated) if stated else None,
    }


def stated_by(verification: Verification) -> VerificationStatement | None:
    """What an authentic verification receipt says: a forged one is not repeated."""
    report = verification.report
    return report.stated if report and report.conclusion is Conclusion.STATED_THEN else None


def _questions(verification: Verification) -> tuple[tuple[str, Sequence[Step]], ...]:
    report = verification.report
    if report is None:
        # A number was looked up in the register itself: nothing was signed, and nothing had to be proved.
        return (("signed", ()), ("registered", verification.steps[:1]), ("in_force", verification.steps[1:]))
    return (
        ("signed", report.signing_steps),
        ("registered", report.registration_steps),
        ("in_force", report.standing_steps),
    )


def concluded(verification: Verification) -> str:
    """The one answer: for an authentic form the register's own, where it has one.

    The register knows acts that the form's status lists may not hold yet, and what an erasure was.
    """
    report, verdict = verification.report, verification.verdict
    if report is not None:
        if report.conclusion not in _OF_STANDING or verdict is None or verdict.result not in _CONCLUSIONS:
            return report.conclusion.value
        return _CONCLUSIONS[verdict.result]
    outcome = together(verification.steps)
    return {
        Outcome.PASSED: Conclusion.AUTHENTIC_AND_IN_FORCE.value,
        Outcome.FAILED: verification.steps[-1].reason,
        Outcome.NOT_CHECKED: Conclusion.COULD_NOT_CHECK.value,
    }[outcome]


def _numbered(steps: Sequence[Step], ordinals: Iterator[int], language: Language) -> Iterator[StepText]:
    for step in steps:
        yield StepText(
            ordinal=next(ordinals),
            title=words_or_code("step", step.name, language),
            outcome=step.outcome,
            reason=words_or_code("reason", step.reason, language) if step.reason else "",
            detail=tuple(
                (words_or_code("detail", name, language), _readable(value, language))
                for name, value in sorted(step.detail.items())
            ),
        )


def _readable(value: str, language: Language) -> str:
    try:
        return moment_text(parse_rfc3339(value), language)
    except MalformedEncoding:
        return value


def _step_json(ordinal: int, step: Step, language: Language) -> dict[str, Any]:
    return {
        "step": ordinal,
        "name": step.name,
        "outcome": step.outcome.value,
        "reason": step.reason or None,
        "detail": dict(step.detail),
        "text": words_or_code("step", step.name, language),
        "reason_text": words_or_code("reason", step.reason, language) if step.reason else None,
    }
