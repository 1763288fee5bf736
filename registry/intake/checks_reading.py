"""A row of Form 5 read once into values, so that every rule looks at the same reading.

What does not parse is kept as the kind of its fault: the rules turn it into findings. What depends only on
words and days is worked out once for each distinct combination, not for each row.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from registry.filing.model import Filing, FilingOnDay, ScopeRow, filing_on
from registry.intake.cell_dates import parse_cell_date
from registry.intake.errors import MalformedDate
from registry.intake.facts import Held, Person
from registry.intake.form5 import Form5Row
from registry.rules.certificate_number import (
    CertificateNumber,
    MalformedNumber,
    NumberFault,
    parse_certificate_number,
)
from registry.rules.identity_documents import (
    Identity,
    IdentityFault,
    IdentityFaultKind,
    IdentityType,
    UnknownIdentityType,
    check_identity,
    parse_identity_type,
)
from registry.rules.levels import Level, LevelFault, LevelFaultKind, parse_level
from registry.rules.occupation_entries import OccupationCodeFault
from registry.rules.occupations import Catalogue, Match, Resolution, Unknown, is_skill_occupation
from registry.rules.qualifications import Qualification, QualificationList
from registry.rules.text import NameFault, NameFaultKind, check_name
from registry.rules.working_days import Deadline, WorkCalendar

_Kind = TypeVar("_Kind")

UPLOAD_WORKING_DAYS = 30
"""Source: 2025-14 art. 17(7)."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is the same for every row of a file: the filing, the rules, and the days.

    `legacy_before` is the day from which on no certificate is from before the register, None for none.
    """

    filing: Filing
    catalogue: Catalogue
    calendar: WorkCalendar
    qualifications: QualificationList
    today: date
    received_on: date
    legacy: bool
    legacy_before: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The filing on an issue date: what it was, its names as they are compared, and when upload was due."""

    filing: FilingOnDay
    units: frozenset[str]
    due: Deadline


@dataclass(frozen=True, slots=True)
class Occupation:
    """What occupation and 工种 mean, and the rows of the scope that name them, whatever their interval.

    `resolution` is None where the catalogue lacks the words but the filing has exactly them: the catalogue
    is not complete, and a filing was checked by the ministry. `others` are the scope rows of the occupation
    with another 工种; `listed` is the occupation's entry in the list of qualifications; `is_skill` whether
    its code is in major groups 3 to 6.
    """

    resolution: Resolution | None
    code: str
    name: str
    job: str
    scope: tuple[ScopeRow, ...]
    others: tuple[ScopeRow, ...]
    listed: Qualification | None
    is_skill: bool

    @property
    def is_known(self) -> bool:
        """Whether the words are right, so that the scope can be asked about them."""
        return not isinstance(self.resolution, Unknown)

    @property
    def skill(self) -> tuple[str, str]:
        """What a person is certified in, whatever the level."""
        return (self.code, self.job)


@dataclass(slots=True)
class Reading:
    """What one row says. Values that are missing or do not parse are None; `*_fault` says why not.

    `person` is whom the row is about, if that is certain.
    """

    cells: Form5Row
    name_fault: NameFaultKind | None = None
    id_type: IdentityType | None = None
    suggested_type: IdentityType | None = None
    identity: Identity | None = None
    identity_fault: IdentityFaultKind | None = None
    person: Person | None = None
    level: Level | None = None
    level_fault: LevelFaultKind | None = None
    number: CertificateNumber | None = None
    number_fault: NumberFault | None = None
    issued_on: date | None = None
    day: Day | None = None
    occupation: Occupation | None = None

    @property
    def row(self) -> int:
        """Its row in the workbook."""
        return self.cells.row


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What the rules that look beyond one row need: the whole file, and the register's answers."""

    repeated: Mapping[str, list[int]]
    """The rows of every number that stands in more than one."""
    registered: frozenset[str]
    same_person: Mapping[Person, list[Reading]]
    """The rows of every person who has more than one."""
    held: Mapping[Person, tuple[Held, ...]]
    out_of_order: frozenset[int]


