"""Through the identity provider and back: in with all own certificates, or a page that says why not."""

import html
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from structlog.testing import capture_logs

from registry.holders.model import Way
from registry.oidc.attempts import LASTS
from registry.oidc.errors import AnswerFault, Declined, Silence
from registry.storage.sql import reading
from tests.registry.filled import HOLDERS, WEB_ORIGIN, Story
from tests.registry.oidc.provider import CLIENT_ID, CLIENT_SECRET, Provider, a_provider, json_lie, signed
from tests.web.html import read_page
from tests.web.staff.desks import Browser, Desk, a_desk, csrf_in
from web.holder.oidc import own_path

pytestmark = pytest.mark.anyio

START, RETURN, HOME = "/holder/oidc/start", "/holder/oidc/return", "/holder/certificates"
SESSION, BROWSER = "__Host-holder", "__Host-holder-oidc"
HOLDER = HOLDERS[Story.PLAIN]


@dataclass
class Meeting:
    """A site, a provider that its settings name, and somebody's browser between them."""

    desk: Desk
    provider: Provider
    browser: Browser

    async def away(self, browser: Browser | None = None, after: str = "") -> str:
        """Presses the button; where that leads."""
        self.provider.now = self.desk.scene.clock.now
        page = await (browser or self.browser).post(START, {"next": after})
        assert page.status_code == 200, page.text
        found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
        assert found is not None
        return html.unescape(found.group(1))

    async def back(self, **over: str) -> httpx.Response:
        """Through the provider and back; `over` are other parameters, "" for one that is left out."""
        return await self.come_back(self.provider.log_in(await self.away()) | over)

    async def come_back(self, came: dict[str, str]) -> httpx.Response:
        """What the provider's redirect asks for."""
        given = {name: value for name, value in came.items() if value}
        return await self.browser.get(f"{RETURN}?{urlencode(given)}")

    @property
    def sessions(self) -> int:
        """How many holders' sessions there are on the desk."""
        with reading(self.desk.office.register.desk_engine) as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM holder_session").scalar() or 0)


@pytest.fixture(scope="module")
def listening() -> Iterator[Provider]:
    """One provider for all tests of the module; each begins with an honest one."""
    with a_provider() as provider:
        yield provider


@pytest.fixture
async def meeting(filled_register: Path, tmp_path: Path, listening: Provider) -> AsyncIterator[Meeting]:
    """The usual set-up."""
    async with a_meeting(filled_register, tmp_path, listening) as made:
        yield made


@asynccontextmanager
async def a_meeting(filled: Path, directory: Path, provider: Provider, **env: str) -> AsyncIterator[Meeting]:
    """A site that sends people to that provider."""
    honest = Provider(provider.issuer, person={"name": HOLDER.name, "id_number": HOLDER.id_number})
    provider.__dict__.update(honest.__dict__)
    secret = directory / "client-secret"
    secret.write_text(CLIENT_SECRET)
    named = {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET_FILE": str(secret),
        "OIDC_NAME": "示例身份认证平台",
        "OIDC_NAME_EN": "Example Identity",
        "LIMIT_LOGIN": "1000/minute",
        **env,
    }
    async with a_desk(filled, directory / "r", **named) as desk:
        yield Meeting(desk, provider, desk.stranger())


async def test_whoever_the_provider_names_is_in(meeting: Meeting) -> None:
    page = await meeting.back()

    assert (page.status_code, page.headers["location"]) == (303, HOME)
    token = page.cookies[SESSION]
    found = meeting.desk.office.holders.sessions.visit(token)
    assert found is not None
    session, holder = found
    assert session.way is Way.PROVIDER
    record = meeting.desk.office.register.look_up.current(HOLDER.number)
    assert record is not None
    assert holder.person == meeting.desk.office.register.keys.vault.person("201", HOLDER.id_number)
    # The attempt's cookie has done its work.
    assert BROWSER not in meeting.browser.client.cookies


async def test_every_log_in_begins_a_new_session_and_ends_the_one_before(meeting: Meeting) -> None:
    first = (await meeting.back()).cookies[SESSION]
    second = (await meeting.back()).cookies[SESSION]
    assert first != second
    assert meeting.sessions == 1


