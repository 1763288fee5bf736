"""What each line of a list comes to, and what nobody learns from it."""

import pytest

from registry.rosters.checking import (
    NAMES_A_NUMBER,
    CheckedLine,
    LineConclusion,
    NameComparison,
    check_roster,
)
from registry.rosters.reading import RosterRow
from registry.rules.certificate_number import NumberFault
from tests.builders import a_number
from tests.registry.filled import CORRECTED_NAME, HOLDERS, Scene, Story

PLAIN = HOLDERS[Story.PLAIN]
STRANGER = "示例外人"


def check(scene: Scene, *pairs: tuple[str, str], wrong_names: int | None = None) -> list[CheckedLine]:
    rows = [RosterRow(at, number, name) for at, (number, name) in enumerate(pairs, start=2)]
    return list(check_roster(scene.register.look_up, rows, wrong_names=wrong_names))


@pytest.mark.parametrize(
    ("number", "name", "conclusion", "comparison"),
    [
        (PLAIN.number, PLAIN.name, LineConclusion.VALID, NameComparison.MATCH),
        (f" {PLAIN.number.lower()}\u200b", PLAIN.name, LineConclusion.VALID, NameComparison.MATCH),
        (PLAIN.number, STRANGER, LineConclusion.NAME_MISMATCH, NameComparison.MISMATCH),
        (PLAIN.number, "", LineConclusion.NAME_UNCHECKED, NameComparison.MISSING),
        (PLAIN.number, "示**", LineConclusion.NAME_UNCHECKED, NameComparison.MASKED),
        (HOLDERS[Story.CORRECTED].number, CORRECTED_NAME, LineConclusion.VALID, NameComparison.MATCH),
        (
            HOLDERS[Story.CORRECTED].number,
            HOLDERS[Story.CORRECTED].name,
            LineConclusion.NAME_MISMATCH,
            NameComparison.MISMATCH,
        ),
        (
            HOLDERS[Story.ANNULLED].number,
            HOLDERS[Story.ANNULLED].name,
            LineConclusion.ANNULLED,
            NameComparison.MATCH,
        ),
        (HOLDERS[Story.ANNULLED].number, "", LineConclusion.ANNULLED, NameComparison.MISSING),
        (
            HOLDERS[Story.ANNULLED].number,
            STRANGER,
            LineConclusion.NAME_MISMATCH,
            NameComparison.MISMATCH,
        ),
        (
            HOLDERS[Story.SUPERSEDED].number,
            HOLDERS[Story.SUPERSEDED].name,
            LineConclusion.SUPERSEDED,
            NameComparison.MATCH,
        ),
        (a_number(999_999), STRANGER, LineConclusion.NOT_FOUND, NameComparison.NOTHING_TO_COMPARE),
    ],
)
def test_a_line_says_what_the_number_is_and_whether_the_name_is_the_holders(
    told: Scene, number: str, name: str, conclusion: LineConclusion, comparison: NameComparison
) -> None:
    (line,) = check(told, (number, name))
    assert (line.conclusion, line.name, line.at) == (conclusion, comparison, 2)
    assert line.verdict is not None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", None),
        ("1234567890123456", NumberFault.SIXTEEN_DIGITS),
        ("AB12345678901234567890", NumberFault.TWO_LETTERS),
        ("4.30102E+17", NumberFault.MALFORMED),
        (f"={PLAIN.number}", NumberFault.MALFORMED),
    ],
)
def test_what_is_no_number_is_said_so_and_never_not_found(
    told: Scene, text: str, fault: NumberFault | None
) -> None:
    (line,) = check(told, (text, PLAIN.name))
    assert (line.conclusion, line.fault, line.verdict) == (LineConclusion.MALFORMED_NUMBER, fault, None)


def test_an_erased_certificate_is_neither_not_found_nor_compared(scene: Scene) -> None:
    scene.erase(Story.PLAIN)
    (line,) = check(scene, (PLAIN.number, PLAIN.name))
    assert (line.conclusion, line.name) == (LineConclusion.ERASED, NameComparison.NOTHING_TO_COMPARE)


def test_a_number_that_comes_again_says_where_it_stood_first(told: Scene) -> None:
    lines = check(told, (PLAIN.number, PLAIN.name), ("", ""), (PLAIN.number, PLAIN.name))
    assert [line.same_as for line in lines] == [None, None, 2]
    assert lines[2].conclusion is LineConclusion.VALID


def test_names_cannot_be_tried_out_on_one_number(told: Scene) -> None:
    """Not even the right one is told after as many different ones as a list may hold."""
    guesses = [(PLAIN.number, f"示例猜{at}") for at in range(NAMES_A_NUMBER)]
    lines = check(told, *guesses, (PLAIN.number, PLAIN.name), guesses[0])
    assert [line.name for line in lines] == [
        *(NameComparison.MISMATCH,) * NAMES_A_NUMBER,
        NameComparison.TOO_MANY_NAMES,
        NameComparison.MISMATCH,
    ]
    assert lines[-2].conclusion is LineConclusion.NAME_UNCHECKED


def test_when_too_many_names_were_wrong_no_further_one_is_compared(told: Scene) -> None:
    wrong = [(HOLDERS[story].number, STRANGER) for story in (Story.CORRECTED, Story.REISSUED)]
    right = (PLAIN.number, PLAIN.name)
    lines = check(told, right, *wrong, right, wrong_names=2)
    assert [line.name for line in lines] == [
        NameComparison.MATCH,
        NameComparison.MISMATCH,
        NameComparison.MISMATCH,
        NameComparison.ALLOWANCE_SPENT,
    ]
    (none_left,) = check(told, wrong[0], wrong_names=0)
    assert (none_left.conclusion, none_left.name) == (
        LineConclusion.NAME_UNCHECKED,
        NameComparison.ALLOWANCE_SPENT,
    )
