"""The browser says of every form exactly what the register's verifier says, step by step."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from signing.credential import build_credential
from signing.data_integrity import RDFC
from signing.keys import KeyRole
from tests.check import corpus
from tests.check.in_browser import Asked, check_page, told_by_browser, told_by_register
from tests.e2e.conftest import browser
from tests.signing.sample_forms import KEYS, NOW, statement

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
        corpus.sheets_for_viewers,
        corpus.other_statements,
        corpus.changed_bytes,
    ],
    ids=lambda cases: cases.__name__,
)
def test_browser_and_register_agree(page: Page, cases: Callable[[], tuple[Asked, ...]]) -> None:
    asked = cases()

    assert len(asked) > 15
    assert _differences(page, asked)[:3] == []


def test_of_a_damaged_container_they_say_the_same_though_for_another_reason(page: Page) -> None:
    """How far a damaged certificate can still be read is a matter of the parser; what follows is not."""
    asked = corpus.changed_containers()
    told = told_by_browser(page, asked)

    pairs = [(told_by_register(each), answer) for each, answer in zip(asked, told, strict=True)]
    assert all(ours["conclusion"] == theirs["conclusion"] == "not_authentic" for ours, theirs in pairs)
    assert [_outcomes(ours) for ours, _ in pairs] == [_outcomes(theirs) for _, theirs in pairs]


def test_a_credential_signed_over_its_statements_is_left_to_the_other_file(page: Page) -> None:
    form = build_credential(statement(), KEYS[KeyRole.CREDENTIAL], RDFC)
    altered = form.replace("电工".encode(), "焊工".encode())
    asked = [Asked(str(at), each, corpus.HONEST, NOW) for at, each in enumerate((form, altered))]
    whole, forged = told_by_browser(page, asked)
    ours = told_by_register(asked[0])

    signed = {step["name"]: step["reason"] for step in whole["questions"]["signed"] if step["reason"]}
    assert signed == dict.fromkeys(("credential_key", "credential_signed"), "suite_not_checked_here")
    assert (ours["conclusion"], whole["conclusion"]) == ("authentic_and_in_force", "could_not_check")
    for question in ("registered", "in_force"):
        assert whole["questions"][question] == ours["questions"][question]
    assert forged["conclusion"] == "not_authentic"


def _outcomes(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step["name"], step["outcome"]) for steps in told["questions"].values() for step in steps]
