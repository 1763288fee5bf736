"""The one box: what is typed or photographed leads to the verdict, and no person gets into an address."""

import pytest

from signing.qr_image import qr_png
from tests.web import invented
from tests.web.fake_register import ORIGIN
from tests.web.sites import a_site

pytestmark = pytest.mark.anyio

_QR = f"{ORIGIN}/q/{invented.REF}#0oREoQEn"


async def test_a_number_leads_to_its_page() -> None:
    async with a_site() as site:
        typed = f" {invented.VALID[:5].lower()} {invented.VALID[5:]} "
        answer = await site.client.post("/lookup", data={"number": typed})

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/certificates/{invented.VALID}"


async def test_the_form_with_an_empty_file_field_leads_there_too() -> None:
    async with a_site() as site:
        answer = await site.client.post(
            "/lookup",
            data={"number": invented.VALID},
            files={"picture": ("", b"", "application/octet-stream")},
        )

    assert answer.headers["location"] == f"/certificates/{invented.VALID}"


async def test_a_picture_of_a_code_shows_the_same_verdict_with_its_steps() -> None:
    async with a_site() as site:
        page = await site.client.post("/lookup", files={"picture": ("qr.png", qr_png(_QR))})

    assert page.status_code == 200
    assert '<h1 id="result">有效</h1>' in page.text
    assert "二维码签名正确" in page.text
    assert "姓名未核对" in page.text
    assert "示**" in page.text


async def test_a_picture_of_a_forged_code_is_not_shown_as_valid() -> None:
    async with a_site() as site:
        forged = qr_png(f"{ORIGIN}/q/{invented.OLD_REF}#AAAA")
        page = await site.client.post("/lookup", files={"picture": ("qr.png", forged)})

    assert '<h1 id="result">核验未通过</h1>' in page.text
    assert "有效</h1>" not in page.text


async def test_a_picture_of_a_printed_number_leads_to_its_page() -> None:
    async with a_site() as site:
        answer = await site.client.post("/lookup", files={"picture": ("qr.png", qr_png(invented.VALID))})

    assert answer.headers["location"] == f"/certificates/{invented.VALID}"


async def test_a_code_of_another_site_is_refused_with_a_warning() -> None:
    async with a_site() as site:
        fake = qr_png("https://register.example.fake.example/q/AAAA#x")
        page = await site.client.post("/lookup", files={"picture": ("qr.png", fake)})

    assert page.status_code == 422
    assert "这不是本平台的二维码" in page.text
    assert "fake.example" not in page.text


async def test_a_pasted_address_works_with_and_without_its_fragment() -> None:
    async with a_site() as site:
        whole = await site.client.post("/lookup", data={"number": _QR})
        bare = await site.client.post("/lookup", data={"number": _QR.partition("#")[0]})

    assert '<h1 id="result">有效</h1>' in whole.text
    assert bare.headers["location"] == f"/q/{invented.REF}"


@pytest.mark.parametrize("typed", ["430102199003074515", "11010519491231002x", "4301 0219 9003 0745 15"])
async def test_an_identity_number_is_neither_looked_up_nor_repeated_nor_put_into_an_address(
    typed: str,
) -> None:
    async with a_site() as site:
        page = await site.client.post("/lookup", data={"number": typed})

    assert page.status_code == 422
    assert "location" not in page.headers
    assert "请不要输入身份证号码" in page.text
    assert typed not in page.text


@pytest.mark.parametrize("typed", ["", "hello", "<script>alert(1)</script>", "S" * 5000])
async def test_anything_else_is_explained_and_not_repeated(typed: str) -> None:
    async with a_site() as site:
        page = await site.client.post("/lookup", data={"number": typed})

    assert page.status_code == 422
    assert "alert" not in page.text
    assert 'name="number"' in page.text


async def test_a_reload_of_the_boxs_address_leads_home() -> None:
    async with a_site() as site:
        answer = await site.client.get("/lookup")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
