"""The uploaded workbook handed back: the cells that something was found in marked, and what was found beside.

What an institution uploaded is read as text and written anew, so that .xls and CSV come back as .xlsx and no
formula, link or picture of a stranger's file is handed to anyone. Every row keeps its number. The column of
findings is known to the reader of forms and passed over: the workbook can be corrected in place and uploaded
again.

It is written by hand, as strings inside the sheet: a hundred thousand rows in a second and not in fifteen.

Source: ECMA-376 part 1, 18.3 (worksheets) and 18.8 (styles); 2025-14 附件5.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from registry.intake.errors import WrongHeader
from registry.intake.findings import Finding, Severity
from registry.intake.form5 import FORM5_HEADER, Form5Column
from registry.intake.header import FINDINGS_COLUMN, find_header
from registry.intake.table import Row, Table
from registry.intake.workbook import read_tables

_TEXT, _REFUSED, _FLAGGED, _HEAD, _SAID = 1, 2, 3, 4, 5
_COLUMNS = tuple(Form5Column)
_UNWRITABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET_NAME = 31
_LONGEST_CELL = 32_767
_WIDTHS = (12, 22, 24, 28, 20, 20, 16, 28, 14, 28, 28, 60)

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class Marked:
    """What is to be said of a workbook. `found` gives the findings of a row, `whole` are those of the batch.

    `say` words a finding; `whole_title` heads the findings of the batch.
    """

    found: Callable[[int], Sequence[Finding]]
    say: Callable[[Finding], str]
    whole: Sequence[Finding] = ()
    whole_title: str = ""


@dataclass
class _Sheet:
    name: str
    rows: Iterator[str]
    head: str = ""
    foot: str = ""
    widths: Sequence[int] = field(default_factory=tuple)


def write_findings(data: bytes, file_name: str, marked: Marked) -> bytes:
    """An uploaded Form 5 as .xlsx, its cells marked and the findings beside each row.

    Raises: what reading a workbook raises; it was read once, when it was received.
    """
    table, header, offset = _form(read_tables(data, file_name))
    last = max((row.number for row in table.rows), default=header.number)
    end = _letter(offset + len(FORM5_HEADER))
    sheet = _Sheet(
        _sheet_name(table.name),
        _rows(table, header, offset, marked),
        head=(
            '<sheetViews><sheetView workbookViewId="0">'
            f'<pane ySplit="{header.number}" topLeftCell="A{header.number + 1}" activePane="bottomLeft" '
            'state="frozen"/></sheetView></sheetViews>'
        ),
        foot=f'<autoFilter ref="{_letter(offset)}{header.number}:{end}{last}"/>',
        widths=(*(4,) * offset, *_WIDTHS),
    )
    sheets = [sheet]
    if marked.whole:
        lines = [marked.whole_title, *(f"{each.code}　{marked.say(each)}" for each in marked.whole)]
        texts = (_row(at, [(0, line, _SAID if at > 1 else _HEAD)]) for at, line in enumerate(lines, start=1))
        sheets.append(_Sheet(_sheet_name(marked.whole_title), texts, widths=(100,)))
    return _package(sheets)


def _form(tables: Sequence[Table]) -> tuple[Table, Row, int]:
    """The sheet that holds the form, the one with most rows if there are several; its header and offset."""
    found: list[tuple[Table, Row, int]] = []
    faults: list[WrongHeader] = []
    for table in tables:
        try:
            found.append((table, *find_header(table, FORM5_HEADER)))
        except WrongHeader as fault:
            faults.append(fault)
    if not found:
        raise faults[0]
    return max(found, key=lambda each: len(each[0].rows))


def _rows(table: Table, header: Row, offset: int, marked: Marked) -> Iterator[str]:
    width = offset + len(FORM5_HEADER)
    for row in table.rows:
        if row.number == header.number:
            cells = [(at, text, _HEAD) for at, text in enumerate(row.cells[:width])]
            yield _row(row.number, [*cells, (width, FINDINGS_COLUMN, _HEAD)])
            continue
        findings = marked.found(row.number) if row.number > header.number else ()
        styles = _styles(findings, offset)
        texts = row.cells[:width] + ("",) * (width - len(row.cells) if findings else 0)
        cells = [(at, text, styles.get(at, _TEXT)) for at, text in enumerate(texts)]
        if findings:
            said = "\n".join(f"{each.code}　{marked.say(each)}" for each in findings)
            cells.append((width, said, _SAID))
        yield _row(row.number, cells)


def _styles(findings: Sequence[Finding], offset: int) -> dict[int, int]:
    """How each cell of a row is marked: what refuses the row outdoes what only flags it."""
    styles: dict[int, int] = {}
    for each in findings:
        if each.column is None:
            continue
        at = offset + _COLUMNS.index(Form5Column(each.column))
        if each.severity is Severity.FLAG:
            styles.setdefault(at, _FLAGGED)
        else:
            styles[at] = _REFUSED
    return styles


def _row(number: int, cells: Sequence[tuple[int, str, int]]) -> str:
    """One row; every value is a string, so that none can become a formula or lose its last digits."""
    parts = [f'<row r="{number}">']
    for at, text, style in cells:
        place = f'<c r="{_letter(at)}{number}" s="{style}"'
        if text:
            tidy = escape(_UNWRITABLE.sub("�", text[:_LONGEST_CELL]))
            parts.append(f'{place} t="inlineStr"><is><t xml:space="preserve">{tidy}</t></is></c>')
        elif style != _TEXT:
            parts.append(f"{place}/>")
    parts.append("</row>")
    return "".join(parts)


def _letter(at: int) -> str:
    """A: the column counted from 0. The forms have fewer than 26 × 27."""
    return (chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26)


def _sheet_name(name: str) -> str:
    tidy = _UNWRITABLE.sub("", _NO_SHEET_NAME.sub(" ", name)).strip(" '")
    return tidy[:_LONGEST_SHEET_NAME] or "附件5"


def _package(sheets: Sequence[_Sheet]) -> bytes:
    target = BytesIO()
    names: list[str] = []
    for each in sheets:
        names.append(each.name if each.name not in names else f"{each.name[:25]} ({len(names) + 1})")
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=3) as archive:
        for path, text in _frame(names).items():
            archive.writestr(path, _DECLARATION + text)
        archive.writestr("xl/styles.xml", _DECLARATION + _STYLES)
        for at, sheet in enumerate(sheets, start=1):
            with archive.open(f"xl/worksheets/sheet{at}.xml", "w") as member:
                for piece in _worksheet(sheet):
                    member.write(piece.encode())
    return target.getvalue()


def _worksheet(sheet: _Sheet) -> Iterator[str]:
    yield f'{_DECLARATION}<worksheet xmlns="{_MAIN}">{sheet.head}<cols>'
    for at, width in enumerate(sheet.widths, start=1):
        yield f'<col min="{at}" max="{at}" width="{width}" customWidth="1" style="{_TEXT}"/>'
    yield "</cols><sheetData>"
    batch: list[str] = []
    for row in sheet.rows:
        batch.append(row)
        if len(batch) == 500:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)
    yield f"</sheetData>{sheet.foot}</worksheet>"


def _frame(names: Sequence[str]) -> Mapping[str, str]:
    """The parts of the package that name its sheets."""
    numbers = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>'
        for at in numbers
    )
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>'
        for at, name in enumerate(names, start=1)
    )
    links = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in numbers
    )
    return {
        "[Content_Types].xml": (
            f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/>{types}</Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
            f'<Relationship Id="rId{len(names) + 1}" Type="{_OFFICE}/styles" Target="styles.xml"/>'
            "</Relationships>"
        ),
    }


def _fill(colour: str) -> str:
    return f'<fill><patternFill patternType="solid"><fgColor rgb="FF{colour}"/></patternFill></fill>'


def _style(font: int, fill: int, *, wrap: bool = False) -> str:
    wrapping = ' wrapText="1"' if wrap else ""
    # 49 is the text format: what is typed stays what was typed.
    return (
        f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFill="1" applyAlignment="1"><alignment vertical="top"{wrapping}/></xf>'
    )


_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font>'
    '<font><b/><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="5"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill>'
    f"{_fill('FFC7CE')}{_fill('FFEB9C')}{_fill('DDE6EE')}</fills>"
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    f"{_style(0, 0)}{_style(0, 2)}{_style(0, 3)}{_style(1, 4, wrap=True)}{_style(0, 0, wrap=True)}"
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
