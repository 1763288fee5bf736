"""A finding as a sentence for the person who has to act on it."""

from collections.abc import Callable, Mapping
from datetime import date

from registry.intake.findings import Finding
from registry.intake.form4 import Form4Field
from registry.intake.form5 import FORM5_HEADER, Form5Column
from registry.rules.identity_documents import IdentityType
from registry.rules.levels import Level, level_label
from web.language import Language
from web.words.finding_sentences import FINDING_SENTENCES

_CHINESE_COLUMNS = dict(zip(Form5Column, FORM5_HEADER, strict=True))
_ENGLISH_COLUMNS = {
    Form5Column.NAME: "Name",
    Form5Column.ID_TYPE: "Document type",
    Form5Column.ID_NUMBER: "Document number",
    Form5Column.EMPLOYER: "Employer",
    Form5Column.OCCUPATION: "Occupation",
    Form5Column.JOB: "工种",
    Form5Column.LEVEL: "Level",
    Form5Column.NUMBER: "Certificate number",
    Form5Column.ISSUED_ON: "Issue date",
    Form5Column.INSTITUTION: "Assessing institution",
    Form5Column.ISSUER: "Issuing institution",
}
_FORM4_FIELDS = {
    Form4Field.UPLOADING_INSTITUTION: ("上传单位", "Uploading institution"),
    Form4Field.FILE_NAME: ("上传文件名", "File name"),
    Form4Field.COUNT: ("数量", "Count"),
}
_ENGLISH_LEVELS = {
    Level.JUNIOR_WORKER: "level 5 (junior worker)",
    Level.INTERMEDIATE_WORKER: "level 4 (intermediate worker)",
    Level.ADVANCED_WORKER: "level 3 (advanced worker)",
    Level.TECHNICIAN: "level 2 (technician)",
    Level.SENIOR_TECHNICIAN: "level 1 (senior technician)",
}
_ENGLISH_DOCUMENTS = {
    IdentityType.RESIDENT_ID: "resident identity card",
    IdentityType.CHINESE_PASSPORT: "Chinese passport",
    IdentityType.HK_MACAO_TRAVEL_PERMIT: "mainland travel permit for Hong Kong and Macao residents",
    IdentityType.HK_MACAO_RESIDENCE_PERMIT: "residence permit for Hong Kong and Macao residents",
    IdentityType.TAIWAN_TRAVEL_PERMIT: "mainland travel permit for Taiwan residents",
    IdentityType.TAIWAN_RESIDENCE_PERMIT: "residence permit for Taiwan residents",
    IdentityType.FOREIGN_PASSPORT: "foreign passport",
    IdentityType.FOREIGNER_PERMANENT_RESIDENCE: "foreign permanent resident identity card",
    IdentityType.WORK_PERMIT_A: "foreigner's work permit (A)",
    IdentityType.WORK_PERMIT_B: "foreigner's work permit (B)",
    IdentityType.WORK_PERMIT_C: "foreigner's work permit (C)",
    IdentityType.OTHER: "other personal document",
}


def finding_sentence(finding: Finding, language: Language) -> str:
    """What is wrong and what to do about it. Row and column are shown beside it."""
    sentence = FINDING_SENTENCES[f"{finding.code}.{finding.kind}"]
    template = sentence.zh if language is Language.CHINESE else sentence.en
    words = {key: _word(key, value, language) for key, value in finding.detail.items() if key != "kind"}
    if finding.column is not None:
        words["column"] = column_name(finding.column, language)
    text = template.format_map(words)
    # A sentence may begin with a word that is small inside others.
    return text[:1].upper() + text[1:]


def column_name(column: str, language: Language) -> str:
    """The column of a finding as the form prints it, or in English."""
    if column in _FORM4_FIELDS:
        chinese, english = _FORM4_FIELDS[Form4Field(column)]
        return chinese if language is Language.CHINESE else english
    known = Form5Column(column)
    return _CHINESE_COLUMNS[known] if language is Language.CHINESE else _ENGLISH_COLUMNS[known]


def _word(key: str, value: str, language: Language) -> str:
    return _WORDS[key](value, language) if key in _WORDS else value


def _document(value: str, language: Language) -> str:
    type_ = IdentityType(value)
    return type_.label if language is Language.CHINESE else _ENGLISH_DOCUMENTS[type_]


def _level(value: str, language: Language) -> str:
    level = Level(int(value))
    return level_label(level) if language is Language.CHINESE else _ENGLISH_LEVELS[level]


def _levels(value: str, language: Language) -> str:
    levels = [Level(int(each)) for each in value.split("、")]
    if language is Language.CHINESE:
        return "、".join(level.ordinal for level in levels)
    return "levels " + ", ".join(str(level.value) for level in levels)


def _day(value: str, language: Language) -> str:
    if not value:
        return "（日期不详）" if language is Language.CHINESE else "an unknown day"
    day = date.fromisoformat(value)
    return f"{day.year}年{day.month}月{day.day}日" if language is Language.CHINESE else value


def _rows(value: str, language: Language) -> str:
    rows = value.split(",")
    if language is Language.CHINESE:
        shown = "、".join(row for row in rows if row != "…")
        return f"第 {shown} 等行" if "…" in rows else f"第 {shown} 行"
    shown = ", ".join(rows)
    return f"row {shown}" if len(rows) == 1 else f"rows {shown}"


def _listed(value: str, language: Language) -> str:
    return value if language is Language.CHINESE else value.replace("、", ", ")


def _edition(value: str, language: Language) -> str:
    return f"{value}年版" if language is Language.CHINESE else value


def _job(value: str, language: Language) -> str:
    if not value:
        return ""
    return f"（{value}）" if language is Language.CHINESE else f" ({value})"


_WORDS: Mapping[str, Callable[[str, Language], str]] = {
    "type": _document,
    "suggested_type": _document,
    "level": _level,
    "levels": _levels,
    "deadline": _day,
    "before": _day,
    "issued_on": _day,
    "expires_on": _day,
    "from_on": _day,
    "to_on": _day,
    "rows": _rows,
    "edition": _edition,
    "job": _job,
    "jobs": _listed,
    "occupations": _listed,
    "names": _listed,
}
