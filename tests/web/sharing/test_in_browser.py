"""Sharing and asking for a correction in a real browser, with scripts and without; each page is looked at."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, expect
from structlog.testing import capture_logs

from registry.holders.disclosing import shares_of
from registry.holders.entry import person_in
from registry.holders.model import Way
from tests.e2e.conftest import browser
from tests.e2e.people import Person
from tests.registry.filled import HOLDERS, Story, copy_of
from tests.web.sharing.holders import first_entry
from tests.web.staff.desks import Desk, open_desk

__all__ = ["browser"]
HOLDER = HOLDERS[Story.PLAIN]


@dataclass
class Served:
    """The site on a port."""

    desk: Desk
    base: str

    def person(self, browser: Browser, *, scripts: bool, logged_in: bool) -> Person:
        """A stranger, or the holder; in a browser with scripts or without."""
        context = browser.new_context(base_url=self.base, locale="zh-CN", java_script_enabled=scripts)
        if logged_in:
            room, found = self.desk.office.holders, self.desk.scene.register.look_up.current(HOLDER.number)
            assert found is not None
            _, token = room.sessions.open(room.holders.open(person_in(room, found[2])), Way.SECRET)
            context.add_cookies([{"name": "holder", "value": token, "url": self.base}])
        return Person(context, context.new_page(), "")


@contextmanager
def served(filled: Path, target: Path) -> Iterator[Served]:
    """The real server in a thread."""
    scene = copy_of(filled, target)
    with socket.socket() as listening, capture_logs():
        listening.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        desk = open_desk(scene, ORIGIN=base)
        server = uvicorn.Server(uvicorn.Config(desk.app, log_config=None))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield Served(desk, base)
        finally:
            server.should_exit = True
            thread.join()
            desk.office.close()
            scene.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_shared_viewed_verified_stopped_and_corrected(
    filled_register: Path, tmp_path: Path, browser: Browser, scripts: bool
) -> None:
    with served(filled_register, tmp_path / "r") as site:
        holder = site.person(browser, scripts=scripts, logged_in=True)
        viewer = site.person(browser, scripts=scripts, logged_in=False)

        def look(person: Person, *, refused: int = 0) -> None:
            # What looks is a script itself.
            if scripts:
                person.look(refused=refused)

        page, other = holder.page, viewer.page
        page.goto("/holder/certificates")
        page.get_by_role("link", name="新建分享").click()
        page.get_by_role("link", name="给补贴经办").click()
        page.get_by_label("证件类型和证件号码").check()
        look(holder)
        page.get_by_role("button", name="生成链接").click()
        expect(page.get_by_role("alert")).to_contain_text("我知道证件号码给出去就收不回来")
        look(holder, refused=422)
        page.get_by_label("证件类型和证件号码").uncheck()
        page.get_by_label("备注").fill("示例备注")
        page.get_by_role("button", name="生成链接").click()
        expect(page.locator("h1")).to_have_text("示例备注")
        look(holder)
        (share,) = shares_of(site.desk.scene.register).of([first_entry(site.desk, Story.PLAIN)])

        other.goto(f"/s/{share.code}")
        look(viewer)
        other.get_by_role("button", name="查看").click()
        expect(other.locator("h1")).to_have_text("有效")
        expect(other.locator("main")).to_contain_text(HOLDER.name)
        look(viewer)
        with other.expect_download() as fetched:
            other.get_by_role("button", name="下载分享回执").click()
        other.goto("/verify")
        other.locator("input[type=file]").first.set_input_files(fetched.value.path())
        other.get_by_role("button", name="开始核验").click()
        expect(other.locator("#opened")).to_have_text("这份文件公开了")
        look(viewer)

        page.goto("/holder/shares")
        expect(page.locator("main")).to_contain_text("已被查看 1 次")
        look(holder)
        page.get_by_role("button", name="停止分享").click()
        expect(page.locator("main")).to_contain_text("已停止")
        look(holder)
        other.goto(f"/s/{share.code}")
        expect(other.locator("h1")).to_contain_text("不再有效")
        look(viewer, refused=404)

        page.goto("/holder/corrections")
        look(holder)
        page.get_by_role("link", name="申请更正").click()
        look(holder)
        page.get_by_label("姓名").fill("示例春衫")
        page.get_by_role("button", name="提交申请").click()
        expect(page.locator("h1")).to_have_text("更正申请已经提交")
        look(holder)
        reference = page.locator(".reference").inner_text()
        page.goto("/holder/corrections")
        page.locator("main h2").get_by_role("link", name="申请更正").click()
        look(holder)
        other.goto("/holder/corrections")
        look(viewer)
        other.get_by_label("查询号").fill(reference)
        other.get_by_role("button", name="查看").click()
        expect(other.locator("[aria-current=step]")).to_have_text("已提交")
        look(viewer)
        for person in (holder, viewer):
            person.context.close()
