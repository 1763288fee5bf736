"""Tables as CSV that a spreadsheet opens without asking: UTF-8 with its mark, and no cell that is a formula.

Source: RFC 4180; OWASP CSV Injection.
"""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from web.headers import NO_INDEX, NO_STORE

_BYTE_ORDER_MARK = "\ufeff"
# Full-width signs too: where Chinese is typed, spreadsheets take them for the others; blanks before are none.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The table as text, its first line the header."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_plain(each) for each in header])
    writer.writerows([_plain(each) for each in row] for row in rows)
    return _BYTE_ORDER_MARK + text.getvalue()


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The table as a file to keep. `name` is ASCII."""
    headers = {**NO_STORE, **NO_INDEX, "content-disposition": f'attachment; filename="{name}"'}
    return Response(csv_text(header, rows).encode(), media_type="text/csv; charset=utf-8", headers=headers)


def _plain(cell: object) -> object:
    """Text stays text: what a spreadsheet would take for a formula gets a mark before it."""
    return f"'{cell}" if isinstance(cell, str) and _begins_oddly(cell) else cell


def _begins_oddly(cell: str) -> bool:
    return cell[:1] in ("\t", "\r", "\n") or cell.lstrip().startswith(_BEGINS_A_FORMULA)
