"""Form 5 (附件5), the data sheet: from the rows of a workbook to one tidy row a certificate.

What surrounds the data is left out: title rows above the header, the official sample row of stars, the
form's own notes at the foot, repeated headers and empty rows. What spreadsheets do to values is undone
where that is certain; what it destroyed stays as it is, for a rule to say so.

Source: 2025-14 art. 17(7) and 附件5.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from registry.intake.errors import EmptyWorkbook, SeveralForms, WrongHeader
from registry.intake.header import find_header, header_name
from registry.intake.table import Row, Table
from registry.intake.workbook import DEFAULT_LIMITS, Limits, read_tables
from registry.rules.certificate_number import tidy_number
from registry.rules.identity_documents import tidy_identity_number
from registry.rules.text import clean_cell, normalise_name


class Form5Column(StrEnum):
    """The columns of Form 5 in its order, by the identifiers that findings use."""

    NAME = "name"
    ID_TYPE = "id_type"
    ID_NUMBER = "id_number"
    EMPLOYER = "employer"
    OCCUPATION = "occupation"
    JOB = "job"
    LEVEL = "level"
    NUMBER = "number"
    ISSUED_ON = "issued_on"
    INSTITUTION = "institution"
    ISSUER = "issuer"


FORM5_HEADER = (
    "姓名", "证件类型", "证件号码", "所在单位", "职业名称", "工种名称", "职业技能等级", "证书编号",
    "发证日期", "评价机构", "发证机构",
)  # fmt: skip

_NOTE = re.compile(
    r"(?:证件类型|职业技能等级|发证日期)为\s*[:：]|(?:2\d\d|[1-5])\s*[=＝]|(?:注|备注|说明|填表说明)\s*[:：]"
)
_STARS = re.compile(r"[*＊]{2,}")
_WHOLE = re.compile(r"([0-9]+)\.0+")
_NO_JOB = frozenset({"-", "--", "—", "——", "/", "无"})


class Form5Row(NamedTuple):
    """One certificate as the form states it: its row in the workbook, and its cells tidied."""

    row: int
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


@dataclass(frozen=True, slots=True)
class Form5:
    """The certificates of a data sheet, in its order."""

    rows: tuple[Form5Row, ...]


def read_form5(data: bytes, file_name: str = "", *, limits: Limits = DEFAULT_LIMITS) -> Form5:
    """The data sheet in an uploaded file.

    Raises:
        WrongHeader: no sheet has the form's header; says what the nearest one lacks.
        SeveralForms: more than one sheet holds rows of the form.
        EmptyWorkbook: there is a header, and no certificate below it.
        IntakeError: otherwise as `read_tables`.
    """
    forms: list[Form5] = []
    faults: list[WrongHeader] = []
    for table in read_tables(data, file_name, limits=limits):
        try:
            forms.append(parse_form5(table))
        except WrongHeader as fault:
            faults.append(fault)
    if not forms:
        raise max(faults, key=lambda fault: -len(fault.missing))
    filled = [form for form in forms if form.rows]
    if not filled:
        raise EmptyWorkbook
    if len(filled) > 1:
        raise SeveralForms(len(filled))
    return filled[0]


def parse_form5(table: Table) -> Form5:
    """The data sheet in one table; it may hold no certificate.

    Raises:
        WrongHeader: no row of the table is the form's header.
    """
    header, offset = find_header(table, FORM5_HEADER)
    return Form5(tuple(_data_rows(table, header, offset)))


def _data_rows(table: Table, header: Row, offset: int) -> Iterator[Form5Row]:
    tidy = _Tidier()
    width = len(FORM5_HEADER)
    for row in table.rows:
        if row.number <= header.number:
            continue
        cells = row.cells[offset : offset + width]
        cells += ("",) * (width - len(cells))
        if not _is_beside_the_data(cells):
            tidied = tidy.row(row.number, cells)
            if any(tidied[1:]):
                yield tidied


def _is_beside_the_data(cells: tuple[str, ...]) -> bool:
    """Whether a row is the sample, a note of the form, or the header once more.

    Source: 2025-14 附件5 (its sample row and the notes at its foot).
    """
    name, id_number = cells[0], cells[2]
    if name[:1] in ("*", "＊"):
        return bool(_STARS.fullmatch(name.strip()) and _STARS.fullmatch(id_number.strip()))
    if not id_number or id_number.isspace():
        filled = [text for text in map(clean_cell, cells) if text]
        return len(filled) == 1 and _NOTE.match(filled[0]) is not None
    return cells[2] == FORM5_HEADER[2] and tuple(map(header_name, cells)) == FORM5_HEADER


class _Tidier:
    """Tidies cells, each distinct text of a column that repeats only once."""

    def __init__(self) -> None:
        self._plain: dict[str, str] = {}
        self._code: dict[str, str] = {}
        self._words: dict[str, str] = {}

    def row(self, number: int, cells: tuple[str, ...]) -> Form5Row:
        """The row with every cell tidied as its column asks."""
        (name, id_type, id_number, employer, occupation, job, level, certificate, issued_on, institution,
         issuer) = cells  # fmt: skip
        tidied_job = self._word(job)
        return Form5Row(
            number,
            name if name.isalpha() else normalise_name(name),
            self._coded(id_type),
            id_number if _is_plain(id_number) else _without_point(tidy_identity_number(id_number)),
            self._cleaned(employer),
            self._word(occupation),
            "" if tidied_job in _NO_JOB else tidied_job,
            self._coded(level),
            certificate if _is_plain(certificate) else tidy_number(certificate),
            self._coded(issued_on),
            self._cleaned(institution),
            self._cleaned(issuer),
        )

    def _cleaned(self, text: str) -> str:
        """Names of units: cleaned, otherwise as they stand."""
        found = self._plain.get(text)
        if found is None:
            found = self._plain[text] = clean_cell(text)
        return found

    def _word(self, text: str) -> str:
        """Words of the catalogue: half width, without spaces."""
        found = self._words.get(text)
        if found is None:
            plain = unicodedata.normalize("NFKC", normalise_name(text))
            found = self._words[text] = "".join(plain.split())
        return found

    def _coded(self, text: str) -> str:
        """Codes, levels and dates: half width; a whole number without its `.0`."""
        found = self._code.get(text)
        if found is None:
            found = self._code[text] = _without_point(unicodedata.normalize("NFKC", clean_cell(text)))
        return found


def _is_plain(number: str) -> bool:
    """Whether there is nothing to tidy: most numbers arrive as they should be."""
    return number.isascii() and number.isalnum() and (number.isupper() or number.isdecimal())


def _without_point(text: str) -> str:
    """A number that a spreadsheet wrote as 430102199003074515.0."""
    found = _WHOLE.fullmatch(text) if text.endswith("0") else None
    return found[1] if found else text
