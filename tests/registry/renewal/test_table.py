"""The renewal table, made by hand: a filing, its certificates, what the network took, what was entered."""

import io
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from registry.ledger.entries import ActKind
from registry.renewal.table import RenewalTable, filed_period, renewal_table
from registry.renewal.workbook import TITLE, YEARS_HEADER, renewal_workbook
from registry.review.acts import ActReason
from registry.storage.renewal_rows import RenewalRows
from registry.storage.sql import KeptReader
from registry.storage.tally_reads import TallyReads
from registry.tally.cells import Month, Period
from tests.builders import a_filing, a_scope_row
from tests.registry.filled import HOLDERS, Scene, Story
from tests.registry.tally.recounting import follower

TODAY = date(2025, 9, 10)
AT = datetime(2025, 9, 10, 8, 0, tzinfo=UTC)
COOK = a_scope_row(occupation_code="4-03-02-01", occupation="中式烹调师", job="")
ENDED = a_scope_row(
    occupation_code="4-10-01-01", occupation="婴幼儿发展引导员", job="", to_on=date(2025, 6, 30)
)
FILING = replace(a_filing(), scope=(*a_filing().scope, COOK, ENDED))
TERM = FILING.expires_on
ELECTRICIAN = ("6-31-01-03", "电工", "")


def the_table(scene: Scene, period: Period | None = None) -> RenewalTable:
    follower(scene).follow()
    whole = period or filed_period(FILING)
    assert whole is not None
    with closing(KeptReader(scene.register.desk_engine)) as reader:
        return renewal_table(
            FILING,
            whole,
            reads=TallyReads(reader),
            entries=RenewalRows(scene.register.desk_engine),
            today=TODAY,
        )


def entered(scene: Scene, **choices: bool | None) -> int:
    return RenewalRows(scene.register.desk_engine).enter(
        FILING.number_prefix,
        {("2024-08", "2024-12"): 0, ("2025-01", "2025-12"): 11},
        {ELECTRICIAN: choices.get("electrician"), ("4-03-02-01", "中式烹调师", ""): choices.get("cook")},
        term=TERM,
        account="operator",
        now=AT,
    )


def take(scene: Scene, *positions: int) -> None:
    """The national network takes these positions of the log."""
    with scene.register.desk_engine.begin() as connection:
        for seq in positions:
            connection.exec_driver_sql(
                f"INSERT INTO national_progress VALUES ({seq}, 'online', '2025-09-12', '', 'b')"
            )


def links(scene: Scene, story: Story) -> list[int]:
    found = scene.register.look_up.current(HOLDERS[story].number)
    assert found is not None
    return [link.index for link in found[0].links]


def test_years_count_what_was_issued_and_which_occupations_were_at_work(scene: Scene) -> None:
    table = the_table(scene)
    assert [(each.year, each.started, each.issued, each.idle) for each in table.years] == [
        (2024, 0, 0, 3),
        # Six are in force; one occupation ended in June and was filed in that year all the same.
        (2025, 1, 6, 2),
        (2026, 0, 0, 2),
        (2027, 0, 0, 2),
    ]
    assert [str(each.period.start) for each in table.years] == ["2024-08", "2025-01", "2026-01", "2027-01"]
    assert str(table.years[-1].period.end) == "2027-07"
    total = table.total
    assert (total.started, total.issued, total.idle, total.assessed) == (1, 6, 2, None)


def test_online_is_what_the_network_shows_now(scene: Scene) -> None:
    plain, annulled = links(scene, Story.PLAIN), links(scene, Story.ANNULLED)
    corrected, reinstated = links(scene, Story.CORRECTED), links(scene, Story.REINSTATED)
    assert the_table(scene).total.online == 0
    take(scene, *plain, *annulled, *corrected)
    # The first was taken; the second is annulled; the correction of the third was taken after it.
    assert the_table(scene).total.online == 2
    take(scene, *reinstated[:2])
    assert the_table(scene).total.online == 2, "the network was told of the annulment, not of its reversal"
    take(scene, reinstated[2])
    assert the_table(scene).total.online == 3
    assert the_table(scene).years[1].online == 3


def test_a_correction_that_the_network_has_not_taken_leaves_the_earlier_version_online(scene: Scene) -> None:
    take(scene, links(scene, Story.CORRECTED)[0])
    assert the_table(scene).total.online == 1


