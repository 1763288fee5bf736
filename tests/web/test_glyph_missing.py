"""A sheet that no font can draw: its holder hears which character, and that the other files are there."""

import pytest

from signing.form_errors import GlyphMissing
from tests.web import invented
from tests.web.fake_register import FakeFile, FakeRegister
from tests.web.html import read_page
from tests.web.sites import a_site

pytestmark = pytest.mark.anyio

_RIGHT = {"name": "示例甲", "id_number": "430102199003074515", "number": invented.VALID}


class _Fontless(FakeRegister):
    def electronic(self, index: int, form: str) -> FakeFile:
        if form == "pdf":
            raise GlyphMissing(0x2A6A5)
        return super().electronic(index, form)


async def test_the_holder_is_told_the_code_point_and_that_the_other_files_can_be_had() -> None:
    async with a_site(register=_Fontless()) as site:
        page = await site.client.post("/holder", data=_RIGHT)
        pdf, *others = [link for link in read_page(page.text).links if link.startswith("/holder/files/")]
        told, english = await site.client.get(pdf), await site.client.get(f"{pdf}?lang=en")
        in_json = await site.client.get(pdf, headers={"accept": "application/json"})
        rest = [await site.client.get(link) for link in others]

    assert told.status_code == 503
    assert "U+2A6A5" in told.text
    assert "凭证、登记回执和二维码照常可以下载" in told.text
    assert "示例" not in told.text
    assert "U+2A6A5" in english.text
    assert "U+2A6A5" in in_json.text
    assert {each.status_code for each in rest} == {200}
