"""Reads one workbook from stdin in a process of its own, and writes its rows to stdout.

A hostile workbook can make any native reader ask for memory without bound (one cell in the last corner of
a sheet is enough), panic or abort. Here it takes down only this process, which has a limit on its memory
and its time and neither the environment nor the files of the program that started it in hand.

Run as a script, so it imports nothing of the product. Arguments: rows, cell characters, all characters,
columns, bytes of memory, seconds. Output, one JSON value a line: `{"sheet": name}`, then lists of
`[row number, [cell, …]]`, and so on for each sheet; or `{"error": code, …}`. A process whose exit status is
not 0 could not read the workbook.
"""

import io
import json
import math
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

Cell: TypeAlias = int | float | str | bool | time | date | datetime | timedelta

_ROWS_A_LINE = 1000
_EXACT_DIGITS = 10**15
"""A spreadsheet number keeps fifteen digits; what lies beyond is no longer what was typed."""


class _Stop(Exception):
    """Reading ends here, for the reason that is written out."""

    def __init__(self, **reason: object) -> None:
        super().__init__()
        self.reason = reason


def _limit_this_process(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    # A memory image on disk would hold names and identity numbers.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _text(value: Cell) -> str:
    """The cell as text: dates as YYYY-MM-DD, whole numbers without a point, rounded ones as 4.30102E+17."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _number(value: int | float) -> str:
    if not math.isfinite(value):
        return ""
    if abs(value) >= _EXACT_DIGITS:
        digits, _, exponent = f"{value:.14E}".partition("E")
        return f"{digits.rstrip('0').rstrip('.')}E{exponent}"
    return str(int(value)) if value == int(value) else repr(value)


def _rows(sheet: Iterator[list[Cell]], columns: int, longest: int) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with their numbers in the sheet."""
    for number, row in enumerate(sheet, start=1):
        cells = [value if type(value) is str else _text(value) for value in row[:columns]]
        while cells and (not cells[-1] or cells[-1].isspace()):
            cells.pop()
        if cells:
            if max(map(len, cells)) > longest:
                raise _Stop(error="cell_too_long", row=number)
            yield number, cells


def _write(value: object) -> None:
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def _read(data: bytes, rows: int, longest: int, characters: int, columns: int) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet or about.visible != SheetVisibleEnum.Visible:
            continue
        _write({"sheet": about.name})
        lines: list[tuple[int, list[str]]] = []
        for number, cells in _rows(book.get_sheet_by_name(about.name).iter_rows(), columns, longest):
            rows -= 1
            characters -= sum(map(len, cells))
            if rows < 0:
                raise _Stop(error="too_many_rows")
            if characters < 0:
                raise _Stop(error="unpacked")
            lines.append((number, cells))
            if len(lines) == _ROWS_A_LINE:
                _write(lines)
                lines = []
        _write(lines)


def main() -> None:
    """Read the workbook on stdin within the limits of the arguments."""
    rows, longest, characters, columns, memory, seconds = map(int, sys.argv[1:])
    _limit_this_process(memory, seconds)
    from python_calamine import PasswordError

    try:
        _read(sys.stdin.buffer.read(), rows, longest, characters, columns)
    except PasswordError:
        _write({"error": "encrypted"})
    except MemoryError:
        _write({"error": "memory"})
    except _Stop as stop:
        _write(stop.reason)


if __name__ == "__main__":
    main()
