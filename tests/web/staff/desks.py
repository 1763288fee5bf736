"""The staff's pages over a real embedded register, and browsers of people who are logged in.

    async with a_desk(filled_register, tmp_path) as desk:
        reviewer = desk.browser(desk.account(StaffRole.REVIEWER, CHANGSHA))
        page = await reviewer.get("/staff/review")
        done = await reviewer.post(f"/staff/review/{batch}/return", {"reason": "findings"})

`account` makes an account whose password was changed and whose phone is set up, `browser` opens its session
without the log-in pages (their own tests go through them). `post` adds the CSRF value and the headers of a
real browser. The clock is the scene's: `desk.scene.clock.now = ...` moves everything.
"""

import re
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette

from registry.staff.model import Account, StaffRole
from registry.staff.passwords import Cost
from registry.staff.sessions import Stage
from registry.staff.totp import code_at, new_secret
from tests.registry.filled import ORIGIN as LOG_ORIGIN
from tests.registry.filled import WEB_ORIGIN, Scene, copy_of
from tests.web import invented
from tests.web.fake_search import FakeSearch
from tests.web.sites import NO_WITNESSES
from web.app import create_app
from web.settings import PREFIX, Settings
from web.staff.office import Office, open_office

# One pass over 8 KiB: a test does not wait for what an attacker shall wait for.
CHEAP = Cost(memory_kib=8, passes=1, lanes=1)
PASSWORD = "示例口令 with 14 letters"
SESSION_COOKIE = "__Host-staff"
CREDIT_CODE = "52439900MA9900010W"
OFFICES = {
    StaffRole.INSTITUTION: CREDIT_CODE,
    StaffRole.REVIEWER: "430100",
    StaffRole.PROVINCE: "430000",
    StaffRole.AUDITOR: "",
    StaffRole.ADMINISTRATOR: "",
}
_HOST = urlsplit(WEB_ORIGIN).hostname or ""
_PAGE = {"accept": "text/html,application/xhtml+xml"}
_OWN_POST = {"origin": WEB_ORIGIN, "sec-fetch-site": "same-origin"}
Files = Mapping[str, tuple[str, bytes]]


@dataclass
class Browser:
    """Somebody's browser. `csrf` is the value in the forms of the session."""

    client: httpx.AsyncClient
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=lambda: dict(_PAGE))

    @property
    def token(self) -> str:
        """The session's secret in the browser's cookie, "" without one."""
        return self.client.cookies.get(SESSION_COOKIE) or ""

    def carry(self, token: str) -> None:
        """Puts a session's secret into the browser, wherever it comes from; "" takes it away."""
        if self.token:
            self.client.cookies.delete(SESSION_COOKIE)
        if token:
            self.client.cookies.set(SESSION_COOKIE, token, domain=_HOST, path="/")

    async def get(self, path: str) -> httpx.Response:
        """Opens a page; redirects are not followed."""
        return await self.client.get(path, headers=self.headers)

    async def post(
        self, path: str, fields: Mapping[str, str | Sequence[str]] | None = None, files: Files | None = None
    ) -> httpx.Response:
        """Posts a form of our own page."""
        data = {"csrf": self.csrf, **(fields or {})}
        headers = {**self.headers, **_OWN_POST}
        return await self.client.post(path, data=data, files=files, headers=headers)


@dataclass
class Desk:
    """A running site with staff pages, and what stands behind it."""

    scene: Scene
    office: Office
    app: Starlette
    clients: list[httpx.AsyncClient] = field(default_factory=list)
    secrets: dict[str, bytes] = field(default_factory=dict)

    def account(
        self, role: StaffRole, office: str | None = None, *, login: str = "", password_due: bool = False
    ) -> Account:
        """An account that is ready to work. Logins are invented; the password is `PASSWORD`."""
        accounts = self.office.accounts
        made = accounts.create(
            login=login or f"test-{secrets.token_hex(4)}",
            name=f"示例{role.value}",
            role=role,
            office=OFFICES[role] if office is None else office,
            password=PASSWORD,
            password_due=password_due,
        )
        if made.needs_two_step and not password_due:
            secret = self.secrets[made.id] = new_secret()
            # A code of a while ago, so that the test can use the present one.
            accounts.set_up_two_step(made, secret, code_at(secret, self.scene.clock.now))
        found = accounts.get(made.id)
        assert found is not None
        return found

    def stranger(self, **headers: str) -> Browser:
        """A browser of somebody who is not logged in."""
        transport = httpx.ASGITransport(self.app, client=("203.0.113.9", 50_000))
        client = httpx.AsyncClient(transport=transport, base_url=WEB_ORIGIN, trust_env=False)
        self.clients.append(client)
        return Browser(client, headers={**_PAGE, **headers})

    def browser(self, account: Account) -> Browser:
        """A browser in which this account is logged in."""
        session, token = self.office.staff.sessions.open(account.id, Stage.OPEN)
        browser = self.stranger()
        browser.carry(token)
        browser.csrf = session.csrf
        return browser

    def machine(self, secret: str) -> Browser:
        """An institution's own system with an API token."""
        return self.stranger(accept="application/json", authorization=f"Bearer {secret}")


@asynccontextmanager
async def a_desk(filled: Path | Scene, target: Path | None = None, **env: str) -> AsyncIterator[Desk]:
    """The staff's pages over a scene, or over a copy of a filled register made at `target`.

    `env` are settings without prefix.
    """
    if isinstance(filled, Scene):
        scene = filled
    else:
        assert target is not None
        scene = copy_of(filled, target)
    desk = open_desk(scene, **env)
    try:
        yield desk
    finally:
        for client in desk.clients:
            await client.aclose()
        desk.office.close()
        if isinstance(filled, Path):
            scene.close()


def open_desk(scene: Scene, **env: str) -> Desk:
    """The staff's pages over an open scene, for whoever closes it and the clients."""
    named = {
        "ORIGIN": WEB_ORIGIN,
        "LOG_ORIGIN": LOG_ORIGIN,
        "DATA_DIR": str(scene.places.data_dir),
        "KEY_DIR": str(scene.places.key_dir),
        "WITNESSES_FILE": str(NO_WITNESSES),
        **env,
    }
    settings = Settings.from_env({f"{PREFIX}{name}": value for name, value in named.items()})
    office = open_office(settings, scene.register, cost=CHEAP, clock=scene.clock)
    app = create_app(settings, scene.register, FakeSearch(invented.FILINGS), clock=scene.clock, office=office)
    return Desk(scene, office, app)


def csrf_in(page: httpx.Response) -> str:
    """The CSRF value in the forms of a page."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None, "the page has no form with a CSRF value"
    return found.group(1)
