"""Taking the secret, logging in with it, and what a stolen or foreign request can't do."""

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from registry.staff.trail import Trail
from tests.registry.filled import CORRECTED_NAME, HOLDERS, Story
from tests.registry.holders.rooms import Place
from tests.web import invented
from tests.web.fake_register import FakeRegister
from tests.web.holder.people import (
    ADA,
    CHEAP_TALK,
    COOKIE,
    FREE,
    a_person,
    facts,
    inside,
    permit_in,
    secret_in,
)
from tests.web.html import read_page
from tests.web.sites import a_site
from tests.web.staff.desks import Desk, a_desk

pytestmark = pytest.mark.anyio
_INSIDE = ("/holder/certificates", "/holder/sessions", "/holder/shares")


@pytest.fixture
async def desk(filled_directory: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(filled_directory, tmp_path / "r", **FREE, LIMIT_PAGE="10000/minute") as opened:
        yield opened


async def test_the_secret_is_shown_once(desk: Desk) -> None:
    browser = desk.stranger()
    page = await browser.post("/holder", facts())
    permit = permit_in(page.text)
    shown = await browser.post("/holder/secret/taken", {"permit": permit})
    secret = secret_in(shown.text)
    again = await browser.post("/holder/secret/taken", {"permit": permit})
    later = await browser.post("/holder", facts())

    assert shown.headers["cache-control"] == "no-store"
    assert again.status_code == 409
    assert secret not in again.text + later.text
    assert "已经领取过管理密码" in again.text
    assert not permit_in(later.text)


async def test_every_later_log_in_by_the_facts_says_since_when_and_what_to_do(desk: Desk) -> None:
    await a_person(desk)
    page = await desk.stranger().post("/holder", facts())
    assert "管理密码已于2025年9月10日" in page.text
    assert "不是您本人领取的？" in page.text
    assert "请带身份证到人社局注销" in page.text


async def test_the_facts_open_one_certificate_and_no_session(desk: Desk) -> None:
    browser = desk.stranger()
    await browser.post("/holder", facts())
    assert COOKIE not in browser.client.cookies
    for path in _INSIDE:
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/holder")


async def test_a_permit_is_good_for_minutes(desk: Desk) -> None:
    browser = desk.stranger()
    permit = permit_in((await browser.post("/holder", facts())).text)
    made_up = await browser.post("/holder/secret/taken", {"permit": "AAAA"})
    desk.scene.clock.now += timedelta(minutes=10)
    late = await browser.post("/holder/secret/taken", {"permit": permit})
    assert [made_up.status_code, late.status_code] == [403, 410]


async def test_a_link_to_a_file_is_no_permit(desk: Desk) -> None:
    browser = desk.stranger()
    page = (await browser.post("/holder", facts())).text
    token = re.search(r"/holder/files/([\w-]+)", page)
    assert token is not None
    answer = await browser.post("/holder/secret/taken", {"permit": token.group(1)})
    opened = await browser.get(f"/holder/files/{permit_in(page)}")
    assert (answer.status_code, opened.status_code) == (403, 403)


async def test_the_session_cookie_is_for_this_host_and_no_script(desk: Desk) -> None:
    person = await a_person(desk)
    fields = {"name": ADA.name, "id_number": ADA.id_number, "secret": person.secret}
    answer = await desk.stranger().post("/holder/secret", fields)
    cookie = answer.headers["set-cookie"]

    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"):
        assert part in cookie
    assert "Domain" not in cookie
    assert "Max-Age" not in cookie


async def test_a_session_that_was_brought_along_is_not_the_one_that_goes_on(desk: Desk) -> None:
    thief = await inside(desk, HOLDERS[Story.REISSUED])
    victim = await a_person(desk)
    planted = thief.token
    victim.browser.client.cookies.set(COOKIE, planted, domain="skills.example", path="/")
    assert await victim.log_in() == 303

    assert victim.token not in ("", planted)
    assert ADA.number in await victim.inside()
    answer = await thief.browser.get("/holder/certificates")
    assert answer.status_code == 303


async def test_a_value_that_was_never_a_session_is_not_adopted(desk: Desk) -> None:
    person = await a_person(desk)
    person.browser.client.cookies.set(COOKIE, "A" * 43, domain="skills.example", path="/")
    assert await person.log_in() == 303
    assert person.token not in ("", "A" * 43)


async def test_all_own_certificates_are_there_and_nobody_elses(desk: Desk) -> None:
    person = await inside(desk)
    page = await person.inside()
    assert ADA.number in page
    assert not [each.number for each in HOLDERS.values() if each is not ADA and each.number in page]


async def test_what_is_not_in_force_stands_there_without_files(desk: Desk) -> None:
    replaced = await (await inside(desk, HOLDERS[Story.SUPERSEDED])).inside()
    assert HOLDERS[Story.REPLACEMENT].number in replaced
    assert "/holder/files/" not in replaced
    annulled = await (await inside(desk, HOLDERS[Story.ANNULLED])).inside()
    assert "不提供电子文件下载" in annulled
    assert "/holder/files/" not in annulled


async def test_a_strangers_certificate_under_the_own_number_is_counted_and_not_shown(desk: Desk) -> None:
    strange = Place(desk.scene).register(ADA, 905, name="示例别名")
    page = await (await inside(desk)).inside()
    assert "还有 1 本证书登记在同一个证件号码下" in page
    assert strange.number not in page
    assert strange.name not in page


async def test_a_holder_whose_name_was_corrected_logs_in_by_either(desk: Desk) -> None:
    holder = HOLDERS[Story.CORRECTED]
    person = await a_person(desk, type(holder)(holder.number, CORRECTED_NAME, holder.id_number))
    person.holder = holder
    assert await person.log_in() == 303
    assert CORRECTED_NAME in await person.inside()


@pytest.mark.parametrize("path", ["/holder/logout", "/holder/sessions/ended", "/holder/secret/replaced"])
async def test_what_changes_something_comes_from_our_own_page(desk: Desk, path: str) -> None:
    person = await inside(desk)
    good, person.browser.csrf = person.browser.csrf, "A" * 43
    forged = await person.browser.post(path, {"secret": person.secret})
    person.browser.csrf = good
    data = {"csrf": good, "secret": person.secret}
    foreign = await person.browser.client.post(
        path, data=data, headers={**person.browser.headers, "sec-fetch-site": "cross-site"}
    )
    unsaid = await person.browser.client.post(
        path, data=data, headers={**person.browser.headers, "origin": "https://evil.example"}
    )

    assert [forged.status_code, foreign.status_code, unsaid.status_code] == [403, 403, 403]
    assert ADA.number in await person.inside()
    assert await person.log_in() == 303


@pytest.mark.parametrize("path", ["/holder/secret", "/holder/secret/taken"])
async def test_nobody_is_logged_in_from_another_site(desk: Desk, path: str) -> None:
    person = await a_person(desk)
    fields = {"name": ADA.name, "id_number": ADA.id_number, "secret": person.secret, "permit": "AAAA"}
    answer = await person.browser.client.post(
        path, data=fields, headers={**person.browser.headers, "sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403
    assert not person.token


async def test_no_other_site_lets_its_visitors_spend_somebodys_attempts(desk: Desk) -> None:
    fields = facts()
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}):
        answer = await desk.stranger().client.post("/holder", data=fields, headers=headers)
        assert answer.status_code == 403
    engine = desk.scene.register.desk_engine
    with engine.connect() as connection:
        assert not connection.exec_driver_sql("SELECT 1 FROM staff_attempt").all()


async def test_logging_out_ends_the_session_and_not_only_the_cookie(desk: Desk) -> None:
    person = await inside(desk)
    token = person.token
    answer = await person.browser.post("/holder/logout")
    assert (answer.status_code, person.token) == (303, "")
    person.browser.client.cookies.set(COOKIE, token, domain="skills.example", path="/")
    assert (await person.browser.get("/holder/certificates")).status_code == 303


async def test_a_session_that_ended_is_told_of_at_the_entrance(desk: Desk) -> None:
    person = await inside(desk)
    desk.scene.clock.now += timedelta(minutes=15)
    answer = await person.browser.get("/holder/certificates")
    assert answer.headers["location"] == "/holder?ended=1"
    assert not person.token
    assert "登录已经过期" in (await person.browser.get("/holder?ended=1")).text


async def test_other_log_ins_are_seen_and_ended(desk: Desk) -> None:
    person = await inside(desk)
    phone = desk.stranger(**{"user-agent": "Mozilla/5.0 (Linux; Android 15) MicroMessenger/8.0"})
    fields = {"name": ADA.name, "id_number": ADA.id_number, "secret": person.secret}
    await phone.post("/holder/secret", fields)
    assert "WeChat · Android" in await person.inside("/holder/sessions")
    await person.browser.post("/holder/sessions/ended")
    assert "WeChat" not in await person.inside("/holder/sessions")
    assert (await phone.get("/holder/certificates")).status_code == 303


async def test_a_new_secret_is_shown_once_and_the_session_is_exchanged(desk: Desk) -> None:
    person = await inside(desk)
    before = person.token
    shown = await person.browser.post("/holder/secret/replaced", {"secret": person.secret})
    new = secret_in(shown.text)

    assert new != person.secret
    assert person.token not in ("", before)
    assert new not in await person.inside("/holder/sessions")
    old = await desk.stranger().post(
        "/holder/secret", {"name": ADA.name, "id_number": ADA.id_number, "secret": person.secret}
    )
    assert old.status_code == 403
    assert await person.log_in(new) == 303


async def test_the_secret_is_not_replaced_without_the_old_one(desk: Desk) -> None:
    person = await inside(desk)
    mistyped = await person.browser.post("/holder/secret/replaced", {"secret": "7K3M-9QWX-10R5-TB8Z-3B7D"})
    wrong = await person.browser.post("/holder/secret/replaced", {"secret": "7K3M-9QWX-10R5-TB8Z-3B7C"})
    assert [mistyped.status_code, wrong.status_code] == [422, 403]
    assert "密码没有更换" in wrong.text
    assert await person.log_in() == 303


async def test_who_is_logged_in_goes_on_from_the_log_in_page(desk: Desk) -> None:
    person = await inside(desk)
    answer = await person.browser.get("/holder/secret")
    assert (answer.status_code, answer.headers["location"]) == (303, "/holder/certificates")


async def test_nothing_that_was_typed_is_repeated(desk: Desk) -> None:
    person = await a_person(desk)
    for fields in (
        {"name": ADA.name, "id_number": ADA.id_number, "secret": ""},
        {"name": ADA.name, "id_number": ADA.id_number, "secret": "7K3M-9QWX-10R5-TB8Z-3B7D"},
        {"name": "示例乙", "id_number": ADA.id_number, "secret": person.secret},
    ):
        page = (await desk.stranger().post("/holder/secret", fields)).text
        assert not [value for value in fields.values() if value and value in page]


async def test_the_trail_tells_of_the_secret_and_names_nobody(desk: Desk) -> None:
    person = await inside(desk)
    await person.browser.post("/holder/secret/replaced", {"secret": person.secret})
    entries = Trail(desk.scene.register.desk_engine).newest(10)

    assert [each.act for each in entries] == ["holder.secret_replaced", "holder.secret_taken"]
    said = json.dumps([vars(each) for each in entries], default=str, ensure_ascii=False)
    assert not [text for text in (ADA.name, ADA.id_number, ADA.number, person.secret) if text in said]


async def test_the_waits_are_told(filled_directory: Path, tmp_path: Path) -> None:
    async with a_desk(filled_directory, tmp_path / "r", HOLDER_ATTEMPTS="1", **CHEAP_TALK) as desk:
        desk.scene.clock.step *= 0
        person = await a_person(desk)
        assert await person.log_in("7K3M-9QWX-10R5-TB8Z-3B7C") == 403
        fields = {"name": ADA.name, "id_number": ADA.id_number, "secret": person.secret}
        answer = await person.browser.post("/holder/secret", fields)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert "60 秒" in answer.text


async def test_without_a_desk_the_three_facts_are_the_only_way() -> None:
    async with a_site(register=FakeRegister()) as site:
        entrance = await site.client.get("/holder")
        right = {"name": "示例甲", "id_number": "430102199003074515", "number": invented.VALID}
        files = await site.client.post("/holder", data=right)
        others = [await site.client.get(path) for path in ("/holder/secret", *_INSIDE)]

    assert "/holder/secret" not in read_page(entrance.text).links
    assert "/holder/files/" in files.text
    assert not permit_in(files.text)
    assert {each.status_code for each in others} == {404}
