"""From a spreadsheet to a roster: which column holds the certificate numbers, and which the names.

A header is known by any of several spellings, may stand below title rows, and may stand among other columns,
which stay as they are. The columns that an earlier check added at the end are passed over, so that a list can
be checked again.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from registry.intake.errors import EmptyWorkbook, SeveralForms, TooManyRows
from registry.intake.header import header_name
from registry.intake.table import Row, Table
from registry.intake.workbook import Limits, read_tables
from registry.rosters.errors import HeaderFault, RosterHeaderFault
from registry.rules.text import clean_cell

NUMBER_HEADERS = frozenset(
    (
        "证书编号",
        "证书号",
        "证书号码",
        "编号",
        "职业技能等级证书编号",
        "技能等级证书编号",
        "技能证书编号",
        "等级证书编号",
        "certificatenumber",
        "certificateno",
        "certnumber",
        "certno",
        "number",
        "licensenumber",
    )
)
NAME_HEADERS = frozenset(
    (
        "姓名",
        "名字",
        "持证人",
        "持证人姓名",
        "证书持有人",
        "持有人",
        "员工姓名",
        "职工姓名",
        "人员姓名",
        "学员姓名",
        "考生姓名",
        "申请人",
        "申请人姓名",
        "本人姓名",
        "name",
        "fullname",
        "holder",
        "holdername",
        "nameofholder",
        "holdersname",
    )
)
_SEARCHED_ROWS = 30
_PUNCTUATION = re.compile(r"[\W_]+")
_TITLE_ROWS = _SEARCHED_ROWS
_UNPACKED_BYTES = 60_000_000
_READER_MEMORY_BYTES = 700_000_000
_READER_SECONDS = 20


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line to be checked: its row in the sheet, and both cells as they stand there."""

    at: int
    number: str
    name: str


@dataclass(frozen=True)
class Roster:
    """A list to be checked, with the sheet that it was read from; `header` is the row of that number."""

    table: Table
    header: int
    width: int
    rows: tuple[RosterRow, ...]


def read_roster(
    data: bytes, file_name: str, *, most_rows: int, most_bytes: int, added: Collection[Sequence[str]] = ()
) -> Roster:
    """The roster in a spreadsheet: .xlsx, .xls or CSV in UTF-8 or GBK.

    `added`: the headers that a check adds behind the columns of a list, in each language.

    Raises:
        RosterHeaderFault: no sheet says where numbers and names are.
        TooManyRows, EmptyWorkbook: more lines than `most_rows`, or none.
        SeveralForms: more than one sheet holds a list.
        IntakeError: what reading a workbook raises.
    """
    limits = Limits(
        rows=most_rows + _TITLE_ROWS,
        upload_bytes=most_bytes,
        unpacked_bytes=_UNPACKED_BYTES,
        reader_memory_bytes=_READER_MEMORY_BYTES,
        reader_seconds=_READER_SECONDS,
    )
    try:
        tables = read_tables(data, file_name, limits=limits)
    except TooManyRows as fault:
        raise TooManyRows(most_rows) from fault
    roster = _only([_roster_in(table, added) for table in tables])
    if len(roster.rows) > most_rows:
        raise TooManyRows(most_rows)
    return roster


def _only(found: Sequence[Roster | HeaderFault]) -> Roster:
    """The one sheet with a list. Raises: RosterHeaderFault, SeveralForms, EmptyWorkbook."""
    rosters = [each for each in found if isinstance(each, Roster)]
    if not rosters:
        # A sheet that lacks one of the two columns is more likely meant than one that lacks both.
        faults = [each for each in found if isinstance(each, HeaderFault)]
        raise RosterHeaderFault(
            next((each for each in faults if each is not HeaderFault.NO_NUMBERS), faults[0])
        )
    filled = [each for each in rosters if each.rows]
    if not filled:
        raise EmptyWorkbook
    if len(filled) > 1:
        raise SeveralForms(len(filled))
    return filled[0]


def _roster_in(table: Table, added: Collection[Sequence[str]]) -> Roster | HeaderFault:
    fault = HeaderFault.NO_NUMBERS
    for row in table.rows[:_SEARCHED_ROWS]:
        names = [_known(cell) for cell in row.cells]
        numbers = [at for at, name in enumerate(names) if name in NUMBER_HEADERS]
        holders = [at for at, name in enumerate(names) if name in NAME_HEADERS]
        if len(numbers) == 1 and len(holders) == 1:
            return _cut(table, row, numbers[0], holders[0], added)
        if numbers:
            fault = _fault(numbers, holders)
    return fault


def _fault(numbers: Sequence[int], holders: Sequence[int]) -> HeaderFault:
    if len(numbers) > 1:
        return HeaderFault.SEVERAL_NUMBERS
    return HeaderFault.SEVERAL_NAMES if holders else HeaderFault.NO_NAMES


def _cut(table: Table, header: Row, number: int, holder: int, added: Collection[Sequence[str]]) -> Roster:
    """The roster below a header, without what an earlier check added."""
    cells = [clean_cell(cell) for cell in header.cells]
    while cells and not cells[-1]:
        cells.pop()
    for titles in added:
        if cells[-len(titles) :] == list(titles) and number < len(cells) - len(titles):
            cells = cells[: -len(titles)]
            table = replace(
                table, rows=tuple(_shortened(row, header.number, len(cells)) for row in table.rows)
            )
            break
    below = [row for row in table.rows if row.number > header.number]
    lines = [RosterRow(row.number, _cell(row, number), _cell(row, holder)) for row in below]
    width = max([len(cells), *(len(row.cells) for row in table.rows if row.number >= header.number)])
    return Roster(table, header.number, width, tuple(each for each in lines if each.number or each.name))


def _shortened(row: Row, header: int, width: int) -> Row:
    return Row(row.number, row.cells[:width]) if row.number >= header else row


def _cell(row: Row, at: int) -> str:
    return clean_cell(row.cells[at]) if at < len(row.cells) else ""


def _known(cell: str) -> str:
    """A header as it is compared: without spaces, stars, hints in brackets and punctuation."""
    plain = header_name(re.sub(r"[(（][^()（）]*[)）]", "", cell))
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", plain)).casefold()
