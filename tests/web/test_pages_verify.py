"""An uploaded file is answered with a word at the top and every step beneath."""

import pytest

from tests.web import invented
from tests.web.fake_register import ORIGIN, PDF, UNREGISTERED_PDF
from tests.web.sites import a_site

pytestmark = pytest.mark.anyio


async def test_a_genuine_file_is_valid_and_shows_the_registers_facts() -> None:
    async with a_site() as site:
        page = await site.client.post("/verify", files={"file": ("a.pdf", PDF)}, data={"name": "示例甲"})

    assert '<h1 id="result">有效</h1>' in page.text
    assert "签名后没有改动过" in page.text
    assert "姓名一致" in page.text
    assert "示**" in page.text


async def test_an_older_version_is_corrected_and_shows_the_current_content() -> None:
    async with a_site() as site:
        page = await site.client.post("/verify", data={"qr": f"{ORIGIN}/q/{invented.OLD_REF}#0oREoQEn"})

    assert '<h1 id="result">已更正</h1>' in page.text
    assert "您查的是旧版本" in page.text


async def test_an_altered_file_fails_and_says_at_which_step() -> None:
    async with a_site() as site:
        page = await site.client.post("/verify", files={"file": ("a.pdf", PDF + b" altered")})

    assert '<h1 id="result">核验未通过</h1>' in page.text
    assert "内容在签名之后被改动" in page.text
    assert "示**" not in page.text


async def test_a_signed_file_that_was_never_registered_does_not_borrow_the_registers_answer() -> None:
    async with a_site() as site:
        page = await site.client.post("/verify", files={"file": ("a.pdf", UNREGISTERED_PDF)})

    assert '<h1 id="result">核验未通过</h1>' in page.text
    assert "日志里没有这条登记" in page.text
    assert "示**" not in page.text
    assert f'href="/certificates/{invented.VALID}"' in page.text


async def test_a_file_of_no_known_kind_is_told_what_can_be_checked() -> None:
    async with a_site() as site:
        page = await site.client.post("/verify", files={"file": ("a.docx", b"PK\x03\x04")})

    assert page.status_code == 200
    assert "支持的文件" in page.text
    assert '<h1 id="result">不能识别</h1>' in page.text


async def test_the_text_of_a_code_can_be_pasted() -> None:
    async with a_site() as site:
        page = await site.client.post("/verify", data={"qr": f"{ORIGIN}/q/{invented.REF}#0oREoQEn"})

    assert '<h1 id="result">有效</h1>' in page.text


async def test_nothing_chosen_is_a_422() -> None:
    async with a_site() as site:
        page = await site.client.post("/verify", files={"file": ("", b"")})

    assert page.status_code == 422


async def test_the_file_name_is_neither_shown_nor_logged() -> None:
    async with a_site() as site:
        page = await site.client.post("/verify", files={"file": ("示例甲430102199003074515.pdf", PDF)})

    assert "示例甲" not in page.text
