"""Cells and names: what is thrown away, what stays as the reviewer saw it, what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.text import NameFault, NameFaultKind, check_name, clean_cell, normalise_name

any_text = st.text(max_size=40)


@pytest.mark.parametrize(
    ("cell", "cleaned"),
    [
        ("  电工 ", "电工"),
        ("'430102199003074515", "430102199003074515"),
        ("电工\u200b", "电工"),
        ("\ufeff电工\u3000", "电工"),
        ("\u00a0示例\n机构\t", "示例 机构"),
        ("２０２５", "２０２５"),
        ("", ""),
        ("' '", ""),
    ],
)
def test_a_cell_loses_what_nobody_sees(cell: str, cleaned: str) -> None:
    assert clean_cell(cell) == cleaned


@given(any_text)
@settings(deadline=None)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_cell(clean_cell(text)) == clean_cell(text)
    assert normalise_name(normalise_name(text)) == normalise_name(text)


def test_the_dots_of_a_minority_name_become_one_dot() -> None:
    assert normalise_name(" 示例．甲 ") == normalise_name("示例•甲") == "示例·甲"


def test_names_are_neither_composed_nor_folded() -> None:
    compatibility_ideograph, decomposed = "\uf900", "Jose\u0301"
    assert normalise_name(compatibility_ideograph) == compatibility_ideograph
    assert normalise_name(decomposed) == decomposed


@pytest.mark.parametrize(
    "name", ["示例甲", "示例·甲·乙", "示例．甲", "〇示例", "Li Shili", "JEAN-PAUL O'SHILI"]
)
def test_a_name_may_be(name: str) -> None:
    assert check_name(name) == normalise_name(name)


def test_a_rare_ideograph_newer_than_the_interpreter_is_no_fault() -> None:
    assert check_name("示\U000323b0") == "示\U000323b0"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", NameFaultKind.EMPTY),
        (" \u200b", NameFaultKind.EMPTY),
        ("示例1", NameFaultKind.DIGIT),
        ("示例１", NameFaultKind.DIGIT),
        ("示 例", NameFaultKind.SPACE),
        ("示\u3000例", NameFaultKind.SPACE),
        ("Li 示例", NameFaultKind.SPACE),
        ("示\ue123", NameFaultKind.PRIVATE_USE),
        ("示\x00例", NameFaultKind.CONTROL),
        ("示\ufffd", NameFaultKind.CONTROL),
        ("示" + chr(0xD800), NameFaultKind.CONTROL),
        ("示**", NameFaultKind.MASKED),
    ],
)
def test_a_name_may_not_be(name: str, kind: NameFaultKind) -> None:
    with pytest.raises(NameFault) as refused:
        check_name(name)
    assert refused.value.kind is kind


@given(st.text(st.characters(), max_size=12))
@settings(deadline=None)
def test_any_text_is_a_name_or_a_name_fault(text: str) -> None:
    with suppress(NameFault):
        name = check_name(text)
        assert name == check_name(name)
