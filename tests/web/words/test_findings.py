"""Every finding has its sentence in both languages, filled in and saying nothing personal."""

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.intake.findings import KINDS, Finding, FindingCode, finding
from registry.intake.form4 import Form4Field
from registry.intake.form5 import Form5Column
from registry.rules.identity_documents import IdentityType
from tests.builders import form5_row
from tests.registry.intake.checking import checked, findings_of, only
from tests.registry.intake.test_checks import rows
from web.language import Language
from web.words.finding_sentences import FINDING_SENTENCES
from web.words.findings import column_name, finding_sentence

EXAMPLES = {
    "jobs": "化工检修电工、港机电工",
    "suggested_type": "237",
    "type": "210",
    "expected": "S000043990001",
    "number": "4",
    "issued": "2025",
    "level": "3",
    "levels": "5、4",
    "rows": "3,4",
    "suggestion": "营养师",
    "edition": "2022",
    "occupations": "电工、车工",
    "from_on": "2024-08-01",
    "to_on": "2025-08-31",
    "expires_on": "2027-07-31",
    "issued_on": "2025-09-01",
    "deadline": "2025-10-17",
    "before": "2025-09-01",
    "days": "6",
    "occupation": "电工",
    "job": "港机电工",
    "form4": "2",
    "form5": "1",
    "names": "示例评价机构、示例机构",
    "qualification": "保安员",
    "list": "国家职业资格目录（2021年版）",
    "group": "2",
}
ALL_KINDS = [(code, kind) for code, known in KINDS.items() for kind in known]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def an_example(code: FindingCode, kind: str) -> Finding:
    """A finding of this kind with plausible details."""
    detail = {name: EXAMPLES[name] for name in KINDS[code][kind].details}
    return finding(code, kind, 3, Form5Column.NUMBER, **detail)


def test_sentences_and_kinds_are_the_same_set() -> None:
    assert {f"{code}.{kind}" for code, kind in ALL_KINDS} == set(FINDING_SENTENCES)


@pytest.mark.parametrize(("code", "kind"), ALL_KINDS)
def test_every_kind_is_said_in_both_languages_with_every_place_filled(code: FindingCode, kind: str) -> None:
    chinese = finding_sentence(an_example(code, kind), Language.CHINESE)
    english = finding_sentence(an_example(code, kind), Language.ENGLISH)
    for sentence in (chinese, english):
        assert not re.search(r"[{}]", sentence)
        assert "None" not in sentence
    assert len(CHINESE.findall(chinese)) > 10
    assert chinese.endswith("。")
    assert "，，" not in chinese
    assert english.endswith((".", "?"))
    assert not english[0].islower()


@pytest.mark.parametrize(("code", "kind"), ALL_KINDS)
def test_every_detail_of_a_finding_is_told(code: FindingCode, kind: str) -> None:
    """What a rule hands over appears in at least one of the languages: nothing is carried for nothing."""
    sentence = FINDING_SENTENCES[f"{code}.{kind}"]
    for name in KINDS[code][kind].details:
        assert f"{{{name}}}" in sentence.zh + sentence.en


@pytest.mark.parametrize(("code", "kind"), ALL_KINDS)
def test_chinese_sentence_says_what_to_do(code: FindingCode, kind: str) -> None:
    words = ("请", "应", "不能", "是否")
    assert any(word in FINDING_SENTENCES[f"{code}.{kind}"].zh for word in words)


def test_words_are_put_as_people_say_them() -> None:
    late = only(checked(received_on=_day("2025-10-27"), today=_day("2025-10-27")))
    assert "2025年10月17日" in finding_sentence(late, Language.CHINESE)
    assert "2025-10-17" in finding_sentence(late, Language.ENGLISH)
    level = only(checked(form5_row(level="2", number="S000043990001252000001")))
    assert finding_sentence(level, Language.CHINESE).startswith("二级/技师不在本机构的备案范围内")
    assert "五级、四级、三级" in finding_sentence(level, Language.CHINESE)
    assert finding_sentence(level, Language.ENGLISH).startswith("Level 2 (technician)")
    empty = only(checked(form5_row(name="")))
    assert "“姓名”没有填写" in finding_sentence(empty, Language.CHINESE)
    other = only(checked(form5_row(id_number="810000199001010019")))
    assert "港澳居民居住证" in finding_sentence(other, Language.CHINESE)


def test_rows_are_listed_in_both_languages() -> None:
    def said(rows: str, language: Language) -> str:
        return finding_sentence(finding(FindingCode.R09, "in_file", 2, "number", rows=rows), language)

    assert "第 4 行" in said("4", Language.CHINESE)
    assert "第 4、6 行" in said("4,6", Language.CHINESE)
    assert "第 3、4、5、6、7 等行" in said("3,4,5,6,7,…", Language.CHINESE)
    assert "row 4 of" in said("4", Language.ENGLISH)
    assert "rows 4, 6 of" in said("4,6", Language.ENGLISH)


def test_every_column_has_a_name_in_both_languages() -> None:
    fields = [*Form5Column, Form4Field.UPLOADING_INSTITUTION, Form4Field.FILE_NAME, Form4Field.COUNT]
    for column in fields:
        assert CHINESE.search(column_name(column, Language.CHINESE))
        assert column_name(column, Language.ENGLISH)


@pytest.mark.parametrize("type_", list(IdentityType))
def test_every_document_type_has_a_name_in_both_languages(type_: IdentityType) -> None:
    found = finding(FindingCode.R04, "format", 2, "id_number", type=type_.value)
    assert type_.label in finding_sentence(found, Language.CHINESE)
    assert not CHINESE.search(finding_sentence(found, Language.ENGLISH))


@settings(deadline=None)
@given(st.lists(rows(), min_size=1, max_size=4))
def test_whatever_is_found_can_be_said(cells: list[tuple[str, ...]]) -> None:
    batch = checked(*cells)  # type: ignore[arg-type]  # rows of eleven cells, as the strategy makes them
    for found in findings_of(batch):
        assert finding_sentence(found, Language.CHINESE)
        assert finding_sentence(found, Language.ENGLISH)


def _day(text: str) -> date:
    return date.fromisoformat(text)
