"""Sheets with a second signature: the browser says of each what the register's verifier says."""

import random
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.check import corpus
from tests.check.in_browser import Asked, check_page, told_by_browser, told_by_register
from tests.e2e.conftest import browser
from tests.signing.sample_forms import NOW, forms, with_attachment
from tests.signing.sample_viewer import BOTH, STRANGER, UNSIGNED, VIEWER, signed, with_viewer_signature

__all__ = ["browser"]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all."""
    with check_page(browser) as opened:
        yield opened


def _lies() -> Iterator[tuple[str, bytes]]:
    start = re.search(rb"/Contents <3", BOTH)
    assert start is not None
    gap = start.end() - 1
    yield "a foreign signature in place", BOTH[:gap] + signed(STRANGER)[gap : gap + 4096] + BOTH[gap + 4096 :]
    yield "an emptied signature", BOTH[:gap] + b"0" * 4096 + BOTH[gap + 4096 :]
    yield "the register's cut off", BOTH[: BOTH.index(b"%%EOF\n", gap) + 6]
    yield "the viewers' last", with_viewer_signature(forms().pdf, VIEWER)
    yield "a third behind", with_viewer_signature(BOTH, STRANGER)
    two = with_viewer_signature(with_viewer_signature(UNSIGNED, VIEWER), STRANGER)
    yield "two under the register's", signed(None, two)
    yield "a byte appended", BOTH + b"\n"
    yield "an update", with_attachment(BOTH)
    drawn = random.Random(20251123)
    for place in sorted(drawn.sample(range(len(BOTH)), 40)):
        yield f"byte {place}", BOTH[:place] + bytes([BOTH[place] ^ 1]) + BOTH[place + 1 :]


def test_browser_and_register_agree_about_every_sheet_with_two_signatures(page: Page) -> None:
    asked = [Asked(name, pdf, corpus.HONEST, NOW) for name, pdf in (("honest", BOTH), *_lies())]
    told = told_by_browser(page, asked)
    ours = [told_by_register(each) for each in asked]
    assert [each["conclusion"] for each in ours] == ["authentic_and_in_force"] + ["not_authentic"] * 48
    differing = [each.name for each, mine, theirs in zip(asked, ours, told, strict=True) if mine != theirs]
    # How far a damaged certificate can be read is a matter of the parser: there the reasons may differ.
    assert all(name.startswith("byte") for name in differing)
    assert len(differing) < 5
    assert [each["conclusion"] for each in told] == [each["conclusion"] for each in ours]
