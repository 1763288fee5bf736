"""What is turned away at the door of the staff's pages, and what a session alone is not enough for."""

from datetime import timedelta
from pathlib import Path

import pytest

from registry.ledger.entries import ActKind, Authority
from registry.requests.asking import Asked, ask
from registry.requests.deciding import desk_of
from registry.requests.model import Party, Who
from registry.review.acts import ActReason
from registry.staff.model import StaffRole
from tests.builders import an_id_number
from tests.registry.filled import HOLDERS, Story
from tests.registry.ledger.builders import ZHUZHOU
from tests.web.staff.desks import CREDIT_CODE, PASSWORD, a_desk

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/staff/filings/S%00", "/staff/jobs/%00", "/staff/certificates/%00"])
async def test_an_address_with_a_nul_is_not_there(filled_register: Path, tmp_path: Path, path: str) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        province = desk.browser(desk.account(StaffRole.PROVINCE))
        assert (await province.get(path)).status_code == 404
        assert (await province.get("/staff/filings?q=%00")).status_code == 422


async def test_a_form_with_a_nul_is_no_form(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        answers = [
            await desk.stranger().post("/staff/login", {"login": "no\0body"}),
            await desk.stranger().post("/staff/login", {"log\0in": "nobody"}),
        ]
    assert [answer.status_code for answer in answers] == [422, 422]


@pytest.mark.parametrize("charset", ["undefined", "punycode", "utf-7", "unicode_escape", "idna"])
async def test_a_form_in_a_character_set_of_its_own_is_no_form(
    filled_register: Path, tmp_path: Path, charset: str
) -> None:
    body = '--b\r\nContent-Disposition: form-data; name="login"\r\n\r\n+2AA-\\ud800\r\n--b--\r\n'
    headers = {"content-type": f"multipart/form-data; charset={charset}; boundary=b"}
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.stranger()
        answer = await browser.client.post("/staff/login", content=body, headers=headers)
        named = headers["content-type"].replace(charset, "UTF-8")
        usual = await browser.client.post("/staff/login", content=body, headers={"content-type": named})
    assert (answer.status_code, usual.status_code) == (422, 403)


async def test_an_open_session_makes_no_token_without_the_password(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        clerk = desk.account(StaffRole.INSTITUTION)
        browser = desk.browser(clerk)
        day = (desk.office.today() + timedelta(days=9)).isoformat()
        wanted = {"name": "示例系统", "scope": "batches:read", "ends_on": day}
        for given in ({}, {"token_password": "示例口令 of somebody else"}):
            refused = await browser.post("/staff/account/tokens", {**wanted, **given})
            assert refused.status_code == 422
            assert "skillcert_" not in refused.text
        assert desk.office.staff.tokens.of_account(clerk.id) == []
        made = await browser.post("/staff/account/tokens", {**wanted, "token_password": PASSWORD})
        assert "skillcert_" in made.text


async def test_a_new_identity_number_is_whole_only_for_who_decides_on_it(
    filled_register: Path, tmp_path: Path
) -> None:
    holder, number = HOLDERS[Story.PLAIN], an_id_number(877)
    async with a_desk(filled_register, tmp_path / "r") as desk:
        asked = Asked(
            ActKind.CORRECTED,
            ActReason.CLERICAL_ERROR,
            Authority.INSTITUTION,
            "示例：证件号码录错",
            {"id_number": number},
        )
        requests = desk_of(desk.scene.register)
        who = Who(Party.INSTITUTION, CREDIT_CODE, "")
        path = f"/staff/requests/{ask(desk.scene.register.look_up, requests, holder.number, who, asked).id}"
        seen = {}
        for role in (StaffRole.REVIEWER, StaffRole.PROVINCE, StaffRole.AUDITOR, StaffRole.INSTITUTION):
            page = await desk.browser(desk.account(role)).get(path)
            assert f"{number[:2]}**************{number[-2:]}" in page.text or number in page.text
            seen[role] = number in page.text
    assert [role for role, whole in seen.items() if whole] == [StaffRole.REVIEWER, StaffRole.PROVINCE]


async def test_who_was_moved_sees_no_job_of_the_former_office(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        reviewer = desk.account(StaffRole.REVIEWER)
        path = f"/staff/jobs/{desk.office.jobs.submit('propose', 'anything', reviewer.id, {}).id}"
        assert (await desk.browser(reviewer).get(path)).status_code == 200
        desk.office.accounts.change(reviewer.id, name=reviewer.name, role=StaffRole.REVIEWER, office=ZHUZHOU)
        assert (await desk.browser(reviewer).get(path)).status_code == 404


@pytest.mark.parametrize("query", ["from=0001-01-01", "to=9999-12-31"])
async def test_the_ends_of_the_calendar_are_no_period(
    filled_register: Path, tmp_path: Path, query: str
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        auditor = desk.browser(desk.account(StaffRole.AUDITOR))
        assert (await auditor.get(f"/staff/trail?{query}")).status_code == 422
