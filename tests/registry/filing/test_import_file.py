"""Institutions files: what they describe, and every fault in them at once."""

import csv
import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from registry.filing.errors import FilingImportFault
from registry.filing.import_faults import ImportFault, ImportFaultCode, ImportWarningCode
from registry.filing.import_file import FilingImport, read_filings
from registry.filing.import_rows import COLUMNS
from registry.filing.model import Category, FilingState, StateChange, filing_on
from registry.intake.errors import EmptyWorkbook, NotAWorkbook
from tests.builders import a_filing, a_scope_row

RIGHT_CREDIT_CODE = "91350100M000100Y43"
LINE = {
    "credit_code": RIGHT_CREDIT_CODE,
    "name": "示例评价机构",
    "short_name": "示例机构",
    "category": "S",
    "number_prefix": "S000043990001",
    "filing_number": "示例备2024-0001",
    "bureau": "430100",
    "filed_on": "2024-08-01",
    "expires_on": "2027-07-31",
    "state": "filed",
    "state_on": "2024-08-01",
    "instrument": "",
    "occupation_code": "6-31-01-03",
    "occupation": "电工",
    "job": "",
    "levels": "5、4、3",
    "basis": "国家职业标准",
    "scope_from": "2024-08-01",
    "scope_to": "",
}


