"""Forms 4 and 5 checked against each other, the filing, the catalogue and the register.

1. Every row is read once into values.
2. The register is asked about all numbers and all persons at once.
3. Each rule looks at each row; the table below says which rule finds which code.
4. Form 4 is compared with Form 5.
5. A row that no rule refuses becomes the record that a reviewer will sign for.

Source: 2025-14 art. 17(7); the domain's table of findings R01–R21.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from registry.filing.model import Filing
from registry.intake.checks_cells import (
    identity_type,
    issue_date,
    number_agrees,
    number_form,
    number_prefix,
    other_identity_number,
    person_name,
    required_cells,
    resident_identity_number,
)
from registry.intake.checks_form4 import form4_matches
from registry.intake.checks_history import (
    held_already,
    number_is_free,
    oddities,
    rows_out_of_order,
    upload_in_time,
)
from registry.intake.checks_reading import Neighbours, Occasion, Reader, Reading
from registry.intake.checks_scope import (
    catalogue_names,
    filed_scope,
    filing_in_force,
    institution_names,
    major_groups,
    own_people,
    qualification_list,
)
from registry.intake.facts import Person, RegisterFacts
from registry.intake.findings import Finding, FindingCode, Severity
from registry.intake.form4 import Form4
from registry.intake.form5 import Form5, Form5Row
from registry.intake.overview import Overview, overview
from registry.intake.row_index import RowIndex
from registry.rules.masks import mask_name
from registry.rules.occupations import Catalogue
from registry.rules.qualifications import QualificationList, load_qualifications
from registry.rules.working_days import WorkCalendar
from signing.commitment import Record

Rule: TypeAlias = Callable[[Reading, Occasion, Neighbours], Sequence[Finding]]

ROW_RULES: Mapping[FindingCode, Rule] = MappingProxyType(
    {
        FindingCode.R01: required_cells,
        FindingCode.R02: identity_type,
        FindingCode.R03: resident_identity_number,
        FindingCode.R04: other_identity_number,
        FindingCode.R05: person_name,
        FindingCode.R06: number_form,
        FindingCode.R07: number_prefix,
        FindingCode.R08: number_agrees,
        FindingCode.R09: number_is_free,
        FindingCode.R10: catalogue_names,
        FindingCode.R11: filed_scope,
        FindingCode.R12: filing_in_force,
        FindingCode.R13: issue_date,
        FindingCode.R14: upload_in_time,
        FindingCode.R15: held_already,
        FindingCode.R17: institution_names,
        FindingCode.R18: own_people,
        FindingCode.R19: oddities,
        FindingCode.R20: qualification_list,
        FindingCode.R21: major_groups,
    }
)
"""Every code but R16, which is about both forms and found by `form4_matches`."""
_RULES = tuple(ROW_RULES.values())
_TOLD_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row of Form 5 with what was found; `record` is None exactly if a finding refuses it.

    `cells` is what the row says where there is no record.
    """

    row: int
    record: Record | None
    findings: tuple[Finding, ...]
    cells: Form5Row | None = None

    @property
    def refused(self) -> bool:
        """Whether it can never be approved as it is."""
        return self.record is None

    @property
    def flagged(self) -> bool:
        """Whether it can be approved only with the reviewer's explicit word."""
        return self.record is not None and bool(self.findings)


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """A file's rows with their findings, the findings that refuse it as a whole, and all of it in numbers."""

    rows: tuple[CheckedRow, ...]
    batch_findings: tuple[Finding, ...]
    overview: Overview
    index: RowIndex


def check_batch(
    form5: Form5,
    form4: Form4,
    *,
    filing: Filing,
    catalogue: Catalogue,
    calendar: WorkCalendar,
    facts: RegisterFacts,
    today: date,
    received_on: date,
    form5_name: str,
    legacy: bool = False,
    legacy_before: date | None = None,
    qualifications: QualificationList | None = None,
    checked: Callable[[int, int], None] = lambda _done, _total: None,
) -> CheckedBatch:
    """Everything there is to say about an upload, row by row and as a whole.

    `checked` is told now and then how many rows of how many are done.

    `form5_name` is the name of the uploaded file; `legacy` spares certificates from before the register the
    deadline of uploading; from `legacy_before` on none is.
    """
    listed = qualifications or load_qualifications()
    occasion = Occasion(filing, catalogue, calendar, listed, today, received_on, legacy, legacy_before)
    reader = Reader(occasion)
    readings = [reader.read(row) for row in form5.rows]
    neighbours = _neighbours(readings, facts)
    rows: list[CheckedRow] = []
    for reading in readings:
        rows.append(_checked(reading, occasion, neighbours))
        if len(rows) % _TOLD_EVERY == 0:
            checked(len(rows), len(readings))
    found = [(row.refused, row.findings) for row in rows]
    return CheckedBatch(
        tuple(rows),
        form4_matches(form4, readings, occasion, form5_name),
        *overview(form4, readings, found, occasion),
    )


def _neighbours(readings: Sequence[Reading], facts: RegisterFacts) -> Neighbours:
    """The file indexed by number and person, and the register's answers about both."""
    numbers: dict[str, int] = {}
    repeated: dict[str, list[int]] = {}
    persons: dict[Person, Reading] = {}
    same_person: dict[Person, list[Reading]] = {}
    for reading in readings:
        if reading.number is not None:
            number = reading.number.text
            if numbers.setdefault(number, reading.row) != reading.row:
                repeated.setdefault(number, [numbers[number]]).append(reading.row)
        if reading.person is not None:
            first = persons.setdefault(reading.person, reading)
            if first is not reading:
                same_person.setdefault(reading.person, [first]).append(reading)
    return Neighbours(
        repeated=repeated,
        registered=facts.registered(list(numbers)),
        same_person=same_person,
        held=facts.held_by(list(persons)),
        out_of_order=rows_out_of_order(readings),
    )


def _checked(reading: Reading, occasion: Occasion, neighbours: Neighbours) -> CheckedRow:
    findings: list[Finding] = []
    for rule in _RULES:
        found = rule(reading, occasion, neighbours)
        if found:
            findings += found
    if not findings:
        return CheckedRow(reading.row, _record(reading, occasion.filing.number_prefix), ())
    refused = any(found.severity is Severity.REFUSE for found in findings)
    if refused:
        return CheckedRow(reading.row, None, tuple(findings), reading.cells)
    return CheckedRow(reading.row, _record(reading, occasion.filing.number_prefix), tuple(findings))


def _record(reading: Reading, prefix: str) -> Record:
    """What the reviewer will sign for. No rule lets a row through that lacks one of these."""
    assert reading.number is not None
    assert reading.identity is not None
    assert reading.occupation is not None
    assert reading.level is not None
    assert reading.issued_on is not None
    cells = reading.cells
    return Record(
        number=reading.number.text,
        masked_name=mask_name(cells.name),
        name=cells.name,
        id_type=reading.identity.type.value,
        id_number=reading.identity.number,
        employer=cells.employer,
        occupation_code=reading.occupation.code,
        occupation=reading.occupation.name,
        job=reading.occupation.job,
        level=str(reading.level.value),
        issued_on=reading.issued_on.isoformat(),
        institution=prefix,
        issuer=cells.issuer,
    )
