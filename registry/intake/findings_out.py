"""The uploaded workbook handed back: the cells that something was found in marked, and what was found beside.

What an institution uploaded is read as text and written anew, so that .xls and CSV come back as .xlsx and no
formula, link or picture of a stranger's file is handed to anyone. Every row keeps its number. The column of
findings is known to the reader of forms and passed over: the workbook can be corrected in place and uploaded
again.

Source: 2025-14 附件5.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from registry.intake.errors import WrongHeader
from registry.intake.findings import Finding, Severity
from registry.intake.form5 import FORM5_HEADER, Form5Column
from registry.intake.header import FINDINGS_COLUMN, find_header
from registry.intake.plain_workbook import (
    FLAGGED,
    HEAD,
    REFUSED,
    SAID,
    TEXT,
    Sheet,
    letter,
    row_xml,
    sheet_name,
    written,
)
from registry.intake.table import Row, Table
from registry.intake.workbook import read_tables

_COLUMNS = tuple(Form5Column)
_WIDTHS = (12, 22, 24, 28, 20, 20, 16, 28, 14, 28, 28, 60)


@dataclass(frozen=True)
class Marked:
    """What is to be said of a workbook. `found` gives the findings of a row, `whole` are those of the batch.

    `say` words a finding; `whole_title` heads the findings of the batch.
    """

    found: Callable[[int], Sequence[Finding]]
    say: Callable[[Finding], str]
    whole: Sequence[Finding] = ()
    whole_title: str = ""


def write_findings(data: bytes, file_name: str, marked: Marked) -> bytes:
    """An uploaded Form 5 as .xlsx, its cells marked and the findings beside each row.

    Raises: what reading a workbook raises; it was read once, when it was received.
    """
    table, header, offset = _form(read_tables(data, file_name))
    last = max((row.number for row in table.rows), default=header.number)
    end = letter(offset + len(FORM5_HEADER))
    sheet = Sheet(
        sheet_name(table.name, "附件5"),
        _rows(table, header, offset, marked),
        head=(
            '<sheetViews><sheetView workbookViewId="0">'
            f'<pane ySplit="{header.number}" topLeftCell="A{header.number + 1}" activePane="bottomLeft" '
            'state="frozen"/></sheetView></sheetViews>'
        ),
        foot=f'<autoFilter ref="{letter(offset)}{header.number}:{end}{last}"/>',
        widths=(*(4,) * offset, *_WIDTHS),
    )
    sheets = [sheet]
    if marked.whole:
        lines = [marked.whole_title, *(f"{each.code}　{marked.say(each)}" for each in marked.whole)]
        texts = (row_xml(at, [(0, line, SAID if at > 1 else HEAD)]) for at, line in enumerate(lines, start=1))
        sheets.append(Sheet(sheet_name(marked.whole_title, "附件5"), texts, widths=(100,)))
    return written(sheets)


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
            cells = [(at, text, HEAD) for at, text in enumerate(row.cells[:width])]
            yield row_xml(row.number, [*cells, (width, FINDINGS_COLUMN, HEAD)])
            continue
        findings = marked.found(row.number) if row.number > header.number else ()
        styles = _styles(findings, offset)
        texts = row.cells[:width] + ("",) * (width - len(row.cells) if findings else 0)
        cells = [(at, text, styles.get(at, TEXT)) for at, text in enumerate(texts)]
        if findings:
            said = "\n".join(f"{each.code}　{marked.say(each)}" for each in findings)
            cells.append((width, said, SAID))
        yield row_xml(row.number, cells)


def _styles(findings: Sequence[Finding], offset: int) -> dict[int, int]:
    """How each cell of a row is marked: what refuses the row outdoes what only flags it."""
    styles: dict[int, int] = {}
    for each in findings:
        if each.column is None:
            continue
        at = offset + _COLUMNS.index(Form5Column(each.column))
        if each.severity is Severity.FLAG:
            styles.setdefault(at, FLAGGED)
        else:
            styles[at] = REFUSED
    return styles
