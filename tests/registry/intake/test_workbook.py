"""From bytes to rows: what is read, and the one clear error for what is not."""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime

import pytest
import xlwt  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from registry.intake.errors import (
    CellTooLong,
    EmptyWorkbook,
    EncryptedWorkbook,
    Excess,
    IntakeError,
    NotAWorkbook,
    TooManyRows,
    WorkbookFault,
    WorkbookTooLarge,
)
from registry.intake.table import Row, Table
from registry.intake.workbook import Limits, read_table, read_tables

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
SMALL = Limits(rows=5, cell_characters=20)


def an_xlsx(*rows: tuple[object, ...]) -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def an_xls(*rows: tuple[object, ...]) -> bytes:
    """An old workbook with one sheet; dates are styled as dates."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet1")
    dated = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write(at, column, value, dated)
            else:
                sheet.write(at, column, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def a_csv(*rows: tuple[str, ...], encoding: str = "utf-8") -> bytes:
    """Rows as CSV."""
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue().encode(encoding)


def cells_of(data: bytes) -> list[tuple[str, ...]]:
    """The rows of the first sheet, without their numbers."""
    return [row.cells for row in read_table(data).rows]


GOOD_XLSX = an_xlsx(("姓名", "证件号码"), ("示例甲", "430102199003074515"))
GOOD_XLS = an_xls(("姓名", "证件号码"), ("示例甲", "430102199003074515"))
GOOD_ROWS = (Row(1, ("姓名", "证件号码")), Row(2, ("示例甲", "430102199003074515")))


def test_xlsx_is_read() -> None:
    assert read_tables(GOOD_XLSX) == (Table("Sheet", GOOD_ROWS),)


def test_old_xls_is_read() -> None:
    assert read_tables(GOOD_XLS) == (Table("Sheet1", GOOD_ROWS),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read(encoding: str) -> None:
    data = a_csv(("姓名", "证件号码"), ("示例甲", "430102199003074515"), encoding=encoding)
    assert read_tables(data) == (Table("", GOOD_ROWS),)


def test_name_of_a_file_decides_nothing() -> None:
    csv_named_xls = a_csv(("姓名", "证件号码"), ("示例甲", "430102199003074515"))
    assert read_table(csv_named_xls, "证书数据.xls").rows == GOOD_ROWS


def test_rows_keep_their_numbers_when_others_are_empty() -> None:
    data = an_xlsx((), ("甲",), ("", "  "), (), ("乙",))
    assert [row.number for row in read_table(data).rows] == [2, 5]
    assert [row.number for row in read_table(b"\n\xe7\x94\xb2\n,\n\n\xe4\xb9\x99\n").rows] == [2, 5]


def test_shared_and_rich_strings_are_read() -> None:
    """Spreadsheet programs keep texts apart from the sheet, some of them in runs."""
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    data = a_zip(
        {
            "_rels/.rels": f'<Relationships xmlns="{packages}"><Relationship Id="rId1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {main} xmlns:r="{relations}"><sheets>'
            '<sheet name="附件5" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}">'
            f'<Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
            "xl/sharedStrings.xml": f"<sst {main}><si><t>姓名</t></si>"
            "<si><r><t>示例</t></r><r><t>甲</t></r></si></sst>",
            "xl/worksheets/sheet1.xml": f'<worksheet {main}><sheetData><row r="2">'
            '<c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row></sheetData></worksheet>',
        }
    )
    assert read_tables(data) == (Table("附件5", (Row(2, ("姓名", "示例甲")),)),)


def test_dates_come_as_iso_days() -> None:
    day, moment = date(2025, 9, 1), datetime(2025, 9, 1, 10, 20)  # noqa: DTZ001 - a cell has no zone
    midnight = datetime(2025, 9, 1)  # noqa: DTZ001
    assert cells_of(an_xlsx((day, moment, midnight))) == [("2025-09-01", "2025-09-01 10:20:00", "2025-09-01")]
    assert cells_of(an_xls((day,))) == [("2025-09-01",)]


def test_whole_numbers_come_without_a_point() -> None:
    assert cells_of(an_xlsx((3, 3.0, 1.5, 45901, 201))) == [("3", "3", "1.5", "45901", "201")]


def test_numbers_beyond_fifteen_digits_show_that_they_are_rounded() -> None:
    assert cells_of(an_xlsx((430102199003074515, 4.30102e17, 999999999999999))) == [
        ("4.30102199003074E+17", "4.30102E+17", "999999999999999")
    ]


def test_truth_values_and_formula_errors_become_text_and_nothing() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append((True, False, "#N/A", "末"))
    sheet["C1"].data_type = "e"
    assert cells_of(saved(book)) == [("TRUE", "FALSE", "", "末")]


def test_text_that_looks_like_a_formula_stays_text() -> None:
    book = Workbook()
    cell = book.worksheets[0]["A1"]
    cell.value, cell.data_type = "=1+1", "s"
    assert cells_of(saved(book)) == [("=1+1",)]


def test_csv_cell_forced_to_text_is_read_as_meant() -> None:
    assert cells_of(b'a,"=""430102199003074515"""\n') == [("a", "430102199003074515")]


