"""The invented institutions cover what a register meets, and agree with the catalogue."""

import csv
from datetime import date
from io import StringIO

import pytest

from registry.rules.bureaus import BUREAUS
from registry.rules.certificate_number import is_number_prefix
from registry.rules.credit_code import parse_credit_code
from registry.rules.occupation_entries import Match
from registry.rules.occupations import load_catalogue
from web.demo.filings import STANDARD, demo_filings, institutions_csv, working_days_before

TODAY = date(2026, 11, 21)
DAYS = [TODAY, date(2027, 1, 8), date(2028, 2, 29), date(2026, 10, 8), date(2030, 12, 31)]


@pytest.mark.parametrize("today", DAYS)
def test_every_bureau_has_an_institution_in_force_and_both_categories_occur(today: date) -> None:
    in_force = [filing for filing in demo_filings(today) if filing.certifies_on(today)]
    assert len(in_force) >= 15
    assert {filing.bureau for filing in in_force} == {bureau.code for bureau in BUREAUS}
    assert {filing.category for filing in in_force} == {"Y", "S"}


@pytest.mark.parametrize("today", DAYS)
def test_one_filing_is_in_each_of_the_other_states(today: date) -> None:
    filings = demo_filings(today)
    states = [filing.state for filing in filings if filing.state != "filed"]
    assert sorted(states) == ["expired", "ordered_out", "publicised", "rectifying"]
    for filing in filings:
        if filing.state == "expired":
            assert filing.expires_on is not None
            assert filing.expires_on < today
        if filing.state in ("ordered_out", "rectifying"):
            assert filing.instrument.startswith("示例")
            assert filing.state_on < today


def test_one_legal_person_holds_a_filing_of_each_category() -> None:
    codes: dict[str, set[str]] = {}
    for filing in demo_filings(TODAY):
        codes.setdefault(filing.credit_code, set()).add(filing.category)
    assert [categories for categories in codes.values() if len(categories) > 1] == [{"Y", "S"}]


def test_every_institution_shows_that_it_is_invented() -> None:
    filings = demo_filings(TODAY)
    assert len({filing.prefix for filing in filings}) == len(filings)
    for filing in filings:
        assert filing.name.startswith("示例")
        assert is_number_prefix(filing.prefix)
        assert filing.prefix.startswith(f"{filing.category}00004399")
        assert parse_credit_code(filing.credit_code).check_passes
        assert "439900" in filing.credit_code


def test_every_scope_row_is_in_the_catalogue_with_these_levels() -> None:
    catalogue = load_catalogue()
    for filing in demo_filings(TODAY):
        for row in filing.scope:
            found = catalogue.resolve(row.occupation, row.job, row.occupation_code)
            assert isinstance(found, Match), (row.occupation, row.job)
            assert found.job_listed or not row.job, (row.occupation, row.job)
            assert set(row.levels) <= {int(level) for level in found.occupation.levels}


def test_only_an_enterprise_certifies_by_its_own_rules() -> None:
    others = {
        (f.category, row.basis) for f in demo_filings(TODAY) for row in f.scope if row.basis != STANDARD
    }
    assert others == {("Y", "行业企业评价规范")}


@pytest.mark.parametrize("today", DAYS)
def test_the_scope_of_one_filing_changed_in_the_middle(today: date) -> None:
    school = demo_filings(today)[0]
    days = working_days_before(today, 20)
    before = {(row.occupation, level) for row, level in school.offers(days[16])}
    after = {(row.occupation, level) for row, level in school.offers(days[10])}
    assert after - before == {("工业机器人系统操作员", 3)}
    assert before - after == {("铣工", 5), ("铣工", 4), ("铣工", 3)}


def test_the_file_has_one_line_for_each_scope_row() -> None:
    filings = demo_filings(TODAY)
    data = institutions_csv(filings)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == sum(len(filing.scope) for filing in filings)
    assert rows[0]["name"] == "示例长沙精工技术学校"
    assert rows[0]["levels"] == "5、4、3"