@pytest.mark.parametrize(
    ("after", "led"),
    [
        ("/holder/shares", "/holder/shares"),
        ("/holder/shares/new", "/holder/shares/new"),
        ("/holder", "/holder"),
        ("https://evil.example/holder", HOME),
        ("//evil.example/holder", HOME),
        ("/holder/../staff", HOME),
        ("/holders", HOME),
        ("/holder?x=1", HOME),
        ("/holder\\@evil.example", HOME),
        ("/holder/" + "a" * 5000, HOME),
        ("", HOME),
    ],
)
def test_the_way_back_leads_to_a_holders_page_only(after: str, led: str) -> None:
    assert own_path(after) == led


async def test_the_page_that_was_wanted_is_the_one_that_comes(meeting: Meeting) -> None:
    came = meeting.provider.log_in(await meeting.away(after="/holder/shares"))
    assert (await meeting.come_back(came)).headers["location"] == "/holder/shares"


@pytest.mark.parametrize(
    "over",
    [{"id_number": "430102199003074515"}, {"name": "示例别人"}],
    ids=["another document", "another name"],
)
async def test_a_person_without_certificates_is_told_so_and_not_logged_in(
    meeting: Meeting, over: dict[str, str]
) -> None:
    meeting.provider.person |= over
    page = await meeting.back()
    assert page.status_code == 403
    assert "这个身份名下没有查到证书" in page.text
    assert "示例身份认证平台" in page.text
    assert SESSION not in page.cookies
    assert meeting.sessions == 0
    assert [value for value in meeting.provider.person.values() if value in page.text] == []


async def _refused(meeting: Meeting, page: httpx.Response, status: int, reason: str) -> None:
    assert (page.status_code, reason in page.text) == (status, True), page.text
    assert SESSION not in page.cookies
    assert meeting.sessions == 0
    assert HOLDER.name not in page.text
    assert HOLDER.id_number not in page.text
    metrics = (await meeting.browser.get("/metrics")).text
    assert f'skillcert_oidc_logins_total{{outcome="{reason}"}} 1' in metrics


async def test_a_state_goes_on_once(meeting: Meeting) -> None:
    came = meeting.provider.log_in(await meeting.away())
    first = await meeting.come_back(came)
    assert first.status_code == 303
    again = await meeting.come_back(came)
    # Whoever is inside since just goes on, in the same session.
    assert (again.status_code, again.headers["location"]) == (303, HOME)
    assert SESSION not in again.cookies
    assert meeting.sessions == 1
    meeting.browser.client.cookies.clear()
    later = await meeting.come_back(came)
    assert (later.status_code, "state_unknown" in later.text) == (403, True)
    assert SESSION not in later.cookies


async def test_a_stranger_cannot_put_his_own_log_in_into_my_browser(meeting: Meeting) -> None:
    """Log-in CSRF: the answer of an attempt that began in another browser."""
    stranger = meeting.desk.stranger()
    came = meeting.provider.log_in(await meeting.away(stranger))
    await meeting.away()
    await _refused(meeting, await meeting.come_back(came), 403, "other_browser")


async def test_what_was_never_begun_does_not_go_on(meeting: Meeting) -> None:
    await _refused(meeting, await meeting.come_back({"code": "a", "state": "b" * 43}), 403, "state_unknown")


async def test_an_attempt_is_over_after_some_minutes(meeting: Meeting) -> None:
    came = meeting.provider.log_in(await meeting.away())
    meeting.desk.scene.clock.now += LASTS
    await _refused(meeting, await meeting.come_back(came), 403, "state_expired")


async def test_two_tabs_of_one_browser_both_come_back(meeting: Meeting) -> None:
    first, second = [meeting.provider.log_in(await meeting.away()) for _ in range(2)]
    assert (await meeting.come_back(first)).status_code == 303
    # The first took the cookie along: the second begins no other session.
    assert (await meeting.come_back(second)).headers["location"] == HOME
    assert meeting.sessions == 1


def _other_claims(**over: object) -> Any:
    return lambda claims: {**claims, **over}


