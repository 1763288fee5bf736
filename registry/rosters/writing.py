"""A checked roster as a workbook: the sheet as it came, row by row, with the answers in columns behind it.

The sheet is read as text and written anew, so that .xls and CSV come back as .xlsx and no formula, link or
picture is handed back. Every row keeps its number, every column its place.
"""

from collections.abc import Iterator, Mapping, Sequence

from registry.intake.plain_workbook import (
    FLAGGED,
    HEAD,
    REFUSED,
    TEXT,
    Sheet,
    letter,
    row_xml,
    sheet_name,
    written,
)
from registry.rosters.checking import LineConclusion
from registry.rosters.reading import Roster

_GOOD = frozenset({LineConclusion.VALID})
_UNSETTLED = frozenset(
    {LineConclusion.NAME_UNCHECKED, LineConclusion.NOT_FOUND, LineConclusion.COULD_NOT_CHECK}
)
_OWN_WIDTH, _ADDED_WIDTH = 22, 20


def checked_workbook(
    roster: Roster,
    conclusions: Mapping[int, LineConclusion],
    titles: Sequence[str],
    texts: Mapping[int, Sequence[str]],
    *,
    name: str,
) -> bytes:
    """The workbook. `titles` head the added columns, `texts` are what stands in them, by row.

    A sheet that had no name is called `name`.
    """
    last = max(row.number for row in roster.table.rows)
    end = letter(roster.width + len(titles) - 1)
    sheet = Sheet(
        sheet_name(roster.table.name, name),
        _rows(roster, conclusions, titles, texts),
        head=(
            '<sheetViews><sheetView workbookViewId="0">'
            f'<pane ySplit="{roster.header}" topLeftCell="A{roster.header + 1}" activePane="bottomLeft" '
            'state="frozen"/></sheetView></sheetViews>'
        ),
        foot=f'<autoFilter ref="A{roster.header}:{end}{last}"/>',
        widths=(*(_OWN_WIDTH,) * roster.width, *(_ADDED_WIDTH,) * len(titles)),
    )
    return written([sheet])


def checked_table(
    roster: Roster, titles: Sequence[str], texts: Mapping[int, Sequence[str]]
) -> Iterator[Sequence[str]]:
    """The same as rows of text, the title rows left out: the header first."""
    for row in roster.table.rows:
        if row.number < roster.header:
            continue
        own = (*row.cells, *("",) * (roster.width - len(row.cells)))
        yield (*own, *(titles if row.number == roster.header else texts.get(row.number, ())))


def _rows(
    roster: Roster,
    conclusions: Mapping[int, LineConclusion],
    titles: Sequence[str],
    texts: Mapping[int, Sequence[str]],
) -> Iterator[str]:
    for row in roster.table.rows:
        style = HEAD if row.number == roster.header else TEXT
        cells = [(at, text, style) for at, text in enumerate(row.cells)]
        if row.number == roster.header:
            cells += [(roster.width + at, title, HEAD) for at, title in enumerate(titles)]
        elif row.number in texts:
            marks = (_mark(conclusions[row.number]), *(TEXT,) * (len(titles) - 1))
            added = zip(texts[row.number], marks, strict=True)
            cells += [(roster.width + at, text, mark) for at, (text, mark) in enumerate(added)]
        yield row_xml(row.number, cells)


def _mark(conclusion: LineConclusion) -> int:
    if conclusion in _GOOD:
        return TEXT
    return FLAGGED if conclusion in _UNSETTLED else REFUSED
