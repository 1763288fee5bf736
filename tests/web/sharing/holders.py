"""Browsers of holders who are logged in."""

from registry.holders.entry import person_in
from registry.holders.model import Way
from tests.registry.filled import HOLDERS, WEB_ORIGIN, Story
from tests.web.staff.desks import Browser, Desk

COOKIE = "__Host-holder"


def holder_browser(desk: Desk, story: Story) -> Browser:
    """A browser in which the holder of a story's certificate is logged in."""
    room = desk.office.holders
    found = desk.scene.register.look_up.current(HOLDERS[story].number)
    assert found is not None
    holder = room.holders.open(person_in(room, found[2]))
    session, token = room.sessions.open(holder, Way.SECRET)
    browser = desk.stranger()
    browser.client.cookies.set(COOKIE, token, domain=WEB_ORIGIN.removeprefix("https://"), path="/")
    browser.csrf = session.csrf
    return browser


def first_entry(desk: Desk, story: Story) -> int:
    """Where the certificate of a story begins in the log."""
    return desk.scene.register.ledger.records.versions(HOLDERS[story].number)[0].certificate