class Reader:
    """Reads the rows of one file on one occasion."""

    def __init__(self, occasion: Occasion) -> None:
        self._occasion = occasion
        self._dates: dict[str, date | None] = {}
        self._days: dict[date, Day] = {}
        self._occupations: dict[tuple[str, str, str], Occupation] = {}

    def read(self, cells: Form5Row) -> Reading:
        """The row as values."""
        reading = Reading(cells)
        # A name of nothing but letters has no fault to look for.
        if cells.name and not cells.name.isalpha():
            try:
                check_name(cells.name)
            except NameFault as fault:
                reading.name_fault = _not_empty(fault.kind, NameFaultKind.EMPTY, NameFaultKind.CONTROL)
        self._read_identity(cells, reading)
        if cells.level:
            try:
                reading.level = parse_level(cells.level)
            except LevelFault as fault:
                reading.level_fault = _not_empty(fault.kind, LevelFaultKind.EMPTY, LevelFaultKind.UNKNOWN)
        if cells.number:
            try:
                reading.number = parse_certificate_number(cells.number)
            except MalformedNumber as fault:
                reading.number_fault = fault.kind
        reading.issued_on = self._date(cells.issued_on)
        if reading.issued_on is not None:
            reading.day = self._day(reading.issued_on)
        if cells.occupation:
            reading.occupation = self._occupation(cells.occupation, cells.job, reading.issued_on)
        return reading

    def _read_identity(self, cells: Form5Row, reading: Reading) -> None:
        if not cells.id_type:
            return
        try:
            reading.id_type = parse_identity_type(cells.id_type)
        except UnknownIdentityType as fault:
            reading.suggested_type = fault.suggestion
            return
        if not cells.id_number:
            return
        try:
            identity = check_identity(reading.id_type, cells.id_number, self._occasion.today)
        except IdentityFault as fault:
            reading.identity_fault = _not_empty(fault.kind, IdentityFaultKind.EMPTY, IdentityFaultKind.FORMAT)
            return
        reading.identity, reading.person = identity, (identity.type.value, identity.canonical)

    def _date(self, text: str) -> date | None:
        if text not in self._dates:
            try:
                self._dates[text] = parse_cell_date(text)
            except MalformedDate:
                self._dates[text] = None
        return self._dates[text]

    def _day(self, on: date) -> Day:
        day = self._days.get(on)
        if day is None:
            filing = filing_on(self._occasion.filing, on)
            due = self._occasion.calendar.add_working_days(on, UPLOAD_WORKING_DAYS)
            day = self._days[on] = Day(filing, frozenset(map(unit_name, filing.names)), due)
        return day

    def _occupation(self, name: str, job: str, on: date | None) -> Occupation:
        edition = self._occasion.catalogue.edition_on(on) if on else self._occasion.catalogue.current
        key = (name, job, edition.name)
        found = self._occupations.get(key)
        if found is None:
            resolution = self._occasion.catalogue.resolve(name, job, edition=edition.name)
            found = self._occupations[key] = _fitted(self._occasion, resolution, name, job)
        return found


def _not_empty(kind: _Kind, empty: _Kind, otherwise: _Kind) -> _Kind:
    """The kind of a fault in a cell that holds something, be it only marks: `empty` is R01's alone."""
    return otherwise if kind is empty else kind


def unit_name(text: str) -> str:
    """A unit's name as it is compared: half width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _fitted(occasion: Occasion, resolution: Resolution, name: str, job: str) -> Occupation:
    """What the words mean in this filing."""
    scope = occasion.filing.scope
    code = ""
    fitting: tuple[ScopeRow, ...] = ()
    others: tuple[ScopeRow, ...] = ()
    if isinstance(resolution, Match):
        code, name, job = resolution.occupation.code, resolution.occupation.name, resolution.job
        rows = [row for row in scope if row.occupation_code == code or unit_name(row.occupation) == name]
        fitting = tuple(row for row in rows if unit_name(row.job) == job)
        others = tuple(row for row in rows if unit_name(row.job) != job)
    elif resolution.to_check and resolution.suggestion is None:
        fitting = tuple(
            row for row in scope if unit_name(row.occupation) == name and unit_name(row.job) == job
        )
    code = fitting[0].occupation_code if fitting else code
    listed = occasion.qualifications.of(code, job) or occasion.qualifications.of(name, job)
    unknown = None if fitting and isinstance(resolution, Unknown) else resolution
    return Occupation(unknown, code, name, job, fitting, others, listed, _is_skill(code))


def _is_skill(code: str) -> bool:
    try:
        return is_skill_occupation(code)
    except OccupationCodeFault:
        # A code without major group is in none of the four.
        return False
