"""From an empty directory to a published certificate, by those who do it, each in a browser of their own.

Every page they meet is checked on the way: no violation that axe-core finds, nothing wider than a phone, no
complaint in the console, nobody else asked.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from starlette.routing import compile_path

from registry.intake.forms_out import FORM5_FIRST_ROW
from tests.builders import an_id_number
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.empty_house import CHANGSHA, PASSPHRASES, PROVINCE, EmptyHouse, an_empty_house
from tests.e2e.people import OWN_PASSWORD, Person, a_person
from tests.web.staff.desks import CREDIT_CODE
from web.staff.routes import STAFF_ADDRESSES

PREFIX, NAME = "Y000043990088", "示例机电技术有限公司"
PEOPLE = {
    "shengting": ("示例省厅经办", "省级审核", ""),
    "changsha": ("示例长沙审核", "市州审核", CHANGSHA),
    "jigou": ("示例机构填报", "评价机构", CREDIT_CODE),
    "jiandu": ("示例监督员", "监督检查", ""),
}
FILES = ("/bundle/{job}", ".xlsx", ".csv", "/state", "/document", "/json", "/pdf")
PAGES = {
    each.path
    for each in STAFF_ADDRESSES
    if each.methods == ("GET",) and each.path.startswith("/staff") and not each.path.endswith(FILES)
}
TWO_STEP = {"guanli", "shengting", "changsha"}


@dataclass
class Town:
    """The house and everybody in it."""

    house: EmptyHouse
    browser: Browser
    directory: Path
    start_passwords: dict[str, str]

    def person(self, login: str) -> Person:
        """A browser for somebody."""
        pictures = os.environ.get("SKILLCERT_TEST_PICTURES")
        return a_person(self.browser, self.house.base, login, Path(pictures) if pictures else None)

    def newcomer(self, login: str) -> Person:
        """Somebody who logged in for the first time."""
        person = self.person(login)
        person.first_log_in(self.start_passwords[login], two_step=login in TWO_STEP)
        return person


@pytest.fixture(scope="module")
def town(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A register that was just begun."""
    directory = tmp_path_factory.mktemp("empty")
    with an_empty_house(directory) as (house, password):
        yield Town(house, browser, directory, {"guanli": password})


def test_from_an_empty_database_to_a_published_certificate(town: Town) -> None:
    administrator = town.newcomer("guanli")
    make_the_accounts(town, administrator)
    province = town.newcomer("shengting")
    file_the_institution(province)
    institution = town.newcomer("jigou")
    numbers = upload(town, institution)
    correct_and_upload_again(town, institution, numbers)
    reviewer = town.newcomer("changsha")
    review(reviewer)
    sign(town, reviewer)
    see_it_published(institution, numbers)
    annul_on_request(institution, reviewer, numbers[2])
    dispute_and_reinstate(institution, province, numbers[2])
    come_back(reviewer)
    look_at_everything(province, reviewer, institution, town.newcomer("jiandu"), administrator)


def make_the_accounts(town: Town, clerk: Person) -> None:
    """The administrator makes everybody an account and hands out what is shown once."""
    page = clerk.page
    for login, (name, role, office) in PEOPLE.items():
        page.get_by_role("link", name="账号管理", exact=True).click()
        page.get_by_role("link", name="新建账号").click()
        clerk.look()
        page.get_by_label("登录名").fill(login)
        page.get_by_label("姓名").fill(name)
        page.get_by_label("岗位").select_option(label=role)
        if role == "评价机构":
            page.get_by_label("统一社会信用代码").fill(office)
        elif office:
            page.get_by_label("市州", exact=True).select_option(office)
        page.get_by_role("button", name="新建账号").click()
        expect(page.locator(".secret")).to_be_visible()
        town.start_passwords[login] = page.locator(".secret").inner_text().strip()
        clerk.look()
    page.get_by_role("link", name="账号管理", exact=True).click()
    clerk.look("accounts")


