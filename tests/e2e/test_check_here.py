"""The page 本机核验 on the real site: it checks without a network, and tells nobody what it was given."""

import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from signing.encoding import canonical_json
from signing.qr_image import read_codes
from tests.e2e.conftest import NARROW, WIDE
from tests.e2e.demo_process import RunningDemo
from web.cli import main as skillcert

_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
_PUBLISHED = (
    "/static/",
    "/trust/",
    "/log/vkey",
    "/log/checkpoint",
    "/.well-known/did.json",
    "/status/",
)


@pytest.fixture
def visitor(browser: Browser, demo: RunningDemo) -> Iterator[BrowserContext]:
    """A fresh visitor."""
    opened = browser.new_context(viewport=WIDE, locale="zh-CN", base_url=demo.base)  # type: ignore[arg-type]
    yield opened
    opened.close()


def _ready(context: BrowserContext, complaints: list[str]) -> Page:
    page = context.new_page()
    page.on("console", lambda it: complaints.append(it.text) if it.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/verify/browser")
    page.locator("[data-state=ready]").wait_for()
    return page


def _result_of(page: Page, file: str | Path | FilePayload) -> str:
    before = page.locator(".check-result").count()
    page.locator("[data-files]").set_input_files(file)
    expect(page.locator(".check-result")).to_have_count(before + 1)
    return page.locator(".check-result h2").first.inner_text()


def _altered(path: Path, name: str, at: float) -> FilePayload:
    data = bytearray(path.read_bytes())
    data[int(len(data) * at)] ^= 1
    return {"name": name, "mimeType": "application/octet-stream", "buffer": bytes(data)}


def test_with_the_network_cut_every_form_of_every_story_gets_its_word(
    visitor: BrowserContext, demo: RunningDemo, samples: Path
) -> None:
    complaints: list[str] = []
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page = _ready(visitor, complaints)
    loaded = list(asked)
    visitor.set_offline(True)

    for note, word in (("plain", "有效"), ("annulled", "已撤销"), ("superseded", "已更正")):
        number = demo.holder(note)["number"]
        for form in ("pdf", "json", "png"):
            assert _result_of(page, samples / f"{number}.{form}") == word
        assert _result_of(page, samples / f"{number}.tlog-proof") == "没有全部核验"
    corrected = demo.holder("corrected")["number"]
    for form in ("pdf", "json", "png"):
        assert _result_of(page, samples / "old" / f"{corrected}.{form}") == "已更正"
        assert _result_of(page, samples / f"{corrected}.{form}") == "有效"
    for form, at in (("pdf", 0.3), ("json", 0.5), ("tlog-proof", 0.7)):
        forged = _altered(samples / f"{corrected}.{form}", f"forged.{form}", at)
        assert _result_of(page, forged) == "核验未通过"

    text = read_codes((samples / f"{corrected}.png").read_bytes())[0]
    page.get_by_label("或粘贴二维码内容").fill(text)
    page.get_by_role("button", name="开始核验").click()
    expect(page.locator(".banner-time").first).to_have_text("粘贴的内容 · 证书二维码")
    assert asked == loaded
    assert complaints == []
    first, *rest = [each.removeprefix(f"GET {demo.base}") for each in loaded]
    assert first == "/verify/browser"
    assert [each for each in rest if not each.startswith(_PUBLISHED)] == []


def test_what_nobody_signed_is_not_shown_as_if_the_register_had_said_it(
    visitor: BrowserContext, demo: RunningDemo, samples: Path
) -> None:
    """Of the other suite the page can't check the proof, so whoever brought the file may have written it."""
    credential = json.loads((samples / f"{demo.holder('plain')['number']}.json").read_bytes())
    credential["credentialSubject"]["source"]["name"] = "示例假机构"
    del credential["proof"]["@context"]
    credential["proof"]["cryptosuite"] = "eddsa-rdfc-2022"
    page = _ready(visitor, [])
    forged: FilePayload = {"name": "a.json", "mimeType": "", "buffer": canonical_json(credential)}
    assert _result_of(page, forged) == "没有全部核验"
    expect(page.locator(".check-result")).not_to_contain_text("示例假机构")


def test_a_receipt_says_whether_a_name_was_compared(visitor: BrowserContext, demo: RunningDemo) -> None:
    page = _ready(visitor, [])
    number = demo.holder("plain")["number"]
    for name, said in (("", "没有核对姓名"), ("示例外人", "与登记的持证人姓名不一致")):
        answer = httpx.post(
            f"{demo.base}/verify/receipt", data={"number": number, "name": name}, trust_env=False
        )
        assert (
            _result_of(page, {"name": "r.json", "mimeType": "", "buffer": answer.content}) == "核验回单真实"
        )
        expect(page.locator(".check-result").first).to_contain_text(said)


def test_the_page_is_accessible_and_fits_a_phone(
    visitor: BrowserContext, demo: RunningDemo, samples: Path
) -> None:
    complaints: list[str] = []
    page = _ready(visitor, complaints)
    number = demo.holder("plain")["number"]
    _result_of(page, samples / f"{number}.pdf")
    _result_of(page, samples / f"{number}.png")
    expect(page.locator(".check-result h2").first).to_be_focused()
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # the sizes are plain dictionaries
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    found = Axe().run(page, options=_RULES).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found] == []
    page.get_by_role("link", name="English").click()
    page.locator("[data-state=ready]").wait_for()
    assert _result_of(page, samples / f"{number}.pdf") == "Valid"
    assert complaints == []


