"""An attempt goes on once, in the browser that began it, within minutes; what is kept of it opens nothing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.oidc.attempts import LASTS, Attempts, is_secret, new_browser
from registry.oidc.errors import AttemptFault, AttemptUnknown
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import open_engine, sqlite_url
from signing.encoding import b64url_encode
from tests.registry.ledger.builders import StepClock


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(database or sqlite_url(tmp_path / "desk.sqlite"))
    migrate(opened, Schema.DESK)
    yield opened
    opened.dispose()


def _rows(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text("SELECT * FROM oidc_attempt"))]


def _refusal(attempts: Attempts, state: str, browser: str) -> AttemptFault:
    with pytest.raises(AttemptUnknown) as caught:
        attempts.take(state, browser)
    return caught.value.reason


def test_an_attempt_goes_on_once(engine: Engine) -> None:
    attempts, browser = Attempts(engine, StepClock()), new_browser()
    begun = attempts.begin(browser, "/holder/certificates")
    assert attempts.take(begun.state, browser) == begun
    assert _refusal(attempts, begun.state, browser) is AttemptFault.UNKNOWN
    assert _rows(engine) == []


def test_a_browser_may_have_several_under_way(engine: Engine) -> None:
    attempts, browser = Attempts(engine, StepClock()), new_browser()
    first, second = (attempts.begin(browser, "/holder") for _ in range(2))
    assert len({first.state, first.nonce, first.verifier, second.state, second.nonce, second.verifier}) == 6
    assert attempts.take(second.state, browser) == second
    assert attempts.take(first.state, browser) == first


@pytest.mark.parametrize("browser", ["", "short", "A" * 43, "示" * 43])
def test_another_browser_does_not_go_on_with_it_and_uses_it_up(engine: Engine, browser: str) -> None:
    attempts, own = Attempts(engine, StepClock()), new_browser()
    begun = attempts.begin(own, "/holder")
    assert _refusal(attempts, begun.state, browser) is AttemptFault.OTHER_BROWSER
    assert _refusal(attempts, begun.state, own) is AttemptFault.UNKNOWN


def test_an_attempt_ends_after_minutes_and_leaves_nothing(engine: Engine) -> None:
    clock = StepClock(step=timedelta(0))
    attempts, browser = Attempts(engine, clock), new_browser()
    late, left = (attempts.begin(browser, "/holder") for _ in range(2))
    clock.now += LASTS
    assert _refusal(attempts, late.state, browser) is AttemptFault.EXPIRED
    clock.now += LASTS + timedelta(seconds=1)
    attempts.begin(browser, "/holder")
    assert len(_rows(engine)) == 1
    assert _refusal(attempts, left.state, browser) is AttemptFault.UNKNOWN


def test_what_the_desk_keeps_opens_nothing(engine: Engine) -> None:
    attempts, browser = Attempts(engine, StepClock()), new_browser()
    begun = attempts.begin(browser, "/holder")
    kept = repr(_rows(engine))
    assert [each for each in (browser, begun.state, begun.nonce, begun.verifier) if each in kept] == []
    # Without the browser's cookie the state says nothing of nonce and verifier.
    other = Attempts(engine, StepClock()).begin(new_browser(), "/holder")
    assert replace(begun, state=other.state) != other


def test_the_challenge_is_the_verifiers_hash(engine: Engine) -> None:
    begun = Attempts(engine, StepClock()).begin(new_browser(), "/holder")
    assert begun.challenge == b64url_encode(sha256(begun.verifier.encode()).digest())
    assert 43 <= len(begun.verifier) <= 128
    assert is_secret(begun.state)


def test_of_several_who_come_back_at_once_one_goes_on(engine: Engine) -> None:
    attempts, browser = Attempts(engine, StepClock()), new_browser()
    begun = attempts.begin(browser, "/holder")
    together = Barrier(4)

    def come_back() -> bool:
        together.wait()
        try:
            return attempts.take(begun.state, browser) == begun
        except AttemptUnknown:
            return False

    with ThreadPoolExecutor(4) as threads:
        found = [threads.submit(come_back) for _ in range(4)]
    assert sorted(each.result() for each in found) == [False, False, False, True]
