"""The statistics say what a hand would count, to whom it is meant for, as a page and as files."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from registry.staff.model import StaffRole
from tests.registry.filled import Story
from tests.registry.ledger.builders import CHANGSHA, ZHUZHOU
from tests.web.staff.desks import Desk, a_desk
from web.cli.tallying import tally_follower
from web.csv_file import csv_text
from web.staff.statistics.tables import Topic, percent

pytestmark = pytest.mark.anyio
PERIOD = "from=2025-01&to=2025-12"


def count(desk: Desk) -> None:
    tally_follower(desk.scene.register).follow()


def lines(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


async def a_file(
    desk: Desk, role: StaffRole, topic: str, *, office: str | None = None, more: str = ""
) -> list[list[str]]:
    browser = desk.browser(desk.account(role, office))
    answer = await browser.get(f"/staff/statistics/{topic}.csv?{PERIOD}{more}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return lines(answer.content.decode())


async def test_the_province_sees_every_topic_with_chart_and_table(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        page = await desk.browser(desk.account(StaffRole.PROVINCE)).get(f"/staff/statistics?{PERIOD}")

    assert page.status_code == 200
    assert page.text.count('<svg viewBox="0 0 420') == len(Topic) - 1
    assert "style=" not in page.text
    for topic in Topic:
        assert f"/staff/statistics/{topic.value}.csv?from=2025-01&amp;to=2025-12" in page.text
    # What keeps rows out has nothing to draw: no row of these batches was refused.
    assert "这一期间没有数据" in page.text


async def test_the_files_hold_the_figures_of_the_stories(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        assert await a_file(desk, StaffRole.PROVINCE, "units") == [
            ["审核机关", "证书数（本）"],
            ["长沙市", "6"],
        ]
        months = await a_file(desk, StaffRole.PROVINCE, "months")
        assert len(months) == 13
        assert months[9] == ["2025-09", "0", "6", "6"]
        assert (await a_file(desk, StaffRole.PROVINCE, "levels"))[3] == ["三级/高级工", "6"]
        assert await a_file(desk, StaffRole.PROVINCE, "occupations") == [
            ["职业编码", "职业名称", "工种名称", "证书数（本）"],
            ["6-31-01-03", "电工", "", "6"],
        ]
        # Eight were uploaded; the legacy one had no deadline.
        assert (await a_file(desk, StaffRole.PROVINCE, "uploads"))[1] == ["长沙市", "8", "8", "100%"]
        assert (await a_file(desk, StaffRole.AUDITOR, "reviews"))[1] == ["长沙市", "1", "1", "100%"]


async def test_an_annulment_is_seen_once_it_is_counted(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        desk.scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
        page = await desk.browser(desk.account(StaffRole.AUDITOR)).get(f"/staff/statistics?{PERIOD}")
        assert "统计正在更新" in page.text
        count(desk)
        assert (await a_file(desk, StaffRole.AUDITOR, "units"))[1] == ["长沙市", "5"]


async def test_a_bureau_sees_its_own_whatever_it_asks_for(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        own = await a_file(desk, StaffRole.REVIEWER, "units", office=CHANGSHA)
        assert own == [["评价机构", "证书数（本）"], ["示例评价机构", "6"]]
        asked = await a_file(desk, StaffRole.REVIEWER, "units", office=ZHUZHOU, more=f"&city={CHANGSHA}")
        assert asked == [["评价机构", "证书数（本）"]]


async def test_an_institution_sees_itself_and_no_ranking(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        own = desk.browser(desk.account(StaffRole.INSTITUTION))
        other = desk.browser(desk.account(StaffRole.INSTITUTION, "91350100M000100Y43"))
        levels = f"/staff/statistics/levels.csv?{PERIOD}"
        assert lines((await own.get(levels)).text)[3] == ["三级/高级工", "6"]
        assert lines((await other.get(levels)).text)[3] == ["三级/高级工", "0"]
        assert (await own.get(f"/staff/statistics/units.csv?{PERIOD}")).status_code == 404


async def test_a_city_and_a_period_narrow_what_is_counted(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        assert len(await a_file(desk, StaffRole.PROVINCE, "units", more=f"&city={ZHUZHOU}")) == 1
        browser = desk.browser(desk.account(StaffRole.PROVINCE))
        before = await browser.get("/staff/statistics/units.csv?from=2025-01&to=2025-08")
        assert len(lines(before.text)) == 1
        for wrong in ("from=2025-13", "from=2025-09&to=2025-08", "city=999999", "from=1990-01&to=2100-01"):
            assert (await browser.get(f"/staff/statistics?{wrong}")).status_code == 422


async def test_nobody_without_a_role_for_it_gets_statistics(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.ADMINISTRATOR))
        for path in ("/staff/statistics", "/staff/statistics/units.csv"):
            assert (await browser.get(path)).status_code == 403


async def test_the_first_page_has_the_year_in_numbers(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.REVIEWER))
        assert "近 12 个月" not in (await browser.get("/staff")).text
        count(desk)
        desk.scene.clock.now += timedelta(minutes=2)
        page = await desk.browser(desk.account(StaffRole.REVIEWER)).get("/staff")
    assert "近 12 个月" in page.text
    assert '<p class="tile-number">6</p>' in page.text


def test_a_share_below_all_is_never_rounded_up_to_all() -> None:
    assert [percent(each) for each in (1, 0.9999, 0.5, 0)] == ["100%", "99.9%", "50.0%", "0.0%"]


def test_a_file_holds_no_formula() -> None:
    text = csv_text(("甲",), [("=1+1",), ("@x",), (-1,), ("示例,机构",)])
    assert lines(text) == [["甲"], ["'=1+1"], ["'@x"], ["-1"], ["示例,机构"]]
