"""A holder's whole way in one browser: three facts, secret, all certificates, share, stop, correction, out.

Whether each page is accessible, silent and narrow enough is looked at where it is made; this is the way
itself, with the program as it runs.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from signing.receipts import parse_extra, parse_receipt
from signing.report import Conclusion
from signing.trust import read_trust
from signing.verifier import verify
from tests.e2e.demo_process import RunningDemo
from tests.e2e.people import Person, a_person

_SECRET = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){4}")


@pytest.fixture
def holder(browser: Browser, demo: RunningDemo) -> Iterator[Person]:
    """Somebody who holds a certificate, before they came here."""
    somebody = a_person(browser, demo.base, "")
    yield somebody
    somebody.context.close()


@pytest.fixture
def employer(browser: Browser, demo: RunningDemo) -> Iterator[Person]:
    """Somebody who is sent a link."""
    somebody = a_person(browser, demo.base, "")
    yield somebody
    somebody.context.close()


def _type_facts(holder: Person, facts: dict[str, str]) -> None:
    page = holder.page
    page.goto("/holder")
    page.get_by_label("姓名").fill(facts["name"])
    page.get_by_label("证件号码").fill(facts["id_number"])
    page.get_by_label("证书编号").fill(facts["number"])
    page.get_by_role("button", name="查找我的证书").click()
    expect(page.locator("h1")).to_have_text("找到您的证书")


def _take_secret(holder: Person) -> str:
    page = holder.page
    page.get_by_role("button", name="领取管理密码").click()
    expect(page.locator("h1")).to_have_text("请记下您的管理密码")
    found = _SECRET.search(page.locator(".secret-text").inner_text().replace("\n", ""))
    assert found is not None
    page.get_by_role("link", name="记好了，去登录").click()
    return found.group(0)


def _log_in(holder: Person, facts: dict[str, str], secret: str) -> None:
    page = holder.page
    page.get_by_label("姓名").fill(facts["name"])
    page.get_by_label("证件号码").fill(facts["id_number"])
    # As somebody reads it from a slip of paper.
    page.get_by_role("textbox", name="管理密码").fill(secret.lower().replace("-", " "))
    page.get_by_role("button", name="登录").click()
    expect(page).to_have_url(re.compile("/holder/certificates$"))


def _share(holder: Person) -> str:
    page = holder.page
    page.get_by_role("link", name="分享", exact=True).click()
    page.get_by_role("link", name="新建分享").click()
    page.get_by_role("link", name="自己选").click()
    expect(page.get_by_role("link", name="自己选")).to_have_attribute("aria-current", "true")
    for box in page.get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_label("等级", exact=True).check()
    page.get_by_label("备注（选填，只有您看得到）").fill("示例公司入职")
    page.get_by_role("button", name="生成链接").click()
    expect(page.locator("h1")).to_have_text("示例公司入职")
    return page.locator(".share-link code").inner_text()


def test_from_the_paper_to_all_certificates_a_share_and_a_correction(
    holder: Person, employer: Person, demo: RunningDemo, samples: Path, tmp_path: Path
) -> None:
    facts = demo.holder("corrected")
    page, theirs = holder.page, employer.page

    # The paper opens one certificate, and offers the secret once.
    _type_facts(holder, facts)
    secret = _take_secret(holder)
    _type_facts(holder, facts)
    expect(page.get_by_role("button", name="领取管理密码")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("管理密码已于")

    # The secret opens all of them.
    page.get_by_role("link", name="用管理密码登录").first.click()
    _log_in(holder, facts, secret)
    expect(page.locator("main")).to_contain_text(facts["number"])
    expect(page.locator("main")).to_contain_text(facts["name"])
    assert facts["id_number"] not in page.content()
    with page.expect_download() as waiting:
        page.get_by_role("link", name=f"下载 电子证书（PDF） {facts['number']}").click()
    waiting.value.save_as(sheet := tmp_path / "sheet.pdf")
    report = verify(sheet.read_bytes(), read_trust(samples / "trust"), datetime.now(UTC))
    assert report.conclusion is Conclusion.AUTHENTIC_AND_IN_FORCE

    # A share shows the level to an employer and nothing else, and each use is known.
    link = _share(holder)
    theirs.goto(link)
    expect(theirs.locator("h1")).to_have_text("有人向您出示职业技能等级证书")
    for hidden in (facts["name"], facts["number"], facts["id_number"]):
        assert hidden not in theirs.content()
    theirs.get_by_role("button", name="查看").click()
    expect(theirs.locator("h1")).to_have_text("有效")
    for hidden in (facts["name"], facts["number"], facts["id_number"]):
        assert hidden not in theirs.content()
    with theirs.expect_download() as waiting:
        theirs.get_by_role("button", name="下载分享回执").click()
    waiting.value.save_as(receipt := tmp_path / "share.tlog-proof")
    _, opening = parse_extra(parse_receipt(receipt.read_bytes()).extra)
    fields = opening["fields"]
    assert isinstance(fields, dict)
    assert set(fields) == {"institution", "issuer", "level"}
    page.reload()
    expect(page.locator(".timeline li")).to_have_count(1)

    # Stopped, it shows nothing more, to whoever has the link.
    page.get_by_role("button", name="停止分享").click()
    expect(page.locator("main")).to_contain_text("已停止")
    theirs.goto(link)
    expect(theirs.locator("h1")).to_have_text("这个分享不再有效，或者不存在")

    # Something is wrong on the certificate: asked for, and seen in the list with its state.
    page.get_by_role("link", name="更正申请").click()
    page.get_by_role("link", name=re.compile("申请更正.*" + facts["number"])).click()
    page.get_by_label("姓名").fill("示例新名")
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text("查询号")
    page.goto("/holder/corrections/own")
    expect(page.locator(".progress [aria-current=step]")).to_have_text("已提交")

    # Out, and nothing is left in the browser.
    page.get_by_role("button", name="退出登录").click()
    page.goto("/holder/certificates")
    expect(page).to_have_url(re.compile(r"/holder(\?ended=1)?$"))
