"""The way in: password, one-time code, forced change, set-up; and what an attacker meets on it."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher

from registry.staff.model import StaffRole
from registry.staff.sessions import NoVisit, Reused, Stage, Visit
from registry.staff.totp import code_at, secret_from_text
from tests.web.staff.desks import PASSWORD, Browser, Desk, a_desk, csrf_in

pytestmark = pytest.mark.anyio


async def log_in(browser: Browser, login: str, password: str = PASSWORD) -> httpx.Response:
    return await browser.post("/staff/login", {"login": login, "password": password})


def step_on(desk: Desk) -> None:
    """To the next half minute, whose code was not used yet."""
    desk.scene.clock.now += timedelta(seconds=60)


async def test_an_institution_logs_in_with_its_password_and_comes_back_to_its_page(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.INSTITUTION)
        browser = desk.stranger()
        form = await browser.get("/staff/login?next=/staff/account")
        entered = await browser.post(
            "/staff/login", {"login": account.login.upper(), "password": PASSWORD, "next": "/staff/account"}
        )
        page = await browser.get("/staff/account")

    assert 'value="/staff/account"' in form.text
    assert (entered.status_code, entered.headers["location"]) == (303, "/staff/account")
    assert page.status_code == 200
    assert account.login in page.text


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "/staff/\\evil", "/verify", ""])
async def test_nobody_is_led_elsewhere_by_the_log_in(
    filled_register: Path, tmp_path: Path, after: str
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.AUDITOR)
        entered = await desk.stranger().post(
            "/staff/login", {"login": account.login, "password": PASSWORD, "next": after}
        )

    assert entered.headers["location"] == "/staff"


async def test_cookies_are_bound_to_this_host_and_out_of_reach_of_scripts(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        entered = await log_in(desk.stranger(), desk.account(StaffRole.AUDITOR).login)

    cookies = entered.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-staff")
        assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; "))


async def test_a_reviewer_needs_the_code_of_the_phone_and_nothing_opens_before(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.REVIEWER)
        step_on(desk)
        browser = desk.stranger()
        half = await log_in(browser, account.login)
        between = await browser.get("/staff/account")
        form = await browser.get("/staff/login/code")
        browser.csrf = csrf_in(form)
        code = code_at(desk.secrets[account.id], desk.scene.clock.now)
        wrong = await browser.post("/staff/login/code", {"code": "000000"})
        whole = await browser.post("/staff/login/code", {"code": code})
        page = await browser.get("/staff/account")

    assert half.headers["location"] == "/staff/login/code"
    assert between.headers["location"] == "/staff/login/code"
    assert wrong.status_code == 403
    assert (whole.status_code, page.status_code) == (303, 200)


async def test_a_code_opens_once(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.PROVINCE)
        step_on(desk)
        code = code_at(desk.secrets[account.id], desk.scene.clock.now)
        answers = []
        for _ in range(2):
            browser = desk.stranger()
            await log_in(browser, account.login)
            browser.csrf = csrf_in(await browser.get("/staff/login/code"))
            answers.append(await browser.post("/staff/login/code", {"code": code}))

    assert [answer.status_code for answer in answers] == [303, 403]


async def test_a_start_password_opens_nothing_but_its_own_replacement(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.INSTITUTION, password_due=True)
        browser = desk.stranger()
        await log_in(browser, account.login)
        elsewhere = await browser.get("/staff/account")
        browser.csrf = csrf_in(await browser.get("/staff/password"))
        before = browser.token
        new = "山高月小 水落石出 9"
        short = await browser.post("/staff/password", {"old": PASSWORD, "new": "短", "again": "短"})
        changed = await browser.post("/staff/password", {"old": PASSWORD, "new": new, "again": new})
        page = await browser.get("/staff/account")
        again = await log_in(desk.stranger(), account.login, new)

    assert elsewhere.headers["location"] == "/staff/password"
    assert short.status_code == 422
    assert (changed.status_code, page.status_code, again.status_code) == (303, 200, 303)
    assert browser.token != before


async def test_the_phone_is_set_up_at_the_first_log_in_and_a_recovery_code_replaces_it(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        made = desk.account(StaffRole.REVIEWER, password_due=True)
        new = "山高月小 水落石出 9"
        browser = desk.stranger()
        await log_in(browser, made.login)
        browser.csrf = csrf_in(await browser.get("/staff/password"))
        await browser.post("/staff/password", {"old": PASSWORD, "new": new, "again": new})
        led = await browser.get("/staff")
        form = await browser.get("/staff/two-step")
        browser.csrf = csrf_in(form)
        fields = dict(re.findall(r'name="(pending)" value="([^"]+)"', form.text))
        typed = re.search(r'<code class="secret">([^<]+)</code>', form.text)
        assert typed is not None
        code = code_at(secret_from_text(typed.group(1)), desk.scene.clock.now)
        wrong = await browser.post("/staff/two-step", {**fields, "code": "123"})
        shown = await browser.post("/staff/two-step", {**fields, "code": code})
        home = await browser.get("/staff")
        recovery = re.findall(r"<code>([a-z2-7-]{19})</code>", shown.text)
        answers = []
        for _ in range(2):
            other = desk.stranger()
            await log_in(other, made.login, new)
            other.csrf = csrf_in(await other.get("/staff/login/code"))
            answers.append((await other.post("/staff/login/code", {"code": recovery[0].upper()})).status_code)

    assert led.headers["location"] == "/staff/two-step"
    assert "<svg" in form.text
    assert "style=" not in form.text
    assert (wrong.status_code, shown.status_code, home.status_code) == (422, 200, 200)
    assert len(set(recovery)) == 10
    assert answers == [303, 403]


async def test_a_session_that_the_browser_brought_along_is_never_the_one_that_goes_on(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        attacker = desk.account(StaffRole.AUDITOR)
        victim = desk.account(StaffRole.AUDITOR)
        planted = desk.browser(attacker)
        token = planted.token
        await planted.post("/staff/login", {"login": victim.login, "password": PASSWORD})
        made_up = desk.stranger()
        made_up.carry("fixed-by-somebody")
        await log_in(made_up, victim.login)
        sessions = desk.office.staff.sessions

        assert planted.token not in ("", token)
        assert isinstance(sessions.visit(token), NoVisit)
        assert isinstance(sessions.visit("fixed-by-somebody"), NoVisit)


async def test_every_step_up_exchanges_the_session(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.REVIEWER)
        step_on(desk)
        browser = desk.stranger()
        await log_in(browser, account.login)
        half = browser.token
        browser.csrf = csrf_in(await browser.get("/staff/login/code"))
        code = code_at(desk.secrets[account.id], desk.scene.clock.now)
        await browser.post("/staff/login/code", {"code": code})

        assert browser.token != half
        assert desk.office.staff.sessions.visit(half) == NoVisit(Reused.UNKNOWN)


async def test_a_rotated_session_goes_on_and_its_copy_ends_it(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.AUDITOR))
        stolen = browser.token
        await browser.get("/staff")
        desk.scene.clock.now += timedelta(minutes=16)
        await browser.get("/staff")
        rotated = browser.token
        await browser.get("/staff")
        thief = desk.stranger()
        thief.carry(stolen)
        in_time = await thief.get("/staff")
        desk.scene.clock.now += timedelta(minutes=1)
        late = await thief.get("/staff")
        owner = await browser.get("/staff")
        acts = [entry.act for entry in desk.office.staff.trail.newest(5)]

    assert rotated != stolen
    assert in_time.status_code == 200
    assert (late.status_code, owner.status_code) == (303, 303)
    assert "session.replayed" in acts


async def test_an_answer_that_was_lost_logs_nobody_out(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        sessions = desk.office.staff.sessions
        _, first = sessions.open(desk.account(StaffRole.AUDITOR).id, Stage.OPEN)
        sessions.visit(first)
        desk.scene.clock.now += timedelta(minutes=16)
        lost = sessions.visit(first)
        desk.scene.clock.now += timedelta(minutes=2)
        again = sessions.visit(first)
        assert isinstance(lost, Visit)
        assert isinstance(again, Visit)
        taken = sessions.visit(again.new_token)

        assert lost.new_token
        assert again.new_token not in ("", lost.new_token)
        assert isinstance(taken, Visit)


@pytest.mark.parametrize(("uses", "pause_minutes"), [(0, 31), (28, 25)])
async def test_sessions_end_without_use_and_at_the_latest(
    filled_register: Path, tmp_path: Path, uses: int, pause_minutes: int
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.AUDITOR))
        for _ in range(uses):
            desk.scene.clock.now += timedelta(minutes=25)
            assert (await browser.get("/staff")).status_code == 200
        desk.scene.clock.now += timedelta(minutes=pause_minutes)
        turned = await browser.get("/staff/account")

    assert turned.headers["location"] == "/staff/login?next=/staff/account&ended=1"


async def test_a_closed_or_moved_account_is_out_at_once(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        closed, moved = desk.account(StaffRole.AUDITOR), desk.account(StaffRole.AUDITOR)
        browsers = [desk.browser(closed), desk.browser(moved)]
        desk.office.accounts.set_active(closed.id, active=False)
        desk.office.accounts.change(moved.id, name=moved.name, role=StaffRole.REVIEWER, office="430100")
        pages = [await browser.get("/staff") for browser in browsers]
        refused = await log_in(desk.stranger(), closed.login)

    assert [page.status_code for page in pages] == [303, 303]
    assert refused.status_code == 403


async def test_wrong_password_unknown_login_and_closed_account_look_the_same(
    filled_register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same page but for the login typed, and the same work: one password stretched in each case."""
    async with a_desk(filled_register, tmp_path / "r") as desk:
        known, closed = (desk.account(StaffRole.AUDITOR, login=login) for login in ("known", "closed"))
        desk.office.accounts.set_active(closed.id, active=False)
        hasher = type(desk.office.accounts._passwords._hasher)
        verify, work = hasher.verify, list[str]()

        def counted(self: PasswordHasher, stored: str, password: bytes) -> bool:
            work.append(stored)
            return verify(self, stored, password)

        monkeypatch.setattr(hasher, "verify", counted)
        answers = {}
        for login, password in ((known.login, "wrong"), ("nobody", PASSWORD), (closed.login, PASSWORD)):
            work.clear()
            page = await log_in(desk.stranger(), login, password)
            answers[login] = (page.status_code, page.text.replace(login, "LOGIN"), len(work))

    bodies = {re.sub(r'<span class="code">\w+</span>', "", text) for _, text, _ in answers.values()}
    assert len(bodies) == 1
    assert {(status, work) for status, _, work in answers.values()} == {(403, 1)}