def file_the_institution(province: Person) -> None:
    """The province files an employer, which needs no publicity, under its own signature."""
    page = province.page
    page.get_by_role("link", name="机构备案").click()
    page.get_by_role("link", name="登记新机构").click()
    province.look()
    page.get_by_label("机构类别").select_option("Y")
    page.get_by_label("证书编号前 13 位").fill(PREFIX)
    page.get_by_label("机构全称").fill(NAME)
    page.get_by_label("统一社会信用代码").fill(CREDIT_CODE)
    page.get_by_label("审核机关").select_option(CHANGSHA)
    page.get_by_label("备案日期").fill((date.today() - timedelta(days=30)).isoformat())  # noqa: DTZ011
    page.get_by_label("文书名称或文号").fill("示例函〔2026〕1号")
    page.get_by_label("机构备案号").fill("示例备案001")
    page.get_by_label("职业（工种）范围").fill("电工 6-31-01-03 - 5、4、3 国家职业标准")
    page.get_by_role("button", name="下一步：核对").click()
    province.look("filing-preview")
    page.get_by_label("您的签名口令").fill(PASSPHRASES[PROVINCE])
    page.get_by_role("button", name="签名并登记").click()
    province.wait_for(NAME)
    province.look("filing")


def upload(town: Town, institution: Person) -> list[str]:
    """The institution fills in the workbooks that the desk gave it, one number badly, and uploads both."""
    page = institution.page
    page.get_by_role("link", name="下载空表", exact=True).first.click()
    institution.look("forms")
    form5, form4 = (town.directory / f"示例{name}.xlsx" for name in ("附件5", "附件4"))
    with page.expect_download() as download:
        page.get_by_role("button", name="下载附件5 数据表").click()
    download.value.save_as(form5)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载附件4 合规审核表").click()
    download.value.save_as(form4)
    numbers = fill_in(form5, form4)
    page.get_by_role("link", name="数据上报", exact=True).click()
    institution.look()
    page.get_by_role("link", name="上报数据").click()
    institution.look("upload")
    page.get_by_label("附件5 数据表").set_input_files(form5)
    page.get_by_label("附件4 合规审核表").set_input_files(form4)
    page.get_by_role("button", name="上传并核对").click()
    institution.wait_for("上报的批次")
    expect(page.locator("main")).to_contain_text("有 1 行不能通过")
    institution.look("batch")
    return numbers


def fill_in(form5: Path, form4: Path) -> list[str]:
    """Three people; the third has a check character that is wrong, the second another employer."""
    book = load_workbook(form5)
    sheet = book.worksheets[0]
    today = date.today()  # noqa: DTZ011
    numbers = [f"{PREFIX}{today:%y}3{serial:06}" for serial in (1, 2, 3)]
    for at, number in enumerate(numbers):
        identity = an_id_number(700 + at)
        if at == 2:
            identity = identity[:-1] + ("1" if identity[-1] != "1" else "2")
        employer = "示例另一单位" if at == 1 else NAME
        cells = (
            f"示例{'甲乙丙'[at]}",
            "201",
            identity,
            employer,
            "电工",
            "",
            "3",
            number,
            today.isoformat(),
            NAME,
            NAME,
        )
        for column, text in enumerate(cells, start=1):
            sheet.cell(FORM5_FIRST_ROW + at, column).value = text
    book.save(form5)
    book = load_workbook(form4)
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("上传文件名"):
                sheet.cell(cell.row, 3).value = form5.name
            if cell.value == "序号":
                for column, text in enumerate(("1", "电工", "", "3", "3"), start=1):
                    sheet.cell(cell.row + 1, column).value = text
    book.save(form4)
    return numbers


