"""Form 4 (附件4), the compliance sheet: whose file it is, what the file is called, how many of each kind.

The official form has its labels in merged cells; people also write label and value into one cell. Labels are
found wherever they stand, the value behind the colon or in the next filled cell of the row.

Source: 2025-14 art. 17(7) and 附件4.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from registry.intake.errors import SeveralForms, WrongHeader
from registry.intake.header import find_header
from registry.intake.table import Row, Table
from registry.intake.workbook import DEFAULT_LIMITS, Limits, read_tables
from registry.rules.text import clean_cell, normalise_name

FORM4_HEADER = ("序号", "职业名称", "工种名称", "等级", "数量")


class Form4Field(StrEnum):
    """The fields of Form 4, by the identifiers that findings use."""

    UPLOADING_INSTITUTION = "uploading_institution"
    FILE_NAME = "file_name"
    COUNT = "count"
    REPORTER = "reporter"
    PHONE = "phone"
    REPORTED_ON = "reported_on"


_LABELS = {
    "上传单位": Form4Field.UPLOADING_INSTITUTION,
    "上传文件名": Form4Field.FILE_NAME,
    "填报人": Form4Field.REPORTER,
    "联系电话": Form4Field.PHONE,
    "上报日期": Form4Field.REPORTED_ON,
}
_LABEL = re.compile(
    # A label stands at the start or behind a gap, and ends with a colon or its cell.
    rf"(?:^|(?<=\s))({'|'.join(r' ?'.join(label) for label in _LABELS)})"
    r"(?:\s*[(（]盖 ?章[)）])?(?:\s*[:：]\s*|\n|$)"
)
_COUNT = re.compile(r"([0-9]{1,7})(?:\.0+)?")
_TOTAL = re.compile(r"合\s*计|总\s*计|小\s*计")
_NO_JOB = frozenset({"-", "--", "—", "——", "/", "无"})


@dataclass(frozen=True, slots=True)
class Form4Row:
    """How many certificates of an occupation, 工种 and level; `count` is None where it is no number."""

    row: int
    occupation: str
    job: str
    level: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Form4:
    """The compliance sheet; what the form leaves blank is ""."""

    uploading_institution: str
    file_name: str
    reporter: str
    phone: str
    reported_on: str
    rows: tuple[Form4Row, ...]


def read_form4(data: bytes, file_name: str = "", *, limits: Limits = DEFAULT_LIMITS) -> Form4:
    """The compliance sheet in an uploaded file.

    Raises:
        WrongHeader: no sheet has the form's header; says what the nearest one lacks.
        SeveralForms: more than one sheet holds the form.
        IntakeError: otherwise as `read_tables`.
    """
    forms: list[Form4] = []
    faults: list[WrongHeader] = []
    for table in read_tables(data, file_name, limits=limits):
        try:
            forms.append(parse_form4(table))
        except WrongHeader as fault:
            faults.append(fault)
    if not forms:
        raise max(faults, key=lambda fault: -len(fault.missing))
    filled = [form for form in forms if form.rows] or forms
    if len(filled) > 1:
        raise SeveralForms(len(filled))
    return filled[0]


def parse_form4(table: Table) -> Form4:
    """The compliance sheet in one table.

    Raises:
        WrongHeader: no row of the table is the header of its counts.
    """
    header, offset = find_header(table, FORM4_HEADER)
    labelled: dict[Form4Field, str] = {}
    for row in table.rows:
        for label, value in _labelled(row):
            labelled.setdefault(label, value)
    return Form4(
        uploading_institution=labelled.get(Form4Field.UPLOADING_INSTITUTION, ""),
        file_name=labelled.get(Form4Field.FILE_NAME, ""),
        reporter=labelled.get(Form4Field.REPORTER, ""),
        phone=labelled.get(Form4Field.PHONE, ""),
        reported_on=labelled.get(Form4Field.REPORTED_ON, ""),
        rows=tuple(_count_rows(table, header, offset)),
    )


def _labelled(row: Row) -> Iterator[tuple[Form4Field, str]]:
    """The labels of a row with their values, which end where the next label begins."""
    text = "\n".join(clean_cell(cell) for cell in row.cells if clean_cell(cell))
    found = list(_LABEL.finditer(text))
    if not found or text[: found[0].start()].strip():
        # A word of the form inside another text, such as the name of a file, is no label.
        return
    for label, following in zip(found, [*found[1:], None], strict=True):
        value = text[label.end() : following.start() if following else len(text)]
        yield _LABELS[label[1].replace(" ", "")], " ".join(value.split())


def _count_rows(table: Table, header: Row, offset: int) -> Iterator[Form4Row]:
    width = len(FORM4_HEADER)
    for row in table.rows:
        if row.number <= header.number:
            continue
        cells = tuple(map(clean_cell, row.cells[offset : offset + width]))
        _, occupation, job, level, count = cells + ("",) * (width - len(cells))
        is_total = any(_TOTAL.fullmatch(cell) for cell in cells)
        if any(_labelled(row)) or is_total or not (occupation or job or level or count):
            continue
        number = _COUNT.fullmatch(unicodedata.normalize("NFKC", count))
        yield Form4Row(row.number, _word(occupation), _job(job), level, int(number[1]) if number else None)


def _word(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", normalise_name(text)).split())


def _job(text: str) -> str:
    job = _word(text)
    return "" if job in _NO_JOB else job
