"""A day in a cell, in every spelling with one meaning."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.intake.cell_dates import parse_cell_date
from registry.intake.errors import MalformedDate


@pytest.mark.parametrize(
    "text",
    [
        "2025-09-01",
        "２０２５-０９-０１",
        "2025-9-1",
        "2025/9/1",
        "2025/09/01",
        "2025.9.1",
        "2025年9月1日",
        "2025年09月01",
        "20250901",
        "2025-09-01 10:20:00",
        "2025/9/1 0:00",
        " 2025-09-01\u200b",
        "'2025-09-01",
        "45901",
        "45901.0",
    ],
)
def test_day_is_read_as_meant(text: str) -> None:
    assert parse_cell_date(text) == date(2025, 9, 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天",
        "2025-02-30",
        "2025-13-01",
        "01/09/2025",
        "9/1/25",
        "25-09-01",
        "2025-09",
        "2025年9月",
        "12345",
        "99999",
        "19990901",
        "2025-09-01x",
        "4.59E+04",
    ],
)
def test_what_is_no_day_or_could_be_several_is_refused(text: str) -> None:
    with pytest.raises(MalformedDate):
        parse_cell_date(text)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_survives_iso_and_serial_number(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert parse_cell_date(day.isoformat()) == parse_cell_date(str(serial)) == day


@given(st.text(max_size=12) | st.from_regex(r"[0-9./年月日 -]{1,12}", fullmatch=True))
def test_any_text_gives_a_day_or_the_rooms_own_error(text: str) -> None:
    try:
        day = parse_cell_date(text)
    except MalformedDate:
        return
    assert day - timedelta(days=0) == day
