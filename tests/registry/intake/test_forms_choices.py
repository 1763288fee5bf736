"""The drop-downs of an empty form are exactly the filed scope of the day."""

import re
from datetime import date
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from registry.filing.model import FilingState, StateChange
from registry.intake.form4 import read_form4
from registry.intake.form5 import parse_form5
from registry.intake.forms_choices import FiledChoice, FiledChoices, choices_of
from registry.intake.forms_out import FORM4_FIRST_ROW, FORM5_FIRST_ROW, write_form4, write_form5
from registry.intake.workbook import read_tables
from registry.rules.levels import Level, level_label
from tests.builders import a_filing, a_scope_row

ON = date(2025, 9, 1)
SCOPE = FiledChoices(
    (
        FiledChoice("焊工", "", (5,)),
        FiledChoice("电工", "", (5, 4, 3)),
        FiledChoice("电工", "化工检修电工", (4,)),
        FiledChoice("车工", "数控车工", (3, 2)),
    ),
    ("示例评价机构", "示例机构"),
)
WORDS = st.text(st.sampled_from("电焊车钳铣工师数控检修"), min_size=1, max_size=6)
FILED = st.dictionaries(
    st.tuples(WORDS, st.just("") | WORDS), st.sets(st.integers(1, 5), min_size=1), min_size=1, max_size=8
)


def _offered(data: bytes, column: str, first_row: int, cells: dict[str, str]) -> list[str] | None:
    """What a spreadsheet program lists in the first cell of a column; None where the rule finds nothing."""
    book = load_workbook(BytesIO(data))
    sheet, hidden = book.worksheets[0], book["选项"]
    assert isinstance(sheet, Worksheet)
    assert isinstance(hidden, Worksheet)
    rules = {
        str(rule.sqref).partition(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation
    }
    formula = rules[f"{column}{first_row}"]

    def values(letter: str, count: str) -> list[str]:
        return [str(hidden[f"{letter}{row}"].value or "") for row in range(1, int(count) + 1)]

    if plain := re.fullmatch(r"'选项'!\$(\w)\$1:\$\1\$(\d+)", formula):
        return values(plain[1], plain[2])
    among = r"'选项'!\$(?P<keys>\w)\$1:\$(?P=keys)\$(?P<count>\d+)"
    dependent = re.fullmatch(
        rf"OFFSET\('选项'!\$(?P<values>\w)\$1,MATCH\((?P<key>.+?),{among}\,0\)-1,0,COUNTIF\(.+\),1\)", formula
    )
    assert dependent, formula
    key = "".join(
        part.strip('"') if part.startswith('"') else cells[part.strip("$0123456789")]
        for part in dependent["key"].split("&")
    )
    keys = values(dependent["keys"], dependent["count"])
    if key not in keys:
        return None
    first, number = keys.index(key), keys.count(key)
    return values(dependent["values"], dependent["count"])[first : first + number]


def test_what_is_offered_follows_what_the_row_already_says() -> None:
    data = write_form5(blank_rows=3, choices=SCOPE)
    assert _offered(data, "E", 3, {}) == ["焊工", "电工", "车工"]
    assert _offered(data, "J", 3, {}) == _offered(data, "K", 3, {}) == ["示例评价机构", "示例机构"]
    assert _offered(data, "F", 3, {"E": "电工"}) == ["化工检修电工"]
    assert _offered(data, "F", 3, {"E": "焊工"}) is None
    assert _offered(data, "G", 3, {"E": "电工", "F": ""}) == ["五级/初级工", "四级/中级工", "三级/高级工"]
    assert _offered(data, "G", 3, {"E": "电工", "F": "化工检修电工"}) == ["四级/中级工"]
    assert _offered(data, "G", 3, {"E": "车工", "F": "数控车工"}) == ["三级/高级工", "二级/技师"]


def test_form4_offers_the_same_and_can_be_left_half_empty() -> None:
    data = write_form4(
        uploading_institution="示例评价机构",
        file_name="示例.xlsx",
        counts=[("电工", "", "3", 2)],
        reporter="",
        phone="",
        reported_on=None,
        blank_rows=4,
        choices=SCOPE,
    )
    assert _offered(data, "B", FORM4_FIRST_ROW, {}) == ["焊工", "电工", "车工"]
    assert _offered(data, "C", FORM4_FIRST_ROW, {"B": "车工"}) == ["数控车工"]
    assert _offered(data, "D", FORM4_FIRST_ROW, {"B": "焊工", "C": ""}) == ["五级/初级工"]
    form = read_form4(data)
    assert form.uploading_institution == "示例评价机构"
    assert [(row.occupation, row.count) for row in form.rows] == [("电工", 2)]


def test_an_empty_form_holds_no_certificate_and_its_lists_are_not_read() -> None:
    (table,) = read_tables(write_form5(sample=True, blank_rows=3, choices=SCOPE))
    assert parse_form5(table).rows == ()


def test_the_choices_are_those_of_the_day() -> None:
    later = date(2026, 1, 1)
    filing = a_filing(
        scope=(
            a_scope_row(),
            a_scope_row(levels=(2,), from_on=later),
            a_scope_row(occupation="焊工", occupation_code="6-18-02-04", to_on=date(2025, 8, 31)),
        )
    )
    assert choices_of(filing, ON).filed == (FiledChoice("电工", "", (5, 4, 3)),)
    assert choices_of(filing, later).filed == (FiledChoice("电工", "", (5, 4, 3, 2)),)
    assert choices_of(filing, ON).institutions == ("示例评价机构", "示例机构")


def test_who_may_certify_nothing_is_offered_nothing() -> None:
    filing = a_filing(states=(StateChange(FilingState.CANCELLED, date(2024, 8, 1), "示例文号"),))
    choices = choices_of(filing, ON)
    assert choices.filed == ()
    book = load_workbook(BytesIO(write_form5(blank_rows=2, choices=choices)))
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    assert {str(rule.sqref) for rule in sheet.data_validations.dataValidation} == {"B3:B4", "G3:G4"}


@settings(max_examples=25, deadline=None)
@given(FILED)
def test_every_filed_level_is_offered_and_no_other(filed: dict[tuple[str, str], set[int]]) -> None:
    choices = FiledChoices(
        tuple(FiledChoice(*key, tuple(sorted(levels, reverse=True))) for key, levels in sorted(filed.items()))
    )
    data = write_form5(blank_rows=1, choices=choices)
    assert _offered(data, "E", FORM5_FIRST_ROW, {}) == list(dict.fromkeys(name for name, _ in sorted(filed)))
    for (occupation, job), levels in filed.items():
        offered = _offered(data, "G", FORM5_FIRST_ROW, {"E": occupation, "F": job})
        assert offered == [level_label(Level(level)) for level in sorted(levels, reverse=True)]
