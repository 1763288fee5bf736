"""Writing Form 5 (附件5) and Form 4 (附件4) as workbooks that look like the official forms.

Every cell that a person fills has the text format, so that an 18-digit number stays what was typed, and
is written as a string, so that no value can become a formula. The same input gives the same bytes: the
members of the package carry the day the forms were issued, not the time of writing.

Source: 湘人社规〔2025〕14号, 附件4 and 附件5.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import ClassVar, Final, NamedTuple, TypeAlias, cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from registry.intake.errors import IntakeError
from registry.intake.form4 import FORM4_HEADER
from registry.intake.form5 import FORM5_HEADER
from registry.intake.forms_choices import (
    CHOICES_SHEET,
    FiledChoices,
    FormColumns,
    choice_rows,
    drop_downs,
)
from registry.intake.package import package
from registry.rules.identity_documents import IdentityType
from registry.rules.levels import Level, level_label

Form5Cells: TypeAlias = tuple[str, str, str, str, str, str, str, str, str, str, str]

FORM5_TITLE: Final = "湖南省职业技能等级证书数据表"
FORM4_TITLE: Final = "湖南省职业技能等级证书数据合规审核表"
FORM5_FIRST_ROW: Final = 3
"""The workbook row of the first certificate: the title and the header stand above it."""

FORM4_FIRST_ROW: Final = 5
_FORM5_COLUMNS: Final = FormColumns("B", "E", "F", "G", "JK")
_FORM4_COLUMNS: Final = FormColumns("", "B", "C", "D", "")

_FORM5_WIDTHS: Final = (14.0, 24.0, 24.0, 32.0, 22.0, 22.0, 18.0, 28.0, 14.0, 32.0, 32.0)
_FORM4_WIDTHS: Final = (8.0, 26.0, 26.0, 18.0, 10.0)
_SAMPLE: Final[Form5Cells] = ("******", IdentityType("201").label, *("******",) * 9)
_TEXT: Final = "@"
_LONGEST_CELL: Final = 32_767
_UNWRITABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Everything that XML 1.0 has no way to write."""
_FONT: Final = Font(name="宋体", size=11)
_BOLD: Final = Font(name="宋体", size=11, bold=True)
_TITLE_FONT: Final = Font(name="宋体", size=16, bold=True)
_THIN: Final = Side(style="thin")
_BOX: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT: Final = Alignment(horizontal="left", vertical="center", wrap_text=True)
_HEADER_FILL: Final = PatternFill("solid", fgColor="FFDDE6EE")


class UnwritableCell(IntakeError):
    """A value that no workbook can carry. `row` and `column` count from 0 in what was to be written."""

    code: ClassVar[str] = "unwritable_cell"

    def __init__(self, row: int, column: int) -> None:
        super().__init__(row, column)
        self.row = row
        self.column = column


class CountRow(NamedTuple):
    """One line of Form 4: how many certificates of an occupation, 工种 and level the file holds."""

    occupation: str
    job: str
    level: str
    quantity: int


def count_rows(rows: Iterable[Form5Cells]) -> tuple[CountRow, ...]:
    """The lines of the Form 4 that belongs to these rows, in the order in which they first appear."""
    counts = Counter((row[4], row[5], row[6]) for row in rows)
    return tuple(CountRow(*key, quantity) for key, quantity in counts.items())


def write_form5(
    rows: Iterable[Form5Cells] = (),
    *,
    title: str = FORM5_TITLE,
    sample: bool = False,
    blank_rows: int = 0,
    choices: FiledChoices | None = None,
) -> bytes:
    """Form 5 as .xlsx: filled with `rows`, or empty with `blank_rows` to fill.

    `sample` adds the official form's example line, which stands for no certificate; `choices` make the
    drop-downs those of one institution's filed scope.

    Raises:
        UnwritableCell: a control character, or more text than a cell holds.
    """
    body = _checked(_body(rows, sample=sample, blank_rows=blank_rows))
    book = Workbook(write_only=True)
    sheet = _sheet(book, "附件5", _FORM5_WIDTHS)
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.orientation = "landscape"
    _merged_line(sheet, 1, (title,), (11,), font=_TITLE_FONT, alignment=_CENTRE, height=32)
    _header(sheet, FORM5_HEADER)
    pen = _cells(sheet, 11)
    for row in body:
        _write(sheet, pen, row)
    at = FORM5_FIRST_ROW + len(body)
    last_row = max(at - 1, FORM5_FIRST_ROW)
    sheet.data_validations.dataValidation += drop_downs(_FORM5_COLUMNS, FORM5_FIRST_ROW, last_row, choices)
    for note in _notes():
        _merged_line(sheet, at, (note,), (11,), font=_FONT, alignment=_LEFT, height=40)
        at += 1
    if choices is not None:
        _choices_sheet(book, choices)
    return package(book)


