"""Numbers from outside: none is too long to be refused."""

import pytest

from web.numerals import read_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("0007", 7), ("99", 99), ("0" * 5_000, 0)])
def test_plain_digits_are_a_number(text: str, number: int) -> None:
    assert read_number(text, most=99) == number


@pytest.mark.parametrize("text", ["", "-1", "1.0", " 1", "²", "٣", "100", "9" * 5_000, "00100"])
def test_anything_else_and_more_than_the_most_is_none(text: str) -> None:
    assert read_number(text, most=99) is None
