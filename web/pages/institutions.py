"""The directory of institutions, and the page of one, each on a chosen day."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import FilingState
from registry.rules.bureaus import BUREAUS
from registry.rules.working_days import load_calendar
from web.directory import DirectoryQuery, filing_by_prefix, find, listed_on, parse_day, parse_query
from web.errors import NoSuchPage
from web.presenters.filing_history import events_of
from web.site import site_of


async def directory(request: Request) -> Response:
    """The directory. Raises: MalformedRequest; the search room's errors if the index cannot answer."""
    site = site_of(request)
    query = parse_query(request.query_params, site.today())
    page = await find(query, site.register.filings(), site.search)
    return site.renderer.page(
        request,
        "institutions.html",
        index=True,
        query=query,
        page=page,
        bureaus=BUREAUS,
        states=tuple(FilingState),
        today=site.today(),
        page_address=_addresses(query),
    )


async def institution(request: Request) -> Response:
    """One institution. Raises: MalformedRequest; NoSuchPage if no filing has that prefix."""
    site = site_of(request)
    today = site.today()
    day = parse_day(request.query_params.get("on", ""), today)
    book = site.register.filings()
    filing = filing_by_prefix(book, request.path_params["prefix"])
    if filing is None:
        raise NoSuchPage
    siblings = [listed_on(each, day) for each in book.by_credit_code(filing.credit_code) if each != filing]
    return site.renderer.page(
        request,
        "institution.html",
        index=True,
        listed=listed_on(filing, day),
        day_chosen=day,
        today=today,
        siblings=siblings,
        events=events_of(book, filing, today, load_calendar()),
        successors=[listed_on(each, day) for each in book.successors(filing.number_prefix)],
        predecessors=[listed_on(each, day) for each in book.predecessors(filing.number_prefix)],
    )


def _addresses(query: DirectoryQuery) -> "PageAddresses":
    kept = {
        "q": query.text,
        "city": query.bureau.code if query.bureau else "",
        "state": query.state.value if query.state else "",
        "on": query.on.isoformat(),
    }
    return PageAddresses({name: value for name, value in kept.items() if value})


class PageAddresses:
    """Makes the addresses of the other pages of one search."""

    def __init__(self, kept: dict[str, str]) -> None:
        self._kept = kept

    def __call__(self, page: int) -> str:
        """The address of a page."""
        return f"/institutions?{urlencode({**self._kept, 'page': page})}"
