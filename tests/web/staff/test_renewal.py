"""Who enters the renewal table, who reads it, and that what is wrong is not saved."""

import io
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from registry.staff.model import StaffRole
from tests.registry.ledger.builders import PREFIX, ZHUZHOU
from tests.web.staff.desks import Desk, a_desk
from web.cli.tallying import tally_follower

pytestmark = pytest.mark.anyio
TABLE = f"/staff/renewal/{PREFIX}"
ENTRY = {"assessed-2025-01-2025-12": "11", "choice-6-31-01-03-": "renew"}
OTHER = "91350100M000100Y43"


def count(desk: Desk) -> None:
    tally_follower(desk.scene.register).follow()


async def test_an_institution_enters_its_own_and_the_province_sees_it(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        own = desk.browser(desk.account(StaffRole.INSTITUTION))
        to_own = await own.get("/staff/renewal")
        assert (to_own.status_code, to_own.headers["location"]) == (303, TABLE)
        done = await own.post(TABLE, ENTRY)
        assert (done.status_code, done.headers["location"][-8:]) == (303, "&saved=1")
        page = await own.get(done.headers["location"])
        assert "已保存" in page.text
        assert 'value="11"' in page.text
        seen = await desk.browser(desk.account(StaffRole.PROVINCE)).get(TABLE)
        assert "示例institution" in seen.text, "who entered it"
        assert '<td class="numeric" data-label="认定数（人次）">11</td>' in seen.text
        assert ">续期</span>" in seen.text
        assert "<select" not in seen.text
        (entry,) = [each for each in desk.office.staff.trail.newest(20) if each.act == "renewal.enter"]
        assert (entry.subject, entry.outcome, entry.details) == (PREFIX, "done", {"changed": "2"})


async def test_the_province_sees_the_choice_where_it_renews(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        await desk.browser(desk.account(StaffRole.INSTITUTION)).post(TABLE, ENTRY)
        form = await desk.browser(desk.account(StaffRole.PROVINCE)).get(f"/staff/filings/{PREFIX}/renewed")
    assert form.status_code == 200
    assert "机构申请续期" in form.text
    assert f'href="{TABLE}"' in form.text


async def test_what_is_no_number_is_not_saved_and_stays_in_the_form(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        own = desk.browser(desk.account(StaffRole.INSTITUTION))
        for wrong in ("十一", "-1", "1.5", "10000000"):
            page = await own.post(TABLE, {**ENTRY, "assessed-2025-01-2025-12": wrong})
            assert page.status_code == 422
            assert f'value="{wrong}"' in page.text
            assert 'aria-invalid="true"' in page.text
        assert "未填" in (await desk.browser(desk.account(StaffRole.AUDITOR)).get(TABLE)).text


async def test_who_assessed_fewer_than_it_certified_is_told(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        own = desk.browser(desk.account(StaffRole.INSTITUTION))
        await own.post(TABLE, {"assessed-2025-01-2025-12": "5"})
        assert "认定数小于颁发证书数" in (await own.get(TABLE)).text
        await own.post(TABLE, {"assessed-2025-01-2025-12": "6"})
        assert "认定数小于颁发证书数" not in (await own.get(TABLE)).text


@pytest.mark.parametrize(
    ("role", "office", "read", "write"),
    [
        (StaffRole.INSTITUTION, None, 200, 303),
        (StaffRole.INSTITUTION, OTHER, 404, 404),
        (StaffRole.REVIEWER, None, 200, 403),
        (StaffRole.REVIEWER, ZHUZHOU, 404, 403),
        (StaffRole.PROVINCE, None, 200, 403),
        (StaffRole.AUDITOR, None, 200, 403),
        (StaffRole.ADMINISTRATOR, None, 403, 403),
    ],
)
async def test_each_role_reads_and_enters_what_is_its_own(
    filled_register: Path, tmp_path: Path, role: StaffRole, office: str | None, read: int, write: int
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(role, office))
        assert (await browser.get(TABLE)).status_code == read
        assert (await browser.get(f"{TABLE}/table.xlsx")).status_code == read
        assert (await browser.post(TABLE, ENTRY)).status_code == write
        missing = await browser.get("/staff/renewal/S000043999999")
        assert missing.status_code == (404 if role is not StaffRole.ADMINISTRATOR else 403)


async def test_the_workbook_has_the_figures_of_the_page(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        count(desk)
        own = desk.browser(desk.account(StaffRole.INSTITUTION))
        await own.post(TABLE, ENTRY)
        answer = await own.get(f"{TABLE}/table.xlsx?from=2025-01&to=2025-12")
    assert f'filename="renewal-{PREFIX}-2025-01-2025-12.xlsx"' in answer.headers["content-disposition"]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    rows = {str(row[0]): row for row in sheet.to_python()}
    assert rows["2025"] == ["2025", 1, 11, 6, 0, 0]


async def test_the_list_finds_by_name_and_number(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.PROVINCE))
        for text in ("", "评价", PREFIX):
            assert TABLE in (await browser.get(f"/staff/renewal?q={text}")).text
        assert "没有符合条件的机构" in (await browser.get("/staff/renewal?q=没有")).text


async def test_a_period_that_is_none_is_malformed(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.AUDITOR))
        assert (await browser.get(f"{TABLE}?from=2026-01&to=2025-01")).status_code == 422
        assert (await browser.get(f"{TABLE}?from=x")).status_code == 422
