"""When both sides are compared by themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry.national.reconcile import CouldNotCheck, reconcile
from registry.national.regular import RETRY, RegularComparison
from registry.national.sync import SyncOutcome, SyncReport
from tests.registry.national.builders import Switch, a_world
from tests.registry.national.row_builders import NOON

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
SENT = SyncReport(SyncOutcome.DONE)
LOST = SyncReport(SyncOutcome.DONE, lost=7)
SILENT = SyncReport(SyncOutcome.UNAVAILABLE, reason="timeout")


@dataclass
class Desk:
    """A clock, and the newest report that is kept."""

    now: datetime = NOON
    newest: datetime | None = None

    def comparison(self, every: timedelta = DAY) -> RegularComparison:
        return RegularComparison(lambda: self.newest, lambda: self.now, every)


def test_the_first_comparison_waits_until_something_was_sent() -> None:
    regular = Desk().comparison()
    assert not regular.is_due()
    regular.heard(SILENT)
    assert not regular.is_due()
    regular.heard(SENT)
    assert regular.is_due()


@pytest.mark.parametrize(
    ("ago", "due"), [(DAY - MINUTE, False), (DAY, True), (10 * DAY, True), (-MINUTE, True)]
)
def test_the_next_one_is_due_a_day_after_the_newest_report(ago: timedelta, *, due: bool) -> None:
    """Also after a start anew; one from the future was made by a clock that ran ahead."""
    assert Desk(newest=NOON - ago).comparison().is_due() is due


def test_a_loss_makes_it_due_at_once() -> None:
    desk = Desk(newest=NOON - MINUTE)
    regular = desk.comparison()
    regular.heard(SENT)
    assert not regular.is_due()
    regular.heard(LOST)
    regular.heard(SENT)
    assert regular.is_due()


def test_nothing_is_due_where_nobody_wants_it() -> None:
    regular = Desk(newest=NOON - 10 * DAY).comparison(timedelta(0))
    regular.heard(LOST)
    assert not regular.is_due()


def test_a_network_without_a_usable_answer_is_asked_again_later() -> None:
    desk = Desk(newest=NOON - DAY)
    regular = desk.comparison()
    regular.done(CouldNotCheck("timeout"))
    assert not regular.is_due()
    desk.now += RETRY
    assert regular.is_due()


def test_a_clock_that_was_set_back_does_not_put_comparing_off() -> None:
    desk = Desk(newest=NOON - DAY, now=NOON + 365 * DAY)
    regular = desk.comparison()
    regular.done(CouldNotCheck("timeout"))
    desk.now = NOON
    assert regular.is_due()


@pytest.mark.parametrize("reason", ["sender_lease_lost", "batch_in_flight", "sending_stopped"])
def test_while_somebody_sends_the_next_turn_will_do(reason: str) -> None:
    regular = Desk(newest=NOON - DAY).comparison()
    regular.done(CouldNotCheck(reason))
    assert regular.is_due()


def test_after_a_comparison_it_is_not_due_for_a_day(running: tuple[Switch, str], tmp_path: Path) -> None:
    desk = Desk()
    regular = desk.comparison()
    regular.heard(LOST)
    with a_world(tmp_path, *running) as world:
        regular.done(reconcile(world.sender))
    desk.newest = desk.now
    assert not regular.is_due()
    desk.now += DAY
    assert regular.is_due()


def test_a_comparison_ends_when_the_worker_is_told_to(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running) as world:
        stopped = iter([False, True]).__next__
        assert reconcile(world.sender, stopped=stopped) == CouldNotCheck("sending_stopped")
        assert world.store.take_lease("worker-2", NOON, MINUTE)
