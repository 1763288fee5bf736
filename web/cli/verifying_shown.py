"""How the check of one thing is shown at the command line, and the exit code that it comes to."""

import argparse
from datetime import UTC, datetime

from registry.register import utc_now
from registry.rules.text import normalise_name
from registry.verdict import HistoryItem, HoldsNow, Result, holds_now
from registry.verification import Verification
from signing.report import Conclusion, Report
from signing.trust import Trust
from signing.verification_statement import VerificationStatement
from signing.verification_statement_json import statement_json
from web.cli.output import Output
from web.cli.verifying_steps import conclusion_line, fields_line, registered_line, step_line, step_values
from web.language import Language
from web.presenters.dates import civil_today, day_text, moment_text
from web.presenters.verdict_json import history_item
from web.presenters.verification import concluded, shown_fields
from web.vocabulary import words, words_or_code


def show_report(
    report: Report,
    name: str | None,
    name_match: bool | None,
    output: Output,
    language: Language,
    *,
    found: Verification | None = None,
) -> int:
    """The steps of a form, what it says of its holder, and the conclusion. Returns the exit code.

    `found` is what the register added: it knows acts that the status lists may not hold yet.
    """
    conclusion = report.conclusion.value if found is None else concluded(found)
    instead = holds_now(found.verdict) if found is not None and found.verdict is not None else None
    for position, step in enumerate(report.steps, start=1):
        output.line(step_line(position, step, language))
    authentic = report.stated if report.conclusion is Conclusion.STATED_THEN else None
    fields = shown_fields(report)
    if fields:
        output.line(fields_line(fields, language))
    if authentic is None:
        output.line(conclusion_line(conclusion, language))
        _show_instead(instead, output, language)
    else:
        _show_statement(authentic, output, language)
    output.result(
        {
            "kind": report.kind.value,
            "conclusion": conclusion,
            "replaced_by": _instead_value(instead),
            "signed": report.signed.value,
            "registered": report.registered.value,
            "in_force": report.in_force.value,
            "name_match": name_match,
            "fields": dict(fields),
            "steps": step_values(report.steps, language),
            "stated": statement_json(authentic) if authentic else None,
        }
    )
    _say_name(name, name_match, output, language)
    return code_with_name(name, name_match, form_code(report, conclusion))


def form_code(report: Report, conclusion: str) -> int:
    """The exit code of a form; what the register took back since the lists were made is not in force."""
    if conclusion == report.conclusion:
        return report.exit_code
    return 0 if conclusion == Conclusion.AUTHENTIC_AND_IN_FORCE else 1


def find_current(report: Report, trust: Trust, output: Output, language: Language) -> None:
    """Offline a form is only known to be superseded: where to ask by what, if it is.

    That is the origin of the status lists, one of which answered.
    """
    if report.conclusion is Conclusion.SUPERSEDED:
        origin = next(iter(trust.status_lists)).partition("/status/")[0]
        address = f"{origin}/certificates/{report.fields.get('number', '')}"
        output.line(words("verify.find_current", language, address=address))


def _show_instead(instead: HoldsNow | None, output: Output, language: Language) -> None:
    if instead is None:
        return
    colon = "：" if language is Language.CHINESE else ": "
    if instead.version is None:
        output.line(f"{words('verdict.replaced_by', language)}{colon}{instead.number}")
    else:
        output.line(words("verify.now_version", language, version=instead.version))


def _instead_value(instead: HoldsNow | None) -> dict[str, object] | None:
    return None if instead is None else {"number": instead.number, "version": instead.version}


def show_number(found: Verification, options: argparse.Namespace, output: Output, language: Language) -> int:
    """What the register says of a number, with its history. Returns the exit code."""
    assert found.verdict is not None
    for position, step in enumerate(found.steps, start=1):
        output.line(step_line(position, step, language))
    history = found.verdict.certificate.history if found.verdict.certificate else ()
    for item in history:
        output.line(_history_line(item, language))
    if found.verdict.certificate is not None:
        output.line(registered_line(found.verdict.certificate, language))
    instead = holds_now(found.verdict)
    output.line(words(f"result.{found.verdict.result.value}.line", language))
    _show_instead(instead, output, language)
    output.result(
        {
            "result": found.verdict.result.value,
            "replaced_by": _instead_value(instead),
            "history": [history_item(each) for each in history],
            "name_match": found.name_match,
            "steps": step_values(found.steps, language),
        }
    )
    _say_name(options.name, found.name_match, output, language)
    return code_with_name(options.name, found.name_match, result_code(found.verdict.result))


def result_code(result: Result) -> int:
    """0 for a number that is in force, else 1."""
    return 0 if result is Result.VALID else 1


def code_with_name(name: str | None, matches: bool | None, code: int) -> int:
    """A certificate is not authentic for somebody else: a wrong name fails the check.

    A name that could not be compared leaves it open.
    """
    if name is None:
        return code
    if matches is None:
        return code or Conclusion.COULD_NOT_CHECK.exit_code
    return code if matches else 1


def named(report: Report, name: str | None) -> bool | None:
    """Whether the form is made out to that name; None where it does not carry the whole name."""
    held = report.fields.get("name")
    return None if name is None or held is None else normalise_name(name) == held


def now() -> datetime:
    """The moment of checking."""
    return utc_now().astimezone(UTC)


def _show_statement(stated_then: VerificationStatement, output: Output, language: Language) -> None:
    """What an authentic verification receipt says, as something that was so then."""
    given, colon = stated_then.given, "：" if language is Language.CHINESE else ": "
    conclusion = words(f"stated.conclusion.{stated_then.conclusion}", language)
    at = moment_text(stated_then.checked_at, language)
    output.line(words("stated.line", language, at=at, conclusion=conclusion))
    about = given.number or f"SHA-256 {given.digest_hex}"
    output.line(
        f"{words('stated.given', language)}{colon}{words(f'stated.given.{given.kind}', language)} {about}"
    )
    compared = {True: "match", False: "mismatch", None: "unchecked"}[stated_then.name_match]
    answer = f"{words(f'stated.name.{compared}', language)} {stated_then.name}".rstrip()
    output.line(f"{words('name.title', language)}{colon}{answer}")
    if stated_then.certificate is not None:
        output.line(f"{words('verdict.number', language)}{colon}{stated_then.certificate.number}")
    output.line(words("stated.not_today", language) + words("stated.not_today.text", language))


def _say_name(name: str | None, matches: bool | None, output: Output, language: Language) -> None:
    if name is not None:
        said = {None: "open", True: "match", False: "mismatch"}[matches]
        output.line(words(f"checked.named.{said}", language))


def _history_line(item: HistoryItem, language: Language) -> str:
    """An entry of the chain: what was done, why, and on whose word."""
    done = words_or_code("history.act", item.act, language)
    told = [f"{day_text(civil_today(item.at), language)} {done}"]
    for key, held in (("reason", item.reason), ("authority", item.authority)):
        if held:
            word = words_or_code(f"act_{key}", held, language)
            told.append(words(f"history.{key}", language, **{key: word}))
    if item.document:
        told.append(words("history.document", language))
    return "    " + ("，" if language is Language.CHINESE else ", ").join(told)
