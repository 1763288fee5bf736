"""R10–R12, R17, R18, R20 and R21: what the institution may certify, judged on the issue date."""

from datetime import date

import pytest

from registry.filing.model import Category, Filing, FilingState, NamePeriod, ScopeRow, StateChange
from registry.intake.findings import Severity
from registry.intake.forms_out import count_rows
from tests.builders import a_filing, a_scope_row, form5_row
from tests.registry.intake.checking import a_form4_table, checked, kinds, only, places

FILED_ON = date(2024, 8, 1)


def scoped(*rows: ScopeRow) -> Filing:
    """A filing with this scope."""
    return a_filing(scope=rows)


@pytest.mark.parametrize(
    ("occupation", "job", "kind", "suggestion"),
    [
        ("劳动关系协调员", "", "older_edition", "劳动关系协调师"),
        ("公共营养师", "", "older_edition", "营养师（公共营养师）"),
        ("物业管理员", "", "older_edition", "物业管理师"),
        ("政务服务窗口办事员", "", "older_edition", "政务服务办事员"),
        ("职业指导员", "", "older_edition", "职业指导师"),
        ("电焊工", "", "job_as_occupation", "焊工（电焊工）"),
        ("中式烹饪师", "", "near_miss", "中式烹调师"),
    ],
)
def test_r10_name_that_is_not_the_catalogues_names_the_one_that_is(
    occupation: str, job: str, kind: str, suggestion: str
) -> None:
    found = only(checked(form5_row(occupation=occupation, job=job)))
    assert (found.code, found.kind, found.column) == ("R10", kind, "occupation")
    assert found.detail["suggestion"] == suggestion


def test_r10_misprint_of_the_notice_is_named() -> None:
    found = only(checked(form5_row(occupation="互联网营销师", job="视频创维员")))
    assert (found.kind, found.column) == ("misprint", "job")
    assert found.detail["suggestion"] == "互联网营销师（视频创推员）"


def test_r10_name_that_nothing_resembles() -> None:
    found = only(checked(form5_row(occupation="示例魔法师")))
    assert (found.code, found.kind, found.detail["edition"]) == ("R10", "occupation_unlisted", "2022")
    found = only(checked(form5_row(job="示例工")))
    assert (found.code, found.kind, found.column) == ("R10", "job_unlisted", "job")


def test_r10_name_that_the_filing_has_and_the_catalogue_lacks_is_accepted() -> None:
    filing = scoped(a_scope_row(occupation_code="6-99-01-01", occupation="示例新职业"))
    batch = checked(form5_row(occupation="示例新职业"), filing=filing)
    assert kinds(batch) == []
    record = batch.rows[0].record
    assert record is not None
    assert (record.occupation_code, record.occupation) == ("6-99-01-01", "示例新职业")


def test_r10_name_of_the_edition_then_in_force_was_right() -> None:
    """A certificate of 2021 bears the name of its time."""
    filing = a_filing(
        filed_on=date(2021, 1, 1),
        expires_on=date(2023, 12, 31),
        states=(StateChange(FilingState.FILED, date(2021, 1, 1), ""),),
        scope=(a_scope_row(occupation_code="4-06-01-01", occupation="物业管理员", from_on=date(2021, 1, 1)),),
    )
    row = form5_row(occupation="物业管理员", issued_on="2021-09-01", number="S000043990001213000001")
    assert kinds(checked(row, filing=filing, legacy=True)) == []


def test_r11_occupation_outside_the_scope() -> None:
    found = only(checked(form5_row(occupation="车工")))
    assert (found.code, found.kind, found.column) == ("R11", "occupation", "occupation")
    assert found.detail["occupations"] == "电工"


def test_r11_filing_without_any_scope() -> None:
    assert kinds(checked(filing=scoped())) == ["R11.nothing_filed"]


def test_r11_job_outside_the_scope() -> None:
    found = only(checked(form5_row(job="港机电工"), filing=scoped(a_scope_row(job="化工检修电工"))))
    assert (found.code, found.kind, found.column) == ("R11", "job", "job")
    assert found.detail["jobs"] == "化工检修电工"


def test_r11_job_where_the_scope_has_none() -> None:
    assert places(checked(form5_row(job="化工检修电工"))) == [(2, "job", "R11.no_jobs")]


def test_r11_level_outside_the_scope() -> None:
    found = only(checked(form5_row(level="2", number="S000043990001252000001")))
    assert (found.code, found.kind, found.column) == ("R11", "level", "level")
    assert (found.detail["level"], found.detail["levels"]) == ("2", "5、4、3")


