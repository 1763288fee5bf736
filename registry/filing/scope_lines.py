"""Rows of a scope as the province pastes them: lines of the application form, with or without its number.

    序号  职业名称  职业编码  工种名称  等级  认定依据

separated by tabs, as spreadsheets copy them, or typed with spaces; the occupation's code may stand first.
Every line goes through the same checks as a line of an institutions file.

Source: 2025-14 附件1 二 with its notes.
"""

import re
from dataclasses import dataclass
from datetime import date

from registry.filing.errors import ScopeLinesFault
from registry.filing.import_faults import ImportFault, ImportFaultCode, ImportWarning
from registry.filing.import_rows import FilingFacts, Line, read_scope_row
from registry.filing.model import Category, FilingState, ScopeRow
from registry.rules.occupations import load_catalogue
from registry.rules.text import clean_cell

MAX_LINES = 200
_CODE = re.compile(r"[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}")
_ORDINAL = re.compile(r"[0-9]{1,3}[.、]?")
_TYPED = re.compile(r"[ \u3000|]+")
_WITH_JOB = 4


@dataclass(frozen=True, slots=True)
class ScopeLines:
    """The rows of a text, and what a person should confirm; `row` of a warning is the line."""

    rows: tuple[ScopeRow, ...]
    warnings: tuple[ImportWarning, ...]


@dataclass(frozen=True, slots=True)
class ScopeOccasion:
    """For whom the lines are read, and from which day on they are to hold."""

    category: Category
    name: str
    from_on: date
    to_on: date | None = None


def read_scope_lines(text: str, occasion: ScopeOccasion) -> ScopeLines:
    """The rows that a text describes; an empty text describes none.

    Raises:
        ScopeLinesFault: it has faults; every one of them is listed, `row` being the line.
    """
    catalogue, facts = load_catalogue(), _facts(occasion)
    lines = [
        Line(number, _cells(line, occasion))
        for number, line in enumerate(text.splitlines(), start=1)
        if clean_cell(line)
    ]
    rows: list[ScopeRow] = []
    for line in lines[:MAX_LINES]:
        row = read_scope_row(line, facts, catalogue)
        if row in rows:
            line.fault("occupation", ImportFaultCode.REPEATED_ROW)
        elif row is not None:
            rows.append(row)
    faults = [fault for line in lines for fault in line.faults]
    if len(lines) > MAX_LINES:
        faults.append(ImportFault(lines[MAX_LINES].row, "occupation", ImportFaultCode.TOO_MANY_LINES))
    if faults:
        raise ScopeLinesFault(tuple(faults))
    return ScopeLines(tuple(rows), tuple(warning for line in lines for warning in line.warnings))


def _cells(line: str, occasion: ScopeOccasion) -> dict[str, str]:
    parts = line.split("\t") if "\t" in line else _TYPED.split(line.strip())
    cells = [clean_cell(part) for part in parts]
    if cells and _ORDINAL.fullmatch(cells[0]):
        cells = cells[1:]
    code = next((cell for cell in cells if _CODE.fullmatch(cell)), "")
    if code:
        cells.remove(code)
    if "\t" in line:
        # What a spreadsheet copies may end in empty cells of columns further right.
        cells = cells[:_WITH_JOB]
    elif len(cells) < _WITH_JOB:
        cells[1:1] = [""]
    occupation, job, levels, basis, *_ = [*cells, "", "", "", ""]
    return {
        "occupation_code": code,
        "occupation": occupation,
        "job": job,
        "levels": levels,
        "basis": basis,
        "scope_from": occasion.from_on.isoformat(),
        "scope_to": occasion.to_on.isoformat() if occasion.to_on else "",
    }


def _facts(occasion: ScopeOccasion) -> FilingFacts:
    """What the checks of a line want to know of its filing."""
    return FilingFacts(
        credit_code="",
        name=occasion.name,
        short_name="",
        category=occasion.category,
        number_prefix="",
        filing_number="",
        bureau="",
        filed_on=occasion.from_on,
        expires_on=None,
        state=FilingState.FILED,
        state_on=occasion.from_on,
        instrument="",
    )
