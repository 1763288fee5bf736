"""The forms that are written look like the official ones and carry every value unchanged."""

from datetime import date
from io import BytesIO
from time import gmtime
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from registry.intake.forms_out import (
    FORM4_TITLE,
    FORM5_FIRST_ROW,
    FORM5_TITLE,
    UnwritableCell,
    count_rows,
    write_form4,
    write_form5,
)
from tests.builders import a_form4, form5_row

OFFICIAL_HEADER = [
    "姓名",
    "证件类型",
    "证件号码",
    "所在单位",
    "职业名称",
    "工种名称",
    "职业技能等级",
    "证书编号",
    "发证日期",
    "评价机构",
    "发证机构",
]
OFFICIAL_TYPE_NOTE = (
    "证件类型为：201=居民身份证；227=中国护照；210=港澳居民来往内地通行证；237=港澳居民居住证；"
    "213=台湾居民来往大陆通行证；238=台湾居民居住证；208=外国护照；233=外国人永久居留身份证；"
    "239=《中华人民共和国外国人工作许可证》（A类）；240=《中华人民共和国外国人工作许可证》（B类）；"
    "241=《中华人民共和国外国人工作许可证》（C类）；299=其他个人证件"
)
OFFICIAL_LEVEL_NOTE = (
    "职业技能等级为：1=一级或高级技师；2=二级或技师；3=三级或高级工；4=四级或中级工；5=五级或初级工"
)


def test_form5_has_the_official_title_header_rows_and_notes_in_order() -> None:
    rows = _rows(write_form5([form5_row(), form5_row(name="示例乙")]))
    assert [row[0] for row in rows] == [
        FORM5_TITLE,
        "姓名",
        "示例甲",
        "示例乙",
        OFFICIAL_TYPE_NOTE,
        OFFICIAL_LEVEL_NOTE,
        "发证日期为：YYYY-MM-DD格式",
    ]
    assert rows[1] == OFFICIAL_HEADER
    assert rows[FORM5_FIRST_ROW - 1] == list(form5_row())


def test_title_and_notes_span_the_whole_table() -> None:
    merged = {str(cells) for cells in _first_sheet(write_form5([form5_row()])).merged_cells.ranges}
    assert merged == {"A1:K1", "A4:K4", "A5:K5", "A6:K6"}


@pytest.mark.parametrize("value", ["430102199003074515", "=1+1", "#N/A", "007", "2025-09-01", "<&>", " x "])
def test_every_value_is_kept_as_the_text_it_was(value: str) -> None:
    cell = _first_sheet(write_form5([form5_row(id_number=value)])).cell(FORM5_FIRST_ROW, 3)
    assert (cell.value, cell.data_type, cell.number_format) == (value, "s", "@")


def test_another_reader_sees_the_same_values() -> None:
    assert _rows(write_form5([form5_row(id_number="=1+1")]))[2][2] == "=1+1"


@pytest.mark.parametrize("value", ["示例\x01", "示例\ud800", "示例\ufffe", "示" * 32_768])
def test_what_no_workbook_can_carry_is_refused_by_row_and_column(value: str) -> None:
    with pytest.raises(UnwritableCell) as refused:
        write_form5([form5_row(), form5_row(employer=value)])
    assert (refused.value.row, refused.value.column) == (1, 3)
    with pytest.raises(UnwritableCell):
        a_form4(institution=value)


def test_empty_form_has_the_sample_and_blank_rows_as_text() -> None:
    data = write_form5(sample=True, blank_rows=5)
    sheet = _first_sheet(data)
    assert [sheet.cell(3, column).value for column in (1, 2, 3)] == ["******", "居民身份证", "******"]
    assert [sheet.cell(row, 3).number_format for row in range(4, 9)] == ["@"] * 5
    assert str(sheet.cell(9, 1).value).startswith("证件类型为：")


def test_drop_downs_of_type_and_level_only_warn_because_codes_are_right_too() -> None:
    sheet = _first_sheet(write_form5([form5_row()] * 3))
    lists = _drop_downs(sheet)
    assert lists["B3:B5"].startswith('"居民身份证,中国护照,')
    assert lists["G3:G5"] == '"五级/初级工,四级/中级工,三级/高级工,二级/技师,一级/高级技师"'
    # A spreadsheet program refuses a file with a longer list in a rule.
    assert all(len(formula) <= 257 for formula in lists.values())
    assert {rule.errorStyle for rule in sheet.data_validations.dataValidation} == {"warning"}


def test_form4_says_whose_file_it_is_and_what_it_holds() -> None:
    rows = [form5_row(), form5_row(level="4"), form5_row(), form5_row(job="化工检修电工")]
    data = write_form4(
        uploading_institution="示例评价机构",
        file_name="示例.xlsx",
        counts=count_rows(rows),
        reporter="示例填报员",
        phone="0731-00000000",
        reported_on=date(2025, 9, 8),
    )
    assert _rows(data) == [
        [FORM4_TITLE, "", "", "", ""],
        ["上传单位（盖章）：", "", "示例评价机构", "", ""],
        ["上传文件名：", "", "示例.xlsx", "", ""],
        ["序号", "职业名称", "工种名称", "等级", "数量"],
        ["1", "电工", "", "3", "2"],
        ["2", "电工", "", "4", "1"],
        ["3", "电工", "化工检修电工", "3", "1"],
        ["填报人：示例填报员    联系电话：0731-00000000    上报日期：2025-09-08", "", "", "", ""],
    ]


def test_the_same_rows_give_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    before = write_form5([form5_row()])
    monkeypatch.setattr("time.localtime", lambda *_: gmtime(2_000_000_000))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert write_form5([form5_row()]) == before
    with ZipFile(BytesIO(before)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(2025, 8, 1, 0, 0, 0)}


def _first_sheet(data: bytes) -> Worksheet:
    sheet = load_workbook(BytesIO(data)).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def _rows(data: bytes) -> list[list[object]]:
    with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
        return [list(row) for row in book.get_sheet_by_index(0).to_python()]


def _drop_downs(sheet: Worksheet) -> dict[str, str]:
    return {str(rule.sqref): str(rule.formula1) for rule in sheet.data_validations.dataValidation}
