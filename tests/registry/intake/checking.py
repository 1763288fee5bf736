"""Checking rows of Form 5 without workbooks in between, against a register that is told what it knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from registry.filing.model import Filing
from registry.intake.checks import CheckedBatch, check_batch
from registry.intake.facts import Held, Person
from registry.intake.findings import Finding
from registry.intake.form4 import parse_form4
from registry.intake.form5 import FORM5_HEADER, parse_form5
from registry.intake.forms_out import Form5Cells, count_rows
from registry.intake.table import Row, Table
from registry.rules.occupations import load_catalogue
from registry.rules.working_days import load_calendar
from tests.builders import a_filing, form5_row

TODAY = date(2025, 9, 8)
FORM4_HEADER = ("序号", "职业名称", "工种名称", "等级", "数量")
OTHER_ID = "430102199103074512"


@dataclass(frozen=True)
class KnownFacts:
    """A register that holds exactly this."""

    numbers: frozenset[str] = frozenset()
    held: Mapping[Person, tuple[Held, ...]] = field(default_factory=dict)

    def registered(self, numbers: Sequence[str]) -> frozenset[str]:
        """Those it was told of."""
        return self.numbers & frozenset(numbers)

    def held_by(self, persons: Sequence[Person]) -> Mapping[Person, tuple[Held, ...]]:
        """Those it was told of; persons it knows nothing of are missing."""
        return {person: self.held[person] for person in persons if person in self.held}


def a_table(*rows: Sequence[str]) -> Table:
    """A sheet with these rows, counted from 1."""
    return Table("", tuple(Row(number, tuple(cells)) for number, cells in enumerate(rows, start=1)))


def a_form4_table(
    counts: Sequence[tuple[str, str, str, int | str]],
    *,
    institution: str = "示例评价机构",
    file_name: str = "form5.xlsx",
) -> Table:
    """Form 4 with these counts."""
    return a_table(
        ("上传单位（盖章）：", institution),
        ("上传文件名：", file_name),
        FORM4_HEADER,
        *((str(at), *map(str, row)) for at, row in enumerate(counts, start=1)),
    )


def checked(
    *rows: Form5Cells,
    filing: Filing | None = None,
    facts: KnownFacts | None = None,
    form4: Table | None = None,
    today: date = TODAY,
    received_on: date | None = None,
    legacy: bool = False,
    legacy_before: date | None = None,
) -> CheckedBatch:
    """A batch of these rows (or one good row), with the Form 4 that belongs to them. Rows count from 2."""
    cells = rows or (form5_row(),)
    return check_batch(
        parse_form5(a_table(FORM5_HEADER, *cells)),
        parse_form4(form4 or a_form4_table(count_rows(cells))),
        filing=filing or a_filing(),
        catalogue=load_catalogue(),
        calendar=load_calendar(),
        facts=facts or KnownFacts(),
        today=today,
        received_on=received_on or today,
        form5_name="form5.xlsx",
        legacy=legacy,
        legacy_before=legacy_before,
    )


def findings_of(batch: CheckedBatch) -> list[Finding]:
    """All findings of a batch, in the order of its rows, then those of the whole."""
    return [finding for row in batch.rows for finding in row.findings] + list(batch.batch_findings)


def kinds(batch: CheckedBatch) -> list[str]:
    """All findings of a batch as `R05.digit`."""
    return [f"{finding.code}.{finding.kind}" for finding in findings_of(batch)]


def places(batch: CheckedBatch) -> list[tuple[int | None, str | None, str]]:
    """All findings of a batch as row, column and `R05.digit`."""
    return [(found.row, found.column, f"{found.code}.{found.kind}") for found in findings_of(batch)]


def only(batch: CheckedBatch) -> Finding:
    """The one finding of a batch."""
    (finding,) = findings_of(batch)
    return finding