async def test_guessing_is_slowed_down_and_a_known_browser_is_not(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.AUDITOR)
        own = desk.stranger()
        await log_in(own, account.login)
        guesses = [await log_in(desk.stranger(), account.login, f"guess {at}") for at in range(8)]
        right_from_elsewhere = await log_in(desk.stranger(), account.login)
        own.carry("")
        from_known = await log_in(own, account.login)
        desk.scene.clock.now += timedelta(minutes=15)
        later = await log_in(desk.stranger(), account.login)

    assert [guess.status_code for guess in guesses] == [403] * 5 + [429] * 3
    assert int(guesses[-1].headers["retry-after"]) <= 30
    assert right_from_elsewhere.status_code == 429
    assert from_known.status_code == 303
    assert later.status_code == 303


async def test_an_unknown_login_is_slowed_down_like_a_known_one(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.AUDITOR)
        seen = {
            login: [(await log_in(desk.stranger(), login, "wrong")).status_code for _ in range(7)]
            for login in (account.login, "nobody-here")
        }

    assert len({tuple(codes) for codes in seen.values()}) == 1


async def test_attempts_during_a_wait_do_not_lengthen_it(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.AUDITOR)
        for _ in range(5):
            await log_in(desk.stranger(), account.login, "wrong")
        waits = [
            int((await log_in(desk.stranger(), account.login, "wrong")).headers["retry-after"])
            for _ in range(5)
        ]

    assert waits == sorted(waits, reverse=True)
    assert waits[-1] < waits[0]


