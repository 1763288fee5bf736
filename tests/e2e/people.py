"""Somebody at a browser, who is shown each page at both widths while the page is checked for all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, expect

from registry.staff.totp import code_at, secret_from_text
from tests.e2e.conftest import NARROW, PATIENCE_MS, WIDE

# WCAG 2.2 at level AA, as far as a program can tell.
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_AXE = Axe()
OWN_PASSWORD = "示例 自己的一句话密码"


@dataclass
class Person:
    """One browser with one account. `pictures` is where pages are kept as pictures, if they are."""

    context: BrowserContext
    page: Page
    login: str
    pictures: Path | None = None
    complaints: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    recovery: list[str] = field(default_factory=list)

    def look(self, picture: str = "", *, refused: int = 0) -> None:
        """Checks the page that is shown: accessible, silent, and no wider than the screen at either width.

        `refused` is the status that the page came with, which the browser notes in its console.
        """
        if refused:
            self.complaints = [each for each in self.complaints if f"status of {refused} " not in each]
        expect(self.page.locator("main")).to_be_visible()
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]  # the sizes are plain dictionaries
            too_wide = self.page.evaluate(
                "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            )
            assert not too_wide, f"{self.page.url} is too wide at {size['width']}"
            if picture and self.pictures:
                path = self.pictures / f"{picture}-{size['width']}.png"
                self.page.screenshot(path=path, full_page=True)
        found = _AXE.run(self.page, options=_RULES).response["violations"]
        told = [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found]
        assert not told, f"{self.page.url}: {told}"
        self.seen.add(self.page.url)
        assert not self.complaints, self.complaints

    def first_log_in(self, start_password: str, *, two_step: bool) -> None:
        """Logs in for the first time: a password of one's own, and where the role needs it the phone."""
        page = self.page
        page.goto("/staff")
        self.look("login")
        page.get_by_label("登录名").fill(self.login)
        page.get_by_label("密码").fill(start_password)
        page.get_by_role("button", name="登录").click()
        expect(page.locator("h1")).to_have_text("修改密码")
        self.look()
        page.get_by_label("初始密码").fill(start_password)
        page.get_by_label("新密码", exact=True).fill(OWN_PASSWORD)
        page.get_by_label("再输一次新密码").fill(OWN_PASSWORD)
        page.get_by_role("button", name="保存新密码").click()
        if two_step:
            expect(page.locator("h1")).to_have_text("绑定手机身份验证器")
            self.look("two-step")
            page.get_by_text("扫不了？").click()
            secret = secret_from_text(page.locator(".secret").inner_text())
            page.get_by_label("动态验证码").fill(code_at(secret, datetime.now(UTC)))
            page.get_by_role("button", name="完成绑定").click()
            expect(page.locator("h1")).to_have_text("备用码")
            self.look()
            self.recovery = page.locator(".code-columns code").all_inner_texts()
            page.get_by_role("link", name="我已保存好，继续").click()
        expect(page.locator("h1")).to_contain_text("您好")
        self.look()

    def wait_for(self, heading: str) -> None:
        """Waits through a job's page until its result is shown."""
        expect(self.page.locator("h1")).to_contain_text(heading, timeout=2 * PATIENCE_MS)


def a_person(browser: Browser, base: str, login: str, pictures: Path | None = None) -> Person:
    """A fresh browser for this login."""
    context = browser.new_context(viewport=WIDE, locale="zh-CN", base_url=base)  # type: ignore[arg-type]
    page = context.new_page()
    person = Person(context, page, login, pictures)
    page.on("console", _noting(person, lambda message: message.type == "error", lambda message: message.text))
    page.on("pageerror", _noting(person, lambda _: True, str))
    page.on("request", _noting(person, lambda asked: not asked.url.startswith(base), lambda each: each.url))
    return person


def _noting(person: Person, matters: Callable[..., bool], told: Callable[..., str]) -> Callable[..., None]:
    def note(event: object) -> None:
        if matters(event):
            person.complaints.append(told(event))

    return note