def a_csv(*lines: dict[str, str], columns: tuple[str, ...] = COLUMNS, encoding: str = "utf-8") -> bytes:
    """An institutions file with these lines, each a good one with some cells replaced."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for line in lines or ({},):
        cells = LINE | line
        writer.writerow(cells.get(column, "") for column in columns)
    return text.getvalue().encode(encoding)


def faults_of(data: bytes) -> tuple[ImportFault, ...]:
    """The faults of a file that has some."""
    with pytest.raises(FilingImportFault) as caught:
        read_filings(data)
    return caught.value.faults


def places(data: bytes) -> list[tuple[int, str, ImportFaultCode]]:
    """Where the faults of a file are."""
    return [(fault.row, fault.column, fault.code) for fault in faults_of(data)]


def warnings_of(read: FilingImport) -> list[tuple[int, str, ImportWarningCode]]:
    """What is to be confirmed in a file."""
    return [(warning.row, warning.column, warning.code) for warning in read.warnings]


def test_line_describes_a_filing_with_one_scope_row() -> None:
    read = read_filings(a_csv())
    assert read.filings == (a_filing(credit_code=RIGHT_CREDIT_CODE),)
    assert read.warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_every_usual_encoding(encoding: str) -> None:
    (filing,) = read_filings(a_csv(encoding=encoding)).filings
    assert filing.names[0].name == "示例评价机构"


def test_workbook_is_read_with_real_dates_and_columns_in_any_order() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    columns = tuple(reversed(COLUMNS))
    sheet.append(columns)
    cells: dict[str, str | date] = {**LINE}
    cells["filed_on"] = datetime(2024, 8, 1)  # noqa: DTZ001 - a spreadsheet's date has no zone
    cells["expires_on"] = date(2027, 7, 31)
    sheet.append([cells[column] for column in columns])
    target = io.BytesIO()
    book.save(target)
    assert read_filings(target.getvalue()).filings == (a_filing(credit_code=RIGHT_CREDIT_CODE),)


def test_lines_of_one_prefix_are_one_filing() -> None:
    data = a_csv(
        {},
        {"number_prefix": "S000043990002", "name": "示例另一机构"},
        {"occupation_code": "6-18-01-01", "occupation": "车工", "job": "数控车工", "levels": "4,3"},
        {"levels": "2", "scope_from": "2025-03-01", "scope_to": "2026-02-28"},
    )
    first, second = read_filings(data).filings
    assert (
        first.scope
        == a_filing(
            scope=(
                a_scope_row(),
                a_scope_row(levels=(2,), from_on=date(2025, 3, 1), to_on=date(2026, 2, 28)),
                a_scope_row(occupation_code="6-18-01-01", occupation="车工", job="数控车工", levels=(4, 3)),
            )
        ).scope
    )
    assert second.number_prefix == "S000043990002"


def test_legal_person_may_have_filings_of_both_categories() -> None:
    data = a_csv({}, {"number_prefix": "Y000043990001", "category": "Y", "basis": "行业企业评价规范"})
    assert [filing.category for filing in read_filings(data).filings] == [Category.PUBLIC, Category.EMPLOYER]


def test_bureau_may_be_named() -> None:
    (filing,) = read_filings(a_csv({"bureau": "长沙市"})).filings
    assert filing.bureaus[0].bureau == "430100"


def test_scope_begins_with_the_filing_unless_it_says_otherwise() -> None:
    (filing,) = read_filings(a_csv({"scope_from": ""})).filings
    assert filing.scope[0].from_on == date(2024, 8, 1)


def test_state_of_today_keeps_the_time_before_it() -> None:
    line = {"state": "ordered_out", "state_on": "2025-03-01", "instrument": "示例责退〔2025〕1号"}
    (filing,) = read_filings(a_csv(line)).filings
    assert filing.states == (
        StateChange(FilingState.FILED, date(2024, 8, 1), ""),
        StateChange(FilingState.ORDERED_OUT, date(2025, 3, 1), "示例责退〔2025〕1号"),
    )
    assert filing_on(filing, date(2025, 2, 28)).may_certify


def test_state_may_be_written_in_chinese() -> None:
    (filing,) = read_filings(a_csv({"state": "限期整改", "state_on": "2025-03-01"})).filings
    assert filing.states[-1].state is FilingState.RECTIFYING


def test_publicised_filing_has_no_validity_yet() -> None:
    line = {"state": "publicised", "filing_number": "", "filed_on": "", "expires_on": ""}
    (filing,) = read_filings(a_csv(line)).filings
    assert (filing.filed_on, filing.expires_on, filing.filing_number) == (None, None, "")
    assert filing.states == (StateChange(FilingState.PUBLICISED, date(2024, 8, 1), ""),)


def test_filing_without_scope_is_read() -> None:
    nothing = dict.fromkeys(
        ("occupation_code", "occupation", "job", "levels", "basis", "scope_from", "scope_to"), ""
    )
    (filing,) = read_filings(a_csv(nothing)).filings
    assert filing.scope == ()


def test_empty_lines_are_passed_over() -> None:
    data = a_csv() + b"\r\n" + ("," * (len(COLUMNS) - 1)).encode() + b"\r\n"
    assert len(read_filings(data).filings) == 1


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"name": ""}, "name", ImportFaultCode.EMPTY_CELL),
        ({"credit_code": ""}, "credit_code", ImportFaultCode.EMPTY_CELL),
        ({"credit_code": "91350100M000100Y4"}, "credit_code", ImportFaultCode.CREDIT_CODE_LENGTH),
        ({"credit_code": "91350100M000100I43"}, "credit_code", ImportFaultCode.CREDIT_CODE_ALPHABET),
        ({"category": "X"}, "category", ImportFaultCode.UNKNOWN_CATEGORY),
        ({"number_prefix": "S00004399001"}, "number_prefix", ImportFaultCode.MALFORMED_PREFIX),
        ({"category": "Y"}, "category", ImportFaultCode.CATEGORY_AGAINST_PREFIX),
        ({"bureau": "440100"}, "bureau", ImportFaultCode.UNKNOWN_BUREAU),
        ({"filing_number": ""}, "filing_number", ImportFaultCode.EMPTY_CELL),
        ({"filed_on": "去年"}, "filed_on", ImportFaultCode.NOT_A_DATE),
        ({"expires_on": "2027-02-30"}, "expires_on", ImportFaultCode.NOT_A_DATE),
        ({"expires_on": "2024-07-31"}, "expires_on", ImportFaultCode.EXPIRES_BEFORE_FILED),
        ({"state": "sleeping"}, "state", ImportFaultCode.UNKNOWN_STATE),
        ({"state": "unknown"}, "state", ImportFaultCode.UNKNOWN_STATE),
        ({"state_on": ""}, "state_on", ImportFaultCode.EMPTY_CELL),
        ({"state_on": "2024-07-31"}, "state_on", ImportFaultCode.STATE_BEFORE_FILED),
        ({"occupation_code": "631-01-03"}, "occupation_code", ImportFaultCode.MALFORMED_OCCUPATION_CODE),
        ({"occupation_code": "2-02-10-01"}, "occupation_code", ImportFaultCode.NOT_A_SKILL_OCCUPATION),
        ({"occupation": ""}, "occupation", ImportFaultCode.EMPTY_CELL),
        ({"levels": ""}, "levels", ImportFaultCode.EMPTY_CELL),
        ({"levels": "6"}, "levels", ImportFaultCode.UNKNOWN_LEVEL),
        ({"levels": "1、特级技师"}, "levels", ImportFaultCode.LEVEL_BEYOND_FORM5),
        ({"basis": ""}, "basis", ImportFaultCode.EMPTY_CELL),
        ({"basis": "行业企业评价规范"}, "basis", ImportFaultCode.BASIS_NOT_A_STANDARD),
        ({"scope_from": "soon"}, "scope_from", ImportFaultCode.NOT_A_DATE),
        ({"scope_to": "2024-07-31"}, "scope_to", ImportFaultCode.SCOPE_ENDS_BEFORE_IT_BEGINS),
    ],
)
def test_each_fault_is_named_with_its_row_and_column(
    change: dict[str, str], column: str, code: ImportFaultCode
) -> None:
    good = {"number_prefix": "S000043990002"}
    assert places(a_csv(good, change)) == [(3, column, code)]


def test_publicised_filing_with_a_validity_is_a_fault() -> None:
    assert places(a_csv({"state": "publicised"})) == [
        (2, "filed_on", ImportFaultCode.VALIDITY_WHILE_PUBLICISED),
        (2, "expires_on", ImportFaultCode.VALIDITY_WHILE_PUBLICISED),
    ]


def test_all_faults_are_listed_at_once_in_the_order_of_the_file() -> None:
    data = a_csv({"levels": "6", "name": ""}, {}, {"bureau": "", "scope_to": "never"})
    assert places(data) == [
        (2, "name", ImportFaultCode.EMPTY_CELL),
        (2, "levels", ImportFaultCode.UNKNOWN_LEVEL),
        (4, "bureau", ImportFaultCode.EMPTY_CELL),
        (4, "scope_to", ImportFaultCode.NOT_A_DATE),
    ]


def test_lines_of_one_filing_must_agree() -> None:
    (fault,) = faults_of(a_csv({}, {"name": "示例别名机构", "job": "化工检修电工"}))
    assert (fault.row, fault.column, fault.code) == (3, "name", ImportFaultCode.DIFFERS_FROM_FIRST_ROW)
    assert fault.detail == {"first": "2"}


def test_repeated_scope_row_is_a_fault() -> None:
    assert places(a_csv({}, {})) == [(3, "occupation", ImportFaultCode.REPEATED_ROW)]


def test_columns_that_are_missing_unknown_or_repeated_are_named() -> None:
    columns = (*(column for column in COLUMNS if column != "job"), "jobs", "name")
    assert places(a_csv(columns=columns)) == [
        (1, "job", ImportFaultCode.MISSING_COLUMN),
        (1, "jobs", ImportFaultCode.UNKNOWN_COLUMN),
        (1, "name", ImportFaultCode.REPEATED_COLUMN),
    ]


def test_credit_code_that_fails_its_check_is_to_be_confirmed_not_refused() -> None:
    read = read_filings(a_csv({"credit_code": "91350100M000100Y40"}))
    assert read.filings[0].credit_code == "91350100M000100Y40"
    assert warnings_of(read) == [(2, "credit_code", ImportWarningCode.CREDIT_CODE_CHECK)]


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"expires_on": "2029-07-31"}, "expires_on", ImportWarningCode.LONGER_THAN_THREE_YEARS),
        ({"name": "示例技工学校"}, "levels", ImportWarningCode.LEVEL_UNUSUAL_FOR_SCHOOL),
        ({"occupation": "电工人"}, "occupation", ImportWarningCode.NOT_IN_CATALOGUE),
        ({"job": "示例工"}, "occupation", ImportWarningCode.NOT_IN_CATALOGUE),
    ],
)
def test_what_is_unusual_is_to_be_confirmed(
    change: dict[str, str], column: str, code: ImportWarningCode
) -> None:
    read = read_filings(a_csv(change))
    assert warnings_of(read) == [(2, column, code)]
    assert len(read.filings) == 1


@pytest.mark.parametrize("name", ["示例技师学院", "示例评价机构"])
def test_levels_of_other_institutions_are_not_unusual(name: str) -> None:
    assert read_filings(a_csv({"name": name, "levels": "5、4、3、2、1"})).warnings == ()


def test_senior_technical_school_usually_ends_with_level_three() -> None:
    assert read_filings(a_csv({"name": "示例高级技工学校"})).warnings == ()
    read = read_filings(a_csv({"name": "示例高级技工学校", "levels": "2"}))
    assert read.warnings[0].detail == {"level": "3"}


def test_file_that_is_no_table_is_the_workbooks_error() -> None:
    with pytest.raises(NotAWorkbook):
        read_filings(b"%PDF-1.7\x00")
    with pytest.raises(EmptyWorkbook):
        read_filings(b"")
