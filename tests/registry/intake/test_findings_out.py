"""A workbook comes back with its cells marked, can be corrected in place, and is safe to open."""

from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from registry.intake.errors import IntakeError
from registry.intake.findings import Finding, FindingCode, finding
from registry.intake.findings_out import Marked, write_findings
from registry.intake.form5 import FORM5_HEADER, read_form5
from registry.intake.forms_out import FORM5_FIRST_ROW, write_form5
from registry.intake.header import FINDINGS_COLUMN
from tests.builders import form5_row
from tests.registry.filled import form5_csv

ROWS = [form5_row(), form5_row(name="示例乙", id_number="430102199003074516"), form5_row(name="示例丙")]
SECOND = FORM5_FIRST_ROW + 1
WRONG = finding(FindingCode.R03, "check_character", SECOND, "id_number")
LATE = finding(FindingCode.R14, "late", SECOND, "issued_on", deadline="2025-10-17", days="3")
WHOLE = finding(FindingCode.R16, "file_name", None, "file_name")
RED, YELLOW = "FFFFC7CE", "FFFFEB9C"


def marked(
    rows: Mapping[int, Sequence[Finding]],
    say: Callable[[Finding], str],
    whole: Sequence[Finding] = (),
    title: str = "",
) -> Marked:
    """What is to be said, from a table."""
    return Marked(lambda row: rows.get(row, ()), say, whole, title)


def _say(each: Finding) -> str:
    return f"{each.kind}！"


def _sheet(data: bytes) -> Worksheet:
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def _marks(sheet: Worksheet) -> dict[str, str]:
    return {
        cell.coordinate: str(cell.fill.fgColor.rgb)
        for row in sheet.iter_rows(min_row=FORM5_FIRST_ROW)
        for cell in row
        if cell.fill.patternType == "solid"
    }


def test_the_cells_are_marked_and_what_was_found_stands_beside_them() -> None:
    data = write_findings(write_form5(ROWS), "表5.xlsx", marked({SECOND: [WRONG, LATE]}, _say))
    sheet = _sheet(data)
    assert [cell.value for cell in sheet[2]] == [*FORM5_HEADER, FINDINGS_COLUMN]
    assert [cell.value for cell in sheet[SECOND]][:3] == ["示例乙", "201", "430102199003074516"]
    assert sheet.cell(SECOND, 12).value == "R03　check_character！\nR14　late！"
    assert sheet.cell(FORM5_FIRST_ROW, 12).value is None
    assert _marks(sheet) == {f"C{SECOND}": RED, f"I{SECOND}": YELLOW}
    assert {cell.number_format for cell in sheet[SECOND] if cell.value} == {"@"}


def test_what_refuses_a_cell_outdoes_what_flags_it() -> None:
    flag = finding(FindingCode.R04, "manual_review", SECOND, "id_number", type="299")
    for findings in ([flag, WRONG], [WRONG, flag]):
        sheet = _sheet(write_findings(write_form5(ROWS), "", marked({SECOND: findings}, _say)))
        assert _marks(sheet) == {f"C{SECOND}": RED}


def test_findings_of_the_whole_batch_have_a_sheet_of_their_own() -> None:
    data = write_findings(write_form5(ROWS), "", marked({}, _say, [WHOLE], "整批问题"))
    assert load_workbook(BytesIO(data)).sheetnames == ["附件5", "整批问题"]
    with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
        assert book.get_sheet_by_index(1).to_python() == [["整批问题"], ["R16　file_name！"]]


def test_a_csv_comes_back_as_a_workbook_with_its_rows_where_they_were() -> None:
    data = write_findings(form5_csv(ROWS), "表5.csv", marked({3: [WRONG]}, _say))
    assert _marks(_sheet(data)) == {"C3": RED}
    assert [row.row for row in read_form5(data).rows] == [2, 3, 4]


def test_what_came_back_is_read_again_as_it_was() -> None:
    before = write_form5(ROWS, sample=True)
    said = marked({SECOND: [WRONG]}, _say, [WHOLE], "整批问题")
    once = write_findings(before, "", said)
    assert read_form5(once) == read_form5(before)
    twice = write_findings(once, "", said)
    assert read_form5(twice) == read_form5(before)
    assert [cell.value for cell in _sheet(twice)[2]] == [*FORM5_HEADER, FINDINGS_COLUMN]


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "<b>&amp;</b>", "]]>", ' "quoted" ', "-2+3", "示例\n甲"]
)
def test_no_cell_becomes_anything_but_text(text: str) -> None:
    sheet = _sheet(write_findings(write_form5([form5_row(employer=text)]), "", marked({}, _say)))
    cell = sheet.cell(FORM5_FIRST_ROW, 4)
    assert (cell.data_type, str(cell.value).strip()) == ("s", text.strip())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=20), min_size=1, max_size=4), st.text(max_size=40))
def test_whatever_a_cell_and_a_sentence_hold_the_workbook_opens(cells: list[str], sentence: str) -> None:
    rows = [form5_row(employer=text.replace("\0", ""), name="示例甲") for text in cells]
    data = form5_csv(rows).replace(b"\x00", b"")
    try:
        before = read_form5(data)
    except IntakeError:
        return  # It was never received.
    out = write_findings(data, "", marked({2: [WRONG]}, lambda _: sentence))
    assert len(read_form5(out).rows) == len(before.rows)
