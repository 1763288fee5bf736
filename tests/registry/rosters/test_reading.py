"""Which column of a stranger's spreadsheet holds the numbers and which the names."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import RegistryError
from registry.intake.errors import EmptyWorkbook, SeveralForms, TooManyRows, WorkbookTooLarge
from registry.rosters.errors import HeaderFault, RosterHeaderFault
from registry.rosters.reading import Roster, read_roster
from tests.builders import a_number
from tests.registry.rosters.lists import as_csv, as_xlsx

NUMBER, NAME = a_number(990_001), "示例甲"
MEGABYTE = 1 << 20


def read(data: bytes, *, rows: int = 10, added: tuple[tuple[str, ...], ...] = ()) -> Roster:
    return read_roster(data, "名单.xlsx", most_rows=rows, most_bytes=10 * MEGABYTE, added=added)


@pytest.mark.parametrize(
    ("numbers", "names"),
    [
        ("证书编号", "姓名"),
        (" 证书 编号 ", "姓 名"),
        ("*证书编号（必填）", "姓名（全名）"),
        ("职业技能等级证书编号", "持证人姓名"),
        ("证书编号：", "员工姓名"),
        ("Certificate No.", "Full name"),
        ("CERTIFICATE NUMBER", "Holder's name"),
        ("certificate_number", "Name"),
    ],
)
def test_the_columns_are_known_by_several_spellings(numbers: str, names: str) -> None:
    roster = read(as_xlsx([["序号", names, "部门", numbers], [1, NAME, "示例部", NUMBER]]))
    assert [(row.at, row.number, row.name) for row in roster.rows] == [(2, NUMBER, NAME)]


@pytest.mark.parametrize("document", ["证件编号", "证件号码", "身份证号"])
def test_the_number_of_an_identity_document_is_not_taken_for_that_of_a_certificate(document: str) -> None:
    roster = read(as_xlsx([["姓名", document, "证书编号"], [NAME, "439901199001010011", NUMBER]]))
    assert [row.number for row in roster.rows] == [NUMBER]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csv_is_read_as_programs_here_save_it(encoding: str) -> None:
    roster = read(as_csv([["证书编号", "姓名"], [NUMBER, NAME]], encoding))
    assert (roster.rows[0].number, roster.rows[0].name) == (NUMBER, NAME)


def test_title_rows_stand_above_and_empty_lines_between() -> None:
    rows = [
        ["示例单位拟录用人员名单"],
        [],
        ["证书编号", "姓名"],
        [NUMBER, NAME],
        [],
        ["", "示例乙"],
        ["", "", "注"],
    ]
    roster = read(as_xlsx(rows))
    assert roster.header == 3
    assert [(row.at, row.number, row.name) for row in roster.rows] == [(4, NUMBER, NAME), (6, "", "示例乙")]


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (["编码", "人员"], HeaderFault.NO_NUMBERS),
        (["证书编号", "人员"], HeaderFault.NO_NAMES),
        (["证书编号", "编号", "姓名"], HeaderFault.SEVERAL_NUMBERS),
        (["证书编号", "姓名", "姓名"], HeaderFault.SEVERAL_NAMES),
        ([NUMBER, NAME], HeaderFault.NO_NUMBERS),
    ],
)
def test_a_header_that_cannot_be_told_says_what_it_lacks(header: list[str], fault: HeaderFault) -> None:
    with pytest.raises(RosterHeaderFault) as raised:
        read(as_csv([header, [NUMBER, NAME, NAME]]))
    assert raised.value.kind is fault


def test_the_sheet_with_the_list_is_found_among_others() -> None:
    roster = read(as_xlsx([["说明"]], [["证书编号", "姓名"], [NUMBER, NAME]], [["证书编号", "姓名"]]))
    assert roster.table.name == "表1"


def test_two_filled_lists_in_one_file_are_not_guessed_at() -> None:
    one = [["证书编号", "姓名"], [NUMBER, NAME]]
    with pytest.raises(SeveralForms):
        read(as_xlsx(one, one))


@pytest.mark.parametrize(
    "data", [b"", as_csv([["证书编号", "姓名"]]), as_csv([["证书编号", "姓名"], ["", ""]])]
)
def test_an_empty_list_is_said_to_be_empty(data: bytes) -> None:
    with pytest.raises(EmptyWorkbook):
        read(data)


@pytest.mark.parametrize("count", [11, 100_000])
def test_too_many_rows_are_refused_with_the_limit_and_not_with_that_of_the_reader(count: int) -> None:
    with pytest.raises(TooManyRows) as raised:
        read(as_csv([["证书编号", "姓名"], *([NUMBER, NAME],) * count]))
    assert raised.value.limit == 10


def test_the_columns_of_an_earlier_check_are_passed_over() -> None:
    titles = ("核验结论", "核验说明")
    rows = [["证书编号", "姓名", "部门", *titles], [NUMBER, NAME, "示例部", "有效", "旧"]]
    roster = read(as_csv(rows), added=(("Verdict", "Explanation"), titles))
    assert roster.width == 3
    assert roster.table.rows[1].cells == (NUMBER, NAME, "示例部")
    own = read(as_csv(rows), added=(("Verdict", "Explanation"), ("核验结论", "别的")))
    assert own.width == 5


def test_a_bomb_is_known_before_it_is_unpacked() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(100 * MEGABYTE))
    with pytest.raises(WorkbookTooLarge):
        read(target.getvalue())


_CELL = st.sampled_from(["证书编号", "姓名", NUMBER, NAME, "", "=1+1", "\u200b", "*", "(", "编号"]) | st.text(
    max_size=6
)


@settings(max_examples=150)
@given(st.lists(st.lists(_CELL, max_size=5), max_size=8), st.sampled_from(["utf-8", "gb18030"]))
def test_any_table_is_a_roster_or_an_error_of_the_register(rows: list[list[str]], encoding: str) -> None:
    try:
        roster = read(
            as_csv(
                [[cell.encode(encoding, "ignore").decode(encoding) for cell in row] for row in rows], encoding
            )
        )
    except RegistryError:
        return
    assert roster.rows
    assert all(row.number or row.name for row in roster.rows)
    assert all(len(row.cells) <= roster.width for row in roster.table.rows if row.number >= roster.header)


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_roster_or_an_error_of_the_register(data: bytes) -> None:
    try:
        read(data)
    except RegistryError:
        return
