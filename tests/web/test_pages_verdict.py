"""The verdict page says first what the certificate is, and never more of a person than the mask."""

import pytest

from signing.inclusion import leaf_hash
from signing.notes import parse_vkey
from signing.receipts import check_receipt, parse_extra, parse_receipt
from tests.web import invented
from tests.web.html import read_page
from tests.web.sites import a_site

pytestmark = pytest.mark.anyio

_PERSON = ("示例甲", "430102199003074515")


@pytest.mark.parametrize(
    ("number", "word", "english"),
    [
        (invented.VALID, "有效", "Valid"),
        (invented.ANNULLED, "已撤销", "Annulled"),
        (invented.REPLACED, "已更正", "Corrected"),
        (invented.ERASED, "个人信息已删除", "Personal data erased"),
        (invented.UNKNOWN, "未找到", "Not found"),
    ],
)
async def test_the_first_heading_is_the_result(number: str, word: str, english: str) -> None:
    async with a_site() as site:
        page = await site.client.get(f"/certificates/{number}")
        translated = await site.client.get(f"/certificates/{number}?lang=en")

    assert page.status_code == translated.status_code == 200
    assert f'<h1 id="result">{word}</h1>' in page.text
    assert f'<h1 id="result">{english}</h1>' in translated.text


async def test_each_result_looks_different_in_tone_and_icon() -> None:
    numbers = (invented.VALID, invented.ANNULLED, invented.REPLACED, invented.ERASED, invented.UNKNOWN)
    seen = set()
    async with a_site() as site:
        for number in numbers:
            text = (await site.client.get(f"/certificates/{number}")).text
            tone = text.partition('class="banner tone-')[2].partition('"')[0]
            icon = text.partition('class="icon icon-')[2].partition("</svg>")[0]
            seen.add((tone, icon))

    assert len({tone for tone, _ in seen}) == len({icon for _, icon in seen}) == len(numbers)


async def test_a_number_alone_shows_the_masked_name_and_nothing_more_of_the_person() -> None:
    async with a_site() as site:
        page = await site.client.get(f"/certificates/{invented.VALID}")
    text = read_page(page.text).text

    assert "示**" in text
    assert "姓名未核对" in text
    assert not [each for each in _PERSON if each in page.text]


async def test_the_page_tells_what_the_certificate_says() -> None:
    async with a_site() as site:
        text = read_page((await site.client.get(f"/certificates/{invented.VALID}")).text).text

    for fact in (
        "电工",
        "三级/高级工",
        "2025年9月1日",
        "示例评价机构",
        "长沙市人力资源和社会保障局",
        "已上网",
    ):
        assert fact in text


async def test_the_filing_on_the_issue_date_is_told_apart_from_today() -> None:
    async with a_site() as site:
        text = read_page((await site.client.get(f"/certificates/{invented.LEGACY}")).text).text
    _, issue, today = (
        text.partition("发证当日")[2].partition("今天")[0],
        *text.partition("发证当日")[2].split("今天", 1),
    )

    assert "备案有效" in issue
    assert "范围含本职业" in issue
    assert "到期终止" in today
    assert "示例技师学院" in text


async def test_an_annulment_is_told_with_day_and_reason() -> None:
    async with a_site() as site:
        text = read_page((await site.client.get(f"/certificates/{invented.ANNULLED}")).text).text

    assert "撤销时间 2026年5月18日 10:30，原因：不应颁发" in text
    assert "不等于该局亲自加盖了电子印章" in text


async def test_a_replaced_number_leads_to_the_new_one() -> None:
    async with a_site() as site:
        page = read_page((await site.client.get(f"/certificates/{invented.REPLACED}")).text)

    assert f"/certificates/{invented.REPLACEMENT}" in page.links


async def test_not_found_says_that_it_may_be_under_review_and_whom_to_ask() -> None:
    async with a_site() as site:
        text = read_page((await site.client.get(f"/certificates/{invented.UNKNOWN}")).text).text
        stranger = read_page((await site.client.get(f"/certificates/{invented.UNKNOWN_ISSUER}")).text).text
        elsewhere = read_page((await site.client.get(f"/certificates/{invented.OTHER_PROVINCE}")).text).text

    for words in (
        "不等于证书是假的",
        "30 个工作日",
        "15 个工作日",
        "示例评价机构",
        "长沙市人力资源和社会保障局",
    ):
        assert words in text
    assert "没有备案过的评价机构" in stranger
    assert "这个编号是 44" in elsewhere


