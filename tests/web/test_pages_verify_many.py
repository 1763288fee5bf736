"""Several files at once, or a ZIP of them: a line for each, and nothing of one file ends the others."""

import io
import re
import tracemalloc
import zipfile

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web import invented
from tests.web.fake_register import PDF, UNREGISTERED_PDF
from tests.web.sites import Running, a_site
from web.archives import Unreadable, members
from web.errors import ArchiveUnreadable
from web.uploads import NamedFile

Named = tuple[str, bytes]
_MEGABYTE = 1 << 20


async def _send(site: Running, *files: Named, **fields: str) -> httpx.Response:
    return await site.client.post("/verify", files=[("file", each) for each in files], data=fields)


def _zip(*files: Named, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


def _lines(page: httpx.Response) -> dict[str, str]:
    """File and conclusion of each line of the table."""
    rows = re.findall(
        r'<th scope="row">(.*?)</th>\s*<td><span class="badge[^>]*>(.*?)</span>', page.text, re.S
    )
    return {re.sub(r"<[^>]+>", "", name): conclusion for name, conclusion in rows}


@pytest.mark.anyio
async def test_each_of_several_files_has_its_line_and_its_steps() -> None:
    async with a_site() as site:
        page = await _send(
            site,
            ("好.pdf", PDF),
            ("改.pdf", PDF + b" altered"),
            ("没登记.pdf", UNREGISTERED_PDF),
            ("说明.docx", b"PK\x03\x04"),
        )
    assert page.status_code == 200
    assert _lines(page) == {
        "好.pdf": "有效",
        "改.pdf": "核验未通过",
        "没登记.pdf": "核验未通过",
        "说明.docx": "不能识别",
    }
    assert "内容在签名之后被改动" in page.text
    assert "日志里没有这条登记" in page.text
    assert page.text.count("<details") == 3
    assert page.text.count(f'href="/certificates/{invented.VALID}"') == 1


@pytest.mark.anyio
async def test_a_zip_is_looked_into_and_its_names_are_read_as_they_were_written() -> None:
    chinese = "证书.pdf"
    packed = _zip(
        (f"来件/{chinese}", PDF), ("../../etc/逃.pdf", PDF), ("__MACOSX/x.pdf", PDF), ("a/.DS_Store", b"x")
    )
    gbk = bytearray(_zip(("abcdefgh.pdf", PDF)))
    at = gbk.find(b"abcdefgh")
    while at >= 0:
        gbk[at : at + 8] = "示例证书".encode("gbk")
        at = gbk.find(b"abcdefgh")
    async with a_site() as site:
        page = await _send(site, ("来件.zip", packed))
        old = await _send(site, ("来件.ZIP", bytes(gbk)))
    assert _lines(page) == {chinese: "有效", "逃.pdf": "有效"}
    assert _lines(old) == {"示例证书.pdf": "有效"}


@pytest.mark.anyio
async def test_a_name_cannot_write_into_the_page() -> None:
    async with a_site() as site:
        page = await _send(site, ("<script>x</script>.pdf", PDF), ("b.pdf", PDF))
    assert "<script>x" not in page.text


@pytest.mark.anyio
async def test_a_name_is_held_against_each_file() -> None:
    async with a_site() as site:
        right = await _send(site, ("a.pdf", PDF), ("b.pdf", PDF), name="示例甲")
        wrong = await _send(site, ("a.pdf", PDF), ("b.pdf", PDF), name="示例丙")
    assert right.text.count("<strong>姓名一致</strong>") == 2
    assert wrong.text.count("<strong>姓名不一致</strong>") == 2
    assert 'outcome-passed">有效' not in wrong.text.split("</table>")[0]


@pytest.mark.anyio
async def test_too_many_files_are_refused_and_each_counts_on_the_budget_of_the_day() -> None:
    two = [(f"{at}.pdf", PDF) for at in range(2)]
    async with a_site(VERIFY_FILES="2", LIMIT_VERIFY="20/minute;5/day") as site:
        three = await _send(site, *two, ("3.pdf", PDF))
        packed = await _send(site, ("a.zip", _zip(*two, ("3.pdf", PDF))))
        good = await _send(site, *two)
        spent = await _send(site, *two)
    assert [three.status_code, packed.status_code, good.status_code] == [422, 422, 200]
    assert "一次选的文件太多" in three.text
    assert "一次选的文件太多" in packed.text
    assert spent.status_code == 429


def test_a_bomb_is_inflated_to_its_bound_and_no_further() -> None:
    bomb = _zip(("a.pdf", bytes(64 * _MEGABYTE)), ("b.pdf", PDF))
    tracemalloc.start()
    try:
        found = members(bomb, most=5, most_bytes=_MEGABYTE)
        _, most_held = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [Unreadable("a.pdf", "file_too_large"), NamedFile("b.pdf", PDF)]
    assert most_held < 8 * _MEGABYTE


def test_what_is_encrypted_damaged_or_packed_oddly_is_named_and_ends_nothing() -> None:
    whole = bytearray(_zip(("a.pdf", PDF), ("b.pdf", PDF), ("c.pdf", PDF), method=zipfile.ZIP_STORED))
    whole[whole.find(PDF) + 3] ^= 1  # its checksum no longer fits
    second = whole.find(b"PK\x01\x02", whole.find(b"PK\x01\x02") + 1)
    whole[second + 8] |= 1  # said to be encrypted
    assert members(bytes(whole), most=5, most_bytes=_MEGABYTE) == [
        Unreadable("a.pdf", "file_unreadable"),
        Unreadable("b.pdf", "member_encrypted"),
        NamedFile("c.pdf", PDF),
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_what_is_packed_as_hardly_anybody_packs_is_not_unpacked(method: int) -> None:
    data = bytearray(_zip(("a.pdf", PDF), method=method))
    data[data.index(b"a.pdf") + 7] = 0  # in the head of the packed bytes: LZMA has a failure of its own
    assert members(bytes(data), most=5, most_bytes=1000) == [Unreadable("a.pdf", "file_unreadable")]


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 255)), max_size=12), st.integers(0, 600))
def test_a_damaged_archive_gives_files_or_is_refused(flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(_zip(("a.pdf", b"x" * 50), ("b/c.json", b"{}")))
    for place, change in flips:
        data[place % len(data)] ^= change
    try:
        found = members(bytes(data[: len(data) - cut % 40]), most=5, most_bytes=1000)
    except ArchiveUnreadable:
        return
    assert sum(len(each.content) for each in found if isinstance(each, NamedFile)) <= 1000
    assert all("/" not in each.name for each in found)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "content", [_zip(), _zip(("a.pdf", PDF))[:-30], b"PK\x03\x04"], ids=["empty", "cut_off", "four_bytes"]
)
async def test_a_zip_that_cannot_be_opened_says_what_to_do(content: bytes) -> None:
    async with a_site() as site:
        page = await _send(site, ("a.zip", b"PK\x03\x04" + content[4:]))
    assert page.status_code == 422
    assert "ZIP 压缩包打不开" in page.text
