"""Levels in every form in which people write them, and those that Form 5 cannot carry."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.levels import (
    Level,
    LevelFault,
    LevelFaultKind,
    level_label,
    parse_level,
    parse_levels,
)

LABELS = {
    5: ("五级", "初级工"),
    4: ("四级", "中级工"),
    3: ("三级", "高级工"),
    2: ("二级", "技师"),
    1: ("一级", "高级技师"),
}


@pytest.mark.parametrize("code", LABELS)
def test_a_level_is_read_in_every_form(code: int) -> None:
    ordinal, title = LABELS[code]
    full_width = chr(ord("０") + code)
    forms = [
        str(code), full_width, f" {code} ", f"'{code}", f"{code}级", ordinal, title, f"{ordinal}/{title}",
        f"{ordinal}／{title}", f"{title}/{ordinal}", f"{ordinal}（{title}）", f"{ordinal}或{title}",
        f"{code}={ordinal}或{title}", f"{ordinal}、{title}", f"{ordinal} {title}", f"{full_width}级",
    ]  # fmt: skip
    assert {form: parse_level(form) for form in forms} == dict.fromkeys(forms, Level(code))


@pytest.mark.parametrize("code", LABELS)
def test_the_label_is_what_the_certificate_prints(code: int) -> None:
    assert level_label(code) == "/".join(LABELS[code])
    assert parse_level(level_label(code)) is Level(code)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", LevelFaultKind.EMPTY),
        ("/", LevelFaultKind.EMPTY),
        ("0", LevelFaultKind.UNKNOWN),
        ("6", LevelFaultKind.UNKNOWN),
        ("33", LevelFaultKind.UNKNOWN),
        ("高级", LevelFaultKind.UNKNOWN),
        ("三级/资深", LevelFaultKind.UNKNOWN),
        ("三级/技师", LevelFaultKind.CONTRADICTORY),
        ("2=三级或高级工", LevelFaultKind.CONTRADICTORY),
        ("学徒工", LevelFaultKind.BEYOND_FORM5),
        ("特级技师", LevelFaultKind.BEYOND_FORM5),
        ("首席技师", LevelFaultKind.BEYOND_FORM5),
        ("一级/特级技师", LevelFaultKind.BEYOND_FORM5),
    ],
)
def test_what_is_no_level_is_called_what_it_is(text: str, kind: LevelFaultKind) -> None:
    with pytest.raises(LevelFault) as refused:
        parse_level(text)
    assert refused.value.kind is kind


@given(st.text(max_size=12))
@settings(deadline=None)
def test_any_text_is_a_level_or_a_fault(text: str) -> None:
    with suppress(LevelFault):
        assert parse_level(text) in Level


@pytest.mark.parametrize(
    "text", ["5、4、3", "3,4,5", "５、４、３", "五级、四级、三级", "5/4/3", "5 4 3", "3、4、5、4"]
)
def test_the_levels_of_a_scope_row_are_read_lowest_first(text: str) -> None:
    assert parse_levels(text) == (5, 4, 3)


@pytest.mark.parametrize("text", ["", "、", "5、学徒工", "5~3"])
def test_a_scope_row_without_levels_is_refused(text: str) -> None:
    with pytest.raises(LevelFault):
        parse_levels(text)
