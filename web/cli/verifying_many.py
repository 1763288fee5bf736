"""`skillcert verify` of a folder, or of several things at once: one table, and the steps behind each line.

Nothing that lies in a folder ends the check of the others: what is no form of ours is named as such.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from registry.register import Register
from registry.rules.certificate_number import parse_certificate_number
from registry.verdict import Result
from signing.outcomes import Outcome, Step
from signing.report import Conclusion, Report
from signing.trust import Trust
from signing.verifier import verify
from web.cli.output import Output
from web.cli.verifying_shown import code_with_name, form_code, named, now, result_code
from web.cli.verifying_steps import MARKS, fields_line, step_line, step_values
from web.cli.verifying_walk import Found, Unread, printable, read_bounded
from web.language import Language
from web.presenters.verification import concluded, first_reason, shown_fields
from web.vocabulary import words, words_or_code

_NAME_WIDTH = 44
_COULD_NOT = Conclusion.COULD_NOT_CHECK.exit_code


@dataclass(frozen=True)
class Checked:
    """One line of the table. `code` is the exit code that it alone would have."""

    name: str
    kind: str
    conclusion: str
    code: int
    reason: str = ""
    steps: Sequence[Step] = ()
    name_match: bool | None = None
    answers: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


def not_looked_at(name: str, why: Unread) -> Checked:
    """The line of what was not looked at."""
    return Checked(name, "unknown", Conclusion.COULD_NOT_CHECK.value, _COULD_NOT, why.value)


def worst(codes: Sequence[int]) -> int:
    """1 if anything was checked and is not good, else 2 if anything could not be checked, else 0."""
    return next((code for code in (1, _COULD_NOT) if code in codes), 0 if codes else _COULD_NOT)


def checker(
    trust: Trust | None, register: Register | None, name: str | None
) -> Callable[[Found | str], Checked]:
    """What checks one thing: by the trust folder alone where there is one, else with the register."""

    def check_form(shown: str, form: bytes | str) -> Checked:
        if trust is not None:
            report = verify(form, trust, now())
            return _checked(shown, report, name, named(report, name), report.conclusion.value)
        assert register is not None
        found = (
            register.verify_qr(form, name=name)
            if isinstance(form, str)
            else register.verify_file(form, name=name)
        )
        assert found.report is not None
        return _checked(shown, found.report, name, found.name_match, concluded(found))

    def check(subject: Found | str) -> Checked:
        if isinstance(subject, str):
            if subject.startswith(("http://", "https://")):
                return check_form(printable(subject.partition("#")[0]), subject)
            return _checked_number(register, subject, name)
        # A link that was named is the asker's own; one that lies in a folder is not followed.
        data = subject.unread or read_bounded(subject.path)
        return (
            not_looked_at(subject.name, data) if isinstance(data, Unread) else check_form(subject.name, data)
        )

    return check


def _checked(
    shown: str, report: Report, name: str | None, name_match: bool | None, conclusion: str
) -> Checked:
    own_code = form_code(report, conclusion)
    good = not own_code
    code = code_with_name(name, name_match, own_code)
    return Checked(
        name=shown,
        kind=report.kind.value,
        conclusion=conclusion,
        code=code,
        reason="" if good else first_reason(report.steps),
        steps=report.steps,
        name_match=name_match,
        answers={
            "signed": report.signed.value,
            "registered": report.registered.value,
            "in_force": report.in_force.value,
        },
        fields=dict(shown_fields(report)),
    )


def _checked_number(register: Register | None, text: str, name: str | None) -> Checked:
    number = parse_certificate_number(text).text
    if register is None:
        code = _COULD_NOT
        return Checked(number, "number", Conclusion.COULD_NOT_CHECK.value, code, "number_needs_register")
    found = register.verify_number(number, name=name, id_number=None)
    assert found.verdict is not None
    result = found.verdict.result
    good = result is Result.VALID
    conclusion = Conclusion.AUTHENTIC_AND_IN_FORCE.value if good else result.value
    code = code_with_name(name, found.name_match, result_code(result))
    reason = first_reason(found.steps)
    return Checked(number, "number", conclusion, code, reason, found.steps, found.name_match)


def check_all(
    subjects: Sequence[Found | str],
    check: Callable[[Found | str], Checked],
    output: Output,
    language: Language,
    *,
    all_steps: bool,
) -> int:
    """Checks everything, shows the table and the steps, and returns the worst exit code."""
    checked: list[Checked] = []
    for at, subject in enumerate(subjects, start=1):
        checked.append(check(subject))
        output.line(_line(checked[-1], language))
        output.progress(words("checked.progress", language), at, len(subjects))
    counts = Counter(each.conclusion for each in checked)
    _show_steps(checked, output, language, all_steps=all_steps)
    said = [f"{words(f'checked.short.{each}', language)} {count}" for each, count in counts.items()]
    between = "，" if language is Language.CHINESE else ", "
    output.line()
    output.line(words("checked.total", language, count=len(checked), counts=between.join(said) or "0"))
    output.result({"counts": dict(counts), "files": [_value(each, language) for each in checked]})
    return worst([each.code for each in checked])


def _show_steps(checked: Sequence[Checked], output: Output, language: Language, *, all_steps: bool) -> None:
    for each in checked:
        if each.steps and each.conclusion != Conclusion.NOT_RECOGNISED and (all_steps or each.code):
            output.line()
            output.line(each.name)
            for position, step in enumerate(each.steps, start=1):
                output.line(step_line(position, step, language))
            if each.fields:
                output.line(fields_line(each.fields, language))


def _line(checked: Checked, language: Language) -> str:
    outcome = {0: Outcome.PASSED, 1: Outcome.FAILED}.get(checked.code, Outcome.NOT_CHECKED)
    conclusion = words(f"checked.short.{checked.conclusion}", language)
    why = words_or_code("reason", checked.reason, language) if checked.reason else ""
    # Said once where conclusion and reason are one word.
    why = "" if why == conclusion else why
    if checked.name_match is not None:
        named = words(f"checked.name.{'match' if checked.name_match else 'mismatch'}", language)
        why = f"{why}  {named}".strip()
    return f"{MARKS[outcome]} {_padded(checked.name, _NAME_WIDTH)}  {_padded(conclusion, 14)}  {why}".rstrip()


def _value(checked: Checked, language: Language) -> dict[str, Any]:
    return {
        "file": checked.name,
        "kind": checked.kind,
        "conclusion": checked.conclusion,
        "reason": checked.reason,
        **checked.answers,
        "name_match": checked.name_match,
        "fields": checked.fields,
        "steps": step_values(checked.steps, language),
    }


def _padded(text: str, width: int) -> str:
    taken = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
    return text + " " * max(0, width - taken)
