"""The whole check: from two workbooks to records and findings."""

from collections.abc import Mapping, Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.intake.checks import ROW_RULES, check_batch
from registry.intake.facts import Held, Person
from registry.intake.findings import KINDS, FindingCode, Severity
from registry.intake.form4 import read_form4
from registry.intake.form5 import read_form5
from registry.intake.forms_out import Form5Cells
from registry.rules.occupations import load_catalogue
from registry.rules.working_days import load_calendar
from signing.commitment import Record
from tests.builders import a_filing, a_form4, a_number, a_workbook, an_id_number, form5_row
from tests.registry.intake.checking import KnownFacts, checked, findings_of, kinds

TODAY = date(2025, 9, 8)


def test_two_workbooks_become_records() -> None:
    rows = (form5_row(), form5_row(number=a_number(2), id_number=an_id_number(2), name="示例乙"))
    batch = check_batch(
        read_form5(a_workbook(*rows)),
        read_form4(a_form4(*rows)),
        filing=a_filing(),
        catalogue=load_catalogue(),
        calendar=load_calendar(),
        facts=KnownFacts(),
        today=TODAY,
        received_on=TODAY,
        form5_name="form5.xlsx",
    )
    assert kinds(batch) == []
    records = [row.record for row in batch.rows]
    assert all(isinstance(record, Record) for record in records)
    assert [record.name for record in records if record] == ["示例甲", "示例乙"]
    assert [row.row for row in batch.rows] == [3, 4]


def test_every_code_has_its_rule_named_with_a_source() -> None:
    assert set(ROW_RULES) | {FindingCode.R16} == set(FindingCode)
    for code, rule in ROW_RULES.items():
        assert rule.__doc__ is not None
        assert rule.__doc__.startswith(f"{code}: ")
        assert "Source:" in rule.__doc__


def test_severities_are_those_of_the_domains_table() -> None:
    flags = {"R14", "R15", "R18", "R19"}
    exceptions = {
        ("R04", "unusual_format"), ("R04", "manual_review"),
        ("R20", "admission_to_check"), ("R20", "level"), ("R20", "before_list"),
    }  # fmt: skip
    for code, known in KINDS.items():
        for kind, (severity, _) in known.items():
            if code == "R16":
                assert severity is Severity.REFUSE_BATCH
            elif code in flags or (code, kind) in exceptions:
                assert severity is Severity.FLAG
            else:
                assert severity is Severity.REFUSE


class CountingFacts(KnownFacts):
    """A register that counts how often it is asked."""

    asked: list[int]

    def __init__(self) -> None:
        super().__init__()
        object.__setattr__(self, "asked", [])

    def registered(self, numbers: Sequence[str]) -> frozenset[str]:
        """Nothing is registered."""
        self.asked.append(len(numbers))
        return frozenset()

    def held_by(self, persons: Sequence[Person]) -> Mapping[Person, tuple[Held, ...]]:
        """Nobody holds anything."""
        self.asked.append(len(persons))
        return {}


def test_register_is_asked_once_about_all_numbers_and_once_about_all_persons() -> None:
    facts = CountingFacts()
    rows = [form5_row(number=a_number(at), id_number=an_id_number(at)) for at in range(1, 31)]
    checked(*rows, rows[0], facts=facts)
    assert facts.asked == [30, 30]


GOOD = form5_row()
ODD = ("", "特级技师", "201", "4.30102E+17", "电焊工", "2025/9/1", "Y000043990001253000001")
CELLS = st.sampled_from((*GOOD, *ODD)) | st.text(max_size=20)


@st.composite
def rows(draw: st.DrawFn) -> Form5Cells:
    """A good row with some cells replaced by others or by any text."""
    a, b, c, d, e, f, g, h, i, j, k = (draw(CELLS) if draw(st.integers(0, 3)) == 0 else cell for cell in GOOD)
    return a, b, c, d, e, f, g, h, i, j, k


@settings(deadline=None)
@given(st.lists(rows(), min_size=1, max_size=5))
def test_any_cells_give_a_record_or_a_refusal_and_never_an_error(cells: list[Form5Cells]) -> None:
    batch = checked(*cells)
    for row in batch.rows:
        refusals = [found for found in row.findings if found.severity is Severity.REFUSE]
        assert (row.record is None) == bool(refusals)
        assert row.refused == bool(refusals)
        if row.record is not None:
            assert row.record.institution == "S000043990001"
            assert row.record.number.startswith(row.record.institution)
            assert row.record.level in {"1", "2", "3", "4", "5"}
            assert all(isinstance(value, str) for value in vars(row.record).values())
    for found in findings_of(batch):
        assert set(found.detail) == {"kind", *KINDS[found.code][found.kind].details}
