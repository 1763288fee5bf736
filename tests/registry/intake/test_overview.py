"""A batch in numbers: what is counted is what was found, and no cell's words are repeated unless known."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from registry.intake.findings import FindingCode, finding
from registry.intake.overview import GroupCount, Overview
from registry.intake.row_index import CLEAN, FLAGGED, REFUSED, RowIndex, RowIndexer
from registry.rules.working_days import load_calendar
from tests.builders import form5_row
from tests.registry.intake.checking import checked as check

LATE = finding(FindingCode.R14, "late", 3, "issued_on", deadline="2025-10-17", days="3")
EMPTY = finding(FindingCode.R01, "empty", 3, "name")
ROWS = st.dictionaries(
    st.integers(1, 300), st.tuples(st.sampled_from(["clean", "late", "empty", "both"]), st.integers(1, 5))
)


@given(ROWS)
def test_every_row_is_found_under_what_it_has(rows: dict[int, tuple[str, int]]) -> None:
    indexer = RowIndexer()
    for row, (kind, level) in sorted(rows.items()):
        findings = {"clean": [], "late": [LATE], "empty": [EMPTY], "both": [EMPTY, LATE, EMPTY]}[kind]
        indexer.add(row, findings, refused=EMPTY in findings, level=level)
    index = RowIndex.decoded(indexer.index().encoded())

    def those(*kinds: str) -> list[int]:
        return sorted(row for row, (kind, _) in rows.items() if kind in kinds)

    assert index.of(CLEAN) == those("clean")
    assert index.of(FLAGGED) == those("late")
    assert index.of(REFUSED) == index.of("R01.empty") == index.of("R01") == those("empty", "both")
    assert index.of("R14") == those("late", "both")
    assert index.with_findings() == those("late", "empty", "both")
    assert index.every_row() == sorted(rows)
    assert {name: len(index.of(name)) for name in index.ranges} == index.counts()
    for level in range(1, 6):
        assert index.of(f"level.{level}") == sorted(row for row, each in rows.items() if each[1] == level)


def test_rows_side_by_side_take_the_room_of_one() -> None:
    indexer = RowIndexer()
    for row in range(3, 100_003):
        indexer.add(row, [LATE], refused=False, level=3)
    assert len(indexer.index().encoded()) < 200


@given(
    st.builds(
        Overview,
        rows=st.integers(0, 9),
        refused=st.integers(0, 9),
        flagged=st.integers(0, 9),
        first_issued_on=st.none() | st.dates(),
        last_issued_on=st.none() | st.dates(),
        groups=st.lists(
            st.builds(
                GroupCount,
                occupation=st.text(max_size=3),
                job=st.text(max_size=3),
                level=st.text(max_size=1),
                form4=st.none() | st.integers(0, 9),
                form5=st.integers(0, 9),
                refused=st.integers(0, 9),
                flagged=st.integers(0, 9),
            ),
            max_size=3,
        ).map(tuple),
        findings=st.dictionaries(st.text(max_size=4), st.integers(0, 9), max_size=3),
    )
)
def test_an_overview_comes_back_as_it_was(overview: Overview) -> None:
    assert Overview.decoded(overview.encoded()) == overview


def test_a_batch_from_before_overviews_has_an_empty_one() -> None:
    empty = Overview.decoded("")
    assert (empty.rows, empty.groups, empty.due(load_calendar())) == (0, (), None)
    assert RowIndex.decoded(b"").with_findings() == []


def test_words_that_name_no_occupation_are_not_repeated() -> None:
    checked = check(form5_row(), form5_row(occupation="示例张三", number="S000043990001253000002"))
    assert [each.occupation for each in checked.overview.groups] == ["电工", ""]
    assert "示例张三" not in checked.overview.encoded()
    assert [each.form5 for each in checked.overview.groups] == [1, 1]


def test_the_worst_row_sets_the_deadline_and_the_future_does_not() -> None:
    checked = check(
        form5_row(issued_on="2025-09-03"),
        form5_row(issued_on="2025-09-01", number="S000043990001253000002"),
        form5_row(issued_on="2099-01-01", number="S000043990001253000003"),
    )
    assert checked.overview.first_issued_on == date(2025, 9, 1)
    assert checked.overview.last_issued_on == date(2025, 9, 3)
    due = checked.overview.due(load_calendar())
    assert due is not None
    assert (due.on, due.provisional) == (date(2025, 10, 17), False)