async def test_a_post_needs_the_sessions_own_value_and_our_own_origin(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.AUDITOR)
        browser, other = desk.browser(account), desk.browser(account)
        ending = "/staff/account/sessions/end"
        plain = {"accept": "text/html"}
        answers = {
            "missing": await browser.post(ending, {"csrf": ""}),
            "foreign": await browser.post(ending, {"csrf": other.csrf}),
        }
        for name, headers in {
            "cross-site": {"sec-fetch-site": "cross-site"},
            "same-site": {"sec-fetch-site": "same-site"},
            "origin": {"origin": "https://evil.example"},
            "null": {"origin": "null"},
        }.items():
            answers[name] = await browser.client.post(
                ending, data={"csrf": browser.csrf}, headers={**plain, **headers}
            )
        still_there = await other.get("/staff")
        right = await browser.post(ending)
        gone = await other.get("/staff")

    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert still_there.status_code == 200
    assert (right.status_code, gone.status_code) == (303, 303)


async def test_another_site_cannot_log_somebody_in(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.AUDITOR)
        browser = desk.stranger()
        answer = await browser.client.post(
            "/staff/login",
            data={"login": account.login, "password": PASSWORD},
            headers={"origin": "https://evil.example", "accept": "text/html"},
        )

    assert answer.status_code == 403
    assert not browser.token


async def test_staff_pages_tell_their_own_site_where_a_form_came_from(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        page = await desk.stranger().get("/staff/login")
        public = await desk.stranger().get("/")

    assert page.headers.get_list("referrer-policy") == ["same-origin"]
    assert public.headers.get_list("referrer-policy") == ["no-referrer"]


async def test_what_was_posted_without_a_session_is_said_to_be_undone(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        answer = await desk.stranger().post("/staff/account/sessions/end")

    assert answer.status_code == 401
    assert "没有保存" in answer.text
    assert 'href="/staff/login"' in answer.text


async def test_log_ins_leave_a_trail_without_what_was_typed(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        account = desk.account(StaffRole.AUDITOR)
        await log_in(desk.stranger(), account.login, "wrong-password")
        await log_in(desk.stranger(), "somebody-else", "wrong-password")
        await log_in(desk.stranger(), account.login)
        entries = list(reversed(desk.office.staff.trail.newest(3)))

    assert [(each.act, each.account, each.subject, each.outcome) for each in entries] == [
        ("session.login", "", account.id, "login_refused"),
        ("session.login", "", "", "login_refused"),
        ("session.login", account.id, account.id, "done"),
    ]
    assert "203.0.113.9" not in repr(entries)
    assert "somebody-else" not in repr(entries)
