"""The rows' page in a real browser: words are said in place, by keyboard, and without scripts as well."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from structlog.testing import capture_logs

from registry.review.drafts import Change, Ruling, decide_row
from registry.review.reasons import RejectReason
from registry.staff.model import StaffRole
from registry.staff.sessions import Stage
from tests.e2e.conftest import browser
from tests.registry.filled import copy_of
from tests.web.staff.desks import Desk, open_desk
from tests.web.staff.review.batches import CLEAN, LATE, some_rows

__all__ = ["browser"]


@dataclass
class Served:
    """The desk on a port, with a batch that waits."""

    desk: Desk
    base: str
    batch: bytes

    @property
    def rows(self) -> str:
        """The rows' page."""
        return f"{self.base}/staff/review/{self.batch.hex()}/rows"

    def page(self, browser: Browser, **options: bool) -> Page:
        """A page of a reviewer who is logged in."""
        account = self.desk.account(StaffRole.REVIEWER)
        _, token = self.desk.office.staff.sessions.open(account.id, Stage.OPEN)
        context = browser.new_context(**options)  # type: ignore[arg-type]  # only truth values here
        context.add_cookies([{"name": "staff", "value": token, "url": self.base}])
        return context.new_page()

    def words(self) -> dict[int, str]:
        """What is said of which row."""
        drafts = self.desk.office.drafts()
        found = {row: drafts.one(self.batch, row) for row in (*LATE, *CLEAN)}
        return {row: each.word for row, each in found.items() if each and each.word}


@contextmanager
def served(filled: Path, target: Path) -> Iterator[Served]:
    """The real server in a thread."""
    scene = copy_of(filled, target)
    batch = scene.receive(some_rows()).id
    with socket.socket() as listening, capture_logs():
        listening.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        desk = open_desk(scene, ORIGIN=base)
        server = uvicorn.Server(uvicorn.Config(desk.app, log_config=None))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            yield Served(desk, base, batch)
        finally:
            server.should_exit = True
            thread.join()
            desk.office.close()
            scene.close()


@pytest.mark.timeout(120)
def test_words_are_said_in_place_and_by_keyboard(
    filled_register: Path, tmp_path: Path, browser: Browser
) -> None:
    with served(filled_register, tmp_path / "r") as site:
        page = site.page(browser)
        page.goto(site.rows)
        page.evaluate("document.body.dataset.mark = 'same page'")
        page.focus(f"#ruling-{LATE[0]}")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(f"#row-{LATE[0]} .badge-good").first).to_be_visible()
        # The keyboard goes on where the next row begins.
        expect(page.locator(f"#ruling-{LATE[1]}")).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(f"#row-{LATE[1]} .badge-good").first).to_be_visible()
        assert page.evaluate("document.body.dataset.mark") == "same page"
        assert site.words() == dict.fromkeys(LATE, "accepted")

        # A colleague was quicker: the page tells, and nothing is done.
        colleague = site.desk.account(StaffRole.REVIEWER)
        change = Change(site.batch, 9, colleague.id, site.desk.office.clock())
        engine = site.desk.scene.register.desk_engine
        decide_row(engine, change, CLEAN[0], Ruling.reject(RejectReason.SCORE_MISSING))
        page.select_option(f"#ruling-{CLEAN[0]}", "rejected:suspected_fraud")
        page.click(f"#row-{CLEAN[0]} form:has(#ruling-{CLEAN[0]}) button")
        expect(page.locator("h1")).to_have_text("本批次已变化")
        kept = site.desk.office.drafts().one(site.batch, CLEAN[0])
        page.context.close()

    assert kept is not None
    assert kept.reason == "score_missing"


@pytest.mark.timeout(120)
def test_words_are_said_without_scripts(filled_register: Path, tmp_path: Path, browser: Browser) -> None:
    with served(filled_register, tmp_path / "r") as site:
        page = site.page(browser, java_script_enabled=False)
        page.goto(f"{site.rows}?standing=undecided")
        page.select_option(f"#ruling-{LATE[0]}", "rejected:late_unjustified")
        page.click(f"#row-{LATE[0]} form:has(#ruling-{LATE[0]}) button")
        expect(page.locator(f"#row-{LATE[1]}")).to_be_visible()
        expect(page.locator(f"#row-{LATE[0]}")).to_have_count(0)
        words = site.words()
        page.context.close()

    assert words == {LATE[0]: "rejected"}
