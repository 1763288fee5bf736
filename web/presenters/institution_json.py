"""Institutions as the API gives them: short in a list, with scope and histories by themselves."""

from datetime import date
from typing import Any

from registry.filing.book import FilingBook
from registry.filing.model import ScopeRow
from web.directory import DirectoryPage, Listed


def directory_json(page: DirectoryPage, on: date) -> dict[str, Any]:
    """One page of the directory."""
    return {
        "on": on.isoformat(),
        "total": page.total,
        "page": page.page,
        "pages": page.pages,
        "institutions": [listed_json(each) for each in page.items],
    }


def listed_json(listed: Listed) -> dict[str, Any]:
    """One filing on a day, as a line of a list."""
    filing, on_day = listed.filing, listed.on_day
    return {
        "prefix": filing.number_prefix,
        "name": on_day.name,
        "short_name": on_day.short_name,
        "category": filing.category.value,
        "credit_code": filing.credit_code,
        "filing_number": filing.filing_number,
        "bureau": {"code": listed.bureau.code, "name": listed.bureau.office},
        "state": on_day.state.value,
        "may_certify": on_day.may_certify,
        "filed_on": _day(filing.filed_on),
        "expires_on": _day(filing.expires_on),
    }


def institution_json(listed: Listed, on: date, book: FilingBook) -> dict[str, Any]:
    """One filing on a day with all that is published of it."""
    filing = listed.filing
    return {
        "on": on.isoformat(),
        **listed_json(listed),
        "scope": [_scope_json(row) for row in listed.on_day.scope],
        "states": [
            {"state": each.state.value, "on": each.on.isoformat(), "instrument": each.instrument}
            for each in filing.states
        ],
        "names": [
            {"name": each.name, "short_name": each.short_name, "from_on": each.from_on.isoformat()}
            for each in filing.names
        ],
        "other_filings": [
            each.number_prefix for each in book.by_credit_code(filing.credit_code) if each != filing
        ],
        "successors": [each.number_prefix for each in book.successors(filing.number_prefix)],
        "predecessors": [each.number_prefix for each in book.predecessors(filing.number_prefix)],
    }


def _scope_json(row: ScopeRow) -> dict[str, Any]:
    return {
        "occupation_code": row.occupation_code,
        "occupation": row.occupation,
        "job": row.job,
        "levels": list(row.levels),
        "basis": row.basis,
        "from_on": row.from_on.isoformat(),
        "to_on": _day(row.to_on),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
