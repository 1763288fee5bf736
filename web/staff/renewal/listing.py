"""The list of filings with a renewal table, those first whose time runs out first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from registry.filing.model import Filing, FilingState, filing_on
from web.errors import MalformedRequest

PAGE_SIZE = 50
_WARNED_DAYS = 92


@dataclass(frozen=True)
class Listed:
    """One filing as the list shows it. `soon`: its last three months have begun."""

    filing: Filing
    name: str
    state: FilingState
    soon: bool


@dataclass(frozen=True)
class ListPage:
    """One page of the list; knows the addresses of the others."""

    items: Sequence[Listed]
    total: int
    page: int
    pages: int
    text: str

    def address(self, page: int) -> str:
        """Where that page is."""
        return f"/staff/renewal?{urlencode({'q': self.text, 'page': page})}"


def list_page(filings: Sequence[Filing], text: str, page: str, today: date) -> ListPage:
    """The page that was asked for, of the filings whose name or number holds the text.

    Raises: MalformedRequest.
    """
    wanted = text.strip()
    found = [each for each in (_listed(filing, today) for filing in filings) if _holds(each, wanted)]
    found.sort(key=lambda each: (each.state is not FilingState.FILED, each.filing.expires_on or date.max))
    pages = max(-(-len(found) // PAGE_SIZE), 1)
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1 if not page else 0
    if not 1 <= number <= pages:
        raise MalformedRequest("page")
    items = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return ListPage(items, len(found), number, pages, wanted)


def _holds(listed: Listed, text: str) -> bool:
    filing = listed.filing
    return not text or any(text in each for each in (listed.name, filing.number_prefix, filing.filing_number))


def _listed(filing: Filing, today: date) -> Listed:
    on_day = filing_on(filing, today)
    left = (filing.expires_on - today).days if filing.expires_on is not None else None
    soon = left is not None and 0 <= left <= _WARNED_DAYS and on_day.may_certify
    return Listed(filing, on_day.name, on_day.state, soon)
