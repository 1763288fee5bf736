"""The catalogue: official names match in their edition, all others meet what was probably meant."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.data_files import shipped_text
from registry.rules.occupations import (
    Evidence,
    Match,
    OccupationCodeFault,
    Part,
    Reason,
    Suggestion,
    Unknown,
    is_skill_occupation,
    load_catalogue,
    major_group,
)

CATALOGUE = load_catalogue()


def matched(name: str, job: str = "", code: str | None = None, edition: str | None = None) -> Match:
    answer = CATALOGUE.resolve(name, job, code, edition=edition)
    assert isinstance(answer, Match), answer
    return answer


def unknown(name: str, job: str = "", code: str | None = None, edition: str | None = None) -> Unknown:
    answer = CATALOGUE.resolve(name, job, code, edition=edition)
    assert isinstance(answer, Unknown), answer
    return answer


def starter_rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(shipped_text("occupations_starter.csv"))))


def test_every_published_occupation_of_groups_3_to_6_is_known() -> None:
    published = [entry for entry in CATALOGUE.occupations if entry.evidence is not Evidence.DRAFT]
    assert len(published) == 1117
    assert len({entry.code for entry in published}) == len({entry.name for entry in published}) == 1117
    assert {entry.major_group for entry in published} == {3, 4, 5, 6}


def test_every_occupation_matches_by_its_name_and_code() -> None:
    for entry in CATALOGUE.occupations:
        assert matched(entry.name, "", entry.code).occupation == entry
        if entry.evidence is not Evidence.DRAFT:
            assert CATALOGUE.by_code(entry.code) == CATALOGUE.by_name(entry.name) == entry


@pytest.mark.parametrize("row", starter_rows(), ids=lambda row: row["occupation"])
def test_the_starter_table_is_merged(row: dict[str, str]) -> None:
    occupation = matched(row["occupation"], "", row["occupation_code"]).occupation
    assert "、".join(str(int(level)) for level in occupation.levels) == row["levels"]
    assert occupation.evidence == row["levels_evidence"]
    assert occupation.to_check is (row["levels_evidence"] == "to_check")
    assert bool(occupation.jobs) is bool(row["jobs"])
    assert all(matched(occupation.name, job).job_listed for job in occupation.jobs)


def test_shortened_jobs_are_written_out() -> None:
    assert matched("无人机驾驶员", "植保无人机驾驶员").job_listed
    assert unknown("无人机驾驶员", "植保").part is Part.JOB


@pytest.mark.parametrize(
    ("former", "code", "now"),
    [
        ("劳动关系协调员", "4-07-03-02", "劳动关系协调师"),
        ("公共营养师", "4-14-02-01", "营养师"),
        ("物业管理员", "4-06-01-01", "物业管理师"),
        ("政务服务窗口办事员", "3-01-01-02", "政务服务办事员"),
        ("职业指导员", "4-07-03-01", "职业指导师"),
    ],
)
def test_a_renamed_occupation_is_met_with_its_new_name(former: str, code: str, now: str) -> None:
    answer = unknown(former)
    assert (answer.part, answer.reason, answer.edition) == (Part.OCCUPATION, Reason.OLDER_EDITION, "2015")
    assert answer.suggestion is not None
    assert (answer.suggestion.code, answer.suggestion.occupation) == (code, now)
    assert not answer.to_check


def test_a_renamed_occupation_matches_in_its_own_edition() -> None:
    edition = CATALOGUE.edition_on(date(2021, 12, 1)).name
    occupation = matched("劳动关系协调员", "", None, edition).occupation
    assert (occupation.code, occupation.edition, occupation.to_check) == ("4-07-03-02", "2015", True)
    assert matched("电工", "", None, edition).occupation.edition == "2022"


def test_a_code_that_changed_is_right_in_its_edition_only() -> None:
    assert matched("互联网营销师", "直播销售员", "4-01-02-07", "2021").occupation.code == "4-01-02-07"
    assert matched("互联网营销师", "直播销售员", "4-01-06-02").occupation.code == "4-01-06-02"
    answer = unknown("互联网营销师", "直播销售员", "4-01-02-07")
    assert (answer.part, answer.reason) == (Part.CODE, Reason.OLDER_EDITION)
    assert answer.suggestion == Suggestion("4-01-06-02", "互联网营销师", "直播销售员")


def test_the_misprint_of_2023_is_named() -> None:
    answer = unknown("互联网营销师", "视频创维员")
    assert (answer.part, answer.reason) == (Part.JOB, Reason.MISPRINT)
    assert answer.suggestion == Suggestion("4-01-06-02", "互联网营销师", "视频创推员")


@pytest.mark.parametrize(
    ("name", "job", "reason", "suggestion"),
    [
        ("互联网营销员", "", Reason.NEAR_MISS, Suggestion("4-01-06-02", "互联网营销师", "")),
        ("互连网营销师", "选品员", Reason.NEAR_MISS, Suggestion("4-01-06-02", "互联网营销师", "选品员")),
        ("育婴员", "", Reason.JOB_AS_OCCUPATION, Suggestion("4-10-01-01", "婴幼儿发展引导员", "育婴员")),
        ("育婴师", "", Reason.NEAR_MISS, Suggestion("4-10-01-01", "婴幼儿发展引导员", "育婴员")),
        ("焊工（电焊工）", "", Reason.JOB_AS_OCCUPATION, Suggestion("6-18-02-04", "焊工", "电焊工")),
        ("维修电工", "", Reason.ALIAS, Suggestion("6-31-01-03", "电工", "")),
        ("不存在的示例职业", "", Reason.UNLISTED, None),
        ("", "", Reason.UNLISTED, None),
    ],
)
def test_another_name_is_met_with_what_was_meant(
    name: str, job: str, reason: Reason, suggestion: Suggestion | None
) -> None:
    answer = unknown(name, job)
    assert (answer.part, answer.reason, answer.suggestion) == (Part.OCCUPATION, reason, suggestion)


def test_a_job_that_is_not_of_the_occupation_is_unknown() -> None:
    assert unknown("电工", "电焊工").reason is Reason.UNLISTED
    answer = unknown("电工", "煤矿井下防爆电气工")
    assert (answer.part, answer.reason) == (Part.JOB, Reason.NEAR_MISS)
    assert answer.suggestion == Suggestion("6-31-01-03", "电工", "煤矿井下防爆电工")


def test_a_job_of_an_occupation_whose_jobs_are_not_known_is_let_pass_and_said() -> None:
    answer = matched("政务服务办事员", "示例工种")
    assert (answer.job, answer.job_listed) == ("示例工种", False)


@pytest.mark.parametrize("blank", ["", " ", "--", "—", "无", "/"])
def test_a_blank_job_is_no_job(blank: str) -> None:
    assert matched("电工", blank).job == ""


def test_another_occupations_code_is_named() -> None:
    answer = unknown("电工", "", "6-18-02-04")
    assert (answer.part, answer.reason) == (Part.CODE, Reason.OTHER_CODE)
    assert answer.suggestion == Suggestion("6-31-01-03", "电工", "")


@pytest.mark.parametrize("written", [" 电工", "电工\u200b", "电\u3000工"])
def test_an_untidy_name_matches(written: str) -> None:
    assert matched(written).occupation.code == "6-31-01-03"


def test_the_published_table_of_2022_corrects_its_draft() -> None:
    assert matched("手语翻译").occupation.code == "4-13-01-08"
    assert matched("招聘师").occupation.code == "4-07-03-08"
    assert unknown("糕点面包烘焙工").suggestion == Suggestion("6-02-01-01", "糕点面包烘焙师", "")
    draft = matched("康复治疗师").occupation
    assert draft.evidence is Evidence.DRAFT
    assert draft.to_check


def test_marks_of_digital_and_green_occupations_are_kept() -> None:
    assert matched("互联网营销师").occupation.marks == {"S"}
    assert any(entry.marks == {"S", "L"} for entry in CATALOGUE.occupations)


def test_the_edition_in_force_on_a_day() -> None:
    assert CATALOGUE.current.name == "2022"
    days = [date(2010, 1, 1), date(2019, 1, 1), date(2022, 9, 27), date(2022, 9, 28), date(2026, 1, 1)]
    assert [CATALOGUE.edition_on(day).name for day in days] == ["2015", "2015", "2021", "2022", "2022"]


@pytest.mark.parametrize(("code", "group"), [("1-01-00-01", 1), ("4-01-06-02", 4), ("6-31-01-03", 6)])
def test_the_major_group_of_a_code(code: str, group: int) -> None:
    assert major_group(code) == group
    assert is_skill_occupation(code) is (3 <= group <= 6)


@pytest.mark.parametrize("code", ["", "4-1-6-2", "9-01-01-01", "4-01-06-02 ", "４-01-06-02"])
def test_what_is_no_occupation_code_is_refused(code: str) -> None:
    with pytest.raises(OccupationCodeFault):
        major_group(code)


@given(st.text(max_size=12), st.text(max_size=12), st.none() | st.text(max_size=10))
@settings(deadline=None)
def test_any_text_gets_an_answer_and_a_suggestion_that_matches(name: str, job: str, code: str | None) -> None:
    answer = CATALOGUE.resolve(name, job, code)
    if isinstance(answer, Unknown) and answer.suggestion and answer.part is not Part.JOB:
        meant = CATALOGUE.resolve(answer.suggestion.occupation, "", answer.suggestion.code)
        assert isinstance(meant, Match)


@given(st.sampled_from(CATALOGUE.occupations), st.integers(0, 20))
@settings(deadline=None)
def test_a_name_with_one_character_left_out_is_never_taken_for_another(entry: object, at: int) -> None:
    name = getattr(entry, "name", "")
    if len(name) < 4:
        return
    answer = CATALOGUE.resolve(name[: at % len(name)] + name[at % len(name) + 1 :], "")
    if isinstance(answer, Unknown) and answer.reason is Reason.NEAR_MISS:
        assert answer.suggestion is not None
        assert name in (answer.suggestion.occupation, answer.suggestion.job)
