"""Nobody passes the gate for whom the address is not meant, and what passes leaves a trail."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from registry.staff.model import StaffRole
from tests.builders import an_id_number
from tests.web.staff.desks import PASSWORD, a_desk
from web.language import Language
from web.staff.routes import STAFF_ADDRESSES
from web.vocabulary import WORDS

pytestmark = pytest.mark.anyio


async def test_a_stranger_is_led_to_the_log_in_and_back(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        turned = await desk.stranger().get("/staff")

    assert (turned.status_code, turned.headers["location"]) == (303, "/staff/login?next=/staff")


@pytest.mark.parametrize("role", StaffRole)
async def test_everybody_has_a_home(filled_register: Path, tmp_path: Path, role: StaffRole) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        page = await desk.browser(desk.account(role)).get("/staff")

    assert page.status_code == 200
    assert f"示例{role.value}" in page.text


async def test_what_was_refused_stands_in_the_trail_like_what_was_done(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        auditor, institution = desk.account(StaffRole.AUDITOR), desk.account(StaffRole.INSTITUTION)
        await desk.browser(auditor).post("/staff/accounts/new", {"login": "intruder", "role": "province"})
        day = (desk.office.today() + timedelta(days=9)).isoformat()
        fields = {
            "name": "示例系统",
            "scope": ["batches:read", "batches:write"],
            "ends_on": day,
            "token_password": PASSWORD,
        }
        made = await desk.browser(institution).post("/staff/account/tokens", fields)
        newest, refused = desk.office.staff.trail.newest(2)
        token = desk.office.staff.tokens.of_account(institution.id)[0]

    assert (refused.act, refused.account, refused.role, refused.outcome) == (
        "account.created",
        auditor.id,
        "auditor",
        "wrong_role",
    )
    assert (newest.act, newest.account, newest.subject, newest.outcome) == (
        "token.created",
        institution.id,
        token.id,
        "done",
    )
    assert newest.details == {"scopes": "batches:read batches:write"}
    assert "skillcert_" in made.text
    assert len(newest.address) == 16


async def test_an_act_that_fails_inside_is_traced_and_says_nothing(
    filled_register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError("of the house")

    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.AUDITOR))
        monkeypatch.setattr(type(desk.office.staff.sessions), "end_others", broken)
        answer = await browser.post("/staff/account/sessions/end")
        newest = desk.office.staff.trail.newest(1)[0]

    assert answer.status_code == 500
    assert "of the house" not in answer.text
    assert (newest.act, newest.outcome) == ("sessions.ended", "internal_fault")


@pytest.mark.parametrize("language", Language)
def test_every_act_of_the_trail_has_a_word(language: Language) -> None:
    acts = {address.act for address in STAFF_ADDRESSES if address.act}

    assert {act for act in acts if f"act.{act}" not in WORDS[language]} == set()


async def test_a_log_in_on_the_way_to_a_page_keeps_its_whole_address(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.REVIEWER)
        browser = desk.stranger()
        wanted = "/staff/review?state=late&page=2"
        fields = {"login": account.login, "password": PASSWORD, "next": wanted}
        half = await browser.post("/staff/login", fields)
        form = await browser.get(half.headers["location"])

    assert 'name="next" value="/staff/review?state=late&amp;page=2"' in form.text


async def test_what_was_typed_into_an_address_and_not_found_stands_in_no_trail(
    filled_register: Path, tmp_path: Path
) -> None:
    typed = an_id_number(7)
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browsers = [desk.browser(desk.account(role)) for role in StaffRole]
        for address in STAFF_ADDRESSES:
            if "{" in address.path and address.act:
                path = re.sub(r"\{\w+\}", typed, address.path)
                for browser in browsers:
                    await (browser.post(path) if address.changes else browser.get(path))
        written = desk.office.staff.trail.newest(1000)

    assert written
    assert typed not in repr(written)