_LIES: dict[str, tuple[dict[str, Any], int, str]] = {
    "nonce": ({"claims": _other_claims(nonce="x")}, 403, AnswerFault.TOKEN_NONCE),
    "audience": ({"claims": _other_claims(aud="x")}, 403, AnswerFault.TOKEN_AUDIENCE),
    "issuer": ({"claims": _other_claims(iss="https://x.example")}, 403, AnswerFault.TOKEN_ISSUER),
    "old": ({"claims": lambda c: {**c, "exp": c["iat"] - 120}}, 403, AnswerFault.TOKEN_EXPIRED),
    "stale log-in": (
        {"claims": lambda c: {**c, "auth_time": c["auth_time"] - 400}},
        403,
        AnswerFault.LOGIN_TOO_OLD,
    ),
    "user info": (
        {"in_token": False, "lies": {"/me": json_lie({"sub": "2"})}},
        403,
        AnswerFault.USERINFO_SUBJECT,
    ),
    "masked": ({"claims": _other_claims(name="示**")}, 403, AnswerFault.CLAIMS_MALFORMED),
    "broken": ({"lies": {"/token": json_lie({}, 500)}}, 503, Silence.STATUS),
}


@pytest.mark.parametrize(("lie", "status", "reason"), _LIES.values(), ids=_LIES)
async def test_each_lie_ends_on_a_page_with_its_own_reason(
    meeting: Meeting, lie: dict[str, Any], status: int, reason: str
) -> None:
    for name, value in lie.items():
        setattr(meeting.provider, name, value)
    await _refused(meeting, await meeting.back(), status, reason)


@pytest.mark.parametrize(
    ("over", "status", "reason"),
    [
        ({"iss": "https://other.example"}, 403, AnswerFault.RESPONSE_ISSUER),
        ({"iss": ""}, 403, AnswerFault.RESPONSE_ISSUER),
        ({"code": ""}, 403, AnswerFault.RESPONSE_MALFORMED),
        ({"code": "x" * 5000}, 403, AnswerFault.RESPONSE_MALFORMED),
        ({"code": "示例"}, 403, AnswerFault.CODE_REFUSED),
        ({"code": "", "error": "access_denied"}, 403, Declined.ACCESS_DENIED),
        ({"code": "", "error": "temporarily_unavailable"}, 503, Silence.SAYS_SO),
        ({"code": "", "error": "<b>示例"}, 403, AnswerFault.REQUEST_REFUSED),
    ],
)
async def test_what_comes_back_is_looked_at_before_it_is_used(
    meeting: Meeting, over: dict[str, str], status: int, reason: str
) -> None:
    page = await meeting.back(**over)
    await _refused(meeting, page, status, reason)
    assert "<b>示例" not in page.text


async def test_a_parameter_that_comes_twice_is_refused(meeting: Meeting) -> None:
    came = meeting.provider.log_in(await meeting.away())
    page = await meeting.browser.get(f"{RETURN}?{urlencode([*came.items(), ('state', 'x')])}")
    await _refused(meeting, page, 403, AnswerFault.RESPONSE_MALFORMED)


async def test_a_button_on_another_site_begins_nothing(meeting: Meeting) -> None:
    headers = {"sec-fetch-site": "cross-site", "accept": "text/html"}
    page = await meeting.browser.client.post(START, headers=headers)
    assert (page.status_code, "foreign_post" in page.text) == (403, True)
    assert BROWSER not in page.cookies


async def test_the_button_without_a_provider_that_answers_is_no_dead_end(meeting: Meeting) -> None:
    meeting.provider.lies["/.well-known/openid-configuration"] = json_lie({}, 502)
    page = await meeting.browser.post(START)
    await _refused(meeting, page, 503, Silence.STATUS)
    assert "/holder" in read_page(page.text).links


async def test_keys_change_between_two_log_ins(meeting: Meeting) -> None:
    from joserfc.jwk import ECKey

    assert (await meeting.back()).status_code == 303
    meeting.provider.key = key = ECKey.generate_key("P-256", parameters={"kid": "新"})
    meeting.provider.algorithm = "ES256"
    meeting.desk.scene.clock.now += timedelta(seconds=61)
    assert (await meeting.back()).status_code == 303
    meeting.provider.token = lambda claims: signed(claims, key, "ES256", kid="无")
    assert "token_key" in (await meeting.back()).text


