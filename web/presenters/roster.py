"""A checked roster in words and in JSON: the columns behind each row, the counts, the rows to look at."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from registry.rosters.checking import CheckedLine, LineConclusion, NameComparison
from registry.verdict import CertificateVerdict, Result, covers
from signing.outcomes import Outcome
from web.language import Language
from web.presenters.dates import moment_text
from web.rendering import level_text
from web.vocabulary import words

_COLUMNS = (
    "conclusion",
    "explanation",
    "name_check",
    "occupation",
    "job",
    "level",
    "issued_on",
    "institution",
    "filing",
    "checked_at",
    "tree_size",
)
_OPEN = (LineConclusion.NAME_UNCHECKED, LineConclusion.NOT_FOUND, LineConclusion.COULD_NOT_CHECK)
_MATCHES = {NameComparison.MATCH: True, NameComparison.MISMATCH: False}


def titles(language: Language) -> tuple[str, ...]:
    """What heads the columns that a check adds."""
    return tuple(words(f"roster.column.{each}", language) for each in _COLUMNS)


ADDED: Sequence[Sequence[str]] = tuple(titles(language) for language in Language)


def line_texts(line: CheckedLine, language: Language) -> tuple[str, ...]:
    """What stands in those columns for one line. The holder's name is in none of them, masked or not."""
    verdict = line.verdict
    as_of = (moment_text(verdict.as_of, language), str(verdict.tree_size)) if verdict else ("", "")
    return (
        words(f"roster.conclusion.{line.conclusion}", language),
        explanation(line, language),
        words(f"roster.name.{line.name}", language),
        *_facts(verdict.certificate if verdict else None, language),
        *as_of,
    )


def explanation(line: CheckedLine, language: Language) -> str:
    """What the conclusion means for this line and what to do."""
    said = [_sentence(line, language)]
    if line.same_as is not None:
        said.append(words("roster.explanation.same_as", language, row=line.same_as))
    return ("" if language is Language.CHINESE else " ").join(said)


def line_json(line: CheckedLine, language: Language) -> dict[str, Any]:
    """One line as the API answers it."""
    verdict = line.verdict
    held = verdict.certificate if verdict else None
    return {
        "row": line.at,
        "number": line.number or None,
        "conclusion": line.conclusion.value,
        "explanation": explanation(line, language),
        "result": verdict.result.value if verdict else None,
        "name_check": line.name.value,
        "name_match": _MATCHES.get(line.name),
        "same_as_row": line.same_as,
        "replaced_by": held.replaced_by if held else None,
        "occupation": held.occupation if held else None,
        "occupation_code": held.occupation_code if held else None,
        "job": held.job if held else None,
        "level": held.level if held else None,
        "issued_on": held.issued_on.isoformat() if held else None,
        "institution": _institution(held) if held else None,
    }


def outcome(conclusion: LineConclusion) -> Outcome:
    """How grave a conclusion is: good, bad, or open."""
    if conclusion is LineConclusion.VALID:
        return Outcome.PASSED
    return Outcome.NOT_CHECKED if conclusion in _OPEN else Outcome.FAILED


def counts(conclusions: Iterable[LineConclusion]) -> Mapping[LineConclusion, int]:
    """How many lines came to each conclusion, every one named that occurs, in one order."""
    found = Counter(conclusions)
    return {each: found[each] for each in LineConclusion if found[each]}


def to_look_at(lines: Iterable[CheckedLine]) -> list[CheckedLine]:
    """The lines that are not simply good, the gravest first."""
    order = (
        LineConclusion.NAME_MISMATCH,
        LineConclusion.ANNULLED,
        LineConclusion.NOT_FOUND,
        LineConclusion.SUPERSEDED,
        LineConclusion.ERASED,
        LineConclusion.MALFORMED_NUMBER,
        LineConclusion.COULD_NOT_CHECK,
        LineConclusion.NAME_UNCHECKED,
    )
    return sorted(
        (each for each in lines if each.conclusion in order), key=lambda each: order.index(each.conclusion)
    )


def _sentence(line: CheckedLine, language: Language) -> str:
    key = f"roster.explanation.{line.conclusion}"
    verdict = line.verdict
    if line.conclusion is LineConclusion.MALFORMED_NUMBER:
        kind = f"{key}.{line.fault or 'empty'}"
        return words(kind if line.fault != "malformed" else key, language)
    if line.conclusion is LineConclusion.NAME_MISMATCH and verdict is not None:
        return words(key, language, result=words(f"result.{verdict.result}", language))
    if line.conclusion is LineConclusion.SUPERSEDED and verdict is not None:
        held = verdict.certificate
        if held is None or held.replaced_by is None:
            return words(f"result.{Result.SUPERSEDED}.line", language)
        return words(key, language, number=held.replaced_by)
    return words(key, language)


def _facts(held: CertificateVerdict | None, language: Language) -> tuple[str, ...]:
    if held is None:
        return ("",) * 6
    return (
        held.occupation,
        held.job,
        level_text(language, held.level),
        held.issued_on.isoformat(),
        held.institution.name,
        _filing(held, language),
    )


def _filing(held: CertificateVerdict, language: Language) -> str:
    on_day = held.institution.filing_on_issue_date
    state = words(f"state.{on_day.state}", language)
    if not on_day.may_certify:
        return state
    within = "covered" if covers(on_day, held) else "not_covered"
    return words(f"roster.filing.{within}", language, state=state)


def _institution(held: CertificateVerdict) -> dict[str, Any]:
    on_day = held.institution.filing_on_issue_date
    return {
        "name": held.institution.name,
        "prefix": held.institution.prefix,
        "filing_on_issue_date": on_day.state.value,
        "covered_on_issue_date": covers(on_day, held),
    }
