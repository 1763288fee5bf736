"""What a holder does in a browser: takes the secret, logs in, sees all own certificates, logs out."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import NARROW
from tests.e2e.demo_process import RunningDemo
from tests.e2e.people import a_person
from web.language import Language
from web.vocabulary import words

_FACTS = ("name", "id_number", "number")


def give(page: Page, **fields: str) -> None:
    """Fills the form of the page and sends it."""
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    page.locator("main form:has(#id_number) button[type=submit]").click()


def facts(holder: dict[str, str]) -> dict[str, str]:
    """The three facts of a holder."""
    return {name: holder[name] for name in _FACTS}


@pytest.mark.parametrize(("language", "note"), [("zh", "201"), ("en", "reissued")])
def test_every_page_on_the_way_is_accessible_at_both_widths(
    browser: Browser, demo: RunningDemo, language: str, note: str
) -> None:
    spoken = Language.CHINESE if language == "zh" else Language.ENGLISH

    def titled(key: str) -> None:
        expect(page.locator("h1")).to_have_text(words(key, spoken))

    holder, person = demo.holder(note), a_person(browser, demo.base, "")
    page = person.page
    page.goto(f"/holder?lang={language}")
    titled("holder.title")
    person.look()
    give(page, **facts(holder) | {"name": "示例无此人"})
    expect(page.locator("[role=alert]")).to_contain_text(words("holder.refused", spoken))
    person.look()
    give(page, **facts(holder))
    titled("holder.found")
    person.look()
    page.get_by_role("button", name=words("secret.offer.submit", spoken)).click()
    titled("secret.shown")
    secret = page.locator(".secret-text").inner_text().replace("\n", "").strip()
    person.look()
    page.reload()
    titled("problem.secret_exists.title")
    assert secret not in page.content()
    person.look(refused=409)
    page.goto("/holder")
    give(page, **facts(holder))
    expect(page.locator("main")).to_contain_text(words("secret.taken_at.not_you", spoken))
    person.look()
    page.get_by_role("link", name=words("secret.log_in", spoken)).click()
    titled("secret.title")
    person.look()
    named = {"name": holder["name"], "id_number": holder["id_number"]}
    give(page, **named, secret="7K3M-9QWX-10R5-TB8Z-3B7D")
    expect(page.locator("[role=alert]")).to_contain_text(words("problem.secret_mistyped.title", spoken))
    person.look(refused=422)
    give(page, **named, secret=secret)
    titled("mine.title")
    expect(page.locator("main")).to_contain_text(holder["number"])
    person.look()
    page.goto("/holder/sessions")
    titled("inside.menu.sessions")
    person.look()
    page.locator("#secret").fill(secret)
    page.get_by_role("button", name=words("secret.replace.submit", spoken)).click()
    titled("secret.shown")
    person.look()
    page.goto("/holder/certificates")
    page.get_by_role("button", name=words("inside.logout", spoken)).click()
    titled("holder.title")
    page.goto("/holder/certificates")
    titled("holder.title")
    person.context.close()


def test_all_of_it_works_on_a_phone_without_scripts(browser: Browser, demo: RunningDemo) -> None:
    holder = demo.holder("plain")
    context = browser.new_context(locale="zh-CN", base_url=demo.base, java_script_enabled=False)
    page = context.new_page()
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # the size is a plain dictionary
    page.goto("/holder")
    give(page, **facts(holder))
    page.get_by_role("button", name="领取管理密码").click()
    secret = page.locator(".secret-text").inner_text()
    page.get_by_role("link", name="记好了，去登录").click()
    give(page, name=holder["name"], id_number=holder["id_number"], secret=secret)
    expect(page.locator("h1")).to_have_text("我的证书")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="下载 电子证书（PDF）").click()
    assert downloading.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("h1")).to_have_text("我的证书")
    expect(page.locator("main")).not_to_contain_text(holder["number"])
    context.close()
