"""A batch before its workbooks are written: rows, what each must bring, and what the bureau will do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.intake.forms_out import CountRow, Form5Cells, count_rows
from web.demo.faults import Fault
from web.demo.filings import DemoFiling
from web.demo.workbooks import Certificate, Writing

FLAGS = frozenset({"R04", "R14", "R15", "R18", "R19", "R20"})
"""Codes that a reviewer may accept by an explicit word: R04 only of a document that has no form to check.

All others refuse."""


class Decision(StrEnum):
    """What becomes of a batch after it was handed in."""

    APPROVE = "approve"
    RETURN = "return"
    REFUSED = "refused"
    WAIT = "wait"


@dataclass(frozen=True)
class Line:
    """A row of Form 5, the certificate behind it, and the codes that the row must bring."""

    cells: Form5Cells
    certificate: Certificate
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Draft:
    """A batch as it is planned. `counts` stands in for the true Form 4 where that is to be wrong."""

    filing: DemoFiling
    lines: tuple[Line, ...]
    reported_on: date
    decision: Decision = Decision.APPROVE
    accept_flags: bool = False
    note: str = ""
    counts: tuple[CountRow, ...] | None = None

    @property
    def form4_counts(self) -> tuple[CountRow, ...]:
        """What Form 4 will say."""
        return count_rows(line.cells for line in self.lines) if self.counts is None else self.counts

    @property
    def approved(self) -> tuple[Certificate, ...]:
        """The certificates that enter the register."""
        if self.decision is not Decision.APPROVE:
            return ()
        welcome = FLAGS if self.accept_flags else frozenset[str]()
        return tuple(line.certificate for line in self.lines if line.codes <= welcome)


def clean(
    certificates: Iterable[Certificate], writing: Writing = Writing.CODES, codes: Iterable[str] = ()
) -> tuple[Line, ...]:
    """Rows as they should be; `codes` is what each brings for another reason than its text."""
    brings = frozenset(codes)
    return tuple(Line(each.cells(writing), each, brings) for each in certificates)


def spoilt(lines: Sequence[Line], faults: Sequence[Fault], *, every: int = 2) -> tuple[Line, ...]:
    """The rows with one fault in every so manieth of those that carry a resident identity number.

    Raises:
        ValueError: more faults than such rows.
    """
    result = list(lines)
    resident = [at for at, line in enumerate(lines) if line.certificate.person.id_type == "201"]
    for at, fault in zip(resident[1::every][: len(faults)], faults, strict=True):
        line = lines[at]
        result[at] = Line(fault.spoil(line.cells), line.certificate, line.codes | fault.codes)
    return tuple(result)
