"""The holder's way: three right things open one certificate for minutes; anything else says nothing."""

from datetime import datetime, timedelta

import pytest

from tests.web import invented
from tests.web.fake_register import PDF
from tests.web.html import read_page
from tests.web.sites import Running, a_site

pytestmark = pytest.mark.anyio

_RIGHT = {"name": "示例甲", "id_number": "430102199003074515", "number": invented.VALID}


async def _links(site: Running) -> list[str]:
    page = await site.client.post("/holder", data=_RIGHT)
    assert page.status_code == 200
    return [link for link in read_page(page.text).links if link.startswith("/holder/files/")]


async def test_three_right_things_open_every_form_of_that_certificate() -> None:
    async with a_site() as site:
        links = await _links(site)
        files = [await site.client.get(link) for link in links]

    names = [each.headers["content-disposition"].partition('"')[2].rstrip('"') for each in files]
    assert names == [
        f"{invented.VALID}.{form}"
        for form in ("pdf", "json", "rdfc.json", "tlog-proof", "full.tlog-proof", "png")
    ]
    assert files[0].content == PDF
    assert files[0].headers["content-type"] == "application/pdf"
    assert files[0].headers["cache-control"] == "no-store"


async def test_an_untidy_number_is_the_same_number() -> None:
    async with a_site() as site:
        page = await site.client.post("/holder", data={**_RIGHT, "number": f" {invented.VALID.lower()}"})

    assert "找到您的证书" in page.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "示例乙"},
        {"id_number": "430102199003074516"},
        {"number": invented.CORRECTED},
        {"number": invented.UNKNOWN},
        {"number": "rubbish"},
        {"name": "甲" * 500},
        {"id_number": "1" * 5000},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_whichever_is_wrong_the_answer_is_the_same(wrong: dict[str, str]) -> None:
    async with a_site() as site:
        reference = await site.client.post("/holder", data={**_RIGHT, "name": "没有此人"})
        answer = await site.client.post("/holder", data={**_RIGHT, **wrong})

    assert answer.status_code == reference.status_code == 200
    assert answer.text == reference.text
    assert set(answer.headers) == set(reference.headers)


async def test_what_cannot_be_a_number_makes_the_register_work_all_the_same() -> None:
    async with a_site() as site:
        await site.client.post("/holder", data={**_RIGHT, "number": "rubbish"})

    assert len(site.register.asked) == 1


async def test_nothing_that_was_typed_is_repeated() -> None:
    async with a_site() as site:
        for fields in (_RIGHT, {**_RIGHT, "name": "示例乙"}, {**_RIGHT, "number": ""}):
            page = await site.client.post("/holder", data=fields)
            assert "430102199003074515" not in page.text
            assert "示例甲" not in page.text
            assert "示例乙" not in page.text


async def test_something_missing_is_asked_for() -> None:
    async with a_site() as site:
        page = await site.client.post("/holder", data={**_RIGHT, "id_number": " "})

    assert page.status_code == 422
    assert "三项都要填" in page.text


async def test_a_link_ends_after_its_minutes() -> None:
    now = [invented.NOW]

    def clock() -> datetime:
        return now[0]

    async with a_site(clock=clock, LINK_SECONDS="600") as site:
        link = (await _links(site))[0]
        now[0] += timedelta(seconds=599)
        in_time = await site.client.get(link)
        now[0] += timedelta(seconds=1)
        late = await site.client.get(link)

    assert (in_time.status_code, late.status_code) == (200, 410)
    assert "下载链接已过期" in late.text


async def test_a_link_carries_no_name_no_number_and_opens_nothing_else() -> None:
    async with a_site() as site:
        links = await _links(site)
        altered = links[0][:-2] + ("AA" if links[0][-2:] != "AA" else "BA")
        answer = await site.client.get(altered)

    assert not [link for link in links if invented.VALID in link or "4301" in link]
    assert answer.status_code == 403


async def test_a_certificate_that_is_not_in_force_offers_no_files() -> None:
    fields = {"name": "示例丙", "id_number": "430102199003074515", "number": invented.ANNULLED}
    async with a_site() as site:
        page = await site.client.post("/holder", data=fields)

    assert "不提供电子文件下载" in page.text
    assert "/holder/files/" not in page.text


async def test_the_page_says_that_a_reader_may_call_the_signature_unknown() -> None:
    async with a_site() as site:
        page = await site.client.post("/holder", data=_RIGHT)

    assert "阅读器可能提示签名未知，请扫码或上传核验" in page.text


async def test_names_in_the_address_are_not_looked_at() -> None:
    async with a_site() as site:
        page = await site.client.get("/holder", params=_RIGHT)

    assert site.register.asked == []
    assert "/holder/files/" not in page.text
