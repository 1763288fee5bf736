"""Checking a roster line by line: what the register says of the number, and whether the name is the holder's.

Whoever knows only the number learns what the public page of the number says, without the masked name. A name
is answered with yes or no. A wrong name outweighs the state: a certificate that is in force for somebody else
is not this person's.

Names are not tried out here: of one number so many different names are compared as spellings of one person
may need, and of a whole list so many wrong ones as the asker has left.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from registry.lookup import LookUp
from registry.people import person_matches
from registry.rosters.reading import RosterRow
from registry.rules.certificate_number import MalformedNumber, NumberFault, parse_certificate_number
from registry.rules.text import normalise_name
from registry.storage.errors import SealBroken
from registry.verdict import Result, Verdict

NAMES_A_NUMBER = 3
_MASKS = "*＊"


class LineConclusion(StrEnum):
    """What a line comes to."""

    VALID = "valid"
    NAME_UNCHECKED = "name_unchecked"
    NAME_MISMATCH = "name_mismatch"
    SUPERSEDED = "superseded"
    ANNULLED = "annulled"
    ERASED = "erased"
    NOT_FOUND = "not_found"
    MALFORMED_NUMBER = "malformed_number"
    COULD_NOT_CHECK = "could_not_check"


class NameComparison(StrEnum):
    """Whether the name was compared, and how that came out."""

    MATCH = "match"
    MISMATCH = "mismatch"
    MISSING = "missing"
    MASKED = "masked"
    TOO_MANY_NAMES = "too_many_names"
    ALLOWANCE_SPENT = "allowance_spent"
    NOTHING_TO_COMPARE = "nothing_to_compare"


@dataclass(frozen=True)
class CheckedLine:
    """What became of one line.

    `number` is its one written form, "" where the cell holds none; `fault` says what it holds instead, None
    for nothing at all. `same_as` is the first row with the same number.
    """

    at: int
    conclusion: LineConclusion
    name: NameComparison
    number: str = ""
    verdict: Verdict | None = None
    fault: NumberFault | None = None
    same_as: int | None = None


_CONCLUSIONS = {
    Result.VALID: LineConclusion.VALID,
    Result.SUPERSEDED: LineConclusion.SUPERSEDED,
    Result.ANNULLED: LineConclusion.ANNULLED,
    Result.ERASED: LineConclusion.ERASED,
    Result.NOT_FOUND: LineConclusion.NOT_FOUND,
}


def check_roster(
    look_up: LookUp,
    rows: Iterable[RosterRow],
    *,
    wrong_names: int | None = None,
    is_spent: Callable[[str], bool] = lambda _: False,
) -> Iterator[CheckedLine]:
    """The lines, checked in their order. `wrong_names`: how many may be told to be wrong; None = all.

    `is_spent` tells of a number whether too many were told to be wrong for it already, in other lists.

    Raises: DatabaseUnavailable, LogNotFound; what of one record alone cannot be read is a line's own answer.
    """
    first: dict[str, int] = {}
    names: dict[str, set[str]] = {}
    for row in rows:
        try:
            number = parse_certificate_number(row.number).text
        except MalformedNumber as fault:
            kind = fault.kind if row.number else None
            yield CheckedLine(
                row.at, LineConclusion.MALFORMED_NUMBER, NameComparison.NOTHING_TO_COMPARE, fault=kind
            )
            continue
        seen = first.setdefault(number, row.at)
        given = normalise_name(row.name)
        left = 0 if is_spent(number) else wrong_names
        barred = _barred(given, names.setdefault(number, set()), left)
        line = _check(look_up, row.at, number, given, barred)
        if line.name is NameComparison.MISMATCH and wrong_names is not None:
            wrong_names -= 1
        yield line if seen == row.at else _repeated(line, seen)


def _barred(given: str, names: set[str], wrong_names: int | None) -> NameComparison | None:
    """Why this name is not compared, None where it is."""
    if not given:
        return NameComparison.MISSING
    if any(mask in given for mask in _MASKS):
        return NameComparison.MASKED
    if given not in names and len(names) >= NAMES_A_NUMBER:
        return NameComparison.TOO_MANY_NAMES
    names.add(given)
    return NameComparison.ALLOWANCE_SPENT if wrong_names is not None and wrong_names <= 0 else None


def _check(look_up: LookUp, at: int, number: str, given: str, barred: NameComparison | None) -> CheckedLine:
    try:
        verdict = look_up.verdict(number)
        matches = None if barred else person_matches(look_up, number, name=given, id_number=None)
    except SealBroken:
        # One damaged record says nothing about the others.
        return CheckedLine(at, LineConclusion.COULD_NOT_CHECK, NameComparison.NOTHING_TO_COMPARE, number)
    conclusion = _CONCLUSIONS[verdict.result]
    name = _compared(verdict, matches, barred)
    if name is NameComparison.MISMATCH:
        conclusion = LineConclusion.NAME_MISMATCH
    elif conclusion is LineConclusion.VALID and name is not NameComparison.MATCH:
        conclusion = LineConclusion.NAME_UNCHECKED
    return CheckedLine(at, conclusion, name, number, verdict)


def _compared(verdict: Verdict, matches: bool | None, barred: NameComparison | None) -> NameComparison:
    if verdict.certificate is None:
        return NameComparison.NOTHING_TO_COMPARE
    if barred is not None:
        return barred
    if matches is None:
        return NameComparison.NOTHING_TO_COMPARE
    return NameComparison.MATCH if matches else NameComparison.MISMATCH


def _repeated(line: CheckedLine, first: int) -> CheckedLine:
    return CheckedLine(line.at, line.conclusion, line.name, line.number, line.verdict, line.fault, first)
