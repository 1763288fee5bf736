"""What the page fetches before it checks anything, and what it says of what it did not fetch."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from signing.keys import KeyRole
from signing.status_list import StatusPurpose, build_status_list
from tests.check.corpus import HONEST, honest_forms
from tests.check.in_browser import check_page
from tests.e2e.conftest import browser
from tests.signing.sample_forms import KEYS, NOW, ORIGIN, RECORD, public_receipt

__all__ = ["browser"]

_MOST, _PARTS = 6, 5
_LOAD = """async (most) => {
  const { Published } = await import("/static/check/published.js");
  const told = [];
  window.published = new Published();
  await published.fetchAll(most, (done, total) => told.push([done, total]));
  return { told, size: String(published.treeSize), missing: published.missing };
}"""
_CHECK = """async ([form, now]) => {
  const { verify } = await import("/static/check/verifier.js");
  const data = Uint8Array.from(atob(form), (character) => character.charCodeAt(0));
  const report = await verify(data, published.trust, now, null);
  return [report.conclusion, ...report.questions.in_force.map((step) => step.reason)];
}"""


def _documents() -> dict[str, bytes]:
    names = [f"{purpose}-{part}" for part in reversed(range(_PARTS)) for purpose in StatusPurpose]
    lists = {
        f"/status/{purpose}-{part}": build_status_list(
            ORIGIN,
            purpose,
            part,
            (),
            KEYS[KeyRole.STATUS],
            valid_from=NOW - timedelta(hours=1),
            valid_until=NOW + timedelta(days=6),
        )
        for part in range(_PARTS)
        for purpose in StatusPurpose
    }
    return {
        "/log/vkey": HONEST["log.vkey"],
        "/.well-known/did.json": HONEST["did.json"],
        "/trust/root.pem": HONEST["root.pem"],
        "/trust/witnesses": b"quorum 0\n",
        "/trust/status": json.dumps({"lists": names}, separators=(",", ":")).encode(),
        "/log/checkpoint": public_receipt(RECORD).partition(b"\n\n")[2],
        **lists,
    }


@pytest.fixture
def asked() -> list[str]:
    """The addresses that were asked for, in order."""
    return []


@pytest.fixture
def page(browser: Browser, asked: list[str]) -> Iterator[Page]:
    """A page over a register with more lists than are fetched at first."""
    documents = _documents()

    def answer(route: Route) -> None:
        path = "/" + route.request.url.split("/", 3)[3]
        asked.append(path)
        route.fulfill(body=documents[path]) if path in documents else route.fulfill(status=404)

    with check_page(browser) as opened:
        for part in ("log", "trust", "status", ".well-known"):
            opened.route(f"**/{part}/**", answer)
        yield opened


def _check(page: Page) -> Any:
    form = base64.b64encode(honest_forms()["json"]).decode()
    return page.evaluate(_CHECK, [form, int(NOW.timestamp() * 1000)])


def test_lists_are_fetched_up_to_a_bound_and_none_for_the_sake_of_one_certificate(
    page: Page, asked: list[str]
) -> None:
    loaded = page.evaluate(_LOAD, _MOST)
    before = list(asked)

    assert loaded["size"] == "2"
    assert loaded["missing"] == ["revocation-1", "supersession-1", "revocation-0", "supersession-0"]
    assert loaded["told"][-1][1] == 5 + _MOST
    assert len([each for each in asked if each.startswith("/status/")]) == _MOST
    assert _check(page) == ["could_not_check", "no_status_list", "no_status_list"]
    assert asked == before
    page.evaluate("() => published.fetchLists(published.missing.length, () => null)")
    assert _check(page) == ["authentic_and_in_force", "", ""]


@pytest.mark.parametrize(
    "path", ["/log/checkpoint", "/trust/root.pem", "/trust/status", "/status/revocation-4"]
)
def test_bytes_that_do_not_belong_together_are_no_trust(page: Page, path: str) -> None:
    stranger = public_receipt(RECORD, log_key=KEYS[KeyRole.STATUS]).partition(b"\n\n")[2]
    spoiled = {
        "/log/checkpoint": stranger,
        "/trust/root.pem": b"",
        "/trust/status": b'{"lists":["../holder"]}',
        "/status/revocation-4": b"{}",
    }

    def answer(route: Route) -> None:
        route.fulfill(body=spoiled[path])

    page.route(f"**{path}", answer)
    told = page.evaluate(f"(most) => ({_LOAD})(most).then(() => '', (fault) => fault.constructor.name)", 2)
    assert told == "MalformedTrust"
