"""When the worker sends: every few seconds, less often while the network is silent, on days of sending."""

from collections.abc import Callable
from datetime import timedelta

from registry.national.calendar import Calendar
from registry.national.sync import Sender, SyncOutcome, SyncReport, sync_once
from registry.storage.errors import StorageError

_LONGEST_SECONDS = 300.0
# A network that asks for more is asked again after a day all the same.
_LONGEST_ASKED_SECONDS = 86_400.0
# People may set the clock, so that no wait is longer than this.
_LOOK_SECONDS = 3_600.0
_FAILING = (SyncOutcome.UNAVAILABLE, SyncOutcome.REFUSED)


def sync_until(
    stopped: Callable[[], bool],
    wait: Callable[[float], object],
    sender: Sender,
    on_report: Callable[[SyncReport], None],
    *,
    calendar: Calendar,
    every_seconds: float = 5.0,
) -> None:
    """The worker's loop: a run, its report, a pause, until told to stop.

    `stopped` and `wait` are a `threading.Event`'s `is_set` and `wait`. A database that does not answer ends a
    run, never the loop.
    """
    failed = 0
    while not stopped():
        try:
            opening = calendar.next_opening(sender.now())
            closed_seconds = (opening - sender.now()).total_seconds()
            if closed_seconds > 0:
                sender.store.note_next(opening)
                wait(min(closed_seconds, _LOOK_SECONDS))
                continue
            report = sync_once(sender, lambda: stopped() or not calendar.is_open(sender.now()))
        except StorageError as fault:
            report = SyncReport(SyncOutcome.UNAVAILABLE, reason=fault.code)
        on_report(report)
        failed = failed + 1 if report.outcome in _FAILING and not report.batches else 0
        seconds = pause_after(report, failed, every_seconds)
        if report.outcome in _FAILING:
            _note_next(sender, seconds)
        wait(seconds)


def pause_after(report: SyncReport, failed: int, every_seconds: float) -> float:
    """How long to wait after a run; `failed` counts the runs in a row that brought nothing, this one too."""
    usual = min(_LONGEST_SECONDS, every_seconds * 2.0 ** max(0, min(failed, 16) - 1))
    return max(usual, min(report.retry_after_seconds or 0.0, _LONGEST_ASKED_SECONDS))


def _note_next(sender: Sender, seconds: float) -> None:
    try:
        sender.store.note_next(sender.now() + timedelta(seconds=seconds))
    except StorageError:
        # For the dashboard alone, and the run has said already that the database is away.
        return
