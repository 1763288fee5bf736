"""The first page of each role says what waits for it."""

import re
from pathlib import Path

import pytest

from registry.staff.model import StaffRole
from tests.web.staff.desks import a_desk

pytestmark = pytest.mark.anyio

TILES = {
    StaffRole.INSTITUTION: (
        "等审核结果的批次",
        "须更正、已退回的批次",
        "未办结的申请与异议",
        "三个月内到期的备案",
    ),
    StaffRole.REVIEWER: ("待审核批次", "三个工作日内到期", "已超过审核期限", "未办结的申请与异议"),
    StaffRole.PROVINCE: ("待审核批次", "已超过审核期限", "三个月内到期的备案"),
    StaffRole.AUDITOR: ("待审核批次", "已超过审核期限", "三个月内到期的备案"),
    StaffRole.ADMINISTRATOR: ("在用账号", "还没有登录过"),
}


async def test_each_role_sees_what_waits_for_it(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        for role, tiles in TILES.items():
            page = await desk.browser(desk.account(role)).get("/staff")
            assert page.status_code == 200
            assert [text for text in tiles if text not in page.text] == []


async def test_the_administrator_sees_no_batch(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        page = await desk.browser(desk.account(StaffRole.ADMINISTRATOR)).get("/staff")

    assert "/staff/review/" not in page.text
    assert "/staff/batches" not in page.text


async def test_every_line_of_every_menu_opens(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        for role in StaffRole:
            browser = desk.browser(desk.account(role))
            home = (await browser.get("/staff")).text
            lines = re.findall(r'<li><a href="(/staff[^"]*)"', home.split("</nav>")[0])
            assert len(lines) >= 4
            for line in lines:
                page = await browser.get(line)
                is_led_on = page.status_code == 303 and page.headers["location"].startswith(f"{line}/")
                assert page.status_code == 200 or is_led_on, (role, line)


async def test_an_institution_is_led_to_its_own_statistics(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        home = await desk.browser(desk.account(StaffRole.INSTITUTION)).get("/staff")
        other = await desk.browser(desk.account(StaffRole.ADMINISTRATOR)).get("/staff")

    assert 'href="/staff/statistics"' in home.text.split("</nav>")[0]
    assert "/staff/statistics" not in other.text
