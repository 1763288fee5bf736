"""When the worker sends: the calendar's days, and the pauses of its loop."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.national.calendar import Calendar
from registry.national.patience import Patience
from registry.national.queue import CHINA
from registry.national.rhythm import pause_after, sync_until
from registry.national.rows import Row
from registry.national.stand_in.faults import Fault, scripted
from registry.national.sync import SyncOutcome, SyncReport
from registry.storage.errors import DatabaseUnavailable
from registry.storage.sql import reading
from tests.registry.national.builders import World, a_small_world
from tests.registry.national.row_builders import NOON, an_institution

HALF_MONTHLY = Calendar(frozenset({1, 16}))
EVERY_DAY = Calendar()
SILENT = SyncReport(SyncOutcome.UNAVAILABLE, reason="timeout")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def at(text: str) -> datetime:
    """A moment on the wall in the province."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def test_without_a_calendar_every_day_is_one_for_sending() -> None:
    assert EVERY_DAY.is_open(NOON)
    assert EVERY_DAY.next_opening(NOON) == NOON


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-03-01T00:00", "2026-03-01T00:00"),
        ("2026-03-01T23:59", "2026-03-01T23:59"),
        ("2026-03-02T00:00", "2026-03-16T00:00"),
        ("2026-03-17T12:00", "2026-04-01T00:00"),
        ("2026-12-17T12:00", "2027-01-01T00:00"),
    ],
)
def test_half_monthly_is_the_first_and_the_sixteenth(now: str, opens: str) -> None:
    assert HALF_MONTHLY.next_opening(at(now)) == at(opens)
    assert HALF_MONTHLY.is_open(at(now)) == (now == opens)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-02-01T00:00", "2026-02-28T00:00"),
        ("2028-02-01T00:00", "2028-02-29T00:00"),
        ("2026-04-01T00:00", "2026-04-30T00:00"),
        ("2026-03-01T00:00", "2026-03-31T00:00"),
    ],
)
def test_a_day_that_a_month_lacks_is_its_last(now: str, opens: str) -> None:
    assert Calendar(frozenset({31})).next_opening(at(now)) == at(opens)


def test_the_days_are_those_of_the_province() -> None:
    assert HALF_MONTHLY.is_open(datetime(2026, 2, 28, 16, 0, tzinfo=UTC))
    assert not HALF_MONTHLY.is_open(datetime(2026, 3, 1, 16, 0, tzinfo=UTC))


@given(st.frozensets(st.integers(1, 31), max_size=4), MOMENTS)
def test_the_next_opening_is_open_and_nothing_between_is(days: frozenset[int], now: datetime) -> None:
    calendar = Calendar(days)
    opening = calendar.next_opening(now)
    assert calendar.is_open(opening)
    assert opening == now or not calendar.is_open(opening - timedelta(seconds=1))
    assert now <= opening <= now + timedelta(days=32)


def test_the_pauses_grow_while_the_network_is_silent() -> None:
    pauses = [pause_after(SILENT, failed, 5.0) for failed in range(12)]
    assert pauses == [5.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0, 300.0, 300.0, 300.0]


def test_a_pause_is_as_long_as_the_network_asked_and_no_longer_than_a_day() -> None:
    for asked, waited in ((0.0, 5.0), (3600.0, 3600.0), (1e9, 86_400.0)):
        report = SyncReport(SyncOutcome.UNAVAILABLE, reason="http_503", retry_after_seconds=asked)
        assert pause_after(report, 1, 5.0) == waited


class Loop:
    """The worker's loop on a clock that stands still except while it waits."""

    def __init__(self, world: World, runs: int, calendar: Calendar = EVERY_DAY) -> None:
        self.reports: list[SyncReport] = []
        self.waits: list[float] = []
        self._world = world
        sync_until(
            lambda: len(self.reports) == runs,
            self._wait,
            world.sender,
            self.reports.append,
            calendar=calendar,
            every_seconds=5.0,
        )

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self._world.clock.moment += timedelta(seconds=seconds)


def next_at(world: World) -> str:
    with reading(world.store._engine) as connection:
        found = connection.exec_driver_sql("SELECT next_at FROM national_health").one()
        return str(found[0])


def test_the_loop_outlives_a_database_that_is_away(tmp_path: Path) -> None:
    with a_small_world(tmp_path, rows=[an_institution()]) as world:
        real, asked = world.outbox.after, list[int]()

        def after(seq: int, limit: int) -> Sequence[Row]:
            asked.append(seq)
            if len(asked) == 1:
                raise DatabaseUnavailable("away")
            return real(seq, limit)

        world.outbox.after = after  # type: ignore[method-assign]
        loop = Loop(world, runs=2)
        assert [report.outcome for report in loop.reports] == [SyncOutcome.UNAVAILABLE, SyncOutcome.DONE]
        assert loop.reports[0].reason == DatabaseUnavailable.code
        assert loop.waits == [5.0, 5.0]


def test_the_loop_asks_less_often_into_silence_and_says_when_next(tmp_path: Path) -> None:
    faults, patience = scripted([Fault.RESET_BEFORE_COMMIT] * 3), Patience(attempts=1)
    with a_small_world(tmp_path, rows=[an_institution()], faults=faults, patience=patience) as world:
        loop = Loop(world, runs=3)
        assert loop.waits == [5.0, 10.0, 20.0]
        assert next_at(world) == "2026-03-02T04:00:35Z"
        assert Loop(world, runs=1).reports[0].outcome is SyncOutcome.DONE
        assert next_at(world) == ""


def test_the_loop_waits_for_a_day_of_sending(tmp_path: Path) -> None:
    with a_small_world(tmp_path, rows=[an_institution()]) as world:
        loop = Loop(world, runs=1, calendar=HALF_MONTHLY)
        assert loop.reports == [SyncReport(SyncOutcome.DONE, batches=1, online=1)]
        assert world.clock.moment.astimezone(CHINA) == at("2026-03-16T00:00:05")


def test_a_closed_calendar_says_when_it_opens(tmp_path: Path) -> None:
    with a_small_world(tmp_path, rows=[an_institution()]) as world:
        stops = iter([False])
        sync_until(
            lambda: next(stops, True), lambda seconds: None, world.sender, print, calendar=HALF_MONTHLY
        )
        assert next_at(world) == "2026-03-15T16:00:00Z"
        assert world.store.frontier() == 0


def test_a_day_of_sending_that_ends_stops_the_run(tmp_path: Path) -> None:
    faults = scripted([Fault.RESET_BEFORE_COMMIT])
    with a_small_world(tmp_path, rows=[an_institution()], faults=faults) as world:
        world.clock.moment = at("2026-03-01T23:59:59.9")
        loop = Loop(world, runs=1, calendar=HALF_MONTHLY)
        assert loop.reports[0].outcome is SyncOutcome.STOPPED
        assert len(world.store.in_flight()) == 1
