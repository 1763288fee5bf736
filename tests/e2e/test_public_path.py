"""What an employer, a holder and a passer-by do with the site, in a real browser."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from signing.report import Conclusion
from signing.trust import read_trust
from signing.verifier import verify
from tests.e2e.demo_process import RunningDemo, wait_until
from tests.registry.national.network_builders import looked_up

SYNC_SECONDS = 60.0


def look_up(page: Page, number: str) -> None:
    page.goto("/")
    page.get_by_label("证书编号").fill(number)
    page.get_by_role("button", name="查询").click()


@pytest.mark.parametrize(
    ("note", "word"),
    [("plain", "有效"), ("corrected", "有效"), ("annulled", "已撤销"), ("superseded", "已更正")],
)
def test_a_number_typed_into_the_box_gets_its_verdict(
    page: Page, demo: RunningDemo, note: str, word: str
) -> None:
    holder = demo.holder(note)
    look_up(page, holder["number"])
    expect(page.locator("h1")).to_have_text(word)
    expect(page.locator(".banner")).to_contain_text("示**")
    assert holder["id_number"] not in page.content()


def test_an_untidy_number_is_understood(page: Page, demo: RunningDemo) -> None:
    number = demo.holder("plain")["number"]
    look_up(page, f"  {number[:4].lower()} {number[4:14]} {number[14:]} ")
    expect(page.locator("h1")).to_have_text("有效")


def test_a_picture_of_the_code_gets_the_same_verdict(page: Page, demo: RunningDemo, samples: Path) -> None:
    number = demo.holder("plain")["number"]
    page.goto("/")
    page.locator("input[name=picture]").set_input_files(samples / f"{number}.png")
    expect(page.locator("h1")).to_have_text("有效")
    expect(page.locator(".banner")).to_contain_text(number[-6:])


def test_not_found_says_that_a_new_certificate_may_still_be_under_review(page: Page) -> None:
    look_up(page, "S000043990001253999999")
    expect(page.locator("h1")).to_have_text("未找到")
    expect(page.locator("main")).to_contain_text("30 个工作日")
    expect(page.locator("main")).to_contain_text("15 个工作日")


def test_english_is_one_click_away(page: Page, demo: RunningDemo) -> None:
    look_up(page, demo.holder("plain")["number"])
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Valid")


def test_a_name_is_consistent_or_not(page: Page, demo: RunningDemo) -> None:
    holder = demo.holder("plain")
    for name, word in ((holder["name"], "姓名一致"), ("示例无此人", "姓名不一致")):
        page.goto(f"/certificates/{holder['number']}")
        page.get_by_label("持证人完整姓名").fill(name)
        page.get_by_role("button", name="核对姓名").click()
        expect(page.locator("main")).to_contain_text(word)
        assert name not in page.url


def test_the_holder_downloads_a_sheet_that_verifies_without_us(
    page: Page, demo: RunningDemo, samples: Path, tmp_path: Path
) -> None:
    holder = demo.holder("plain")
    log_in(page, holder["name"], holder["id_number"], holder["number"])
    with page.expect_download() as waiting:
        page.locator(".download a").first.click()
    path = tmp_path / "sheet.pdf"
    waiting.value.save_as(path)
    report = verify(path.read_bytes(), read_trust(samples / "trust"), datetime.now(UTC))
    assert report.conclusion is Conclusion.AUTHENTIC_AND_IN_FORCE


def test_whichever_part_is_wrong_the_holder_gets_the_same_answer(page: Page, demo: RunningDemo) -> None:
    holder = demo.holder("plain")
    right = (holder["name"], holder["id_number"], holder["number"])
    answers = set()
    for at, wrong in enumerate(("示例无此人", "439901199001010011", "S000043990001253999999")):
        log_in(page, *(wrong if at == position else part for position, part in enumerate(right)))
        answers.add(page.get_by_role("alert").inner_text())
    assert len(answers) == 1


def test_two_characters_find_institutions(page: Page) -> None:
    page.goto("/institutions")
    page.get_by_label("机构、职业或工种名称").fill("电工")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("main a[href^='/institutions/']").first).to_be_visible()
    page.locator("main a[href^='/institutions/']").first.click()
    expect(page.locator("main")).to_contain_text("电工")


def test_an_institution_is_shown_as_it_was_on_a_day(page: Page, demo: RunningDemo) -> None:
    gone = next(each for each in demo.description["institutions"] if each["state"] == "ordered_out")
    page.goto(f"/institutions/{gone['prefix']}")
    expect(page.locator("main")).to_contain_text("责令退出")
    page.goto(f"/institutions/{gone['prefix']}?on=2024-01-01")
    expect(page.locator("main")).to_contain_text("2024年1月1日")


def test_one_changed_byte_is_named(page: Page, demo: RunningDemo, samples: Path, tmp_path: Path) -> None:
    number = demo.holder("plain")["number"]
    altered = bytearray((samples / f"{number}.pdf").read_bytes())
    altered[len(altered) // 3] ^= 1
    path = tmp_path / "altered.pdf"
    path.write_bytes(altered)
    page.goto("/verify")
    page.locator("input[name=file]").set_input_files(path)
    page.get_by_role("button", name="开始核验").click()
    expect(page.locator("main")).to_contain_text("内容在签名之后被改动")


def test_everything_works_without_scripts(browser: Browser, demo: RunningDemo, samples: Path) -> None:
    number = demo.holder("plain")["number"]
    context = browser.new_context(java_script_enabled=False, base_url=demo.base, locale="zh-CN")
    page = context.new_page()
    look_up(page, number)
    expect(page.locator("h1")).to_have_text("有效")
    page.goto("/")
    page.locator("input[name=picture]").set_input_files(samples / f"{number}.png")
    page.get_by_role("button", name="查询").click()
    expect(page.locator("h1")).to_have_text("有效")
    context.close()


def test_a_certificate_reaches_the_national_network(demo: RunningDemo) -> None:
    holder = demo.holder("plain")

    def state() -> str:
        answer = httpx.get(f"{demo.base}/api/v1/certificates/{holder['number']}", trust_env=False).json()
        return str(answer["national"]["state"])

    wait_until(lambda: state() == "online", SYNC_SECONDS, "the certificate did not get online")
    assert "已查到，证书有效" in looked_up(str(demo.description["national"]), holder)


def log_in(page: Page, name: str, id_number: str, number: str) -> None:
    page.goto("/holder")
    page.get_by_label("姓名").fill(name)
    page.get_by_label("证件号码").fill(id_number)
    page.get_by_label("证书编号").fill(number)
    page.get_by_role("button", name="查找我的证书").click()
