"""Form 4 in every layout in which it is sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.errors import IntakeError, SeveralForms, WrongHeader
from registry.intake.form4 import FORM4_HEADER, Form4, Form4Row, parse_form4, read_form4
from tests.builders import a_form4, form5_row
from tests.registry.intake.checking import a_table
from tests.registry.intake.test_form5 import book_of

COUNT = ("1", "电工", "", "3", "12")
FOOT = "填报人：示例填报员    联系电话：0731-00000000    上报日期：2025-09-08"
READ = Form4(
    uploading_institution="示例评价机构",
    file_name="form5.xlsx",
    reporter="示例填报员",
    phone="0731-00000000",
    reported_on="2025-09-08",
    rows=(Form4Row(4, "电工", "", "3", 12),),
)


def test_form_as_the_product_writes_it_is_read() -> None:
    form = read_form4(a_form4(form5_row(), form5_row(level="4"), form5_row()))
    assert (form.uploading_institution, form.file_name) == ("示例评价机构", "form5.xlsx")
    assert (form.reporter, form.phone, form.reported_on) == ("示例填报员", "0731-00000000", "2025-09-08")
    assert [row[1:] for row in map(_fields, form.rows)] == [("电工", "", "3", 2), ("电工", "", "4", 1)]


def _fields(row: Form4Row) -> tuple[int, str, str, str, int | None]:
    return row.row, row.occupation, row.job, row.level, row.count


@pytest.mark.parametrize(
    ("unit", "file"),
    [
        (("上传单位（盖章）：", "示例评价机构"), ("上传文件名：", "form5.xlsx")),
        (("上传单位（盖章）：", "", "示例评价机构"), ("上传文件名：", "", "", "form5.xlsx")),
        (("上传单位（盖章）：示例评价机构",), ("上传文件名：form5.xlsx",)),
        (("上传单位(盖章):示例评价机构",), ("上传文件名: form5.xlsx",)),
        (("上传单位", "示例评价机构"), ("上传文件名", "form5.xlsx")),
        (("上传单位\n（盖章）：", "示例评价机构"), ("上传文件名 ：", "form5.xlsx")),
        (("", "上传单位：", "示例评价机构"), ("", "上传文件名：", "form5.xlsx")),
    ],
)
def test_label_and_value_may_share_a_cell_or_not(unit: tuple[str, ...], file: tuple[str, ...]) -> None:
    assert parse_form4(a_table(unit, file, FORM4_HEADER, COUNT, (FOOT,))) == READ


@pytest.mark.parametrize(
    "foot",
    [
        (FOOT,),
        ("填报人：", "示例填报员", "联系电话：", "0731-00000000", "上报日期：", "2025-09-08"),
        ("填报人：示例填报员", "", "联系电话：0731-00000000", "上报日期：2025-09-08"),
        ("填 报 人：示例填报员 联系电话：0731-00000000 上报日期：2025-09-08",),
    ],
)
def test_foot_is_read_in_one_cell_or_several(foot: tuple[str, ...]) -> None:
    table = a_table(("上传单位：示例评价机构",), ("上传文件名：form5.xlsx",), FORM4_HEADER, COUNT, foot)
    assert parse_form4(table) == READ


def test_labels_inside_a_value_are_no_labels() -> None:
    table = a_table(("上传文件名：2025填报人名单上传单位.xlsx",), FORM4_HEADER, COUNT)
    form = parse_form4(table)
    assert (form.file_name, form.reporter) == ("2025填报人名单上传单位.xlsx", "")


def test_blank_fields_are_empty() -> None:
    form = parse_form4(a_table(("上传单位（盖章）：",), ("上传文件名：",), FORM4_HEADER, COUNT))
    assert (form.uploading_institution, form.file_name, form.reporter) == ("", "", "")


def test_totals_and_empty_lines_are_no_counts() -> None:
    table = a_table(
        FORM4_HEADER, COUNT, ("2", "", "", "", ""), ("", "", "", "", ""), ("合 计", "", "", "", "12")
    )
    assert [row.count for row in parse_form4(table).rows] == [12]


@pytest.mark.parametrize(
    ("text", "count"),
    [("12", 12), ("１２", 12), ("12.0", 12), ("十二", None), ("12.5", None), ("-1", None), ("", None)],
)
def test_count_is_a_whole_number_or_none(text: str, count: int | None) -> None:
    (row,) = parse_form4(a_table(FORM4_HEADER, ("1", "电工", "", "3", text))).rows
    assert row.count == count


def test_job_written_as_none_is_none() -> None:
    (row,) = parse_form4(a_table(FORM4_HEADER, ("1", "电 工", "--", "3", "1"))).rows
    assert (row.occupation, row.job) == ("电工", "")


def test_form_without_its_counts_is_refused() -> None:
    with pytest.raises(WrongHeader) as caught:
        parse_form4(a_table(("上传单位：示例评价机构",), FORM4_HEADER[:-1]))
    assert caught.value.missing == ("数量",)
    with pytest.raises(WrongHeader):
        read_form4("甲,乙\n".encode())


def test_form_is_found_among_other_sheets() -> None:
    data = book_of((("填表说明",),), (("上传单位：示例评价机构",), FORM4_HEADER, COUNT))
    assert read_form4(data).rows[0].count == 12


def test_two_filled_forms_are_not_guessed_between() -> None:
    with pytest.raises(SeveralForms):
        read_form4(book_of((FORM4_HEADER, COUNT), (FORM4_HEADER, COUNT)))


FORM4_CELLS = st.sampled_from((*FORM4_HEADER, "上传单位：", "填报人：甲", "", "3")) | st.text(max_size=6)


@given(st.lists(st.lists(FORM4_CELLS, max_size=7).map(tuple), max_size=6))
def test_any_table_gives_a_form_or_the_rooms_own_error(rows: list[tuple[str, ...]]) -> None:
    try:
        form = parse_form4(a_table(*rows))
    except IntakeError:
        return
    assert all(row.count is None or row.count >= 0 for row in form.rows)