def test_a_file_is_dropped_or_pasted_anywhere(
    visitor: BrowserContext, demo: RunningDemo, samples: Path
) -> None:
    page = _ready(visitor, [])
    credential = (samples / f"{demo.holder('plain')['number']}.json").read_text()
    for kind in ("drop", "paste"):
        page.evaluate(
            """([kind, text]) => {
              const data = new DataTransfer();
              data.items.add(new File([text], `${kind}.json`));
              const event = kind === "drop"
                ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
                : new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
              document.body.dispatchEvent(event);
            }""",
            [kind, credential],
        )
        expect(page.locator(".check-result").first).to_contain_text(f"{kind}.json")
        expect(page.locator(".check-result h2").first).to_have_text("有效")


def test_the_camera_sees_a_code_and_the_picture_goes_nowhere(
    browser: Browser, demo: RunningDemo, samples: Path, tmp_path: Path
) -> None:
    number = demo.holder("plain")["number"]
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(Image.open(samples / f"{number}.png").convert("RGB").resize((420, 420)), (110, 30))
    film = tmp_path / "code.mjpeg"
    frame.save(film, format="JPEG", quality=90)
    arguments = [
        "--no-sandbox",
        "--disable-gpu",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with browser.browser_type.launch(executable_path=program, args=arguments) as filming:
        context = filming.new_context(locale="zh-CN", base_url=demo.base)
        complaints: list[str] = []
        page = _ready(context, complaints)
        context.set_offline(True)
        page.get_by_role("button", name="用摄像头扫码").click()
        expect(page.locator(".check-result h2")).to_have_text("有效")
        expect(page.locator(".banner-time")).to_contain_text("摄像头扫到的二维码")
        expect(page.locator("[data-viewfinder]")).to_be_hidden()
        assert complaints == []


def test_without_scripts_or_without_ed25519_the_page_says_what_to_do(
    browser: Browser, demo: RunningDemo
) -> None:
    plain = browser.new_context(java_script_enabled=False, locale="zh-CN", base_url=demo.base)
    page = plain.new_page()
    page.goto("/verify")
    page.get_by_role("link", name="打开本机核验").click()
    expect(page.locator("[data-asleep]")).to_be_visible()
    expect(page.locator("[data-asleep]")).to_contain_text("脚本没有开启")
    plain.close()
    old = browser.new_context(locale="zh-CN", base_url=demo.base)
    old.add_init_script("crypto.subtle.importKey = () => Promise.reject(new DOMException('unknown'))")
    page = old.new_page()
    page.goto("/verify/browser")
    expect(page.locator("[data-asleep]")).to_be_hidden()
    expect(page.locator("[data-unsupported]")).to_contain_text("不能在本机核验")
    expect(page.locator("[data-form]")).to_be_hidden()
    old.close()


def test_a_scanned_codes_page_checks_the_fragment_and_sends_none_of_it(
    visitor: BrowserContext, demo: RunningDemo, samples: Path
) -> None:
    text = read_codes((samples / f"{demo.holder('plain')['number']}.png").read_bytes())[0]
    other = read_codes((samples / f"{demo.holder('annulled')['number']}.png").read_bytes())[0]
    address, _, token = text.partition("#")
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(f"{request.url} {request.post_data}"))
    for fragment, line in (
        (token, "二维码签名：通过"),
        (token[:-6] + "AAAAAA", "二维码签名：未通过"),
        (other.partition("#")[2], "二维码签名：未通过"),
        ("示例", "二维码签名：未通过"),
    ):
        page = visitor.new_page()
        page.goto(f"{address}#{fragment}")
        expect(page.locator("[data-code]")).to_contain_text(line)
        page.close()
    assert not any(token[:24] in each.partition("#")[0] for each in asked)
    page = visitor.new_page()
    page.goto(address)
    expect(page.locator("[data-code]")).to_be_hidden()
    page = visitor.new_page()
    page.route("**/trust/witnesses", lambda route: route.abort())
    page.goto(f"{address}#{token}")
    expect(page.locator("[data-code]")).to_contain_text("二维码签名：未检查")


def test_the_trust_archive_is_what_the_command_line_takes(
    demo: RunningDemo, samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = httpx.get(f"{demo.base}/trust.zip", trust_env=False)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    file = samples / f"{demo.holder('plain')['number']}.pdf"
    command = ["verify", str(file), "--offline", "--trust", str(tmp_path / "trust"), "--json"]
    assert skillcert(command) == 0
    assert '"conclusion":"authentic_and_in_force"' in capsys.readouterr().out.replace(" ", "")


def test_what_was_not_fetched_or_grew_old_is_said_and_fetched_again(
    visitor: BrowserContext, demo: RunningDemo, samples: Path
) -> None:
    page = visitor.new_page()
    page.route("**/trust/witnesses", lambda route: route.abort())
    page.goto("/verify/browser")
    expect(page.locator("[data-trust-warning]")).to_contain_text("公开资料没有取到")
    expect(page.locator("[data-form]")).to_be_hidden()
    page.unroute("**/trust/witnesses")
    page.get_by_role("button", name="重新取资料").click()
    expect(page.locator("[data-trust-text]")).to_contain_text("现在可以断开网络")

    file = samples / f"{demo.holder('plain')['number']}.json"
    assert _result_of(page, file) == "有效"
    page.clock.install()
    page.clock.fast_forward(8 * 86_400_000)
    assert _result_of(page, file) == "没有全部核验"
    expect(page.locator(".check-result").first).to_contain_text("状态列表已过期")
