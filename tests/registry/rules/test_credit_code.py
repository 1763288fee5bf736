"""Credit codes: the form refuses, the check character only warns."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.credit_code import (
    ALPHABET,
    CreditCodeFault,
    CreditCodeFaultKind,
    check_character,
    parse_credit_code,
)

VALID = "91350100M000100Y43"


@pytest.mark.parametrize(
    "written", [VALID, f" {VALID} ", VALID.lower(), "９１３５０１００Ｍ０００１００Ｙ４３"]
)
def test_the_sample_is_valid(written: str) -> None:
    code = parse_credit_code(written)
    assert code.check_passes
    assert str(code) == code.text == VALID


def test_a_failing_check_is_told_and_not_refused() -> None:
    assert not parse_credit_code("91350100M000100Y44").check_passes


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", CreditCodeFaultKind.LENGTH),
        ("91350100M000100Y4", CreditCodeFaultKind.LENGTH),
        ("91350100M000100I43", CreditCodeFaultKind.ALPHABET),
        ("91350100M000100Y4O", CreditCodeFaultKind.ALPHABET),
    ],
)
def test_what_is_no_credit_code_is_refused(text: str, kind: CreditCodeFaultKind) -> None:
    with pytest.raises(CreditCodeFault) as refused:
        parse_credit_code(text)
    assert refused.value.kind is kind


@given(st.text(ALPHABET, min_size=17, max_size=17))
@settings(deadline=None)
def test_the_computed_character_passes_the_check_and_no_other_does(first: str) -> None:
    right = check_character(first)
    passing = [last for last in ALPHABET if parse_credit_code(first + last).check_passes]
    assert passing == [right]


@given(st.text(max_size=20))
@settings(deadline=None)
def test_any_text_is_a_credit_code_or_a_fault(text: str) -> None:
    with suppress(CreditCodeFault):
        code = parse_credit_code(text)
        assert parse_credit_code(code.text) == code