def test_hidden_and_empty_sheets_are_not_read() -> None:
    book = Workbook()
    book.worksheets[0].append(("甲",))
    book.create_sheet("空")
    hidden = book.create_sheet("选项")
    hidden.append(("乙",))
    hidden.sheet_state = "hidden"
    second = book.create_sheet("二")
    second.append(("丙",))
    assert [table.name for table in read_tables(saved(book))] == ["Sheet", "二"]


@pytest.mark.parametrize("data", [b"", b"\n\n", b" ,\t,\n", an_xlsx(), an_xls(("",))])
def test_workbook_without_a_filled_cell_is_empty(data: bytes) -> None:
    with pytest.raises(EmptyWorkbook):
        read_tables(data)


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.7\n\x00\x01", "a.pdf", WorkbookFault.UNKNOWN_FORMAT),
        (b"\x89PNG\r\n\x1a\n\x00", "a.png", WorkbookFault.UNKNOWN_FORMAT),
        (b"\x00\x01\x02", "a.xlsx", WorkbookFault.DAMAGED),
        (OLE_MAGIC + bytes(600), "a.xls", WorkbookFault.DAMAGED),
        (GOOD_XLSX[:-30], "a.xlsx", WorkbookFault.DAMAGED),
        (GOOD_XLS[:1600], "a.xls", WorkbookFault.DAMAGED),
        (b"\xff\xff\xff", "a.csv", WorkbookFault.ENCODING),
        (b"<html><table></table></html>", "a.xls", WorkbookFault.WEB_PAGE),
        (b'a,"b\n', "a.csv", WorkbookFault.QUOTES),
        (b'"a"b,c\n', "a.csv", WorkbookFault.QUOTES),
    ],
)
def test_what_is_no_workbook_is_named(data: bytes, name: str, kind: WorkbookFault) -> None:
    with pytest.raises(NotAWorkbook) as caught:
        read_tables(data, name)
    assert caught.value.kind is kind


def test_archive_that_is_no_workbook_is_refused() -> None:
    with pytest.raises(NotAWorkbook) as caught:
        read_tables(a_zip({"word/document.xml": b"<w/>"}))
    assert caught.value.kind is WorkbookFault.UNKNOWN_FORMAT


def test_encrypted_package_is_named() -> None:
    """An .xlsx with a password is a compound file with a stream called EncryptedPackage."""
    entry = "EncryptedPackage".encode("utf-16-le").ljust(128, b"\0")
    with pytest.raises(EncryptedWorkbook):
        read_tables(OLE_MAGIC + bytes(504) + bytes(512) + entry)


def test_old_workbook_with_a_password_is_named() -> None:
    """A FILEPASS record (MS-XLS 2.4.117) behind the first BOF means that the rest is encrypted."""
    after_bof = GOOD_XLS.index(b"\x09\x08\x10\x00") + 4 + 16
    for method in (b"\x00\x00", b"\x01\x00"):
        file_pass = b"\x2f\x00\x06\x00" + method + b"\x01\x02\x03\x04"
        data = GOOD_XLS[:after_bof] + file_pass + GOOD_XLS[after_bof + len(file_pass) :]
        with pytest.raises(EncryptedWorkbook):
            read_tables(data)


def test_zip_with_a_password_is_named() -> None:
    data = bytearray(GOOD_XLSX)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(signature, at + 1)
    with pytest.raises(EncryptedWorkbook):
        read_tables(bytes(data))


def test_upload_beyond_the_limit_is_not_even_looked_at() -> None:
    with pytest.raises(WorkbookTooLarge) as caught:
        read_tables(GOOD_XLSX, limits=Limits(upload_bytes=100))
    assert caught.value.kind is Excess.BYTES


@pytest.mark.parametrize("rows", [an_xlsx, an_xls])
def test_more_rows_than_the_limit_are_too_many(rows: object) -> None:
    make = an_xlsx if rows is an_xlsx else an_xls
    assert len(read_table(make(*[("甲",)] * 5), limits=SMALL).rows) == 5
    with pytest.raises(TooManyRows) as caught:
        read_tables(make(*[("甲",)] * 6), limits=SMALL)
    assert caught.value.limit == 5


def test_more_csv_rows_than_the_limit_are_too_many() -> None:
    assert len(read_table(a_csv(*[("甲",)] * 5), limits=SMALL).rows) == 5
    with pytest.raises(TooManyRows):
        read_tables(a_csv(*[("甲",)] * 6), limits=SMALL)


def test_rows_of_all_sheets_count() -> None:
    book = Workbook()
    for at in range(3):
        sheet = book.create_sheet(f"s{at}")
        sheet.append(("甲",))
        sheet.append(("乙",))
    with pytest.raises(TooManyRows):
        read_tables(saved(book), limits=SMALL)


@pytest.mark.parametrize("data", [an_xlsx(("甲",), ("长" * 21,)), a_csv(("甲",), ("长" * 21,))])
def test_cell_that_no_form_has_room_for_is_named_by_its_row(data: bytes) -> None:
    with pytest.raises(CellTooLong) as caught:
        read_tables(data, limits=SMALL)
    assert (caught.value.row, caught.value.limit) == (2, 20)