def test_r11_scope_is_that_of_the_issue_date() -> None:
    ended = a_scope_row(to_on=date(2025, 8, 31))
    later = a_scope_row(from_on=date(2025, 9, 2))
    found = only(checked(filing=scoped(ended)))
    assert (found.code, found.kind, found.column) == ("R11", "interval", "issued_on")
    assert (found.detail["from_on"], found.detail["to_on"]) == ("2024-08-01", "2025-08-31")
    assert only(checked(filing=scoped(later))).kind == "interval_open"
    assert kinds(checked(filing=scoped(ended, later))) == ["R11.interval_open"]
    assert kinds(checked(filing=scoped(a_scope_row(to_on=date(2025, 9, 1))))) == []
    assert kinds(checked(filing=scoped(a_scope_row(from_on=date(2025, 9, 1))))) == []


def test_r11_level_that_was_added_later_was_not_open_yet() -> None:
    filing = scoped(a_scope_row(levels=(5, 4)), a_scope_row(levels=(3,), from_on=date(2025, 10, 1)))
    assert kinds(checked(filing=filing)) == ["R11.interval_open"]


def test_r11_public_institution_certifies_by_national_standards_only() -> None:
    rules = a_scope_row(basis="行业企业评价规范")
    assert kinds(checked(filing=scoped(rules))) == ["R11.basis"]
    assert kinds(checked(filing=scoped(rules, a_scope_row(levels=(3,))))) == []


def test_r11_employer_may_certify_by_its_own_rules() -> None:
    filing = a_filing(
        number_prefix="Y000043990001",
        category=Category.EMPLOYER,
        scope=(a_scope_row(basis="行业企业评价规范"),),
    )
    row = form5_row(number="Y000043990001253000001", employer="示例评价机构")
    assert kinds(checked(row, filing=filing)) == []


@pytest.mark.parametrize(
    ("level", "kind"),
    [
        ("特级技师", "level_beyond_form5"),
        ("首席技师", "level_beyond_form5"),
        ("学徒工", "level_beyond_form5"),
        ("三级/中级工", "level_contradictory"),
        ("6", "level_unknown"),
    ],
)
def test_r11_level_that_no_scope_can_hold(level: str, kind: str) -> None:
    assert places(checked(form5_row(level=level))) == [(2, "level", f"R11.{kind}")]


@pytest.mark.parametrize("level", ["3", "三级", "高级工", "三级/高级工", "三级（高级工）", "3级"])
def test_r11_level_as_code_or_text_is_the_same(level: str) -> None:
    assert kinds(checked(form5_row(level=level))) == []


def test_r11_scope_row_is_found_by_code_when_it_has_an_older_name() -> None:
    filing = scoped(a_scope_row(occupation_code="4-06-01-01", occupation="物业管理员"))
    batch = checked(form5_row(occupation="物业管理师"), filing=filing)
    assert kinds(batch) == []


def test_code_of_the_record_is_the_filed_one() -> None:
    filing = scoped(a_scope_row(occupation_code="4-01-02-07", occupation="互联网营销师", job="选品员"))
    record = checked(form5_row(occupation="互联网营销师", job="选品员"), filing=filing).rows[0].record
    assert record is not None
    assert record.occupation_code == "4-01-02-07"


def test_r12_certificate_from_before_the_filing() -> None:
    row = form5_row(issued_on="2024-07-31", number="S000043990001243000001")
    assert places(checked(row, legacy=True)) == [(2, "issued_on", "R12.before_filing")]
    row = form5_row(issued_on="2024-08-01", number="S000043990001243000001")
    assert kinds(checked(row, legacy=True)) == []


def test_r12_certificate_from_after_the_end() -> None:
    row = form5_row(issued_on="2027-08-01", number="S000043990001273000001")
    found = only(checked(row, today=date(2027, 8, 5)))
    assert (found.code, found.kind, found.detail["expires_on"]) == ("R12", "expired", "2027-07-31")
    row = form5_row(issued_on="2027-07-31", number="S000043990001273000001")
    assert kinds(checked(row, today=date(2027, 8, 5))) == []


@pytest.mark.parametrize(
    "state",
    [FilingState.WITHDRAWN, FilingState.ORDERED_OUT, FilingState.CANCELLED, FilingState.PUBLICISED],
)
def test_r12_certificate_from_after_an_exit(state: FilingState) -> None:
    began = StateChange(FilingState.FILED, FILED_ON, "")
    filing = a_filing(states=(began, StateChange(state, date(2025, 9, 1), "")))
    assert kinds(checked(filing=filing)) == [f"R12.{state}"]
    filing = a_filing(states=(began, StateChange(state, date(2025, 9, 2), "")))
    assert kinds(checked(filing=filing)) == []


