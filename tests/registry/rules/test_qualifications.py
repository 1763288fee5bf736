"""The list of national qualifications: certain entries refuse, doubtful ones only flag."""

from datetime import date

import pytest

from registry.rules.occupations import load_catalogue
from registry.rules.qualifications import QualificationKind, load_qualifications

LIST = load_qualifications()


def test_the_list_is_dated_and_names_its_source() -> None:
    assert LIST.published_on == date(2021, 11, 23)
    assert LIST.title
    assert LIST.source


@pytest.mark.parametrize("occupation", ["消防设施操作员", "家畜繁殖员", "游泳救生员", "轨道交通列车司机"])
def test_a_certain_admission_qualification_refuses(occupation: str) -> None:
    entry = LIST.of(occupation)
    assert entry is not None
    assert entry.kind is QualificationKind.ADMISSION
    assert entry.refuses


@pytest.mark.parametrize("occupation", ["保安员", "社会体育指导员", "民航乘务员"])
def test_a_doubtful_entry_only_flags(occupation: str) -> None:
    entry = LIST.of(occupation)
    assert entry is not None
    assert entry.to_check
    assert not entry.refuses


@pytest.mark.parametrize("occupation", ["电工", "互联网营销师", "起重装卸机械操作工", "6-31-01-03", ""])
def test_other_occupations_are_not_on_the_list(occupation: str) -> None:
    assert LIST.of(occupation) is None


def test_only_welders_of_nuclear_equipment_are_on_the_list() -> None:
    assert LIST.of("焊工") is None
    assert LIST.of("焊工", "电焊工") is None
    assert LIST.of("焊工", "民用核安全设备焊工") is not None


def test_an_entry_is_found_by_code_too() -> None:
    assert LIST.of("4-07-05-03") == LIST.of("消防设施操作员")


def test_every_entry_names_an_occupation_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    for entry in LIST.entries:
        occupation = catalogue.by_code(entry.occupation_code)
        assert occupation is not None
        assert occupation.name == entry.occupation
