"""R01–R08 and R13: each rule finds its fault and nothing else does, and a good cell brings nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from registry.filing.model import Category, Filing, FilingState
from registry.intake.findings import KINDS, FindingCode, Severity
from registry.intake.forms_out import Form5Cells
from registry.rules.certificate_number import NumberFault
from registry.rules.identity_documents import IdentityFaultKind
from registry.rules.levels import LevelFaultKind
from registry.rules.text import NameFaultKind
from tests.builders import a_filing, a_record, a_scope_row, form5_row
from tests.registry.intake.checking import checked, kinds, only, places

EMPLOYER_FILING = a_filing(number_prefix="Y000043990001", category=Category.EMPLOYER)


def of_employer(cells: Form5Cells) -> Form5Cells:
    """The row as the Y institution of the same name reports its own staff."""
    a, b, c, _, e, f, g, number, i, j, k = cells
    return a, b, c, "示例评价机构", e, f, g, f"Y{number[1:]}", i, j, k


def with_jobs(*jobs: str) -> Filing:
    """A filing whose scope names these 工种 of 电工."""
    return a_filing(scope=tuple(a_scope_row(job=job) for job in jobs))


def test_good_row_has_no_finding_and_becomes_a_record() -> None:
    batch = checked(form5_row(employer=""))
    assert kinds(batch) == []
    assert batch.rows[0].record == a_record()
    assert not batch.rows[0].refused
    assert not batch.rows[0].flagged


def test_record_holds_what_was_normalised() -> None:
    row = form5_row(
        name="示例．甲",
        id_number="'11010519491231002x",
        level="三级/高级工",
        id_type="居民身份证",
        issued_on="45901",
        number="s000043990001253000001 ",
    )
    record = checked(row).rows[0].record
    assert record == a_record(
        name="示例·甲", masked_name="示**", id_number="11010519491231002X", employer="示例用人单位"
    )


@pytest.mark.parametrize(
    "column",
    ["name", "id_type", "id_number", "occupation", "level", "number", "issued_on", "institution", "issuer"],
)
def test_r01_required_cell_is_empty(column: str) -> None:
    row = list(form5_row())
    at = ("name", "id_type", "id_number", "employer", "occupation", "job", "level", "number", "issued_on",
          "institution", "issuer").index(column)  # fmt: skip
    row[at] = ""
    a, b, c, d, e, f, g, h, i, j, k = row
    batch = checked((a, b, c, d, e, f, g, h, i, j, k))
    found = batch.rows[0].findings
    assert [(each.code, each.column) for each in found] == [("R01", column)]
    assert batch.rows[0].refused


def test_r01_all_empty_cells_of_a_row_are_named() -> None:
    row = form5_row(name="", number="")
    assert places(checked(row)) == [(2, "name", "R01.empty"), (2, "number", "R01.empty")]


def test_r01_unit_is_required_of_an_employer_only() -> None:
    row = of_employer(form5_row())
    without = (*row[:3], "", *row[4:])
    assert places(checked(without, filing=EMPLOYER_FILING)) == [(2, "employer", "R01.empty")]
    assert kinds(checked(row, filing=EMPLOYER_FILING)) == []
    assert kinds(checked(form5_row(employer=""))) == []


def test_r01_job_is_required_where_the_scope_has_one() -> None:
    found = only(checked(form5_row(), filing=with_jobs("化工检修电工", "港机电工")))
    assert (found.code, found.kind, found.column) == ("R01", "job_needed", "job")
    assert set(found.detail["jobs"].split("、")) == {"化工检修电工", "港机电工"}
    assert kinds(checked(form5_row(), filing=with_jobs("化工检修电工", ""))) == []
    assert kinds(checked(form5_row(job="化工检修电工"), filing=with_jobs("化工检修电工"))) == []


def test_r02_type_outside_the_code_table() -> None:
    assert places(checked(form5_row(id_type="学生证"))) == [(2, "id_type", "R02.unknown")]
    assert places(checked(form5_row(id_type="202"))) == [(2, "id_type", "R02.unknown")]


def test_r02_type_in_other_words_is_suggested() -> None:
    found = only(checked(form5_row(id_type="身份证")))
    assert (found.kind, found.detail["suggested_type"]) == ("suggested", "201")


@pytest.mark.parametrize("text", ["201", "居民身份证", "201=居民身份证", " 201 "])
def test_r02_code_or_name_of_the_table_is_right(text: str) -> None:
    assert kinds(checked(form5_row(id_type=text))) == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("43010219900307451", "length"),
        ("43010219900307451A", "format"),
        ("430102199013074512", "birth_date"),
        ("430102202603074518", "future_birth"),
        ("430102199003074516", "check_character"),
        ("430102900307451", "first_generation"),
        ("4.30102E+17", "spreadsheet"),
        ("430102199003074000", "spreadsheet"),
    ],
)
def test_r03_identity_number_that_cannot_be(number: str, kind: str) -> None:
    assert places(checked(form5_row(id_number=number))) == [(2, "id_number", f"R03.{kind}")]


@pytest.mark.parametrize("number", ["430102199003074515", "11010519491231002X", "11010519491231002x"])
def test_r03_identity_number_that_is_right(number: str) -> None:
    assert kinds(checked(form5_row(id_number=number))) == []


@pytest.mark.parametrize(
    ("type_", "number", "kind"),
    [
        ("210", "430102199003074515", "format"),
        ("227", "示例护照", "format"),
        ("213", "1234", "format"),
        ("208", "A1", "format"),
        ("237", "8100001990010100", "length"),
        ("238", "830000199001010013", "check_character"),
        ("233", "943124198113011231", "birth_date"),
        ("210", "4.30102E+17", "spreadsheet"),
    ],
)
def test_r04_number_that_does_not_fit_its_type(type_: str, number: str, kind: str) -> None:
    found = only(checked(form5_row(id_type=type_, id_number=number)))
    assert (found.code, found.kind, found.severity) == ("R04", kind, Severity.REFUSE)
    assert found.detail["type"] == type_


@pytest.mark.parametrize(
    ("type_", "number", "meant"),
    [
        ("201", "810000199001010019", "237"),
        ("201", "830000199001010012", "238"),
        ("201", "943124198101011231", "233"),
        ("237", "430102199003074515", "201"),
    ],
)
def test_r04_number_of_another_document_names_it(type_: str, number: str, meant: str) -> None:
    found = only(checked(form5_row(id_type=type_, id_number=number)))
    assert (found.code, found.kind, found.detail["suggested_type"]) == ("R04", "other_type", meant)


@pytest.mark.parametrize(
    ("type_", "number"),
    [
        ("227", "E12345678"),
        ("227", "EA1234567"),
        ("210", "H1234567801"),
        ("237", "810000199001010019"),
        ("213", "12345678"),
        ("238", "830000199001010012"),
        ("208", "AB12345"),
        ("233", "943124198101011231"),
        ("233", "USA123456789012"),
        ("239", "AB12345678"),
    ],
)
def test_r04_number_that_fits_its_type(type_: str, number: str) -> None:
    batch = checked(form5_row(id_type=type_, id_number=number))
    assert kinds(batch) == []
    record = batch.rows[0].record
    assert record is not None
    assert (record.id_type, record.id_number) == (type_, number)


@pytest.mark.parametrize(
    ("type_", "number", "kind"),
    [
        ("299", "示例证1号", "manual_review"),
        ("227", "D1234567", "unusual_format"),
        ("240", "A1", "unusual_format"),
    ],
)
def test_r04_number_that_nobody_can_check_is_flagged(type_: str, number: str, kind: str) -> None:
    batch = checked(form5_row(id_type=type_, id_number=number))
    found = only(batch)
    assert (found.code, found.kind, found.severity) == ("R04", kind, Severity.FLAG)
    assert batch.rows[0].flagged
    assert batch.rows[0].record is not None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("示例1", "digit"),
        ("示例 甲", "space"),
        ("示例\ue000", "private_use"),
        ("示例\x07甲", "control"),
        ("示**", "masked"),
    ],
)
def test_r05_name_that_no_document_has(name: str, kind: str) -> None:
    assert places(checked(form5_row(name=name))) == [(2, "name", f"R05.{kind}")]


@pytest.mark.parametrize("name", ["示例甲", "示例·买买提", "示例．买买提", "示例㐀", "SHILI JIA", " 示例甲 "])
def test_r05_name_that_a_document_may_have(name: str) -> None:
    assert kinds(checked(form5_row(name=name))) == []


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("1234567890123456", "sixteen_digits"),
        ("HN00004399000125300001", "two_letters"),
        ("S00004399000125300001", "malformed"),
        ("S000043990001256000001", "malformed"),
        ("X000043990001253000001", "malformed"),
    ],
)
def test_r06_number_that_is_none(number: str, kind: str) -> None:
    assert places(checked(form5_row(number=number))) == [(2, "number", f"R06.{kind}")]


def test_r07_number_of_another_institution() -> None:
    found = only(checked(form5_row(number="S000043990002253000001")))
    assert (found.code, found.kind, found.detail["expected"]) == ("R07", "prefix", "S000043990001")


def test_r07_number_of_the_other_category() -> None:
    found = only(checked(form5_row(number="Y000043990001253000001")))
    assert (found.code, found.kind) == ("R07", "category")


def test_r08_year_of_the_number_is_not_the_issue_year() -> None:
    found = only(checked(form5_row(number="S000043990001243000001")))
    assert (found.code, found.kind) == ("R08", "year")
    assert (found.detail["number"], found.detail["issued"]) == ("2024", "2025")


def test_r08_level_of_the_number_is_not_the_level() -> None:
    found = only(checked(form5_row(number="S000043990001254000001")))
    assert (found.code, found.kind) == ("R08", "level")
    assert (found.detail["number"], found.detail["level"]) == ("4", "3")


def test_r08_both_may_be_wrong() -> None:
    assert kinds(checked(form5_row(number="S000043990001244000001"))) == ["R08.year", "R08.level"]


@pytest.mark.parametrize("text", ["2025-02-30", "去年九月", "01/09/2025"])
def test_r13_issue_date_that_is_no_day(text: str) -> None:
    assert places(checked(form5_row(issued_on=text))) == [(2, "issued_on", "R13.malformed")]


def test_r13_issue_date_in_the_future() -> None:
    row = form5_row(issued_on="2025-09-09")
    assert places(checked(row, today=date(2025, 9, 8))) == [(2, "issued_on", "R13.future")]
    assert kinds(checked(row, today=date(2025, 9, 9))) == []


@pytest.mark.parametrize("text", ["2025/9/1", "2025年9月1日", "45901", "２０２５-０９-０１"])
def test_r13_other_spellings_of_a_day_are_read(text: str) -> None:
    record = checked(form5_row(issued_on=text)).rows[0].record
    assert record is not None
    assert record.issued_on == "2025-09-01"


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (form5_row(level=")"), "R11.level_unknown"),
        (form5_row(id_number="＇"), "R03.format"),
        (form5_row(id_number="＇", id_type="210"), "R04.format"),
        (form5_row(number="＇"), "R06.malformed"),
        (form5_row(name="·"), ""),
    ],
)
def test_cell_of_nothing_but_marks_is_wrong_not_empty(row: Form5Cells, found: str) -> None:
    assert "".join(kinds(checked(row))) == found


def test_every_kind_of_fault_of_the_rules_is_a_kind_of_finding() -> None:
    def named(kinds: Iterable[str]) -> set[str]:
        return set(kinds) - {"empty"}

    assert named(NameFaultKind) == set(KINDS[FindingCode.R05])
    assert named(IdentityFaultKind) - {"province"} == set(KINDS[FindingCode.R03])
    assert named(IdentityFaultKind) < set(KINDS[FindingCode.R04])
    assert set(NumberFault) == set(KINDS[FindingCode.R06])
    assert {f"level_{kind}" for kind in named(LevelFaultKind)} < set(KINDS[FindingCode.R11])
    assert set(FilingState) - {"filed", "rectifying", "unknown"} < set(KINDS[FindingCode.R12])


def test_several_faults_of_one_row_are_all_found() -> None:
    row = form5_row(name="示例1", id_number="43010219900307451", number="1234567890123456")
    assert kinds(checked(row)) == ["R03.length", "R05.digit", "R06.sixteen_digits"]


def test_no_finding_holds_a_name_or_an_identity_number() -> None:
    rows = (
        form5_row(name="示例甲9", id_number="430102199003074516"),
        form5_row(name="示例*", id_type="身份证", occupation="示例甲", job="示例乙", level="示例丙"),
        form5_row(issued_on="示例丁", institution="示例戊", issuer="示例己", number="示例庚"),
    )
    text = repr([row.findings for row in checked(*rows).rows])
    for word in ("示例甲", "示例乙", "示例丙", "示例丁", "示例戊", "示例己", "示例庚", "4301021990"):
        assert word not in text


def test_rows_of_one_filing_do_not_disturb_another() -> None:
    other = replace(a_filing(), number_prefix="S000043990002")
    assert kinds(checked(form5_row(), filing=other)) == ["R07.prefix"]