def test_r12_rectifying_institution_may_certify() -> None:
    filing = a_filing(
        states=(
            StateChange(FilingState.FILED, FILED_ON, ""),
            StateChange(FilingState.RECTIFYING, date(2025, 8, 1), ""),
        )
    )
    assert kinds(checked(filing=filing)) == []


def test_r17_name_that_is_not_the_filings() -> None:
    found = only(checked(form5_row(institution="示例别的机构")))
    assert (found.code, found.kind, found.column) == ("R17", "other_name", "institution")
    assert found.detail["names"] == "示例评价机构、示例机构"
    assert places(checked(form5_row(issuer="示例别的机构"))) == [(2, "issuer", "R17.other_name")]


@pytest.mark.parametrize("name", ["示例评价机构", "示例机构", "示例 评价机构", "示例评价机构\u200b"])
def test_r17_name_of_the_filing_is_right(name: str) -> None:
    assert kinds(checked(form5_row(institution=name, issuer=name))) == []


def test_r17_brackets_of_either_width_are_the_same() -> None:
    filing = a_filing(names=(NamePeriod("示例（长沙）机构", "", FILED_ON),))
    row = form5_row(institution="示例(长沙)机构", issuer="示例（长沙）机构")
    counts = a_form4_table(count_rows([row]), institution="示例（长沙）机构")
    assert kinds(checked(row, filing=filing, form4=counts)) == []


def test_r17_names_are_those_of_the_issue_date() -> None:
    filing = a_filing(
        names=(
            NamePeriod("示例旧机构", "", FILED_ON),
            NamePeriod("示例评价机构", "", date(2025, 9, 2)),
        )
    )
    assert kinds(checked(filing=filing)) == ["R17.other_name", "R17.other_name"]
    assert kinds(checked(form5_row(institution="示例旧机构", issuer="示例旧机构"), filing=filing)) == []


def test_r18_employer_certifies_people_of_another_unit() -> None:
    filing = a_filing(number_prefix="Y000043990001", category=Category.EMPLOYER)
    row = form5_row(number="Y000043990001253000001", employer="示例别的单位")
    found = only(checked(row, filing=filing))
    assert (found.code, found.column, found.severity) == ("R18", "employer", Severity.FLAG)
    row = form5_row(number="Y000043990001253000001", employer="示例评价机构")
    assert kinds(checked(row, filing=filing)) == []


def test_r18_public_institution_certifies_anybody() -> None:
    assert kinds(checked(form5_row(employer="示例别的单位"))) == []


FIRE = a_scope_row(occupation_code="4-07-05-03", occupation="消防设施操作员")


def test_r20_certain_admission_qualification_refuses() -> None:
    found = only(checked(form5_row(occupation="消防设施操作员"), filing=scoped(FIRE)))
    assert (found.code, found.kind, found.severity) == ("R20", "admission", Severity.REFUSE)
    assert found.detail["list"] == "国家职业资格目录（2021年版）"


def test_r20_uncertain_entry_is_flagged() -> None:
    filing = scoped(a_scope_row(occupation_code="4-07-05-01", occupation="保安员"))
    batch = checked(form5_row(occupation="保安员"), filing=filing)
    found = only(batch)
    assert (found.code, found.kind, found.severity) == ("R20", "admission_to_check", Severity.FLAG)
    assert batch.rows[0].flagged


def test_r20_list_does_not_refuse_what_was_issued_before_it() -> None:
    filing = a_filing(
        filed_on=date(2021, 1, 1),
        states=(StateChange(FilingState.FILED, date(2021, 1, 1), ""),),
        scope=(
            a_scope_row(occupation_code="4-07-05-03", occupation="消防设施操作员", from_on=date(2021, 1, 1)),
        ),
    )
    row = form5_row(occupation="消防设施操作员", issued_on="2021-09-01", number="S000043990001213000001")
    found = only(checked(row, filing=filing, legacy=True))
    assert (found.kind, found.severity) == ("before_list", Severity.FLAG)


def test_r20_other_job_of_a_listed_occupation_is_not_concerned() -> None:
    filing = scoped(a_scope_row(occupation_code="6-18-02-04", occupation="焊工", job="电焊工"))
    assert kinds(checked(form5_row(occupation="焊工", job="电焊工"), filing=filing)) == []


def test_r21_occupation_outside_major_groups_3_to_6() -> None:
    filing = scoped(a_scope_row(occupation_code="2-02-10-01", occupation="示例工程人员"))
    found = only(checked(form5_row(occupation="示例工程人员"), filing=filing))
    assert (found.code, found.severity, found.detail["group"]) == ("R21", Severity.REFUSE, "2")
    filing = scoped(a_scope_row(occupation_code="不是编码", occupation="示例工程人员"))
    assert kinds(checked(form5_row(occupation="示例工程人员"), filing=filing)) == ["R21.other_group"]
