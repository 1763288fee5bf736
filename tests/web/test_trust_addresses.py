"""The trust folder by HTTP, one file at a time and whole."""

import io
import json
import zipfile

import pytest

from registry.trust import trust_archive
from tests.web.sites import a_site

pytestmark = pytest.mark.anyio

_ADDRESSES = {
    "/trust/root.pem": "application/x-pem-file",
    "/trust/witnesses": "text/plain; charset=utf-8",
    "/trust/status": "application/json",
    "/trust.zip": "application/zip",
}


@pytest.mark.parametrize("path", sorted(_ADDRESSES))
async def test_each_part_has_a_strong_tag_may_be_kept_and_is_open_to_other_sites(path: str) -> None:
    async with a_site() as site:
        first = await site.client.get(path)
        again = await site.client.get(path, headers={"if-none-match": first.headers["etag"]})

    assert first.headers["content-type"] == _ADDRESSES[path]
    assert first.headers["etag"].startswith('"')
    assert first.headers["cache-control"].startswith("public")
    assert first.headers["access-control-allow-origin"] == "*"
    assert (again.status_code, again.content) == (304, b"")


async def test_the_names_of_the_lists_lead_to_the_lists() -> None:
    async with a_site() as site:
        names = json.loads((await site.client.get("/trust/status")).content)["lists"]
        lists = [await site.client.get(f"/status/{name}") for name in names]

    assert names == ["revocation-0"]
    assert [each.status_code for each in lists] == [200]


async def test_the_archive_holds_what_is_published_one_by_one() -> None:
    async with a_site() as site:
        body = (await site.client.get("/trust.zip")).content
        one_by_one = {
            "trust/root.pem": (await site.client.get("/trust/root.pem")).content,
            "trust/witnesses": (await site.client.get("/trust/witnesses")).content,
            "trust/log.vkey": (await site.client.get("/log/vkey")).content,
            "trust/did.json": (await site.client.get("/.well-known/did.json")).content,
            "trust/status/revocation-0": (await site.client.get("/status/revocation-0")).content,
        }
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}

    assert held == one_by_one


def test_the_same_files_make_the_same_archive() -> None:
    files = {"root.pem": b"1", "status/revocation-0": b"2"}

    assert trust_archive(files) == trust_archive(dict(reversed(files.items())))


async def test_a_register_that_cannot_answer_says_so() -> None:
    async with a_site() as site:
        site.register.unavailable = True
        answers = [await site.client.get(path) for path in _ADDRESSES]

    assert {each.status_code for each in answers} == {503}
