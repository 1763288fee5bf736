"""The page that checks in the browser, as the server sends it: what it may do, and what it brings along."""

import json
import re
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest

from tests.web.html import read_page
from tests.web.sites import a_site
from web.assets import Assets

pytestmark = pytest.mark.anyio

_STATIC = Path(__file__).parents[2] / "web" / "static"
_VENDORED = _STATIC / "vendor" / "zxing-wasm"
# Nothing is sent but the address.
_FETCH = 'fetch(address, { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" })'
_IMPORT = re.compile(r'from "(\./[a-z0-9_]+\.js)"')


async def test_only_this_page_may_run_webassembly_and_ask_for_the_camera() -> None:
    async with a_site() as site:
        here = (await site.client.get("/verify/browser")).headers
        others = [(await site.client.get(path)).headers for path in ("/verify", "/", "/static/site.css")]

    assert here.get_list("content-security-policy") == [here["content-security-policy"]]
    assert "script-src 'self' 'wasm-unsafe-eval';" in here["content-security-policy"]
    assert "'unsafe-eval'" not in here["content-security-policy"]
    assert "camera=(self)" in here["permissions-policy"]
    for each in others:
        assert "wasm" not in each["content-security-policy"]
        assert "camera=()" in each["permissions-policy"]


async def test_its_modules_are_kept_for_ever_under_one_version_and_import_only_each_other() -> None:
    async with a_site() as site:
        page = read_page((await site.client.get("/verify/browser")).text)
        entry = next(each for each in page.loaded if each.endswith("/page.js"))
        folder, _, name = entry.rpartition("/")
        seen: set[str] = set()
        waiting = {name}
        while waiting:
            module = waiting.pop()
            answer = await site.client.get(f"{folder}/{module}")
            assert "immutable" in answer.headers["cache-control"]
            assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
            seen.add(module)
            waiting |= {each.removeprefix("./") for each in _IMPORT.findall(answer.text)} - seen
        stale = await site.client.get("/static/check/000000000000/page.js")
        unknown = [
            await site.client.get(f"/static/{path}")
            for path in ("check/page.js", "check/x/none.js", "x/y/z", "check/x/..%2F..%2Fapp.py")
        ]

    named = {each.removeprefix(f"{folder}/") for each in page.loaded if each.startswith(folder)}
    assert named == seen
    assert seen | {"scan.js"} == {each.name for each in (_STATIC / "check").glob("*.js")}
    assert "immutable" not in stale.headers["cache-control"]
    assert {each.status_code for each in unknown} == {404}


async def test_a_large_module_is_sent_packed_to_who_takes_it_so() -> None:
    address = Assets().address("vendor/zxing-wasm/reader/zxing_reader.wasm")
    async with a_site() as site:
        packed = await site.client.get(address, headers={"accept-encoding": "gzip"})
        plain = await site.client.get(address, headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == "application/wasm"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


async def test_the_scripts_words_are_those_of_the_page() -> None:
    async with a_site() as site:
        pages = [(await site.client.get(f"/verify/browser?lang={each}")).text for each in ("zh", "en")]
    chinese, english = (json.loads(unescape(re.findall(r'data-words="([^"]*)"', page)[0])) for page in pages)

    assert chinese["reason.annulled"] == "已撤销"
    assert english["reason.annulled"] == "annulled"
    assert set(chinese) == set(english)
    said = "".join(path.read_text(encoding="utf-8") for path in (_STATIC / "check").glob("*.js"))
    keys = set(re.findall(r'"((?:check_here|verdict|result|verify)\.[a-z_.]+)"', said))
    assert keys - set(chinese) == set()


def test_no_module_writes_markup_keeps_anything_or_sends_a_body() -> None:
    for path in (_STATIC / "check").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        for forbidden in (
            "innerHTML",
            "insertAdjacentHTML",
            "eval(",
            "Function(",
            "localStorage",
            "sessionStorage",
            "indexedDB",
            "document.cookie",
            "sendBeacon",
            "XMLHttpRequest",
            "WebSocket",
        ):
            assert forbidden not in text, (path.name, forbidden)
        assert text.count("fetch(") == text.count(_FETCH)
        assert path.name == "published.js" or "fetch(" not in text


def test_the_decoder_is_the_published_one_byte_for_byte() -> None:
    rows = re.findall(
        r"\| `([^`]+)` \| `[^`]+` \| `([0-9a-f]{64})` \|", (_VENDORED / "PROVENANCE.md").read_text()
    )
    kept = {path.relative_to(_VENDORED).as_posix() for path in _VENDORED.rglob("*") if path.is_file()}

    assert {name: sha256((_VENDORED / name).read_bytes()).hexdigest() for name, _ in rows} == dict(rows)
    licences = {"LICENSE.txt", "LICENSE-zxing-cpp.txt", "PROVENANCE.md"}
    assert kept - licences == {name for name, _ in rows}
    assert licences <= kept
    # The page itself compares the binary with what the module names.
    binary = dict(rows)["reader/zxing_reader.wasm"]
    assert binary in (_VENDORED / "reader" / "index.js").read_text(encoding="utf-8")
