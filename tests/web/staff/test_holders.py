"""At the counter: a bureau that checked the person voids the secret, and nobody else."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from registry.staff.model import StaffRole
from registry.staff.trail import Trail
from tests.registry.filled import HOLDERS, Story
from tests.registry.ledger.builders import CHANGSHA, ZHUZHOU
from tests.web.holder.people import ADA, BOB, FREE, Person, a_person, inside
from tests.web.staff.desks import Browser, Desk, a_desk

pytestmark = pytest.mark.anyio
_TYPED = {"id_type": "201", "id_number": ADA.id_number, "name": ADA.name, "number": ADA.number}


def counter(desk: Desk, role: StaffRole = StaffRole.REVIEWER, office: str = CHANGSHA) -> Browser:
    """The browser at a bureau's counter."""
    return desk.browser(desk.account(role, None if role is StaffRole.PROVINCE else office))


def permit_in(page: str) -> str:
    """What lets whoever found the person void the secret."""
    found = re.search(r'name="permit" value="([^"]+)"', page)
    return found.group(1) if found else ""


async def voided(browser: Browser, **over: str) -> str:
    """The page after the whole way at the counter."""
    page = await browser.post("/staff/holders", _TYPED)
    fields = {"permit": permit_in(page.text), "checked": "yes", **over}
    return (await browser.post("/staff/holders/void", fields)).text


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.PROVINCE])
async def test_a_voided_secret_opens_nothing_more(
    filled_register: Path, tmp_path: Path, role: StaffRole
) -> None:
    async with a_desk(filled_register, tmp_path / "r", **FREE) as desk:
        person = await inside(desk)
        page = await voided(counter(desk, role))
        seen = await person.browser.get("/holder/certificates")
        again = await person.log_in()
        fresh = await a_person(desk)
        status = await fresh.log_in()

    assert "退出登录 1 处" in page
    assert seen.status_code == 303
    assert again == 403
    assert fresh.secret != person.secret
    assert status == 303


async def test_shares_stop_with_the_secret(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r", **FREE) as desk:
        person = await inside(desk)
        await make_share(desk, person)
        page = await voided(counter(desk))
    assert "停止分享 1 个" in page


async def make_share(desk: Desk, person: Person) -> None:
    """The person shares the certificate."""
    index = desk.scene.register.ledger.records.versions(ADA.number)[0].certificate
    form = await person.browser.get(f"/holder/shares/new?certificate={index}")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text))
    until = desk.office.today().isoformat()
    made = await person.browser.post(
        "/holder/shares/new", {**hidden, "items": ["number"], "until": until, "note": ""}
    )
    assert made.status_code == 303, made.text


async def test_without_checking_the_person_nothing_is_voided(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r", **FREE) as desk:
        person = await a_person(desk)
        page = await voided(counter(desk), checked="")
        assert "请先核对本人和证件原件" in page
        assert await person.log_in() == 303


_WRONG: Sequence[Mapping[str, str]] = (
    {"id_type": "227"},
    {"id_number": BOB.id_number},
    {"name": BOB.name},
    {"number": BOB.number},
    {"number": "示例"},
    {"number": "S000043990001253999999"},
    {"name": "甲" * 500},
    {"id_number": "1" * 500},
)


async def test_nobody_is_found_unless_all_four_fit(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r", **FREE) as desk:
        await a_person(desk)
        reviewer = counter(desk)
        pages = [(await reviewer.post("/staff/holders", {**_TYPED, **wrong})).text for wrong in _WRONG]
        right = (await reviewer.post("/staff/holders", _TYPED)).text
    assert [page for page in pages if "没有四项都一致的证书" not in page or permit_in(page)] == []
    assert permit_in(right)


async def test_another_bureau_finds_nobody_and_a_permit_is_one_persons(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r", **FREE) as desk:
        person = await a_person(desk)
        far = await counter(desk, office=ZHUZHOU).post("/staff/holders", _TYPED)
        permit = permit_in((await counter(desk).post("/staff/holders", _TYPED)).text)
        colleague = await counter(desk).post("/staff/holders/void", {"permit": permit, "checked": "yes"})
        assert "没有四项都一致的证书" in far.text
        assert colleague.status_code == 403
        assert await person.log_in() == 303


async def test_who_took_none_has_nothing_to_void(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r", **FREE) as desk:
        page = await counter(desk).post("/staff/holders", _TYPED)
    assert "不需要注销" in page.text
    assert not permit_in(page.text)


async def test_the_trail_tells_who_voided_it_and_names_no_holder(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r", **FREE) as desk:
        await inside(desk)
        await counter(desk).post("/staff/holders", {**_TYPED, "name": BOB.name})
        await voided(counter(desk))
        entries = [
            each
            for each in Trail(desk.scene.register.desk_engine).newest(10)
            if each.act.startswith("holder.")
        ]

    assert [(each.act, each.outcome) for each in entries][:3] == [
        ("holder.void", "done"),
        ("holder.find", "done"),
        ("holder.find", "certificate_unknown"),
    ]
    assert entries[0].details == {"ended": "1", "shares": "0"}
    assert entries[0].account
    said = json.dumps([vars(each) for each in entries], default=str, ensure_ascii=False)
    for holder in (ADA, BOB, HOLDERS[Story.CORRECTED]):
        assert not [text for text in (holder.name, holder.id_number, holder.number) if text in said]
