"""The 22 characters of a certificate number, its neighbours, and everything else."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.certificate_number import (
    MalformedNumber,
    NumberFault,
    is_number_prefix,
    parse_certificate_number,
    tidy_number,
)
from registry.rules.levels import Level

NUMBER = "S000043990001253000001"

numbers = st.from_regex(r"[YS][0-9]{4}[0-9]{2}[0-9]{6}[0-9]{2}[1-5][0-9]{6}", fullmatch=True)


def test_each_part_of_a_number_is_read() -> None:
    number = parse_certificate_number(NUMBER)
    assert (number.category, number.institution_code, number.province) == ("S", "0000", "43")
    assert (number.sequence, number.year, number.level) == ("990001", 2025, Level.ADVANCED_WORKER)
    assert (number.serial, number.prefix, str(number)) == (1, "S000043990001", NUMBER)


@pytest.mark.parametrize(
    "written",
    [
        " S000043990001253000001 ",
        "s000043990001253000001",
        "Ｓ００００４３９９０００１２５３０００００１",
        "S0000 4399 0001 2530 0000 1",
        "'S000043990001253000001",
        "S000043990001253000001\u200b",
    ],
)
def test_an_untidy_number_means_the_tidy_one(written: str) -> None:
    assert tidy_number(written) == NUMBER
    assert parse_certificate_number(written) == parse_certificate_number(NUMBER)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1843000000123456", NumberFault.SIXTEEN_DIGITS),
        ("１８４３００００００１２３４５６", NumberFault.SIXTEEN_DIGITS),
        ("ST00004399000125300001", NumberFault.TWO_LETTERS),
        ("", NumberFault.MALFORMED),
        ("X000043990001253000001", NumberFault.MALFORMED),
        ("S000043990001256000001", NumberFault.MALFORMED),
        ("S000043990001250000001", NumberFault.MALFORMED),
        ("S00004399000125300001", NumberFault.MALFORMED),
        ("S0000439900012530000011", NumberFault.MALFORMED),
        ("S00004399000125300000١", NumberFault.MALFORMED),
        ("184300000012345", NumberFault.MALFORMED),
    ],
)
def test_what_is_no_number_is_called_what_it_is(text: str, kind: NumberFault) -> None:
    with pytest.raises(MalformedNumber) as refused:
        parse_certificate_number(text)
    assert refused.value.kind is kind
    assert not text or text not in str(refused.value)


@given(numbers)
@settings(deadline=None)
def test_the_parts_of_a_number_make_the_number(text: str) -> None:
    number = parse_certificate_number(text)
    year, level = f"{number.year % 100:02}", str(int(number.level))
    assert number.prefix + year + level + f"{number.serial:06}" == text
    assert number.prefix == number.category + number.institution_code + number.province + number.sequence


@given(st.one_of(st.text(max_size=30), numbers.map(str.swapcase)))
@settings(deadline=None)
def test_any_text_is_a_number_or_malformed(text: str) -> None:
    with suppress(MalformedNumber):
        number = parse_certificate_number(text)
        assert parse_certificate_number(number.text) == number


def test_a_prefix_has_thirteen_characters() -> None:
    assert is_number_prefix("S000043990001")
    assert not is_number_prefix("S00004399000")
    assert not is_number_prefix("A000043990001")
    assert not is_number_prefix(NUMBER)
