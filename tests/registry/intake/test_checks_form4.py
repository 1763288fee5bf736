"""R16: the compliance sheet must match the data sheet, its institution and its file."""

from datetime import date

import pytest

from registry.filing.model import NamePeriod
from registry.intake.findings import Severity
from tests.builders import a_filing, a_number, a_scope_row, an_id_number, form5_row
from tests.registry.intake.checking import a_form4_table, checked, findings_of, kinds, only

COUNTS = [("电工", "", "3", 1)]


def test_r16_counts_that_match_bring_nothing() -> None:
    rows = (
        form5_row(),
        form5_row(number=a_number(2), id_number=an_id_number(2)),
        form5_row(number=a_number(1, level=4), level="4", id_number=an_id_number(3)),
    )
    assert kinds(checked(*rows, form4=a_form4_table([("电工", "", "3", 2), ("电工", "", "4", 1)]))) == []


@pytest.mark.parametrize("level", ["3", "三级", "高级工", "三级/高级工", "３"])
def test_r16_level_may_be_written_in_another_way_than_in_form_5(level: str) -> None:
    assert kinds(checked(form4=a_form4_table([("电工", "--", level, 1)]))) == []


def test_r16_group_on_two_lines_is_added_up() -> None:
    rows = (form5_row(), form5_row(number=a_number(2), id_number=an_id_number(2)))
    assert kinds(checked(*rows, form4=a_form4_table([*COUNTS, *COUNTS]))) == []


def test_r16_other_count() -> None:
    batch = checked(form4=a_form4_table([("电工", "", "3", 2)]))
    found = only(batch)
    assert (found.code, found.kind, found.row, found.column) == ("R16", "count", 4, "count")
    assert found.severity is Severity.REFUSE_BATCH
    assert found.detail == {
        "kind": "count", "occupation": "电工", "job": "", "level": "3", "form4": "2", "form5": "1",
    }  # fmt: skip
    assert batch.batch_findings == (found,)
    assert batch.rows[0].record is not None


def test_r16_group_that_form_4_lacks() -> None:
    found = only(checked(form4=a_form4_table([])))
    assert (found.kind, found.row, found.detail["form4"], found.detail["form5"]) == ("count", None, "0", "1")


def test_r16_group_that_form_5_lacks() -> None:
    found = only(checked(form4=a_form4_table([*COUNTS, ("电工", "", "4", 1)])))
    assert (found.kind, found.row, found.detail["form4"], found.detail["form5"]) == ("count", 5, "1", "0")


def test_r16_refused_rows_count_too() -> None:
    rows = (form5_row(), form5_row(number="S00", id_number=an_id_number(2)))
    assert kinds(checked(*rows, form4=a_form4_table([("电工", "", "3", 2)]))) == ["R06.malformed"]


def test_r16_words_that_are_no_occupation_are_not_repeated() -> None:
    batch = checked(form5_row(occupation="示例某人"), form4=a_form4_table([]))
    assert kinds(batch) == ["R10.occupation_unlisted", "R16.count_unnamed"]
    assert "示例某人" not in repr(findings_of(batch))


def test_r16_group_without_a_level_is_not_named() -> None:
    batch = checked(form5_row(level=""), form4=a_form4_table([]))
    assert kinds(batch) == ["R01.empty", "R16.count_unnamed"]


def test_r16_words_of_the_filing_are_repeated() -> None:
    filing = a_filing(scope=(a_scope_row(occupation="示例新职业"),))
    batch = checked(form5_row(occupation="示例新职业"), filing=filing, form4=a_form4_table([]))
    assert only(batch).detail["occupation"] == "示例新职业"


@pytest.mark.parametrize("count", ["两本", "", "1.5"])
def test_r16_count_that_is_no_number(count: str) -> None:
    found = only(checked(form4=a_form4_table([("电工", "", "3", count)])))
    assert (found.kind, found.row, found.column) == ("count_unreadable", 4, "count")


@pytest.mark.parametrize("name", ["示例别的机构", ""])
def test_r16_sheet_of_another_institution(name: str) -> None:
    found = only(checked(form4=a_form4_table(COUNTS, institution=name)))
    assert (found.kind, found.column) == ("institution", "uploading_institution")
    assert found.detail["expected"] == "示例评价机构"


@pytest.mark.parametrize("name", ["示例评价机构", "示例机构", " 示例 评价机构"])
def test_r16_names_of_the_institution_are_right(name: str) -> None:
    assert kinds(checked(form4=a_form4_table(COUNTS, institution=name))) == []


def test_r16_institution_is_named_as_on_the_day_of_upload() -> None:
    filing = a_filing(
        names=(
            NamePeriod("示例评价机构", "", date(2024, 8, 1)),
            NamePeriod("示例新机构", "", date(2025, 9, 5)),
        )
    )
    assert kinds(checked(filing=filing, form4=a_form4_table(COUNTS, institution="示例新机构"))) == []
    assert kinds(checked(filing=filing)) == ["R16.institution"]


@pytest.mark.parametrize("name", ["form5.xlsx", "form5", "FORM5.XLSX", " form5.xlsx "])
def test_r16_file_is_named_with_or_without_its_ending(name: str) -> None:
    assert kinds(checked(form4=a_form4_table(COUNTS, file_name=name))) == []


@pytest.mark.parametrize("name", ["form6.xlsx", "", "form5.xls"])
def test_r16_sheet_of_another_file(name: str) -> None:
    found = only(checked(form4=a_form4_table(COUNTS, file_name=name)))
    assert (found.kind, found.column) == ("file_name", "file_name")
