"""The list of filings with a renewal table, those first whose time runs out first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.filing.model import Filing, FilingState, filing_on

_WARNED_DAYS = 92


@dataclass(frozen=True)
class Listed:
    """One filing as the list shows it. `soon`: its last three months have begun."""

    filing: Filing
    name: str
    state: FilingState
    soon: bool


def listed(filings: Sequence[Filing], text: str, today: date) -> list[Listed]:
    """The filings whose name or number holds the text, those first whose time runs out first."""
    found = [each for each in (_listed(filing, today) for filing in filings) if _holds(each, text)]
    return sorted(
        found, key=lambda each: (each.state is not FilingState.FILED, each.filing.expires_on or date.max)
    )


def _holds(listed: Listed, text: str) -> bool:
    filing = listed.filing
    return not text or any(text in each for each in (listed.name, filing.number_prefix, filing.filing_number))


def _listed(filing: Filing, today: date) -> Listed:
    on_day = filing_on(filing, today)
    left = (filing.expires_on - today).days if filing.expires_on is not None else None
    soon = left is not None and 0 <= left <= _WARNED_DAYS and on_day.may_certify
    return Listed(filing, on_day.name, on_day.state, soon)
