"""Every page in both languages: nothing inline or from outside, fields labelled, one first heading."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.signing.sample_receipts import FORGED, NOT_FOUND, STATEMENT, receipt
from tests.web import invented
from tests.web.fake_register import PDF
from tests.web.html import Page, read_page
from tests.web.sites import Running, a_site
from web.vocabulary import WORDS

pytestmark = pytest.mark.anyio

_PATHS = (
    "/",
    *(f"/certificates/{each.record.number}" for each in invented.CERTIFICATES),
    f"/certificates/{invented.UNKNOWN}",
    f"/certificates/{invented.UNKNOWN_ISSUER}",
    f"/certificates/{invented.OTHER_PROVINCE}",
    "/certificates/123",
    f"/q/{invented.REF}",
    f"/q/{invented.OLD_REF}",
    f"/q/{invented.STRANGE_REF}",
    "/institutions",
    "/institutions?q=没有这样的",
    "/institutions/S000043990001",
    "/institutions/S000043990002?on=2021-06-11",
    "/holder",
    "/verify",
    "/verify/browser",
    "/about",
    "/problems/malformed_number",
    "/nothing",
)


async def _every_page(site: Running) -> AsyncIterator[tuple[str, httpx.Response]]:
    for language in ("zh", "en"):
        for path in _PATHS:
            yield path, await site.client.get(path, params={"lang": language} if "?" not in path else None)
        yield "/verify", await site.client.post("/verify", files={"file": ("a", PDF)})
        yield "/verify", await site.client.post("/verify", files={"file": ("a", b"%PDF-x")})
        for statement in (STATEMENT, NOT_FOUND, FORGED):
            stated = {"file": ("a", receipt(statement))}
            yield "/verify", await site.client.post("/verify", files=stated)
        yield (
            "/holder",
            await site.client.post(
                "/holder",
                data={"name": "示例甲", "id_number": "430102199003074515", "number": invented.VALID},
            ),
        )


async def test_every_page_is_clean() -> None:
    faults: list[str] = []
    async with a_site(SITE_NOTICE="演示 <b>系统</b>") as site:
        async for path, answer in _every_page(site):
            page = read_page(answer.text)
            faults += [f"{path}: {fault}" for fault in _faults(page)]
            assert answer.headers["content-language"] == page.language
            assert "<b>系统" not in answer.text

    assert faults == []


def _faults(page: Page) -> list[str]:
    found = [f"inline {each}" for each in page.inline]
    found += [f"from outside: {each}" for each in page.loaded if not each.startswith("/static/")]
    found += [f"leads outside: {each}" for each in page.links if "//" in each]
    found += [f"repeated id {each}" for each in page.ids if page.ids.count(each) > 1]
    for field in page.fields:
        # What is not shown needs no label.
        labelled = field["in_label"] == "True" or field.get("type") == "hidden"
        if not labelled and field.get("id") not in page.labels:
            found.append(f"no label for {field.get('name')}")
        found += [
            f"{field.get('name')} is described by nothing"
            for each in field.get("aria-describedby", "").split()
            if each not in page.ids
        ]
    if page.headings.count(1) != 1:
        found.append(f"{page.headings.count(1)} first headings")
    return found


async def test_english_pages_hold_no_chinese_sentence() -> None:
    sentence = re.compile(r"[\u4e00-\u9fff]{2,}[，。；！？]")
    async with a_site() as site:
        site.client.cookies.set("lang", "en")
        for path in _PATHS:
            page = read_page((await site.client.get(path)).text)
            assert page.language == "en"
            assert sentence.search(page.text) is None, path


async def test_chinese_is_first_and_english_one_click_away() -> None:
    async with a_site() as site:
        first = await site.client.get("/institutions?q=电工", headers={"accept-language": "en"})
        switch = next(link for link in read_page(first.text).links if "lang=en" in link)
        second = await site.client.get(switch)
        third = await site.client.get("/about")

    assert read_page(first.text).language == "zh-CN"
    assert switch.startswith("/institutions?q=")
    assert read_page(second.text).language == read_page(third.text).language == "en"
    assert "httponly" in second.headers["set-cookie"].lower()


async def test_our_own_files_are_kept_for_ever_under_the_name_of_their_content() -> None:
    async with a_site() as site:
        loaded = read_page((await site.client.get("/")).text).loaded
        answers = [await site.client.get(address) for address in loaded]
        stale = await site.client.get("/static/site.css?v=older")
        outside = await site.client.get("/static/..%2Fapp.py")

    assert len(loaded) == 3
    assert all("immutable" in each.headers["cache-control"] for each in answers)
    assert "immutable" not in stale.headers["cache-control"]
    assert outside.status_code == 404


async def test_the_script_never_looks_at_the_fragment_and_sends_nothing_by_itself() -> None:
    async with a_site() as site:
        script = (await site.client.get("/static/site.js")).text
        style = (await site.client.get("/static/site.css")).text

    for forbidden in ("location", "fetch(", "XMLHttpRequest", "sendBeacon", "innerHTML", "eval("):
        assert forbidden not in script
    assert set(re.findall(r"url\(([^)]*)\)", style)) == {'"/static/rosette.svg"'}


def test_both_languages_have_the_same_keys_and_the_same_places() -> None:
    chinese, english = WORDS.values()

    assert set(chinese) == set(english)
    places = re.compile(r"\{(\w+)\}")
    assert [
        key for key in chinese if set(places.findall(chinese[key])) != set(places.findall(english[key]))
    ] == []
