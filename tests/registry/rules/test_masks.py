"""One mask for names and one for identity numbers; neither tells more than it says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.masks import mask_identity_number, mask_name
from registry.rules.text import normalise_name

han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
identity_numbers = st.from_regex(r"[A-Z0-9]{5,20}", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("示例甲", "示**"),
        ("示甲", "示*"),
        ("示例甲乙", "示***"),
        ("示例·甲", "示**"),
        ("示例·甲乙丙·丁", "示**"),
        ("示．甲", "示**"),
        ("Shili", "S****"),
        ("示\U000e0100例", "示*"),
        ("示", "*"),
        ("", ""),
    ],
)
def test_the_mask_of_a_name(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("430102199003074515", "43**************15"),
        ("11010519491231002X", "11**************2X"),
        ("H12345678", "H1*****78"),
        ("12345678", "12****78"),
        ("E1234", "E1*34"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_the_mask_of_an_identity_number(number: str, masked: str) -> None:
    assert mask_identity_number(number) == masked


@given(st.text(han, min_size=2, max_size=10))
@settings(deadline=None)
def test_a_masked_name_shows_its_first_character_only(name: str) -> None:
    masked = mask_name(name)
    assert masked[0] == name[0]
    assert set(masked[1:]) == {"*"}
    assert len(masked) == len(name)


@given(han, st.text(han, min_size=1, max_size=6), st.text(han, min_size=1, max_size=6))
@settings(deadline=None)
def test_names_with_a_dot_do_not_even_show_their_length(first: str, one: str, other: str) -> None:
    assert mask_name(f"{first}{one}·{other}") == f"{first}**"


@given(st.text(max_size=20))
@settings(deadline=None)
def test_no_mask_shows_more_than_one_character_of_a_name(name: str) -> None:
    shown = mask_name(name).replace("*", "")
    assert len(shown) <= 1
    assert not shown or normalise_name(name).replace("*", "").find(shown) >= 0
    assert mask_name(name) != normalise_name(name) or set(normalise_name(name)) <= {"*"}


@given(identity_numbers)
@settings(deadline=None)
def test_a_masked_identity_number_shows_two_at_each_end(number: str) -> None:
    masked = mask_identity_number(number)
    assert len(masked) == len(number)
    assert (masked[:2], masked[-2:]) == (number[:2], number[-2:])
    assert set(masked[2:-2]) == {"*"}


@given(identity_numbers)
@settings(deadline=None)
def test_masking_a_mask_shows_nothing_more(number: str) -> None:
    assert mask_identity_number(mask_identity_number(number)) == mask_identity_number(number)
