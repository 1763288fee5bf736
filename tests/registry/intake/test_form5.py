"""Form 5 as people send it: every oddity seen in such files."""

import io

import pytest
import xlwt  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from registry.intake.errors import EmptyWorkbook, IntakeError, SeveralForms, WrongHeader
from registry.intake.form5 import FORM5_HEADER, Form5, Form5Row, parse_form5, read_form5
from registry.intake.forms_out import Form5Cells, write_form5
from tests.builders import form5_row
from tests.registry.intake.checking import a_table

ROW = Form5Row(0, *form5_row())
NOTE = "证件类型为：201=居民身份证；227=中国护照"


def the_row(cells: Form5Cells | tuple[str, ...]) -> Form5Row:
    """The one certificate of a sheet with this row below the header."""
    (row,) = parse_form5(a_table(FORM5_HEADER, cells)).rows
    return row


def numbers(form: Form5) -> list[int]:
    """The rows at which a form's certificates stand."""
    return [row.row for row in form.rows]


def test_form_as_the_product_writes_it_is_read() -> None:
    rows = [form5_row(), form5_row(name="示例乙")]
    form = read_form5(write_form5(rows, sample=True, blank_rows=4))
    assert [row[1:] for row in form.rows] == rows
    assert numbers(form) == [4, 5]


