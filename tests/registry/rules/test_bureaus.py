"""Fourteen cities and the province, by code and by every usual name."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.bureaus import BUREAUS, PROVINCE_CODE, UnknownBureau, parse_bureau


def test_there_are_fourteen_city_bureaus_and_the_province() -> None:
    assert len(BUREAUS) == 15
    assert [bureau.code for bureau in BUREAUS if bureau.is_province] == [PROVINCE_CODE]


def test_each_bureau_is_found_by_code_name_and_office() -> None:
    for bureau in BUREAUS:
        assert parse_bureau(bureau.code) == parse_bureau(bureau.name) == parse_bureau(bureau.office) == bureau


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("长沙", "430100"),
        (" 长沙市 ", "430100"),
        ("长沙市人社局", "430100"),
        ("４３０１００", "430100"),
        ("湘西州", "433100"),
        ("湘西土家族苗族自治州人力资源和社会保障局", "433100"),
        ("湖南省人力资源和社会保障厅", "430000"),
        ("省人社厅", "430000"),
    ],
)
def test_a_bureau_is_found_by_its_usual_names(text: str, code: str) -> None:
    assert parse_bureau(text).code == code


def test_the_office_is_the_full_name_of_the_authority() -> None:
    assert parse_bureau("430100").office == "长沙市人力资源和社会保障局"
    assert parse_bureau("430000").office == "湖南省人力资源和社会保障厅"


@given(st.text(max_size=12))
@settings(deadline=None)
def test_any_text_is_a_bureau_or_unknown(text: str) -> None:
    with suppress(UnknownBureau):
        assert parse_bureau(text) in BUREAUS
