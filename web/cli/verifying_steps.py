"""How a check is told at the command line: steps, conclusions, and what a good form says of its holder."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.verdict import CertificateVerdict
from signing.outcomes import Outcome, Step
from web.language import Language
from web.vocabulary import words, words_or_code

MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_CHECKED: "－"}
_SHOWN = ("number", "name", "masked_name", "occupation", "level", "issued_on", "institution")


def step_line(position: int, step: Step, language: Language) -> str:
    """One step: its number, how it came out, what was looked at, and why."""
    what = words_or_code("step", step.name, language)
    colon = "：" if language is Language.CHINESE else ": "
    why = colon + words_or_code("reason", step.reason, language) if step.reason else ""
    return f"{position:2}. {MARKS[step.outcome]} {what}{why}"


def step_values(steps: Sequence[Step], language: Language) -> list[dict[str, Any]]:
    """The steps for programs: stable codes, and the sentences in the language that was asked for."""
    return [
        {
            "name": step.name,
            "outcome": step.outcome.value,
            "reason": step.reason,
            "text": words_or_code("step", step.name, language),
            "reason_text": words_or_code("reason", step.reason, language) if step.reason else "",
        }
        for step in steps
    ]


def conclusion_line(conclusion: str, language: Language) -> str:
    """The one sentence that the steps add up to."""
    return words(f"checked.conclusion.{conclusion}", language)


def fields_line(fields: Mapping[str, str], language: Language) -> str:
    """What a form says of its holder, in one line."""
    level = fields.get("level", "")
    shown = {
        **fields,
        "level": words(f"level.{level}", language) if level else "",
        # A receipt names the institution of its record, a credential its issuer.
        "institution": fields.get("institution_name") or fields.get("issuer", ""),
    }
    return words("checked.fields", language) + "  ".join(shown[name] for name in _SHOWN if shown.get(name))


def registered_line(certificate: CertificateVerdict, language: Language) -> str:
    """What the register says of a holder, in one line."""
    told = (
        certificate.masked_name,
        certificate.occupation,
        words(f"level.{certificate.level}", language),
        certificate.issued_on.isoformat(),
        certificate.institution.name,
    )
    return words("checked.registered", language) + "  ".join(told)