def test_what_was_entered_stands_in_its_line_with_its_author(scene: Scene) -> None:
    assert entered(scene, electrician=True) == 3
    table = the_table(scene)
    assert [each.entered and each.entered.assessed for each in table.years] == [0, 11, None, None]
    choices = {each.occupation: each.choice and each.choice.renew for each in table.skills}
    assert choices == {"中式烹调师": None, "电工": True}
    line = table.years[1].entered
    assert line is not None
    assert (line.account, line.entered_at) == ("operator", AT)


def test_entering_the_same_again_changes_nothing_and_empty_takes_back(scene: Scene) -> None:
    entered(scene, electrician=True, cook=False)
    assert entered(scene, electrician=True, cook=False) == 0
    assert entered(scene, electrician=True) == 1
    assert [each.choice is None for each in the_table(scene).skills] == [True, False]


def test_a_number_is_for_exactly_its_months(scene: Scene) -> None:
    entered(scene)
    narrow = the_table(scene, Period(Month(2025, 1), Month(2025, 6)))
    assert [each.entered for each in narrow.years] == [None]
    exact = the_table(scene, Period(Month(2025, 1), Month(2025, 12)))
    assert exact.total.assessed == 11


def test_a_choice_is_for_one_term(scene: Scene) -> None:
    entered(scene, electrician=True)
    rows = RenewalRows(scene.register.desk_engine)
    assert rows.choices(FILING.number_prefix, date(2030, 7, 31)) == {}


def test_an_erased_certificate_belongs_to_no_year(scene: Scene) -> None:
    scene.erase(Story.PLAIN)
    table = the_table(scene)
    assert (table.total.issued, table.erased) == (5, 1)


def test_an_annulment_takes_a_certificate_out_of_its_year(scene: Scene) -> None:
    scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
    assert the_table(scene).years[1].issued == 5


def cells(table: RenewalTable) -> Sequence[Sequence[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(renewal_workbook(table)))
    assert book.sheet_names == ["附件2"]
    return book.get_sheet_by_index(0).to_python()


def test_the_workbook_is_the_official_form_with_the_figures_in_it(scene: Scene) -> None:
    entered(scene, electrician=True, cook=False)
    rows = cells(the_table(scene))
    assert rows[1][0] == TITLE
    by_head = {str(row[0]): row for row in rows}
    assert by_head["机构名称"][1] == "示例评价机构"
    assert by_head["备案有效期"][1] == "自 2024 年 8 月至 2027 年 7 月"
    assert by_head["机构备案号"][4] == 2
    assert by_head["机构负责人"][1] == by_head["注册地址"][1] == ""
    assert tuple(by_head["年度"]) == YEARS_HEADER
    assert by_head["2024（8—12月）"] == ["2024（8—12月）", 0, 0, 0, 0, 3]
    assert by_head["2025"] == ["2025", 1, 11, 6, 0, 2]
    assert by_head["2026"] == ["2026", 0, "", 0, 0, 2]
    assert by_head["合计"] == ["合计", 1, "", 6, 0, 2]
    skills = rows[rows.index(by_head["序号"]) + 1 :][:2]
    assert skills[0] == [1, "中式烹调师", "4-03-02-01", "", "续期□", "不续期☑"]
    assert skills[1] == [2, "电工", "6-31-01-03", "", "续期☑", "不续期□"]
    assert by_head["省人力资源社会保障厅意见"]


def test_a_name_is_no_formula_and_equal_tables_are_equal_bytes(scene: Scene) -> None:
    table = replace(the_table(scene), name="=1+1")
    assert {str(row[0]): row for row in cells(table)}["机构名称"][1] == "=1+1"
    assert renewal_workbook(table) == renewal_workbook(table)


@pytest.mark.parametrize(
    ("start", "end", "years"), [("2024-11", "2025-01", ["2024", "2025"]), ("2025-03", "2025-03", ["2025"])]
)
def test_a_period_is_cut_into_its_years(start: str, end: str, years: list[str]) -> None:
    first, last = Month.parse(start), Month.parse(end)
    assert first is not None
    assert last is not None
    period = Period(first, last)
    parts = [period.within(year) for year in period.years()]
    assert [str(part.start)[:4] for part in parts] == years
    assert [month for part in parts for month in part.months()] == list(period.months())
