"""The browser says of every form exactly what the register's verifier says, step by step."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.check import corpus
from tests.check.in_browser import Asked, check_page, told_by_browser, told_by_register
from tests.e2e.conftest import browser

__all__ = ["browser"]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all."""
    with check_page(browser) as opened:
        yield opened


def _differences(page: Page, asked: Sequence[Asked]) -> list[Any]:
    told = told_by_browser(page, asked)
    pairs = ((each, told_by_register(each), answer) for each, answer in zip(asked, told, strict=True))
    return [(each.name, ours, answer) for each, ours, answer in pairs if ours != answer]


@pytest.mark.parametrize(
    "cases",
    [
        corpus.honest_and_otherwise,
        corpus.other_spellings,
        corpus.resigned_lies,
        corpus.other_receipts,
        corpus.other_sheets,
        corpus.changed_bytes,
    ],
    ids=lambda cases: cases.__name__,
)
def test_browser_and_register_agree(page: Page, cases: Callable[[], tuple[Asked, ...]]) -> None:
    asked = cases()

    assert len(asked) > 15
    assert _differences(page, asked)[:3] == []
