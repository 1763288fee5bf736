"""A sheet as rows of text: what reading a workbook gives, and what the forms are found in."""

from dataclasses import dataclass
from typing import NamedTuple


class Row(NamedTuple):
    """A row that holds anything: its number in the sheet, counted from 1, and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet; `name` is "" for CSV."""

    name: str
    rows: tuple[Row, ...]
