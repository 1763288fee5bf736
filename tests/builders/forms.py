"""Rows of Form 5, and workbooks of both forms."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from registry.intake.forms_out import Form5Cells, count_rows, write_form4, write_form5


class RowFields(TypedDict, total=False):
    """The cells that a test may set."""

    name: str
    id_type: str
    id_number: str
    employer: str
    occupation: str
    job: str
    level: str
    number: str
    issued_on: str
    institution: str
    issuer: str


_ROW: Form5Cells = (
    "示例甲",
    "201",
    "430102199003074515",
    "示例用人单位",
    "电工",
    "",
    "3",
    "S000043990001253000001",
    "2025-09-01",
    "示例评价机构",
    "示例评价机构",
)
_NAMES = tuple(RowFields.__annotations__)


def form5_row(**over: Unpack[RowFields]) -> Form5Cells:
    """A good row of the institution of `a_filing`, with some cells replaced."""
    a, b, c, d, e, f, g, h, i, j, k = (
        str(over.get(name, cell)) for name, cell in zip(_NAMES, _ROW, strict=True)
    )
    return a, b, c, d, e, f, g, h, i, j, k


def a_workbook(*rows: Form5Cells) -> bytes:
    """A Form 5 with these rows, or with one good row."""
    return write_form5(rows or (form5_row(),))


def a_form4(
    *rows: Form5Cells,
    file_name: str = "form5.xlsx",
    institution: str = "示例评价机构",
    counts: Sequence[tuple[str, str, str, int]] | None = None,
) -> bytes:
    """The Form 4 that belongs to these rows of Form 5, or one with other counts."""
    return write_form4(
        uploading_institution=institution,
        file_name=file_name,
        counts=count_rows(rows or (form5_row(),)) if counts is None else counts,
        reporter="示例填报员",
        phone="0731-00000000",
        reported_on=date(2025, 9, 8),
    )