def test_old_workbook_is_read() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("附件5")
    sheet.write_merge(0, 0, 0, 10, "湖南省职业技能等级证书数据表")
    for at, cells in enumerate((FORM5_HEADER, form5_row()), start=1):
        for column, cell in enumerate(cells):
            sheet.write(at, column, cell)
    target = io.BytesIO()
    book.save(target)
    assert read_form5(target.getvalue()).rows == (ROW._replace(row=3),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read(encoding: str) -> None:
    text = "\r\n".join(",".join(cells) for cells in (FORM5_HEADER, form5_row()))
    assert read_form5(text.encode(encoding)).rows == (ROW._replace(row=2),)


def test_header_is_found_below_merged_title_rows() -> None:
    title = ("湖南省职业技能等级证书数据表",)
    form = parse_form5(a_table(("附件5",), title, (), FORM5_HEADER, form5_row()))
    assert numbers(form) == [5]


def test_header_may_begin_in_a_later_column() -> None:
    form = parse_form5(a_table(("", "", *FORM5_HEADER), ("", "", *form5_row(), "页边的备注")))
    assert [row[1:] for row in form.rows] == [form5_row()]


@pytest.mark.parametrize(
    "dress",
    ["{0}\n", " {0} ", "{0}*", "*{0}", "{0}（必填）", "{0}：", "\u200b{0}", "{0[0]} {0[1]}{1}"],
)
def test_header_may_be_dressed_up(dress: str) -> None:
    header = tuple(dress.format(name, name[2:]) for name in FORM5_HEADER)
    assert len(parse_form5(a_table(header, form5_row())).rows) == 1


@pytest.mark.parametrize("stars", ["******", "***", "＊＊＊＊＊＊"])
def test_sample_row_is_no_certificate(stars: str) -> None:
    sample = (stars, "居民身份证", *[stars] * 9)
    assert numbers(parse_form5(a_table(FORM5_HEADER, sample, form5_row()))) == [3]


def test_masked_name_with_a_real_number_is_no_sample() -> None:
    assert the_row(form5_row(name="**")).name == "**"


@pytest.mark.parametrize(
    "note",
    [
        NOTE,
        "证件类型为:201=居民身份证",
        "208=外国护照；233=外国人永久居留身份证；239=《中华人民共和国外国人工作许可证》（A类）",
        "职业技能等级为：1=一级或高级技师；2=二级或技师",
        "发证日期为：YYYY-MM-DD格式",
        "备注：以上数据真实有效",
    ],
)
def test_notes_at_the_foot_are_no_certificates(note: str) -> None:
    assert numbers(parse_form5(a_table(FORM5_HEADER, form5_row(), (note,)))) == [2]


def test_repeated_header_is_no_certificate() -> None:
    form = parse_form5(a_table(FORM5_HEADER, form5_row(), FORM5_HEADER, form5_row()))
    assert numbers(form) == [2, 4]


def test_row_that_is_nearly_empty_is_not_dropped() -> None:
    assert numbers(parse_form5(a_table(FORM5_HEADER, ("示例甲",)))) == [2]


@pytest.mark.parametrize("empty", ["", " ", "\u200b", "\u3000", "'"])
def test_trailing_empty_rows_are_dropped(empty: str) -> None:
    form = parse_form5(a_table(FORM5_HEADER, form5_row(), (empty,) * 11, (), (empty,) * 3))
    assert numbers(form) == [2]


@pytest.mark.parametrize(
    "text",
    [
        "430102199003074515",
        "４３０１０２１９９００３０７４５１５",
        "'430102199003074515",
        "\t430102199003074515 ",
        "430102 1990 0307 4515",
        "430102199003074515\u200b",
        "\ufeff430102199003074515",
        "430102199003074515.0",
    ],
)
def test_identity_number_is_tidied(text: str) -> None:
    assert the_row(form5_row(id_number=text)).id_number == "430102199003074515"


def test_lower_case_x_becomes_upper_case() -> None:
    assert the_row(form5_row(id_number="11010519491231002x")).id_number == "11010519491231002X"


def test_number_that_a_spreadsheet_rounded_stays_as_it_is() -> None:
    assert the_row(form5_row(id_number="4.30102E+17")).id_number == "4.30102E+17"


@pytest.mark.parametrize(
    "text", ["s000043990001253000001", "Ｓ000043990001253000001", " S0000 43990001253000001"]
)
def test_certificate_number_is_tidied(text: str) -> None:
    assert the_row(form5_row(number=text)).number == "S000043990001253000001"


@pytest.mark.parametrize(("text", "tidy"), [("３", "3"), ("3.0", "3"), (" 三级 ", "三级"), ("'3", "3")])
def test_level_is_tidied(text: str, tidy: str) -> None:
    assert the_row(form5_row(level=text)).level == tidy


def test_type_that_became_a_number_is_tidied() -> None:
    assert the_row(form5_row(id_type="201.0")).id_type == "201"


def test_dots_of_a_minority_name_become_one_kind() -> None:
    assert the_row(form5_row(name=" 示例．买买提•某 ")).name == "示例·买买提·某"


def test_name_is_never_composed_or_folded() -> None:
    assert the_row(form5_row(name="示例ｅ\u0301")).name == "示例ｅ\u0301"


@pytest.mark.parametrize("text", ["--", "-", "无", "/", " "])
def test_job_written_as_none_is_none(text: str) -> None:
    assert the_row(form5_row(job=text)).job == ""


def test_spaces_inside_an_occupation_are_removed() -> None:
    assert the_row(form5_row(occupation="电 工")).occupation == "电工"


def test_short_row_is_filled_up() -> None:
    assert the_row(form5_row()[:9])[10:] == ("", "")


@pytest.mark.parametrize(
    ("header", "missing", "unexpected", "misplaced"),
    [
        (FORM5_HEADER[1:], ("姓名",), (), ()),
        (("序号", *FORM5_HEADER), (), ("序号",), ()),
        ((*FORM5_HEADER, "备注"), (), ("备注",), ()),
        ((FORM5_HEADER[1], FORM5_HEADER[0], *FORM5_HEADER[2:]), (), (), ("证件类型", "姓名")),
        ((*FORM5_HEADER[:2], "身份证号", *FORM5_HEADER[3:]), ("证件号码",), ("身份证号",), ()),
        ((*FORM5_HEADER[:3], "", *FORM5_HEADER[3:]), (), ("",), ()),
        ((*FORM5_HEADER, "姓名"), (), ("姓名",), ()),
    ],
)
def test_wrong_header_says_what_is_wrong(
    header: tuple[str, ...], missing: tuple[str, ...], unexpected: tuple[str, ...], misplaced: tuple[str, ...]
) -> None:
    with pytest.raises(WrongHeader) as caught:
        parse_form5(a_table(("附件5",), header, form5_row()))
    fault = caught.value
    assert (fault.row, fault.missing, fault.unexpected, fault.misplaced) == (
        2,
        missing,
        unexpected,
        misplaced,
    )


def test_sheet_without_anything_like_a_header_lacks_every_column() -> None:
    with pytest.raises(WrongHeader) as caught:
        read_form5("甲,乙\n丙,丁\n".encode())
    assert (caught.value.row, caught.value.missing) == (None, FORM5_HEADER)


def test_form_without_certificates_is_empty() -> None:
    with pytest.raises(EmptyWorkbook):
        read_form5(write_form5(sample=True, blank_rows=3))


def book_of(*sheets: tuple[tuple[str, ...], ...]) -> bytes:
    """A workbook with these sheets."""
    book = Workbook()
    for at, rows in enumerate(sheets):
        sheet = book.worksheets[0] if at == 0 else book.create_sheet()
        for row in rows:
            sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_sheet_with_the_form_is_found_among_others() -> None:
    data = book_of((("填表说明",),), (FORM5_HEADER,), (("附件5",), FORM5_HEADER, form5_row()))
    assert numbers(read_form5(data)) == [3]


def test_two_filled_forms_are_not_guessed_between() -> None:
    with pytest.raises(SeveralForms) as caught:
        read_form5(book_of((FORM5_HEADER, form5_row()), (FORM5_HEADER, form5_row())))
    assert caught.value.count == 2


def test_nearest_header_of_several_sheets_is_the_one_reported() -> None:
    with pytest.raises(WrongHeader) as caught:
        read_form5(book_of((("填表说明",),), (FORM5_HEADER[:-1],)))
    assert caught.value.missing == ("发证机构",)


@given(st.lists(st.lists(st.text(max_size=8), max_size=13).map(tuple), max_size=8))
def test_any_table_below_a_header_is_read(rows: list[tuple[str, ...]]) -> None:
    form = parse_form5(a_table(FORM5_HEADER, *rows))
    assert all(any(row[1:]) for row in form.rows)
    assert [row.row for row in form.rows] == sorted({row.row for row in form.rows})


@given(st.lists(st.lists(st.sampled_from((*FORM5_HEADER, "", "甲")), max_size=13).map(tuple), max_size=6))
def test_any_table_gives_a_form_or_the_rooms_own_error(rows: list[tuple[str, ...]]) -> None:
    try:
        parse_form5(a_table(*rows))
    except IntakeError:
        return
