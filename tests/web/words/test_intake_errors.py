"""Every refused file is told why, in both languages."""

import re

import pytest

from registry.filing.import_faults import ImportFault, ImportFaultCode, ImportWarning, ImportWarningCode
from registry.intake import errors
from registry.intake.errors import (
    CellTooLong,
    EarlierReviewUnfit,
    EarlierVersionUnknown,
    EmptyWorkbook,
    EncryptedWorkbook,
    Excess,
    InstitutionUnknown,
    IntakeError,
    KeyReused,
    MalformedDate,
    NotAWorkbook,
    SeveralForms,
    TooManyRows,
    WorkbookFault,
    WorkbookReaderUnavailable,
    WorkbookTooLarge,
    WrongHeader,
)
from web.language import Language
from web.words.intake_errors import (
    IMPORT_SENTENCES,
    INTAKE_SENTENCES,
    import_fault_sentence,
    intake_error_sentence,
)

INTAKE_ERRORS: list[IntakeError] = [
    IntakeError(),
    *map(NotAWorkbook, WorkbookFault),
    EncryptedWorkbook(),
    *map(WorkbookTooLarge, Excess),
    TooManyRows(200_000),
    CellTooLong(7, 2_000),
    EmptyWorkbook(),
    WrongHeader(row=2, missing=("姓名",), unexpected=("序号", ""), misplaced=("证件类型",)),
    WrongHeader(row=None, missing=("姓名", "证件类型")),
    SeveralForms(2),
    InstitutionUnknown("S000043990009"),
    EarlierReviewUnfit(),
    EarlierVersionUnknown(),
    KeyReused(),
    MalformedDate(),
    WorkbookReaderUnavailable(),
]
DETAILS = {"prefix": "S000043990001", "first": "2", "level": "3", "suggestion": ""}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def is_said(chinese: str, english: str) -> None:
    """Both sentences are whole."""
    assert not re.search(r"[{}]", chinese + english)
    assert CHINESE.search(chinese)
    assert chinese.endswith(("。", "？"))
    assert english.endswith((".", "?"))


@pytest.mark.parametrize("error", INTAKE_ERRORS, ids=repr)
def test_every_error_of_the_room_is_said_in_both_languages(error: IntakeError) -> None:
    is_said(intake_error_sentence(error, Language.CHINESE), intake_error_sentence(error, Language.ENGLISH))


def test_no_error_of_the_room_and_no_sentence_is_left_over() -> None:
    classes = {value for value in vars(errors).values() if isinstance(value, type)}
    room = {each for each in classes if issubclass(each, IntakeError)}
    assert {type(error) for error in INTAKE_ERRORS} == room
    used = set()
    for error in INTAKE_ERRORS:
        kind = getattr(error, "kind", None)
        used.add(f"{error.code}.{kind}" if kind else error.code)
    assert used == set(INTAKE_SENTENCES)
    assert len({each.code for each in room}) == len(room)


def test_wrong_header_lists_what_is_wrong_with_it() -> None:
    error = WrongHeader(row=2, missing=("姓名",), unexpected=("序号", ""), misplaced=("证件类型",))
    assert intake_error_sentence(error, Language.CHINESE) == (
        "表头与规定的表样不一致（见第 2 行）。缺少：姓名。多出：序号、?。位置不对：证件类型。"
        "请使用规定的表样，不要增减栏目或调整顺序。"
    )
    nothing = WrongHeader(row=None, missing=("姓名",))
    assert intake_error_sentence(nothing, Language.CHINESE).startswith(
        "表头与规定的表样不一致。缺少：姓名。请"
    )
    assert "Missing: 姓名. " in intake_error_sentence(error, Language.ENGLISH)


@pytest.mark.parametrize("code", list(ImportFaultCode))
def test_every_fault_of_an_institutions_file_is_said(code: ImportFaultCode) -> None:
    fault = ImportFault(3, "filed_on", code, DETAILS)
    is_said(import_fault_sentence(fault, Language.CHINESE), import_fault_sentence(fault, Language.ENGLISH))


@pytest.mark.parametrize("code", list(ImportWarningCode))
@pytest.mark.parametrize("suggestion", ["", "4-06-01-01 物业管理师"])
def test_every_warning_of_an_institutions_file_is_said(code: ImportWarningCode, suggestion: str) -> None:
    if suggestion and code is not ImportWarningCode.NOT_IN_CATALOGUE:
        suggestion = ""
    warning = ImportWarning(3, "occupation", code, {**DETAILS, "suggestion": suggestion})
    chinese = import_fault_sentence(warning, Language.CHINESE)
    is_said(chinese, import_fault_sentence(warning, Language.ENGLISH))
    assert suggestion in chinese
    assert "确认" in chinese


def test_no_import_sentence_is_left_over() -> None:
    used = {*ImportFaultCode, *ImportWarningCode, "not_in_catalogue.suggestion"}
    assert {str(code) for code in used} == set(IMPORT_SENTENCES)
