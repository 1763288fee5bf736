"""Filings from an institutions file, CSV or XLSX: one row of a scope a line, all faults at once.

The lines of one filing are found by their number prefix and must agree in everything that is not scope.
Nothing is taken from a file with a fault.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

from registry.filing.errors import FilingImportFault
from registry.filing.import_faults import ImportFault, ImportFaultCode, ImportWarning
from registry.filing.import_rows import (
    COLUMNS,
    FilingFacts,
    Line,
    has_scope,
    read_facts,
    read_scope_row,
)
from registry.filing.model import (
    BureauPeriod,
    Filing,
    FilingState,
    NamePeriod,
    ScopeRow,
    StateChange,
)
from registry.intake.table import Row
from registry.intake.workbook import DEFAULT_LIMITS, Limits, read_table
from registry.rules.occupations import Catalogue, load_catalogue
from registry.rules.text import clean_cell

_SHOWN = 40
"""How much of a foreign column's name is repeated."""


@dataclass(frozen=True, slots=True)
class FilingImport:
    """The filings of a file in the order of their first lines, and what a person should confirm."""

    filings: tuple[Filing, ...]
    warnings: tuple[ImportWarning, ...]


@dataclass(slots=True)
class _Group:
    """The lines of one filing read so far."""

    first_row: int
    facts: FilingFacts
    scope: list[ScopeRow]


def read_filings(
    data: bytes,
    file_name: str = "",
    *,
    catalogue: Catalogue | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> FilingImport:
    """The filings that a file describes.

    Raises:
        FilingImportFault: it has faults; every one of them is listed.
        IntakeError: it is no table at all (see `registry.intake.workbook.read_tables`).
    """
    table = read_table(data, file_name, limits=limits)
    header, *rows = table.rows
    places = _places(header)
    lines = [line for row in rows if any((line := _line(row, places)).cells.values())]
    groups = _grouped(lines, catalogue or load_catalogue())
    faults = [fault for line in lines for fault in line.faults]
    if faults:
        raise FilingImportFault(tuple(sorted(faults, key=_place)))
    return FilingImport(
        tuple(_filing(group) for group in groups.values()),
        tuple(warning for line in lines for warning in line.warnings),
    )


def _places(header: Row) -> dict[str, int]:
    """Where each column stands. Raises: FilingImportFault."""
    names = [clean_cell(cell).lower() for cell in header.cells]
    faults = [
        ImportFault(header.number, column, ImportFaultCode.MISSING_COLUMN)
        for column in COLUMNS
        if column not in names
    ]
    for at, name in enumerate(names):
        if name in names[:at] and name:
            faults.append(ImportFault(header.number, name[:_SHOWN], ImportFaultCode.REPEATED_COLUMN))
        elif name and name not in COLUMNS:
            faults.append(ImportFault(header.number, name[:_SHOWN], ImportFaultCode.UNKNOWN_COLUMN))
    if faults:
        raise FilingImportFault(tuple(faults))
    return {name: names.index(name) for name in COLUMNS}


def _line(row: Row, places: dict[str, int]) -> Line:
    cells = {
        column: clean_cell(row.cells[at]) if at < len(row.cells) else "" for column, at in places.items()
    }
    return Line(row.number, cells)


def _grouped(lines: Iterable[Line], catalogue: Catalogue) -> dict[str, _Group]:
    """The lines by number prefix; faults stay with their lines."""
    groups: dict[str, _Group] = {}
    for line in lines:
        facts = read_facts(line)
        row = read_scope_row(line, facts, catalogue) if has_scope(line) else None
        if facts is None:
            continue
        group = groups.setdefault(facts.number_prefix, _Group(line.row, facts, []))
        _compare(line, facts, group)
        if row in group.scope:
            line.fault("occupation", ImportFaultCode.REPEATED_ROW)
        elif row is not None:
            group.scope.append(row)
    return groups


def _compare(line: Line, facts: FilingFacts, group: _Group) -> None:
    for column in fields(FilingFacts):
        if getattr(facts, column.name) != getattr(group.facts, column.name):
            line.fault(column.name, ImportFaultCode.DIFFERS_FROM_FIRST_ROW, first=str(group.first_row))


def _filing(group: _Group) -> Filing:
    facts = group.facts
    known_from = facts.filed_on or facts.state_on
    changes = [StateChange(facts.state, facts.state_on, facts.instrument)]
    if facts.filed_on and (facts.state is not FilingState.FILED or facts.state_on > facts.filed_on):
        # The list shows only the last state. Until then it was filed: certificates of that time count on it.
        changes.insert(0, StateChange(FilingState.FILED, facts.filed_on, ""))
    return Filing(
        credit_code=facts.credit_code,
        category=facts.category,
        number_prefix=facts.number_prefix,
        filing_number=facts.filing_number,
        filed_on=facts.filed_on,
        expires_on=facts.expires_on,
        names=(NamePeriod(facts.name, facts.short_name, known_from),),
        bureaus=(BureauPeriod(facts.bureau, known_from),),
        states=tuple(changes),
        scope=tuple(group.scope),
    )


def _place(fault: ImportFault) -> tuple[int, int]:
    return fault.row, COLUMNS.index(fault.column) if fault.column in COLUMNS else len(COLUMNS)
