"""GET /api/v1/institutions and /api/v1/institutions/{prefix}: filing state and scope on a day."""

from starlette.requests import Request
from starlette.responses import Response

from web.api.answers import json_answer
from web.directory import filing_by_prefix, find, listed_on, parse_day, parse_query
from web.errors import NoSuchPage
from web.presenters.institution_json import directory_json, institution_json
from web.site import site_of


async def institutions(request: Request) -> Response:
    """The directory. Raises: MalformedRequest; the search room's errors if the index cannot answer."""
    site = site_of(request)
    query = parse_query(request.query_params, site.today())
    page = await find(query, site.register.filings(), site.search)
    return json_answer(directory_json(page, query.on))


async def institution(request: Request) -> Response:
    """One institution. Raises: MalformedRequest; NoSuchPage if no filing has that prefix."""
    site = site_of(request)
    day = parse_day(request.query_params.get("on", ""), site.today())
    book = site.register.filings()
    filing = filing_by_prefix(book, request.path_params["prefix"])
    if filing is None:
        raise NoSuchPage
    return json_answer(institution_json(listed_on(filing, day), day, book))
