"""Sending a register to the national network: without faults, and with every kind of fault.

Each run starts with a fresh stand-in in a process of its own and a fresh desk; the register stays. A run
ends when the queue is empty and both sides, compared by count and root, hold the same. The waits between
attempts are real.
"""

import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from registry.national.client import NationalClient, open_http
from registry.national.patience import Surroundings
from registry.national.reconcile import Reconciled, reconcile
from registry.national.stand_in.faults import Fault
from registry.national.stand_in.keys import network_key
from registry.national.store import NationalStore
from registry.national.sync import Sender, SyncOutcome, sync_once
from registry.outbox import LogOutbox
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import open_engine, sqlite_url
from signing.encoding import b64url_encode
from signing.keys import KeyRole
from web.bench.ground import Ground, a_ground
from web.bench.measurement import (
    Bound,
    Measurement,
    MeasurementFailed,
    Progress,
    Requirement,
    paired_ratio,
    side,
)
from web.bench.processes import free_port, running, wait_until_it_answers

DEFAULT_SIZE = 20_000
_ROUNDS = 2
_RATE = 0.05
_GOAL = 1.3
_RUN_SECONDS = 900.0
_KINDS = tuple(Fault)
_EACH: Mapping[Fault, float] = dict.fromkeys(_KINDS, _RATE)
_TOGETHER: Mapping[Fault, float] = dict.fromkeys(_KINDS, _RATE / len(_KINDS))


@dataclass(frozen=True)
class _Run:
    """One run to the end: how long it took, and how much of that was waiting before another attempt."""

    seconds: float
    waited: float


def measure(size: int, progress: Progress) -> Measurement:
    """Sends `size` certificates three times a round: no faults, 5 % in all, 5 % of each kind."""
    plain: list[_Run] = []
    together: list[_Run] = []
    each: list[_Run] = []
    with (
        tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory,
        a_ground(Path(directory)) as ground,
    ):
        ground.grow(size, progress)
        for done in range(1, _ROUNDS + 1):
            for runs, rates in ((plain, {}), (together, _TOGETHER), (each, _EACH)):
                runs.append(_run(ground, size, rates, seed=done))
            progress("上报", done, _ROUNDS)
    times = [[run.seconds for run in runs] for runs in (plain, together, each)]
    waited = [run.waited / run.seconds for run in each]
    return Measurement(
        sizes={"certificates": size, "kinds_of_fault": len(_KINDS)},
        sides=(
            side("no faults", times[0], size),
            side(f"{_RATE:.0%} of exchanges fail in all", times[1], size),
            side(f"{_RATE:.0%} fail in each of {len(_KINDS)} ways", times[2], size),
        ),
        requirements=(
            Requirement(
                "5 % 的往来出错，比无错", paired_ratio(times[1], times[0]), Bound.AT_MOST, _GOAL, "×"
            ),
            Requirement("每种错各 5 %，比无错", paired_ratio(times[2], times[0]), Bound.AT_MOST, _GOAL, "×"),
        ),
        notes=(
            "每次上报后与替身按数目和根对账，全部一致：无遗漏、无重复。",
            f"每种错各 5 % 时，{sum(waited) / len(waited):.0%} 的时间在等待重试（真实等待，未加速）。",
        ),
    )


def _run(ground: Ground, size: int, rates: Mapping[Fault, float], *, seed: int) -> _Run:
    """A fresh network and a fresh desk, until all is sent."""
    register = ground.register
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory:
        path, port = Path(directory), free_port()
        remote = network_key(path / "network").public
        own = register.keys[KeyRole.NATIONAL]
        arguments = ["-m", "registry.national.stand_in", "--data", str(path / "network"), "--port", str(port)]
        arguments += ["--client-key", b64url_encode(own.public), "--fault-seed", str(seed)]
        for fault, rate in rates.items():
            arguments += ["--fault", f"{fault.value}={rate}"]
        engine = open_engine(sqlite_url(path / "desk.sqlite"))
        migrate(engine, Schema.DESK)
        waits = _Waits()
        try:
            with (
                running(arguments, path / "log") as process,
                open_http(f"http://127.0.0.1:{port}") as http,
            ):
                wait_until_it_answers(process, port)
                client = NationalClient(
                    http, lambda: own, remote, surroundings=Surroundings(pause=waits.pause)
                )
                sender = Sender(
                    LogOutbox(lambda: register.look_up), NationalStore(engine), client, holder="bench"
                )
                started = time.perf_counter()
                _send(sender)
                seconds = time.perf_counter() - started
                _require_the_same(sender, size)
        finally:
            engine.dispose()
    return _Run(seconds, waits.seconds)


class _Waits:
    """Waits as a worker does, and remembers how long."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def pause(self, seconds: float, _: Callable[[], None]) -> None:
        """Waits, whatever happens meanwhile."""
        self.seconds += seconds
        time.sleep(seconds)


def _send(sender: Sender) -> None:
    """Runs as a worker would until nothing is left; a run that gave up is begun again at once."""
    deadline = time.monotonic() + _RUN_SECONDS
    while (report := sync_once(sender)).outcome is not SyncOutcome.DONE:
        if report.outcome is not SyncOutcome.UNAVAILABLE or time.monotonic() > deadline:
            raise MeasurementFailed(report.reason or report.outcome.value)


def _require_the_same(sender: Sender, size: int) -> None:
    compared = reconcile(sender, heal=False)
    if not isinstance(compared, Reconciled) or not compared.is_equal or compared.ours.count != size:
        raise MeasurementFailed("networks_differ")
