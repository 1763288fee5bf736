"""How a check is told at the command line: steps, conclusions, and what a good form says of its holder."""

from collections.abc import Mapping, Sequence
from typing import Any

from signing.outcomes import Outcome, Step
from web.language import Language
from web.vocabulary import words, words_or_code

MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_CHECKED: "－"}
_SHOWN = ("number", "name", "masked_name", "occupation", "level", "issued_on", "institution_name")


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
    told = (fields[name] for name in _SHOWN if fields.get(name))
    return words("checked.fields", language) + "  ".join(told)
