"""The institutions file is read by the product as what the demo meant."""

from datetime import date, timedelta

import pytest

from registry.filing.import_file import read_filings
from registry.filing.model import filing_on
from web.demo.filings import demo_filings, institutions_csv

DAYS = [date(2026, 11, 21), date(2027, 1, 8), date(2028, 2, 29), date(2030, 12, 31)]


@pytest.mark.parametrize("today", DAYS)
def test_import_takes_every_filing_without_a_fault_or_a_warning(today: date) -> None:
    planned = demo_filings(today)
    read = read_filings(institutions_csv(planned))
    assert not read.warnings
    assert [filing.number_prefix for filing in read.filings] == [filing.prefix for filing in planned]


@pytest.mark.parametrize("today", DAYS)
def test_state_and_scope_of_every_recent_day_are_the_planned_ones(today: date) -> None:
    planned = demo_filings(today)
    for mine, theirs in zip(planned, read_filings(institutions_csv(planned)).filings, strict=True):
        assert filing_on(theirs, today).state == mine.state
        for back in range(90):
            day = today - timedelta(days=back)
            on = filing_on(theirs, day)
            if mine.certifies_on(day):
                assert on.may_certify
                assert {(row.occupation, row.job, level) for row in on.scope for level in row.levels} == {
                    (row.occupation, row.job, level) for row, level in mine.offers(day)
                }
