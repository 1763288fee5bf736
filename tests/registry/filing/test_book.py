"""The book of all filings."""

from datetime import date

import pytest

from registry.filing.book import FilingBook
from registry.filing.entries import filing_entries
from registry.filing.errors import MalformedFilingEntry
from registry.filing.model import Category, NamePeriod
from tests.builders import a_filing

OTHER = a_filing(number_prefix="Y000043990001", category=Category.EMPLOYER)


def test_filing_is_found_by_its_prefix() -> None:
    book = FilingBook(filing_entries(None, a_filing()))
    assert book.by_prefix("S000043990001") == a_filing()
    assert book.by_prefix("S000043990002") is None


def test_legal_person_may_hold_several_filings() -> None:
    book = FilingBook([*filing_entries(None, OTHER), *filing_entries(None, a_filing())])
    assert book.by_credit_code(a_filing().credit_code) == (a_filing(), OTHER)
    assert list(book) == [a_filing(), OTHER]
    assert len(book) == 2
    assert book.by_credit_code("nobody") == ()


def test_book_follows_changes() -> None:
    book = FilingBook(filing_entries(None, a_filing()))
    renamed = a_filing(names=(NamePeriod("示例新评价机构", "", date(2025, 1, 1)),), credit_code="another")
    for entry in filing_entries(a_filing(), renamed):
        book.apply(entry)
    assert book.by_prefix("S000043990001") == renamed
    assert book.by_credit_code("another") == (renamed,)
    assert book.by_credit_code(a_filing().credit_code) == ()


@pytest.mark.parametrize("entry", [{}, {"number_prefix": 5}, {"number_prefix": "S000043990001", "scope": 1}])
def test_malformed_entry_leaves_the_book_as_it_was(entry: dict[str, int | str]) -> None:
    book = FilingBook(filing_entries(None, a_filing()))
    with pytest.raises(MalformedFilingEntry):
        book.apply({**entry})
    assert list(book) == [a_filing()]
