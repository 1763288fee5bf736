"""Holders come in through a provider that other people wrote: npm `oidc-provider`, which is OpenID certified.

The site runs on a port as it does in production; a person's browser, a plain one and Chromium, goes from the
button through the provider's own pages and back.
"""

import html
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import browser as chromium
from tests.e2e.people import Person
from tests.outside.provider_program import CLIENT_SECRET, ProviderProgram, at_the_provider, provider_program
from tests.outside.serving import serving_at
from tests.registry.filled import HOLDERS, Story, copy_of
from tests.registry.ledger.builders import StepClock
from tests.web.html import read_page
from tests.web.staff.conftest import filled_register
from tests.web.staff.desks import open_desk

__all__ = ["chromium", "filled_register"]

HOLDER = HOLDERS[Story.PLAIN]
NAME = "示例身份认证平台"
ACCOUNTS = {
    "holder": {"name": HOLDER.name, "id_number": HOLDER.id_number},
    "stranger": {"name": "示例别人", "id_number": "430102199003074515"},
    "unverified": {"name": HOLDER.name},
}
_REAL_BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin"}
_LEADS_TO = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


@dataclass
class RealClock(StepClock):
    """The provider has no other; ours may go ahead of it a little."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        """Now."""
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Meeting:
    """A site on a port, and the provider that it sends people to."""

    base: str
    provider: ProviderProgram
    clock: RealClock

    @contextmanager
    def visitor(self) -> Iterator[httpx.Client]:
        """Somebody's browser."""
        with httpx.Client(base_url=self.base, headers=_REAL_BROWSER, trust_env=False) as client:
            yield client

    def away(self, browser: httpx.Client) -> str:
        """Presses the button; where that leads."""
        page = browser.post("/holder/oidc/start", data={"next": ""})
        assert page.status_code == 200, page.text
        found = _LEADS_TO.search(page.text)
        assert found is not None
        return html.unescape(found.group(1))

    def log_in(self, browser: httpx.Client, login: str, *, agrees: bool = True) -> httpx.Response:
        """From the button to the first page back on the site."""
        return browser.get(at_the_provider(browser, self.away(browser), login, agrees=agrees))


@contextmanager
def a_meeting(
    filled: Path, directory: Path, client_id: str, *, in_token: bool = False, **env: str
) -> Iterator[Meeting]:
    """The site as that client of the provider."""
    secret = directory / "client-secret"
    secret.write_text(CLIENT_SECRET)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with provider_program(directory / "provider", base, ACCOUNTS, in_token=in_token) as provider:
            scene = copy_of(filled, directory / "register")
            clock = scene.clock = scene.register.clock = RealClock()
            named = {
                "ORIGIN": base,
                "OIDC_ISSUER": provider.issuer,
                "OIDC_CLIENT_ID": client_id,
                "OIDC_NAME": NAME,
                "OIDC_SCOPE": "openid real_name",
                **({"OIDC_CLIENT_SECRET_FILE": str(secret)} if client_id in _CONFIDENTIAL else {}),
                **env,
            }
            desk = open_desk(scene, **named)
            with serving_at(desk.app, listening):
                yield Meeting(base, provider, clock)
            desk.office.close()
            scene.close()


_CONFIDENTIAL = ("site-rs256",)


@pytest.mark.parametrize(
    ("client_id", "in_token"),
    [
        ("site-rs256", False),
        ("site-es256", False),
        ("site-eddsa", True),
    ],
)
def test_a_person_whom_the_provider_knows_sees_all_own_certificates(
    filled_register: Path, tmp_path: Path, client_id: str, in_token: bool
) -> None:
    with (
        a_meeting(filled_register, tmp_path, client_id, in_token=in_token) as meeting,
        meeting.visitor() as browser,
    ):
        page = meeting.log_in(browser, "holder")
        assert (page.status_code, page.headers["location"]) == (303, "/holder/certificates")
        shown = read_page(browser.get("/holder/certificates").text).text
        assert HOLDER.number in shown
        others = [each.number for story, each in HOLDERS.items() if story is not Story.PLAIN]
        assert [number for number in others if number in shown] == []


def test_every_other_end_says_what_it_is(filled_register: Path, tmp_path: Path) -> None:
    with a_meeting(filled_register, tmp_path, "site-rs256") as meeting:
        for login, agrees, expected in (
            ("stranger", True, "这个身份名下没有查到证书"),
            ("holder", False, "access_denied"),
            ("unverified", True, "claims_missing"),
        ):
            with meeting.visitor() as browser:
                page = meeting.log_in(browser, login, agrees=agrees)
                assert (page.status_code, expected in page.text) == (403, True)
                assert browser.get("/holder/certificates").headers["location"].startswith("/holder")
        with meeting.visitor() as browser:
            back = at_the_provider(browser, meeting.away(browser), "holder")
            assert parse_qs(urlsplit(back).query)["iss"] == [meeting.provider.issuer]
            other = re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fother.example", back)
            assert "response_issuer" in browser.get(other).text
            # The attempt was used up by that, and its code was never shown to the provider.
            assert "state_unknown" in browser.get(back).text


def test_a_code_that_was_stolen_is_worth_nothing_to_another_browser(
    filled_register: Path, tmp_path: Path
) -> None:
    with (
        a_meeting(filled_register, tmp_path, "site-es256") as meeting,
        meeting.visitor() as person,
        meeting.visitor() as thief,
    ):
        stolen = parse_qs(urlsplit(at_the_provider(person, meeting.away(person), "holder")).query)
        own = parse_qs(urlsplit(meeting.away(thief)).query)
        # In the thief's own attempt the verifier is another one, and the provider refuses.
        page = thief.get(
            "/holder/oidc/return",
            params={"code": stolen["code"][0], "state": own["state"][0], "iss": stolen["iss"][0]},
        )
        assert (page.status_code, "code_refused" in page.text) == (403, True)


def test_the_provider_changes_its_keys_and_people_still_come_in(
    filled_register: Path, tmp_path: Path
) -> None:
    with a_meeting(filled_register, tmp_path, "site-rs256") as meeting:
        for expected in (303, 403, 303):
            with meeting.visitor() as browser:
                page = meeting.log_in(browser, "holder")
                assert page.status_code == expected
            if expected == 303:
                meeting.provider.rotate()
            else:
                # Unknown keys are asked for once a minute.
                assert "token_key" in page.text
                meeting.clock.ahead = timedelta(seconds=61)


def at_the_provider_in_chromium(page: Page, meeting: Meeting, login: str) -> None:
    """From the button through the provider's own pages, and back on the site."""
    page.goto("/holder")
    page.get_by_role("button", name="去登录").click()
    page.wait_for_url(f"{meeting.provider.issuer}/**")
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{meeting.base}/holder/**")


def test_from_the_button_to_all_certificates_in_a_browser(
    filled_register: Path, tmp_path: Path, chromium: Browser
) -> None:
    """And to the other ends, whose pages are looked at in both widths."""
    with a_meeting(filled_register, tmp_path, "site-rs256") as meeting:
        for login, heading in (
            ("holder", "我的证书"),
            ("stranger", "这个身份名下没有查到证书"),
            ("unverified", "身份认证平台的答复没有通过核对"),
        ):
            context = chromium.new_context(locale="zh-CN", base_url=meeting.base)
            page = context.new_page()
            person = Person(context, page, login)
            at_the_provider_in_chromium(page, meeting, login)
            expect(page.locator("h1")).to_have_text(heading)
            expect(page.locator("main")).to_contain_text(HOLDER.number if login == "holder" else "没有登录")
            if login == "holder":
                page.goto("/holder")
            person.look()
            context.close()