def a_zip(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def claiming(data: bytes, size: int) -> bytes:
    """The archive with every member's uncompressed size in the central directory replaced."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = size.to_bytes(4, "little")
        at = changed.find(b"PK\x01\x02", at + 1)
    return bytes(changed)


BOMB = a_zip({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * 70_000_000})


def test_zip_bomb_is_known_by_what_it_claims() -> None:
    with pytest.raises(WorkbookTooLarge) as caught:
        read_tables(BOMB, limits=Limits(unpacked_bytes=60_000_000))
    assert caught.value.kind is Excess.UNPACKED


def test_zip_bomb_within_the_limit_is_known_by_its_ratio() -> None:
    with pytest.raises(WorkbookTooLarge) as caught:
        read_tables(BOMB)
    assert caught.value.kind is Excess.RATIO


def test_zip_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks() -> None:
    with pytest.raises(WorkbookTooLarge) as caught:
        read_tables(claiming(BOMB, 11))
    assert caught.value.kind is Excess.UNPACKED


def test_member_that_is_shorter_than_it_claims_is_damage() -> None:
    with pytest.raises(NotAWorkbook) as caught:
        read_tables(claiming(a_zip({"xl/workbook.xml": b"<workbook/>"}), 12))
    assert caught.value.kind is WorkbookFault.DAMAGED


def test_stored_members_are_counted_too() -> None:
    data = a_zip({"xl/workbook.xml": b"x" * 2_000}, zipfile.ZIP_STORED)
    with pytest.raises(WorkbookTooLarge):
        read_tables(data, limits=Limits(unpacked_bytes=1_000))


def test_one_cell_in_the_last_corner_takes_down_only_its_reader() -> None:
    """A native reader makes room for 17 billion cells; the process that does so is not this one."""
    book = Workbook()
    book.worksheets[0]["A1"] = "甲"
    book.worksheets[0]["XFD1048576"] = "乙"
    with pytest.raises(WorkbookTooLarge) as caught:
        read_tables(saved(book))
    assert caught.value.kind is Excess.MEMORY


def test_old_workbook_that_claims_endless_dimensions_takes_down_only_its_reader() -> None:
    """DIMENSIONS (MS-XLS 2.4.90) with 2^24 rows of 2^16 columns."""
    data = bytearray(GOOD_XLS)
    at = data.index(b"\x00\x02\x0e\x00") + 4
    data[at + 4 : at + 8] = (1 << 24).to_bytes(4, "little")
    data[at + 10 : at + 12] = b"\xff\xff"
    with pytest.raises(WorkbookTooLarge) as caught:
        read_tables(bytes(data))
    assert caught.value.kind is Excess.MEMORY


def test_reader_is_stopped_when_its_time_is_over() -> None:
    with pytest.raises(WorkbookTooLarge) as caught:
        read_tables(an_xlsx(*[("甲", "乙", "丙")] * 60_000), limits=Limits(reader_seconds=0))
    assert caught.value.kind is Excess.TIME


PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml")
MUTATIONS = st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=12)


def attempt(data: bytes) -> None:
    """Reads, and lets nothing pass but rows and the room's own errors."""
    try:
        tables = read_tables(data)
    except IntakeError:
        return
    assert all(isinstance(row.number, int) and row.cells for table in tables for row in table.rows)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from((GOOD_XLSX, GOOD_XLS)), MUTATIONS)
def test_damaged_workbooks_give_rows_or_the_rooms_own_error(
    data: bytes, mutations: list[tuple[int, int]]
) -> None:
    damaged = bytearray(data)
    for place, value in mutations:
        damaged[place % len(damaged)] = value
    attempt(bytes(damaged))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PARTS), MUTATIONS)
def test_damaged_parts_give_rows_or_the_rooms_own_error(part: str, mutations: list[tuple[int, int]]) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD_XLSX)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    damaged = bytearray(members[part])
    for place, value in mutations:
        damaged[place % len(damaged)] = value
    attempt(a_zip({**members, part: bytes(damaged)}))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_arbitrary_bytes_give_rows_or_the_rooms_own_error(data: bytes) -> None:
    attempt(data)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from((b"PK\x03\x04", b"PK\x05\x06", OLE_MAGIC)), st.binary(max_size=700))
def test_arbitrary_bytes_behind_a_signature_give_the_rooms_own_error(magic: bytes, rest: bytes) -> None:
    attempt(magic + rest)


TEXT_CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    str.strip
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(TEXT_CELLS, min_size=1, max_size=4).map(tuple), min_size=1, max_size=5))
def test_csv_text_comes_back_as_it_was(rows: list[tuple[str, ...]]) -> None:
    written = a_csv(*rows)
    if written.lstrip().startswith((b"<", b"PK", b"\xef\xbb\xbf")):
        return
    expected = [tuple(cell[2:-1] if cell.startswith('="') and cell.endswith('"') else cell for cell in row)
                for row in rows]  # fmt: skip
    assert [row.cells for row in read_table(written).rows] == expected
