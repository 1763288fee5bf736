"""Holders at a browser: what they type, and a browser in which one took the secret."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.registry.filled import HOLDERS, Holder, Story
from tests.web.staff.desks import Browser, Desk, csrf_in

ADA, BOB = HOLDERS[Story.PLAIN], HOLDERS[Story.REISSUED]
COOKIE = "__Host-holder"
FREE = {"HOLDER_ATTEMPTS": "1000", "HOLDER_NETWORK_ATTEMPTS": "1000", "LIMIT_HOLDER": "10000/minute"}
CHEAP_TALK = {"LIMIT_HOLDER": "10000/minute", "LIMIT_PAGE": "10000/minute"}


def facts(holder: Holder = ADA, **over: str) -> Mapping[str, str]:
    """The three facts of a holder."""
    return {"name": holder.name, "id_number": holder.id_number, "number": holder.number, **over}


@dataclass
class Person:
    """A holder with a browser and the management secret."""

    browser: Browser
    holder: Holder
    secret: str

    @property
    def token(self) -> str:
        """What the browser shows, "" without a session."""
        return self.browser.client.cookies.get(COOKIE) or ""

    async def log_in(self, secret: str = "") -> int:
        """The status of a log-in with the secret."""
        fields = {"name": self.holder.name, "id_number": self.holder.id_number}
        answer = await self.browser.post("/holder/secret", {**fields, "secret": secret or self.secret})
        return answer.status_code

    async def inside(self, path: str = "/holder/certificates") -> str:
        """A page behind the gate; its CSRF value is kept for what is posted next."""
        page = await self.browser.get(path)
        assert page.status_code == 200
        self.browser.csrf = csrf_in(page)
        return page.text


def permit_in(page: str) -> str:
    """What lets whoever opened a certificate take the secret."""
    found = re.search(r'action="/holder/secret/taken".*?name="permit" value="([^"]+)"', page, re.DOTALL)
    return found.group(1) if found else ""


def secret_in(page: str) -> str:
    """The secret that a page shows."""
    found = re.search(r'<p class="secret-text"><code[^>]*>(.*?)</code>', page)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found.group(1))


async def a_person(desk: Desk, holder: Holder = ADA) -> Person:
    """A holder who just took the secret and is not logged in."""
    browser = desk.stranger()
    page = await browser.post("/holder", facts(holder))
    shown = await browser.post("/holder/secret/taken", {"permit": permit_in(page.text)})
    assert shown.status_code == 200
    return Person(browser, holder, secret_in(shown.text))


async def inside(desk: Desk, holder: Holder = ADA) -> Person:
    """A holder who took the secret and is logged in."""
    person = await a_person(desk, holder)
    assert await person.log_in() == 303
    await person.inside()
    return person
