"""The directory for programs: state and scope on a day come from the filings, the index only finds."""

import pytest

from search.query import MAX_PAGE_SIZE
from tests.web import invented
from tests.web.shapes import fits
from tests.web.sites import JSON, Running, a_site
from web.api.schemas import SCHEMAS
from web.directory import PAGE_SIZE

pytestmark = pytest.mark.anyio

_COLLEGE = "S000043990002"


async def _list(site: Running, query: str = "") -> dict[str, object]:
    answer = await site.client.get(f"/api/v1/institutions{query}", headers=JSON)
    assert answer.status_code == 200
    body: dict[str, object] = answer.json()
    assert fits(body, SCHEMAS["Directory"]) == []
    return body


def _prefixes(body: dict[str, object]) -> list[str]:
    listed = body["institutions"]
    assert isinstance(listed, list)
    return [each["prefix"] for each in listed]


async def test_without_a_question_all_are_listed_page_by_page() -> None:
    count = -(-len(invented.FILINGS) // PAGE_SIZE)
    async with a_site() as site:
        pages = [await _list(site, f"?page={page}") for page in range(1, count + 2)]
    found = [prefix for page in pages for prefix in _prefixes(page)]

    assert pages[0]["total"] == len(invented.FILINGS)
    assert [page["pages"] for page in pages] == [count] * (count + 1)
    assert _prefixes(pages[-1]) == []
    assert sorted(found) == sorted(filing.number_prefix for filing in invented.FILINGS)


async def test_a_text_finds_by_name_and_by_occupation() -> None:
    async with a_site() as site:
        assert _prefixes(await _list(site, "?q=技师学院")) == [_COLLEGE]
        assert _prefixes(await _list(site, "?q=育婴员")) == ["S000043990001"]
        assert _prefixes(await _list(site, "?q=没有这样的")) == []


async def test_more_hits_than_one_page_of_the_index_are_all_found() -> None:
    async with a_site() as site:
        body = await _list(site, "?q=电工")

    assert len(invented.FILINGS) > MAX_PAGE_SIZE
    assert body["total"] == len(invented.FILINGS)


async def test_city_and_state_filter_by_the_day_asked_about() -> None:
    async with a_site() as site:
        now = await _list(site, "?city=430100&state=ordered_out")
        before = await _list(site, "?city=长沙&state=ordered_out&on=2026-01-01")

    assert _prefixes(now) != []
    assert before["total"] == 0


async def test_an_institution_is_shown_as_it_was_on_the_day() -> None:
    async with a_site() as site:
        path = f"/api/v1/institutions/{_COLLEGE}"
        today = (await site.client.get(path, headers=JSON)).json()
        then = (await site.client.get(f"{path}?on=2021-06-11", headers=JSON)).json()

    assert fits(today, SCHEMAS["Institution"]) == fits(then, SCHEMAS["Institution"]) == []
    assert (today["state"], today["scope"], today["name"]) == ("expired", [], "示例职业技术大学")
    assert (then["state"], then["name"]) == ("filed", "示例技师学院")
    assert then["scope"][0]["levels"] == [5, 4, 3, 2, 1]


async def test_other_filings_of_the_same_legal_person_are_named() -> None:
    async with a_site() as site:
        body = (await site.client.get("/api/v1/institutions/S000043990001", headers=JSON)).json()

    assert body["other_filings"] == ["Y000043990001"]


@pytest.mark.parametrize(
    "query",
    [
        "on=2026-13-01",
        "on=yesterday",
        "on=1200-01-01",
        "city=Atlantis",
        "state=fine",
        "page=0",
        "page=x",
        "q=" + "电" * 61,
    ],
)
async def test_a_malformed_question_is_a_422(query: str) -> None:
    async with a_site() as site:
        answer = await site.client.get(f"/api/v1/institutions?{query}", headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")


async def test_an_unknown_prefix_is_a_404_and_a_malformed_one_a_422() -> None:
    async with a_site() as site:
        unknown = await site.client.get("/api/v1/institutions/S000043999999", headers=JSON)
        malformed = await site.client.get("/api/v1/institutions/S00004399999", headers=JSON)

    assert (unknown.status_code, malformed.status_code) == (404, 422)


async def test_a_dead_index_is_never_called_nothing_found() -> None:
    async with a_site() as site:
        site.search.unavailable = True
        asked = await site.client.get("/api/v1/institutions?q=电工", headers=JSON)
        page = await site.client.get("/institutions?q=电工")
        listed = await site.client.get("/api/v1/institutions?city=430100", headers=JSON)

    assert (asked.status_code, asked.json()["code"]) == (503, "search_unavailable")
    assert "没有符合条件" not in page.text
    assert listed.status_code == 200
