"""The directory and the page of an institution, on any day."""

import pytest

from tests.web.html import read_page
from tests.web.sites import a_site

pytestmark = pytest.mark.anyio


async def test_the_directory_pages_through_everything_and_keeps_the_question() -> None:
    async with a_site() as site:
        first = read_page((await site.client.get("/institutions?state=filed&q=电工&on=2026-03-01")).text)
        following = next(link for link in first.links if "page=2" in link)
        second = await site.client.get(following)

    assert {"state=filed", "on=2026-03-01"} <= set(following.partition("?")[2].split("&"))
    assert second.status_code == 200
    assert 'value="电工"' in second.text
    assert "责令退出</span>" not in second.text


async def test_a_question_without_an_answer_says_how_to_ask_again() -> None:
    async with a_site() as site:
        page = await site.client.get("/institutions?q=没有这样的")

    assert page.status_code == 200
    assert "没有符合条件的机构" in page.text


async def test_what_was_typed_stays_in_the_form_and_is_escaped() -> None:
    async with a_site() as site:
        page = await site.client.get("/institutions", params={"q": '"><script>x'})

    assert "<script>x" not in page.text
    assert "&#34;&gt;&lt;script&gt;x" in page.text


async def test_an_institution_is_shown_as_it_was_on_the_day() -> None:
    async with a_site() as site:
        today = read_page((await site.client.get("/institutions/S000043990002")).text).text
        then = read_page((await site.client.get("/institutions/S000043990002?on=2021-06-11")).text).text

    assert "当日不能评价、发证" in today
    assert "示例职业技术大学" in today
    assert "2021年6月11日的情况" in then
    assert "维修电工" in then


async def test_an_unknown_institution_is_a_404() -> None:
    async with a_site() as site:
        assert (await site.client.get("/institutions/S000043999999")).status_code == 404
