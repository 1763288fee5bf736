"""What an employer does with a list and with several files, in a real browser, with scripts or without."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e.conftest import NARROW
from tests.e2e.demo_process import RunningDemo
from tests.e2e.people import a_person
from tests.registry.rosters.lists import as_csv


@pytest.fixture
def unscripted(browser: Browser, demo: RunningDemo) -> Iterator[BrowserContext]:
    """A visitor on a phone whose browser runs no script."""
    opened = browser.new_context(
        viewport=NARROW,  # type: ignore[arg-type]  # the sizes are plain dictionaries
        base_url=demo.base,
        java_script_enabled=False,
    )
    yield opened
    opened.close()


def _a_list(demo: RunningDemo, directory: Path) -> Path:
    plain, annulled = demo.holder("plain"), demo.holder("annulled")
    rows = [
        ["姓名", "证书编号", "部门"],
        [plain["name"], plain["number"], "示例一部"],
        ["示例外人", plain["number"], "示例二部"],
        [annulled["name"], annulled["number"], ""],
    ]
    path = directory / "拟录用名单.csv"
    path.write_bytes(as_csv(rows, "gbk"))
    return path


def _conclusions(path: Path) -> list[object]:
    return [cell.value for cell in load_workbook(path).worksheets[0]["D"]]


def test_an_employer_has_a_list_checked_and_takes_it_away(
    browser: Browser, demo: RunningDemo, tmp_path: Path
) -> None:
    person = a_person(browser, demo.base, "")
    page = person.page
    for language in ("zh", "en"):
        page.goto(f"/verify?lang={language}")
        person.look()
        page.locator('a[href="/verify/batch"]').click()
        person.look()
        page.locator("input[type=file]").set_input_files(_a_list(demo, tmp_path))
        page.locator("main button[type=submit]").click()
        expect(page.locator("tbody tr")).to_have_count(2)
        person.look()
        with page.expect_download() as download:
            page.locator("a.button[download]").click()
        download.value.save_as(tmp_path / f"{language}.xlsx")
    person.context.close()
    assert _conclusions(tmp_path / "zh.xlsx") == ["核验结论", "有效", "姓名不一致", "已撤销"]
    assert _conclusions(tmp_path / "en.xlsx") == ["Verdict", "In force", "Name differs", "Annulled"]


def test_a_list_needs_no_script(unscripted: BrowserContext, demo: RunningDemo, tmp_path: Path) -> None:
    page = unscripted.new_page()
    page.goto("/verify/batch")
    page.locator("input[type=file]").set_input_files(_a_list(demo, tmp_path))
    page.get_by_role("button", name="开始核验").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载核验结果").click()
    download.value.save_as(tmp_path / "out.xlsx")
    assert _conclusions(tmp_path / "out.xlsx")[1:] == ["有效", "姓名不一致", "已撤销"]


def test_a_handful_of_files_is_one_table(
    browser: Browser, demo: RunningDemo, samples: Path, tmp_path: Path
) -> None:
    number = demo.holder("plain")["number"]
    altered = bytearray((samples / f"{number}.pdf").read_bytes())
    altered[len(altered) // 2] ^= 1
    (tmp_path / "改动.pdf").write_bytes(altered)
    (tmp_path / "说明.docx").write_bytes(b"PK\x03\x04")
    person = a_person(browser, demo.base, "")
    page = person.page
    page.goto("/verify")
    page.locator("input[type=file]").set_input_files(
        [samples / f"{number}.pdf", samples / f"{number}.png", tmp_path / "改动.pdf", tmp_path / "说明.docx"]
    )
    page.get_by_role("button", name="开始核验").click()
    expect(page.locator("tbody .badge")).to_have_text(["有效", "有效", "核验未通过", "不能识别"])
    person.look()
    page.get_by_role("link", name="改动.pdf").click()
    expect(page.locator("#file-3")).to_contain_text("内容在签名之后被改动")
    person.context.close()
