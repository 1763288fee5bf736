"""Invented certificates, and the workbooks in which an institution would hand them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from registry.intake.forms_out import CountRow, Form5Cells, write_form4, write_form5
from registry.rules.identity_documents import IdentityType
from registry.rules.levels import Level, level_label
from web.demo.filings import DemoFiling, DemoScope
from web.demo.people import Person

REPORTER: Final = "示例填报员"
PHONE: Final = "0731-00000000"
_FULL_WIDTH: Final = str.maketrans("0123456789", "０１２３４５６７８９")


class Writing(StrEnum):
    """How an institution writes what Form 5 takes in several ways; all three are good."""

    CODES = "codes"
    LABELS = "labels"
    UNTIDY = "untidy"


@dataclass(frozen=True)
class Certificate:
    """A certificate as its institution issued it."""

    person: Person
    employer: str
    scope: DemoScope
    level: int
    number: str
    issued_on: date
    institution: str

    def cells(self, writing: Writing) -> Form5Cells:
        """Its row of Form 5."""
        person = self.person
        kind, level, id_number, number = person.id_type, str(self.level), person.id_number, self.number
        if writing is not Writing.CODES:
            kind, level = IdentityType(kind).label, level_label(self.level)
        if writing is Writing.UNTIDY:
            level = Level(self.level).ordinal
            id_number, number = f" {id_number.lower()}", number.translate(_FULL_WIDTH) + "\u200b"
        return (
            person.name,
            kind,
            id_number,
            self.employer,
            self.scope.occupation,
            self.scope.job,
            level,
            number,
            self.issued_on.isoformat(),
            self.institution,
            self.institution,
        )


@dataclass(frozen=True)
class Workbooks:
    """The two files of one upload."""

    form5_name: str
    form5: bytes
    form4_name: str
    form4: bytes


def workbooks(
    filing: DemoFiling,
    rows: Sequence[Form5Cells],
    counts: Sequence[CountRow],
    *,
    ordinal: int,
    reported_on: date,
) -> Workbooks:
    """Form 5 with these rows and a Form 4 with these counts, named after the institution and the day."""
    stem = f"{filing.prefix}-{reported_on:%Y%m%d}-{ordinal:03d}"
    form5_name, form4_name = f"{stem}-附件5.xlsx", f"{stem}-附件4.xlsx"
    form4 = write_form4(
        uploading_institution=filing.name,
        file_name=form5_name,
        counts=counts,
        reporter=REPORTER,
        phone=PHONE,
        reported_on=reported_on,
    )
    return Workbooks(form5_name, write_form5(rows), form4_name, form4)