def correct_and_upload_again(town: Town, institution: Person, numbers: list[str]) -> None:
    """The workbook comes back with its cells marked; corrected in place it is the next version."""
    page = institution.page
    with page.expect_download() as download:
        page.get_by_role("link", name="下载标注好的数据表").click()
    form5 = town.directory / "示例附件5.xlsx"
    download.value.save_as(form5)
    book = load_workbook(form5)
    sheet = book.worksheets[0]
    rows = [row for row in sheet.iter_rows() if any(cell.value == numbers[2] for cell in row)]
    assert len(rows) == 1
    assert any("校验" in str(cell.value) for cell in rows[0]), "the findings stand beside the row"
    rows[0][2].value = an_id_number(702)
    book.save(form5)
    page.get_by_role("link", name="上传更正版").click()
    institution.look()
    page.get_by_label("附件5 数据表").set_input_files(form5)
    page.get_by_label("附件4 合规审核表").set_input_files(town.directory / "示例附件4.xlsx")
    page.get_by_role("button", name="上传并核对").click()
    institution.wait_for("上报的批次")
    expect(page.locator("main")).to_contain_text("没有不能通过的行")
    institution.look()


def review(reviewer: Person) -> None:
    """The bureau accepts the flagged row, inspects the sample, and proposes."""
    page = reviewer.page
    page.get_by_role("link", name="数据审核", exact=True).click()
    reviewer.look("queue")
    page.locator("main").get_by_role("link", name=NAME).click()
    reviewer.look("review")
    page.get_by_label("处理意见").select_option(index=1)
    page.get_by_role("button", name="用于待确认的 1 行").click()
    expect(page.locator("main")).to_contain_text("已确认 1")
    page.get_by_role("link", name="查看抽中的 3 行").click()
    reviewer.look("rows")
    page.get_by_role("button", name="本页 3 行均相符").click()
    reviewer.look()
    page.get_by_role("link", name=NAME).first.click()
    page.get_by_role("button", name="拟办通过（3 行入库）").click()
    reviewer.wait_for("拟办内容")
    reviewer.look("proposal")


def sign(town: Town, reviewer: Person) -> None:
    """The bureau's key signs exactly what was shown; a wrong passphrase signs nothing."""
    page = reviewer.page
    proposal = page.url
    for other_way in ("bundle", "signature"):
        page.goto(proposal.replace("/proposal", f"/{other_way}"))
        reviewer.look(other_way)
    page.goto(proposal)
    page.get_by_role("link", name="去签名").click()
    reviewer.look("sign")
    page.get_by_label("您的签名口令").fill("不是这个口令")
    page.get_by_role("button", name="签名，3 本证书入库").click()
    expect(page.locator("main")).to_contain_text("签名口令不对，没有签名")
    reviewer.look(refused=422)
    page.get_by_label("您的签名口令").fill(PASSPHRASES[CHANGSHA])
    with town.house.paused_worker():
        page.get_by_role("button", name="签名，3 本证书入库").click()
        expect(page.locator("h1")).to_have_text("登记证书")
        reviewer.look("job")
    reviewer.wait_for("审核决定书")
    reviewer.look("decision")


def see_it_published(institution: Person, numbers: list[str]) -> None:
    """What was decided is at the institution's desk, and anybody finds the certificates."""
    page = institution.page
    page.reload()
    expect(page.locator("main")).to_contain_text("已审核通过，3 本证书入库")
    page.get_by_role("link", name="查看入库证书").click()
    institution.look("certificates")
    for number in numbers:
        page.goto("/")
        page.get_by_label("证书编号").fill(number)
        page.get_by_role("button", name="查询").click()
        expect(page.locator("h1")).to_have_text("有效")


def annul_on_request(institution: Person, reviewer: Person, number: str) -> None:
    """The institution asks for an annulment with a paper, its bureau agrees and signs."""
    page = institution.page
    page.goto(f"/staff/certificates/{number}")
    institution.look("certificate")
    page.get_by_role("link", name="申请撤销").click()
    institution.look("ask")
    page.get_by_label("情况说明").fill("示例：成绩录错，不应颁发。")
    page.get_by_role("button", name="下一步：核对").click()
    institution.look("ask-preview")
    paper = {"name": "示例文书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 an invented paper"}
    page.get_by_label("依据文书").set_input_files(paper)  # type: ignore[arg-type]  # a plain dictionary
    page.get_by_role("button", name="提交").click()
    institution.wait_for("撤销申请")
    institution.look("request")
    desk = reviewer.page
    desk.goto("/staff/requests")
    desk.locator("main").get_by_role("link", name="撤销申请").click()
    reviewer.look("request-to-decide")
    desk.get_by_label("您的签名口令").fill(PASSPHRASES[CHANGSHA])
    desk.get_by_role("button", name="签署并办理").click()
    expect_result(reviewer, number, "已撤销")


