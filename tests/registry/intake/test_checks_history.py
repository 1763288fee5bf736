"""R09, R14, R15 and R19: what the rest of the file, the register and the calendar say."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.checks_history import rows_out_of_order
from registry.intake.checks_reading import Reading
from registry.intake.facts import Held
from registry.intake.findings import Severity, row_list
from registry.intake.form5 import Form5Row
from registry.intake.forms_out import Form5Cells
from registry.rules.certificate_number import parse_certificate_number
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.intake.checking import KnownFacts, checked, findings_of, kinds, only, places

ISSUED_ON = date(2025, 9, 1)
PERSON = ("201", "430102199003074515")


def a_certificate(serial: int, person: int = 1, *, level: int = 3, on: date = ISSUED_ON) -> Form5Cells:
    """A good row: a person's certificate with its own number."""
    return form5_row(
        number=a_number(serial, level=level),
        id_number=an_id_number(person),
        level=str(level),
        issued_on=on.isoformat(),
    )


def holding(level: int, on: date, *, code: str = "6-31-01-03", job: str = "") -> KnownFacts:
    """A register in which the person of `form5_row` holds one certificate."""
    return KnownFacts(held={PERSON: (Held(code, job, level, on),)})


def test_r09_number_repeated_in_the_file() -> None:
    batch = checked(a_certificate(1, 1), a_certificate(2, 2), a_certificate(1, 3))
    assert places(batch) == [(2, "number", "R09.in_file"), (4, "number", "R09.in_file")]
    assert [found.detail["rows"] for found in findings_of(batch)] == ["4", "2"]
    assert [row.refused for row in batch.rows] == [True, False, True]


def test_r09_number_written_differently_is_the_same_number() -> None:
    untidy = form5_row(number="s000043990001253000001", id_number=an_id_number(2))
    assert kinds(checked(a_certificate(1, 1), untidy)) == ["R09.in_file", "R09.in_file"]


def test_r09_row_entered_twice_is_one_certificate_twice_and_nothing_else() -> None:
    assert kinds(checked(a_certificate(1), a_certificate(1))) == ["R09.in_file", "R09.in_file"]


def test_r09_number_already_registered() -> None:
    facts = KnownFacts(numbers=frozenset({a_number(1)}))
    batch = checked(a_certificate(1, 1), a_certificate(2, 2), facts=facts)
    assert places(batch) == [(2, "number", "R09.registered")]


def test_r09_certificate_uploaded_again_is_not_also_called_a_second_one() -> None:
    facts = KnownFacts(frozenset({a_number(1)}), holding(3, ISSUED_ON).held)
    assert kinds(checked(form5_row(), facts=facts)) == ["R09.registered"]


@pytest.mark.parametrize(
    ("issued_on", "deadline", "provisional"),
    [
        ("2026-09-15", date(2026, 11, 2), False),
        ("2026-01-26", date(2026, 3, 13), False),
        ("2025-09-01", date(2025, 10, 17), False),
        ("2026-11-20", date(2027, 1, 4), True),
    ],
)
def test_r14_upload_is_late_after_thirty_working_days(
    issued_on: str, deadline: date, provisional: bool
) -> None:
    row = form5_row(issued_on=issued_on, number=a_number(1, year=int(issued_on[:4])))
    assert kinds(checked(row, today=deadline)) == []
    batch = checked(row, today=deadline + timedelta(days=7))
    found = only(batch)
    assert (found.code, found.column, found.severity) == ("R14", "issued_on", Severity.FLAG)
    assert found.kind == ("late_provisional" if provisional else "late")
    assert found.detail["deadline"] == deadline.isoformat()
    assert batch.rows[0].record is not None


def test_r14_days_late_are_working_days() -> None:
    found = only(checked(form5_row(), today=date(2025, 10, 27)))
    assert found.detail["days"] == "6"


def test_r14_day_of_receipt_counts_not_today() -> None:
    assert kinds(checked(today=date(2025, 12, 1), received_on=date(2025, 10, 17))) == []


def test_r14_certificates_from_before_the_register_have_no_deadline() -> None:
    assert kinds(checked(today=date(2026, 6, 1), legacy=True)) == []


@pytest.mark.parametrize("issued_on", ["0001-01-01", "1899-12-31", "9999-12-31"])
def test_r14_impossible_issue_dates_are_refused_and_not_called_late(issued_on: str) -> None:
    found = kinds(checked(form5_row(issued_on=issued_on)))
    assert not [kind for kind in found if kind.startswith("R14")]
    assert [kind for kind in found if kind.startswith(("R12", "R13"))]


def test_r15_person_holds_the_same_certificate_already() -> None:
    batch = checked(facts=holding(3, date(2025, 1, 6)))
    found = only(batch)
    assert (found.code, found.kind, found.column) == ("R15", "registered", "id_number")
    assert (found.severity, found.detail["issued_on"]) == (Severity.FLAG, "2025-01-06")
    assert batch.rows[0].flagged


@pytest.mark.parametrize(
    "facts",
    [
        holding(4, date(2025, 1, 6)),
        holding(3, date(2025, 1, 6), code="6-18-01-01"),
        holding(3, date(2025, 1, 6), job="化工检修电工"),
        KnownFacts(held={("201", an_id_number(7)): (Held("6-31-01-03", "", 3, ISSUED_ON),)}),
        KnownFacts(),
    ],
)
def test_r15_other_certificates_do_not_matter(facts: KnownFacts) -> None:
    assert kinds(checked(facts=facts)) == []


