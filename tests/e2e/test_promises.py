"""What the product promises its visitors, seen from outside while the whole system runs."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from signing.inclusion import leaf_hash
from signing.notes import parse_vkey, verified_checkpoint
from signing.qr_image import read_codes
from tests.e2e.conftest import NARROW, WIDE
from tests.e2e.demo_process import RunningDemo, wait_until
from tests.e2e.test_public_path import SYNC_SECONDS, log_in, look_up
from tests.registry.national.network_builders import answered_question, looked_up
from web.language import Language
from web.vocabulary import words


@pytest.fixture
def visitor(browser: Browser, demo: RunningDemo) -> Iterator[BrowserContext]:
    """One visitor at a desk."""
    opened = browser.new_context(viewport=WIDE, locale="zh-CN", base_url=demo.base)  # type: ignore[arg-type]
    yield opened
    opened.close()


def code_of(demo: RunningDemo, note: str) -> str:
    """What a phone reads in the picture of that certificate's code."""
    picture = demo.directory / "samples" / f"{demo.holder(note)['number']}.png"
    (text,) = read_codes(picture.read_bytes())
    return text


def test_a_scanned_code_shows_the_verdict_and_that_no_name_was_compared(
    page: Page, demo: RunningDemo
) -> None:
    page.goto(code_of(demo, "plain"))
    expect(page.locator("h1")).to_have_text("有效")
    expect(page.get_by_text("姓名未核对").locator("visible=true").first).to_be_in_viewport()
    assert demo.holder("plain")["name"] not in page.content()


def test_what_a_server_sees_of_a_code_is_a_random_address(visitor: BrowserContext, demo: RunningDemo) -> None:
    text, holder = code_of(demo, "plain"), demo.holder("plain")
    seen: list[str] = []
    page = visitor.new_page()
    page.on("request", lambda asked: seen.append(asked.url.partition("#")[0]))
    page.goto(text)
    address, fragment = text.split("#")
    assert address in seen
    assert len(address.rpartition("/q/")[2]) == 22
    assert holder["number"] not in address
    assert not any(fragment in url for url in seen)


def test_no_log_holds_a_name_a_number_of_a_person_or_a_certificate(
    visitor: BrowserContext, demo: RunningDemo
) -> None:
    holder, page = demo.holder("201"), visitor.new_page()
    look_up(page, holder["number"])
    page.get_by_label("持证人完整姓名").fill(holder["name"])
    page.get_by_role("button", name="核对姓名").click()
    log_in(page, holder["name"], holder["id_number"], holder["number"])
    assert holder["name"] not in page.url
    assert holder["id_number"] not in page.url
    page.goto(f"/certificates/{holder['id_number']}")
    page.goto(f"/institutions?q={holder['name']}")
    log = (demo.directory / "demo.log").read_text(encoding="utf-8")
    assert '"route":"/holder"' in log
    for private in (holder["name"], holder["id_number"], holder["number"], '127.0.0.1"'):
        assert private not in log


def test_the_page_and_the_networks_own_page_agree(visitor: BrowserContext, demo: RunningDemo) -> None:
    holder, page = demo.holder("reissued"), visitor.new_page()
    online = words("national.online", Language.CHINESE)

    def is_online() -> bool:
        page.goto(f"/certificates/{holder['number']}")
        return online in page.locator("main").inner_text()

    wait_until(is_online, SYNC_SECONDS, "the page did not say that the certificate is online")
    page.goto(str(demo.description["national"]))
    page.get_by_label("姓名").fill(holder["name"])
    page.get_by_label("证件号码").fill(holder["id_number"])
    page.get_by_label("证书编号").fill(holder["number"])
    page.get_by_label("等于多少").fill(answered_question(page.content())["sum"])
    page.get_by_role("button").click()
    expect(page.locator("main")).to_contain_text("已查到，证书有效")
    expect(page.locator("main")).to_contain_text(holder["number"])


def test_an_annulled_certificate_is_annulled_in_the_network_as_well(demo: RunningDemo) -> None:
    holder = demo.holder("annulled")

    address = str(demo.description["national"])
    wait_until(lambda: "已撤销" in looked_up(address, holder), SYNC_SECONDS, "the annulment did not arrive")


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_wider_than_the_screen_or_complains(
    browser: Browser, demo: RunningDemo, viewport: dict[str, int], language: str
) -> None:
    context = browser.new_context(viewport=viewport, locale="zh-CN", base_url=demo.base)  # type: ignore[arg-type]
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    numbers = [demo.holder(note)["number"] for note in ("plain", "corrected", "annulled", "superseded")]
    prefixes = [each["prefix"] for each in demo.description["institutions"]][:3]
    for path in (
        "/",
        "/verify",
        "/holder",
        "/institutions",
        "/institutions?q=电工",
        *(f"/certificates/{number}" for number in [*numbers, "S000043990001253999999"]),
        *(f"/institutions/{prefix}" for prefix in prefixes),
    ):
        answer = page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer is not None
        assert answer.status == 200
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (path, wide) == (path, 0)
    context.close()
    assert complaints == []


def test_everything_that_a_verdict_says_is_checked_with_public_addresses_alone(demo: RunningDemo) -> None:
    with httpx.Client(base_url=demo.base, trust_env=False) as http:
        certificate = http.get(f"/api/v1/certificates/{demo.holder('plain')['number']}").json()
        key = parse_vkey(http.get("/log/vkey").text.splitlines()[0])
        entry = certificate["entry"]
        checkpoint = verified_checkpoint(entry["checkpoint"].encode(), key)
        newest = verified_checkpoint(http.get("/log/checkpoint").content, key)
        assert newest.size >= checkpoint.size
        number, width = divmod(entry["index"], 256)
        full = newest.size // 256
        name = f"{number:03d}" if number < full else f"{number:03d}.p/{newest.size % 256}"
        tile = http.get(f"/log/tile/0/{name}").content
        assert tile[32 * width : 32 * width + 32] == leaf_hash(entry["leaf"].encode())