async def test_the_page_between_says_where_it_leads_in_both_languages(meeting: Meeting) -> None:
    for language, expected in (
        ("zh", "正在转到“示例身份认证平台”"),
        ("en", "Taking you to Example Identity"),
    ):
        page = await meeting.browser.post(f"{START}?lang={language}")
        read = read_page(page.text)
        assert expected in read.text
        assert meeting.provider.issuer.removeprefix("http://") in read.text
        assert any(link.startswith(f"{meeting.provider.issuer}/authorize?") for link in read.links)
        # What can be asked for once only is not asked for again in another language.
        assert [link for link in read.links if "lang=" in link] in (["/holder?lang=en"], ["/holder?lang=zh"])
        assert read.inline == []


async def test_nothing_of_the_person_and_no_secret_is_logged_or_kept(meeting: Meeting) -> None:
    with capture_logs() as events:
        came = meeting.provider.log_in(await meeting.away())
        page = await meeting.come_back(came)
        meeting.provider.person["name"] = "示例别人"
        await meeting.back()
    meeting.desk.office.register.desk_engine.dispose()
    files = sorted(meeting.desk.scene.places.data_dir.glob("desk*"))
    kept = b"".join(path.read_bytes() for path in files if path.is_file())
    assert len(kept) > 4096
    secrets = [HOLDER.name, HOLDER.id_number, "示例别人", CLIENT_SECRET]
    secrets += [came["code"], came["state"], page.cookies[SESSION]]
    assert [each for each in secrets if each in repr(events) or each.encode() in kept] == []
    assert [event["outcome"] for event in events if event["event"] == "oidc"] == ["in", "nobody"]


async def test_without_a_provider_or_a_desk_nothing_of_it_is_there(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.stranger()
        assert (await browser.post(START)).status_code == 404
        assert (await browser.get(START)).status_code == 404
        assert (await browser.get(f"{RETURN}?code=a&state=b")).status_code == 404
        assert "skillcert_oidc" not in (await browser.get("/metrics")).text


async def test_the_buttons_address_opened_by_hand_leads_to_the_button(meeting: Meeting) -> None:
    page = await meeting.browser.get(START)
    assert (page.status_code, page.headers["location"]) == (303, "/holder")


async def test_the_provider_is_asked_as_the_site_is_registered_there(meeting: Meeting) -> None:
    address = await meeting.away()
    assert urlencode({"redirect_uri": f"{WEB_ORIGIN}{RETURN}"}) in address
    assert "max_age=300" in address
    cookie = next(each for each in meeting.browser.client.cookies.jar if each.name == BROWSER)
    assert cookie.secure
    assert cookie.has_nonstandard_attr("HttpOnly")


async def test_the_button_stands_on_the_holders_page_under_the_providers_name(meeting: Meeting) -> None:
    for language, name in (("zh", "示例身份认证平台"), ("en", "Example Identity")):
        page = await meeting.browser.get(f"/holder?lang={language}")
        assert f'action="{START}" method="post"' in page.text
        assert name in page.text


async def test_all_own_certificates_are_shown_behind_it(meeting: Meeting) -> None:
    page = await meeting.browser.get((await meeting.back()).headers["location"])
    assert page.status_code == 200
    assert HOLDER.number in read_page(page.text).text


async def test_who_is_inside_is_told_so_at_the_entrance(meeting: Meeting) -> None:
    assert "您已经登录" not in (await meeting.browser.get("/holder")).text
    await meeting.back()
    page = await meeting.browser.get("/holder")
    assert "您已经登录" in page.text
    assert HOME in read_page(page.text).links


async def test_who_came_by_the_provider_may_take_a_secret_without_an_old_one(meeting: Meeting) -> None:
    await meeting.back()
    page = await meeting.browser.get("/holder/sessions")
    assert '<h2 id="new-secret">领取管理密码</h2>' in page.text
    assert [each for each in read_page(page.text).fields if each.get("name") == "secret"] == []
    meeting.browser.csrf = csrf_in(page)
    shown = await meeting.browser.post("/holder/secret/replaced")
    assert "请记下您的管理密码" in shown.text
    page = await meeting.browser.get("/holder/sessions")
    assert '<h2 id="new-secret">更换管理密码</h2>' in page.text
