"""The directory of institutions on a chosen day: what is found by name, and what the filings say of it then.

The search index only finds: state, scope and bureau always come from the filings of the log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from anyio.to_thread import run_sync

from registry.filing.book import FilingBook
from registry.filing.model import Filing, FilingOnDay, FilingState, filing_on
from registry.rules.bureaus import Bureau, UnknownBureau, parse_bureau
from registry.rules.certificate_number import is_number_prefix
from search.documents import Kind
from search.port import SearchReader
from search.query import MAX_PAGE_SIZE, MAX_REACH, Query
from web.errors import MalformedRequest

PAGE_SIZE = 30
_MAX_TEXT = 60
_MAX_SEARCH_PAGES = MAX_REACH // MAX_PAGE_SIZE
_MAX_PAGE = 10_000
_EARLIEST, _LATEST = date(1990, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class DirectoryQuery:
    """What is asked of the directory. `text` "" and filters None ask for everything."""

    text: str
    bureau: Bureau | None
    state: FilingState | None
    on: date
    page: int


@dataclass(frozen=True)
class Listed:
    """One filing as it was on the day."""

    filing: Filing
    on_day: FilingOnDay
    bureau: Bureau


@dataclass(frozen=True)
class DirectoryPage:
    """One page of what was found."""

    items: tuple[Listed, ...]
    total: int
    page: int
    pages: int


def parse_query(parameters: Mapping[str, str], today: date) -> DirectoryQuery:
    """The question in an address.

    Raises:
        MalformedRequest: naming the parameter that cannot be read.
    """
    text = " ".join(parameters.get("q", "").split())
    if len(text) > _MAX_TEXT:
        raise MalformedRequest("q")
    return DirectoryQuery(
        text=text,
        bureau=_parse_city(parameters.get("city", "").strip()),
        state=_parse_state(parameters.get("state", "").strip()),
        on=parse_day(parameters.get("on", ""), today),
        page=_parse_page(parameters.get("page", "")),
    )


def parse_day(text: str, today: date) -> date:
    """The day in `on`, today if it is left out. Raises: MalformedRequest."""
    if not text.strip():
        return today
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as fault:
        raise MalformedRequest("on") from fault
    if not _EARLIEST <= day <= _LATEST:
        raise MalformedRequest("on")
    return day


async def find(query: DirectoryQuery, book: FilingBook, search: SearchReader) -> DirectoryPage:
    """One page of the filings that the query asks for; by place and name unless a text was looked for.

    Raises: SearchUnavailable, SearchTooBroad if a text is looked for and the index cannot answer.
    """
    if query.text:
        found = await _prefixes(query.text, search)
        filings = [filing for prefix in found if (filing := book.by_prefix(prefix)) is not None]
    else:
        filings = list(book)
    return await run_sync(_page, query, filings)


async def _prefixes(text: str, search: SearchReader) -> list[str]:
    prefixes: list[str] = []
    for page in range(1, _MAX_SEARCH_PAGES + 1):
        hits = await search.search(Query(Kind.INSTITUTION, text, page=page, page_size=MAX_PAGE_SIZE))
        prefixes += [found.prefix for found in hits.institutions]
        if len(prefixes) >= hits.total or not hits.institutions:
            break
    return prefixes


def _page(query: DirectoryQuery, filings: Sequence[Filing]) -> DirectoryPage:
    listed = [each for filing in filings if _fits(each := listed_on(filing, query.on), query)]
    if not query.text:
        listed.sort(key=lambda each: (each.bureau.code, each.on_day.name, each.filing.number_prefix))
    start = (query.page - 1) * PAGE_SIZE
    pages = max(1, -(-len(listed) // PAGE_SIZE))
    return DirectoryPage(tuple(listed[start : start + PAGE_SIZE]), len(listed), query.page, pages)


def listed_on(filing: Filing, day: date) -> Listed:
    """The filing as it was on a day."""
    on_day = filing_on(filing, day)
    return Listed(filing, on_day, parse_bureau(on_day.bureau))


def filing_by_prefix(book: FilingBook, prefix: str) -> Filing | None:
    """The filing behind thirteen characters. Raises: MalformedRequest if they are no prefix."""
    if not is_number_prefix(prefix):
        raise MalformedRequest("prefix")
    return book.by_prefix(prefix)


def _fits(listed: Listed, query: DirectoryQuery) -> bool:
    in_place = query.bureau is None or listed.bureau == query.bureau
    return in_place and (query.state is None or listed.on_day.state is query.state)


def _parse_city(text: str) -> Bureau | None:
    if not text:
        return None
    try:
        return parse_bureau(text)
    except UnknownBureau as fault:
        raise MalformedRequest("city") from fault


def _parse_state(text: str) -> FilingState | None:
    if not text:
        return None
    try:
        return FilingState(text)
    except ValueError as fault:
        raise MalformedRequest("state") from fault


def _parse_page(text: str) -> int:
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= _MAX_PAGE):
        raise MalformedRequest("page")
    return int(text)