def write_form4(
    *,
    uploading_institution: str,
    file_name: str,
    counts: Sequence[tuple[str, str, str, int]],
    reporter: str,
    phone: str,
    reported_on: date | None,
    title: str = FORM4_TITLE,
    blank_rows: int = 0,
    choices: FiledChoices | None = None,
) -> bytes:
    """Form 4 as .xlsx: whose file it is, what the file is called, and how many rows of each kind it holds.

    `blank_rows` are left to be filled in; `choices` give them the drop-downs of a filed scope.

    Raises:
        UnwritableCell: a control character, or more text than a cell holds.
    """
    body = _checked(
        (str(ordinal), occupation, job, level, str(quantity))
        for ordinal, (occupation, job, level, quantity) in enumerate(counts, start=1)
    )
    body += [(str(ordinal), "", "", "", "") for ordinal in range(len(body) + 1, len(body) + 1 + blank_rows)]
    on = reported_on.isoformat() if reported_on else ""
    foot = f"填报人：{reporter}    联系电话：{phone}    上报日期：{on}"
    _checked([(uploading_institution, file_name, foot)])
    book = Workbook(write_only=True)
    sheet = _sheet(book, "附件4", _FORM4_WIDTHS)
    _merged_line(sheet, 1, (title,), (5,), font=_TITLE_FONT, alignment=_CENTRE, height=32)
    for at, label, value in (
        (2, "上传单位（盖章）：", uploading_institution),
        (3, "上传文件名：", file_name),
    ):
        _merged_line(sheet, at, (label, value), (2, 3), font=_FONT, alignment=_LEFT, boxed=True)
    _header(sheet, FORM4_HEADER)
    pen = _cells(sheet, 5)
    for row in body:
        _write(sheet, pen, row)
    _merged_line(sheet, FORM4_FIRST_ROW + len(body), (foot,), (5,), font=_FONT, alignment=_LEFT)
    if choices is not None:
        last_row = max(FORM4_FIRST_ROW + len(body) - 1, FORM4_FIRST_ROW)
        sheet.data_validations.dataValidation += drop_downs(
            _FORM4_COLUMNS, FORM4_FIRST_ROW, last_row, choices
        )
        _choices_sheet(book, choices)
    return package(book)


def _body(rows: Iterable[Form5Cells], *, sample: bool, blank_rows: int) -> Iterable[Sequence[str]]:
    """Everything between the header and the notes."""
    if sample:
        yield _SAMPLE
    yield from rows
    yield from (("",) * 11 for _ in range(blank_rows))


def _checked(rows: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """The rows, once all can be written: a sheet given up halfway leaves its temporary file behind."""
    checked = list(rows)
    for at, row in enumerate(checked):
        for column, value in enumerate(row):
            if len(value) > _LONGEST_CELL or _UNWRITABLE.search(value):
                raise UnwritableCell(at, column)
    return checked


def _notes() -> tuple[str, str, str]:
    """The three notes at the foot of the official Form 5."""
    kinds = "；".join(f"{kind.value}={kind.label}" for kind in IdentityType)
    levels = "；".join(f"{level.value}={level_label(level).replace('/', '或')}" for level in Level)
    return f"证件类型为：{kinds}", f"职业技能等级为：{levels}", "发证日期为：YYYY-MM-DD格式"


def _sheet(book: Workbook, name: str, widths: Sequence[float]) -> Worksheet:
    """A streamed sheet of A4 paper with its column widths set, which must come before the first row."""
    # The stubs leave out most of what a write-only sheet shares with an ordinary one.
    sheet = cast(Worksheet, book.create_sheet(name))
    for index, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + index)].width = width
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    return sheet


def _cells(
    sheet: Worksheet, count: int, *, fill: PatternFill | None = None, bold: bool = False
) -> list[Cell]:
    """Styled cells to be written again and again: making a new one for each value costs half the time."""
    cells = [WriteOnlyCell(sheet) for _ in range(count)]
    for cell in cells:
        cell.number_format = _TEXT
        cell.border = _BOX
        cell.alignment = _CENTRE
        cell.font = _BOLD if bold else _FONT
        if fill is not None:
            cell.fill = fill
    return cells


def _write(sheet: Worksheet, cells: list[Cell], values: Sequence[str]) -> None:
    """One row of strings, each of them text whatever it looks like (`=1+1`, `#N/A`)."""
    for cell, value in zip(cells, values, strict=True):
        cell.value = value or None
        cell.data_type = "s" if value else "n"
    sheet.append(cells)


def _header(sheet: Worksheet, names: Sequence[str]) -> None:
    """The row of column names."""
    _write(sheet, _cells(sheet, len(names), fill=_HEADER_FILL, bold=True), names)


def _merged_line(
    sheet: Worksheet,
    row: int,
    values: Sequence[str],
    spans: Sequence[int],
    *,
    font: Font,
    alignment: Alignment,
    height: float = 24,
    boxed: bool = False,
) -> None:
    """A row whose values each span merged columns; `height` in points, as merged cells do not grow."""
    sheet.row_dimensions[row].height = height
    cells: list[Cell] = []
    for value, span in zip(values, spans, strict=True):
        first = len(cells) + 1
        block = [WriteOnlyCell(sheet) for _ in range(span)]
        for cell in block:
            cell.font, cell.alignment, cell.number_format = font, alignment, _TEXT
            if boxed:
                cell.border = _BOX
        block[0].value, block[0].data_type = value, "s"
        cells += block
        sheet.merged_cells.add(CellRange(min_col=first, max_col=first + span - 1, min_row=row, max_row=row))
    sheet.append(cells)


def _choices_sheet(book: Workbook, choices: FiledChoices) -> None:
    """A hidden second sheet with the filed scope."""
    hidden = cast(Worksheet, book.create_sheet(CHOICES_SHEET))
    hidden.sheet_state = "hidden"
    pen: list[Cell] = []
    for row in choice_rows(choices):
        pen = pen or _cells(hidden, len(row))
        _write(hidden, pen, row)
