"""Workbooks of plain text, written by hand: a hundred thousand rows in a second and not in fifteen.

Every value is a string inside the sheet, so that none can become a formula or lose its last digits.

Source: ECMA-376 part 1, 18.3 (worksheets) and 18.8 (styles).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final, TypeAlias
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

TEXT, REFUSED, FLAGGED, HEAD, SAID = 1, 2, 3, 4, 5
"""How a cell is drawn: plain, red, yellow, as a header, wrapped."""
Cell: TypeAlias = tuple[int, str, int]
"""The column counted from 0, the text, the style."""
_UNWRITABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET_NAME = 31
_LONGEST_CELL = 32_767

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass
class Sheet:
    """One sheet: its rows as `row_xml` gives them; `head` and `foot` stand before and behind them."""

    name: str
    rows: Iterator[str]
    head: str = ""
    foot: str = ""
    widths: Sequence[int] = field(default_factory=tuple)


def row_xml(number: int, cells: Sequence[Cell]) -> str:
    """One row; every value is a string, so that none can become a formula or lose its last digits."""
    parts = [f'<row r="{number}">']
    for at, text, style in cells:
        place = f'<c r="{letter(at)}{number}" s="{style}"'
        if text:
            tidy = escape(_UNWRITABLE.sub("�", text[:_LONGEST_CELL]))
            parts.append(f'{place} t="inlineStr"><is><t xml:space="preserve">{tidy}</t></is></c>')
        elif style != TEXT:
            parts.append(f"{place}/>")
    parts.append("</row>")
    return "".join(parts)


def letter(at: int) -> str:
    """A: the column counted from 0. The forms have fewer than 26 × 27."""
    return (chr(64 + at // 26) if at >= 26 else "") + chr(65 + at % 26)


def sheet_name(name: str, otherwise: str) -> str:
    """The name as a sheet may be called, or the other one where nothing of it is left."""
    tidy = _UNWRITABLE.sub("", _NO_SHEET_NAME.sub(" ", name)).strip(" '")
    return tidy[:_LONGEST_SHEET_NAME] or otherwise


def written(sheets: Sequence[Sheet]) -> bytes:
    """The workbook of these sheets as .xlsx."""
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


def _worksheet(sheet: Sheet) -> Iterator[str]:
    yield f'{_DECLARATION}<worksheet xmlns="{_MAIN}">{sheet.head}<cols>'
    for at, width in enumerate(sheet.widths, start=1):
        yield f'<col min="{at}" max="{at}" width="{width}" customWidth="1" style="{TEXT}"/>'
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