def dispute_and_reinstate(institution: Person, province: Person, number: str) -> None:
    """The institution disputes the annulment, and the province finds that it was wrong."""
    page = institution.page
    page.goto(f"/staff/certificates/{number}")
    page.get_by_role("link", name="对撤销提出异议").click()
    institution.look("dispute")
    page.get_by_label("情况说明").fill("示例：复核后成绩无误。")
    page.get_by_role("button", name="提交").click()
    institution.wait_for("对撤销的异议")
    desk = province.page
    desk.goto("/staff/requests")
    desk.locator("main").get_by_role("link", name="对撤销的异议").click()
    province.look("dispute-to-decide")
    desk.get_by_label("您的签名口令").fill(PASSPHRASES[PROVINCE])
    desk.get_by_role("button", name="签署并办理").click()
    expect_result(province, number, "有效")


def expect_result(person: Person, number: str, word: str) -> None:
    """What the public page says of a certificate, once the worker was there."""
    page = person.page
    expect(page.locator("main")).to_contain_text("已经办结", timeout=2 * PATIENCE_MS)
    page.goto(f"/certificates/{number}")
    expect(page.locator("h1")).to_have_text(word)


def come_back(reviewer: Person) -> None:
    """Out and in again, by keyboard alone, with a recovery code because the phone is not at hand."""
    page = reviewer.page
    page.goto("/staff")
    press(reviewer, "退出")
    expect(page.locator("h1")).to_have_text("登录业务办理")
    page.keyboard.type(reviewer.login)
    page.keyboard.press("Tab")
    page.keyboard.type(OWN_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("输入动态验证码")
    reviewer.look("code")
    page.get_by_label("动态验证码").focus()
    page.keyboard.type(reviewer.recovery[0])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("您好")
    press(reviewer, "数据审核")
    expect(page.locator("h1")).to_have_text("数据审核")


def press(person: Person, name: str) -> None:
    """Goes there by the Tab key, sees that the focus shows, and presses Enter."""
    page = person.page
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText").strip() == name:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"nobody sees that {name} has the focus"
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} can't be reached by keyboard")


def look_at_everything(*people: Person) -> None:
    """One page of every address that a person can reach by following links, and each menu from end to end."""
    looked: set[str] = set()
    for person in people:
        waiting, met = ["/staff"], {"/staff"}
        while waiting:
            address = waiting.pop()
            answer = person.page.goto(address)
            assert answer is not None
            assert answer.status == 200, f"{person.login}: {address}"
            template = template_of(address)
            if template not in looked:
                looked.add(template)
                person.look(template.strip("/").replace("/", "-").replace("{", "").replace("}", ""))
            for found in links_of(person):
                if found.split("?")[0] not in met and (template_of(found) not in looked or "?" not in found):
                    met.add(found.split("?")[0])
                    waiting.append(found)
    for person in people:
        looked |= {template_of(each) for each in person.seen}
    assert not PAGES - looked, sorted(PAGES - looked)


def links_of(person: Person) -> list[str]:
    """The pages of the staff that the shown page leads to; files are not pages."""
    hrefs = person.page.eval_on_selector_all(
        "a[href^='/staff']", "all => all.map(a => a.getAttribute('href'))"
    )
    found = [urlsplit(each) for each in hrefs]
    return [
        f"{each.path}{'?' + each.query if each.query else ''}"
        for each in found
        if not each.path.endswith(FILES) and "lang=" not in each.query
    ]


def template_of(address: str) -> str:
    """Which of the staff's addresses this is."""
    path = urlsplit(address).path
    for each in STAFF_ADDRESSES:
        if each.methods == ("GET",) and compile_path(each.path)[0].fullmatch(path):
            return each.path
    raise AssertionError(f"{address} leads nowhere")
