"""Lists to be checked, as files."""

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook

Cells = Sequence[Sequence[object]]


def as_csv(rows: Cells, encoding: str = "utf-8") -> bytes:
    """The rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(*sheets: Cells) -> bytes:
    """Each of the tables as a sheet of one workbook."""
    book = Workbook()
    del book["Sheet"]
    for at, rows in enumerate(sheets):
        sheet = book.create_sheet(f"表{at}")
        for row in rows:
            sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
