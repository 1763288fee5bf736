"""The upload page in a browser: what is refused, a line that breaks, a log-in that ends meanwhile."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Route, expect

from registry.jobs.handlers import HANDLERS
from registry.jobs.runner import run_all
from registry.staff.model import StaffRole
from registry.staff.sessions import Stage
from tests.builders import a_form4, a_number, a_workbook, an_id_number, form5_row
from tests.registry.filled import copy_of
from tests.web.staff.desks import Desk, open_desk

ROW = form5_row(number=a_number(301), name="示例新甲", id_number=an_id_number(301))
WRONG = form5_row(number=a_number(302), name="示例新乙", id_number="430102199003074516")
NAME = "示例数据表.xlsx"
SEND = "上传并核对"


@dataclass
class Office:
    """A site that answers on this machine, and a page of somebody who is logged in."""

    desk: Desk
    origin: str
    page: Page
    folder: Path
    account: str

    def choose(self, form5: bytes, *, form4: bytes = b"") -> None:
        """Chooses both files."""
        for name, content in ((NAME, form5), ("示例审核表.xlsx", form4 or a_form4(ROW, file_name=NAME))):
            (self.folder / name).write_bytes(content)
        self.page.set_input_files("#form5", self.folder / NAME)
        self.page.set_input_files("#form4", self.folder / "示例审核表.xlsx")

    def send(self) -> None:
        """Presses the button."""
        self.page.get_by_role("button", name=SEND).click()

    def batches(self) -> int:
        """How many uploads are on their way in."""
        return len(self.desk.office.jobs.of_account(self.account))


@pytest.fixture(scope="module")
def site(filled_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    """The staff's pages over a filled register, on a port of its own."""
    scene = copy_of(filled_directory, tmp_path_factory.mktemp("uploading") / "register")
    listening = socket.create_server(("127.0.0.1", 0))
    origin = f"http://127.0.0.1:{listening.getsockname()[1]}"
    desk = open_desk(scene, ORIGIN=origin)
    server = uvicorn.Server(uvicorn.Config(desk.app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield desk, origin
    server.should_exit = True
    thread.join()
    desk.office.close()
    scene.close()


@pytest.fixture
def office(site: tuple[Desk, str], browser: Browser, tmp_path: Path) -> Iterator[Office]:
    desk, origin = site
    account = desk.account(StaffRole.INSTITUTION)
    _, token = desk.office.staff.sessions.open(account.id, Stage.OPEN)
    context = browser.new_context(locale="zh-CN", base_url=origin)
    context.add_cookies([{"name": "staff", "value": token, "url": origin}])
    page = context.new_page()
    page.goto("/staff/batches/new?plan=plan-1")
    yield Office(desk, origin, page, tmp_path, account.id)
    context.close()


def test_both_files_are_sent_checked_and_their_findings_seen(office: Office) -> None:
    office.choose(a_workbook(ROW, WRONG), form4=a_form4(ROW, WRONG, file_name=NAME))
    office.send()
    office.page.wait_for_url("**/staff/jobs/*")
    run_all(office.desk.scene.register, HANDLERS)
    office.page.wait_for_url("**/staff/batches/*")
    expect(office.page.locator("td.cell-bad")).to_contain_text("43**************16")
    expect(office.page.get_by_text("plan-1")).to_be_visible()


def test_what_is_refused_is_told_on_the_spot_and_the_files_stay_chosen(office: Office) -> None:
    office.choose(b"\x00\x01" * 5_000)
    office.send()
    expect(office.page.get_by_role("alert")).to_contain_text("损坏")
    assert office.page.eval_on_selector("#form4", "input => input.files.length") == 1
    assert office.batches() == 0
    office.choose(a_workbook(ROW))
    office.send()
    office.page.wait_for_url("**/staff/jobs/*")


def test_a_log_in_that_ended_is_told_and_what_was_typed_comes_back(office: Office) -> None:
    office.choose(a_workbook(ROW))
    office.page.context.clear_cookies()
    office.send()
    link = office.page.get_by_role("link", name="重新登录")
    expect(link).to_be_visible()
    address = link.get_attribute("href")
    assert address is not None
    assert address.startswith("/staff/login?next=%2Fstaff%2Fbatches%2Fnew")
    assert "plan-1" in address
    assert office.batches() == 0


def test_a_line_that_breaks_is_told_and_the_next_try_goes_through(office: Office) -> None:
    def broken(route: Route) -> None:
        if route.request.method == "POST":
            route.abort("connectionreset")
        else:
            route.continue_()

    office.page.route("**/staff/batches/new*", broken)
    office.choose(a_workbook(form5_row(number=a_number(305), id_number=an_id_number(305))))
    office.send()
    expect(office.page.get_by_role("alert")).to_contain_text("网络中断")
    assert office.batches() == 0
    office.page.unroute("**/staff/batches/new*")
    office.send()
    office.page.wait_for_url("**/staff/jobs/*")
    assert office.batches() == 1


def test_without_script_the_form_is_posted_as_any_other(office: Office, browser: Browser) -> None:
    cookies = office.page.context.cookies()
    context = browser.new_context(locale="zh-CN", base_url=office.origin, java_script_enabled=False)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    office.page = context.new_page()
    office.page.goto("/staff/batches/new")
    office.choose(a_workbook(form5_row(number=a_number(306), id_number=an_id_number(306))))
    office.send()
    office.page.wait_for_url("**/staff/jobs/*")
    context.close()


def test_an_answer_of_another_kind_is_told_in_its_own_words(office: Office) -> None:
    page = "<main id='main'><h1>文件太大，没有收下</h1><p>什么都没有保存。</p></main>"
    office.page.route(
        "**/staff/batches/new*",
        lambda route: (
            route.fulfill(status=413, content_type="text/html; charset=utf-8", body=page)
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    office.choose(a_workbook(ROW))
    office.send()
    expect(office.page.get_by_role("alert")).to_have_text("文件太大，没有收下 什么都没有保存。")
    expect(office.page.locator("main")).to_have_count(1)