def test_r15_same_certificate_twice_in_the_file() -> None:
    batch = checked(a_certificate(1), a_certificate(2, 2), a_certificate(3))
    assert places(batch) == [(2, "id_number", "R15.in_file"), (4, "id_number", "R15.in_file")]
    assert [found.detail["rows"] for found in findings_of(batch)] == ["4", "2"]
    assert kinds(checked(a_certificate(1, 1), a_certificate(2, 2))) == []


def test_r15_renewed_permit_is_the_same_person() -> None:
    first = form5_row(id_type="210", id_number="H1234567801")
    second = form5_row(id_type="210", id_number="H1234567802", number=a_number(2))
    assert kinds(checked(first, second)) == ["R15.in_file", "R15.in_file"]


def test_r19_several_levels_on_one_day_in_the_file() -> None:
    batch = checked(a_certificate(1, level=3), a_certificate(1, level=4))
    assert places(batch) == [
        (2, "level", "R19.several_levels_in_file"),
        (3, "level", "R19.several_levels_in_file"),
    ]
    assert all(found.severity is Severity.FLAG for found in findings_of(batch))


def test_r19_several_levels_on_one_day_with_the_register() -> None:
    found = only(checked(facts=holding(4, ISSUED_ON)))
    assert (found.kind, found.detail["level"]) == ("several_levels_registered", "4")


def test_r19_lower_level_after_a_higher_one_in_the_file() -> None:
    higher_first = (a_certificate(1, level=3), a_certificate(1, level=4, on=date(2025, 9, 3)))
    batch = checked(*higher_first)
    assert places(batch) == [(3, "level", "R19.level_order_in_file")]
    assert only(batch).detail["rows"] == "2"
    lower_first = (a_certificate(1, level=4), a_certificate(1, level=3, on=date(2025, 9, 3)))
    assert kinds(checked(*lower_first)) == []


def test_r19_lower_level_after_a_higher_one_with_the_register() -> None:
    found = only(checked(facts=holding(2, date(2025, 8, 1))))
    assert (found.kind, found.detail["level"]) == ("level_order_registered", "2")
    assert found.detail["issued_on"] == "2025-08-01"
    assert kinds(checked(facts=holding(4, date(2025, 9, 5)))) == ["R19.level_order_registered"]
    assert kinds(checked(facts=holding(4, date(2025, 8, 1)))) == []
    assert kinds(checked(facts=holding(2, date(2025, 9, 5)))) == []


def test_r19_levels_of_another_occupation_are_not_odd() -> None:
    assert kinds(checked(facts=holding(2, date(2025, 8, 1), code="6-18-01-01"))) == []


def test_r19_serials_out_of_order() -> None:
    rows = [a_certificate(serial, serial, on=date(2025, 8, serial)) for serial in range(1, 6)]
    assert kinds(checked(*rows)) == []
    assert kinds(checked(*reversed(rows))) == []
    rows[1] = a_certificate(2, 2, on=date(2025, 8, 20))
    assert places(checked(*rows)) == [(3, "number", "R19.serial_order")]


def test_r19_serials_of_other_levels_run_by_themselves() -> None:
    early, late = date(2025, 8, 1), date(2025, 9, 1)
    assert kinds(checked(a_certificate(9, 1, on=early), a_certificate(1, 2, level=4, on=late))) == []
    assert kinds(checked(a_certificate(9, 1, on=early), a_certificate(1, 2, on=late))) != []


def test_r19_person_under_sixteen() -> None:
    young = form5_row(id_number=an_id_number(1, born_on=date(2009, 9, 2)))
    assert places(checked(young)) == [(2, "id_number", "R19.under_sixteen")]
    assert kinds(checked(form5_row(id_number=an_id_number(1, born_on=date(2009, 9, 1))))) == []


def test_r19_age_is_unknown_where_the_document_does_not_say_it() -> None:
    assert kinds(checked(form5_row(id_type="227", id_number="E12345678"))) == []


@given(st.lists(st.integers(0, 6), max_size=9))
def test_rows_called_out_of_order_are_the_fewest_that_are(days: list[int]) -> None:
    """Without them the rest rises, and no smaller set would do."""
    readings = []
    for at, day in enumerate(days):
        reading = Reading(Form5Row(at, *form5_row()))
        reading.number = parse_certificate_number(a_number(at + 1))
        reading.issued_on = ISSUED_ON + timedelta(days=day)
        readings.append(reading)
    odd = rows_out_of_order(readings)
    kept = [day for at, day in enumerate(days) if at not in odd]
    assert kept == sorted(kept)
    longest = max((_rising(days, chosen) for chosen in range(1 << len(days))), default=0)
    assert len(kept) == longest


def _rising(days: list[int], chosen: int) -> int:
    picked = [day for at, day in enumerate(days) if chosen >> at & 1]
    return len(picked) if picked == sorted(picked) else 0


def test_long_lists_of_rows_are_cut() -> None:
    assert row_list([3, 4, 5, 6, 7]) == "3,4,5,6,7"
    assert row_list([3, 4, 5, 6, 7, 8]) == "3,4,5,6,7,…"