async def test_a_name_is_answered_with_yes_or_no_and_never_repeated() -> None:
    async with a_site() as site:
        path = f"/certificates/{invented.VALID}"
        same = await site.client.post(path, data={"name": "示例甲"})
        other = await site.client.post(path, data={"name": "示例丙"})
        empty = await site.client.post(path, data={"name": " "})

    assert "姓名一致" in same.text
    assert "姓名不一致" in other.text
    assert "请输入姓名" in empty.text
    assert "示例甲" not in same.text
    assert "示例丙" not in other.text


async def test_a_name_in_the_address_is_not_looked_at() -> None:
    async with a_site() as site:
        page = await site.client.get(f"/certificates/{invented.VALID}?name=示例甲")

    assert "姓名未核对" in page.text
    assert "姓名一致" not in page.text


async def test_an_erased_certificate_shows_no_facts_and_compares_no_name() -> None:
    async with a_site() as site:
        page = await site.client.get(f"/certificates/{invented.ERASED}")
        compared = await site.client.post(f"/certificates/{invented.ERASED}", data={"name": "示例戊"})

    assert "职业名称" not in page.text
    assert "姓名一致" not in compared.text


async def test_an_untidy_number_is_sent_to_its_one_address() -> None:
    async with a_site() as site:
        answer = await site.client.get(f"/certificates/{invented.VALID.lower()}?lang=en")

    assert answer.status_code == 308
    assert answer.headers["location"] == f"/certificates/{invented.VALID}?lang=en"


async def test_a_scanned_page_says_that_the_name_is_not_checked() -> None:
    async with a_site() as site:
        page = await site.client.get(f"/q/{invented.REF}")
        checked = await site.client.post(f"/q/{invented.REF}", data={"name": "示例甲"})

    assert '<h1 id="result">有效</h1>' in page.text
    assert "扫码只能说明登记册里有这本证书" in page.text
    assert '<span class="banner-name">姓名未核对</span>' in page.text
    assert f'action="/q/{invented.REF}#name"' in page.text
    assert '<span class="banner-name">姓名一致</span>' in checked.text
    assert "姓名未核对" not in checked.text


async def test_an_older_code_is_superseded_and_shows_the_current_content() -> None:
    async with a_site() as site:
        page = await site.client.get(f"/q/{invented.OLD_REF}")

    assert '<h1 id="result">已更正</h1>' in page.text
    assert "您查的是旧版本" in page.text
    assert "育婴员" in page.text


async def test_a_code_that_was_never_given_is_said_to_be_none_of_ours() -> None:
    async with a_site() as site:
        strange = await site.client.get(f"/q/{invented.STRANGE_REF}")
        cut = await site.client.get(f"/q/{invented.REF[:-3]}")
        respelt = await site.client.get("/q/" + "A" * 21 + "B")

    assert strange.status_code == 200
    assert "没有对应的登记" in strange.text
    assert cut.status_code == respelt.status_code == 422
    assert "二维码网址不完整" in cut.text


async def test_the_downloaded_receipt_proves_the_entry() -> None:
    async with a_site() as site:
        answer = await site.client.get(f"/certificates/{invented.VALID}/receipt.tlog-proof")
        key = parse_vkey((await site.client.get("/log/vkey")).text.strip())
        opening = await site.client.get(f"/certificates/{invented.VALID}/opening.json")
    receipt = parse_receipt(answer.content)
    entry, opened = parse_extra(receipt.extra)

    assert check_receipt(receipt, leaf_hash(entry), key).size == 267
    assert opening.json()["opening"] == opened
    assert opening.json()["entry"] == entry.decode()
    assert f'filename="{invented.VALID}.tlog-proof"' in answer.headers["content-disposition"]


async def test_there_is_nothing_to_download_where_nothing_is_registered() -> None:
    async with a_site() as site:
        for number in (invented.UNKNOWN, invented.ERASED):
            for name in ("receipt.tlog-proof", "opening.json"):
                assert (await site.client.get(f"/certificates/{number}/{name}")).status_code == 404
