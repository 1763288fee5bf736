"""Finding the header of a form below its title rows, and saying what is wrong with it."""

import re
import unicodedata
from collections.abc import Sequence

from registry.intake.errors import WrongHeader
from registry.intake.table import Row, Table
from registry.rules.text import clean_cell

FINDINGS_COLUMN = "核对结果"
"""The column behind the form's own in a workbook that we handed back: passed over when it comes again."""
_SEARCHED_ROWS = 30
_LIKENESS = 3
"""A row with so many of the form's column names is meant as its header."""
_MARKS = re.compile(r"[\s*:]|\((?:必填|选填)\)")
_SHOWN = 30


def find_header(table: Table, columns: Sequence[str]) -> tuple[Row, int]:
    """The header row, and how many empty columns stand before the form's first.

    Raises:
        WrongHeader: no row has exactly these columns in this order.
    """
    nearest, likeness = None, _LIKENESS - 1
    for row in table.rows[:_SEARCHED_ROWS]:
        names = [header_name(cell) for cell in row.cells]
        found = len({name for name in names if name in columns})
        if found > likeness:
            nearest, likeness = row, found
    if nearest is None:
        raise WrongHeader(row=None, missing=tuple(columns))
    names = [header_name(cell) for cell in nearest.cells]
    while names and (not names[-1] or names[-1] == FINDINGS_COLUMN):
        names.pop()
    offset = next(at for at, name in enumerate(names) if name)
    if names[offset:] == list(columns):
        return nearest, offset
    raise _difference(nearest, names[offset:], columns)


def header_name(cell: str) -> str:
    """A header cell without line breaks, stars, colons and 必填 marks."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", clean_cell(cell)))


def _difference(row: Row, names: list[str], columns: Sequence[str]) -> WrongHeader:
    missing = tuple(column for column in columns if column not in names)
    unexpected = tuple(
        name[:_SHOWN] for at, name in enumerate(names) if name not in columns or name in names[:at]
    )
    present = [column for column in columns if column in names]
    order = [name for name in dict.fromkeys(names) if name in columns]
    misplaced = tuple(is_ for is_, should in zip(order, present, strict=True) if is_ != should)
    return WrongHeader(row=row.number, missing=missing, unexpected=unexpected, misplaced=misplaced)
