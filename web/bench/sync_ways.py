"""One way of sending a whole register: a stand-in with its faults, and `skillcert sync` until nothing is left."""

import json
import resource
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from registry.national.stand_in.faults import Fault
from registry.national.stand_in.keys import PUBLIC_FILE, network_key
from signing.encoding import b64url_encode
from signing.key_files import KeyDirectory
from signing.keys import KeyRole
from web.bench.measurement import MeasurementFailed
from web.bench.processes import free_port, ran_or_killed, running, wait_until_it_answers

_PATIENCE_SECONDS = 3_600.0
# Between two runs the worker waits longer; here the next one begins almost at once.
_BETWEEN_RUNS_SECONDS = 0.5
_PAUSE = threading.Event()
_SHORT_MOODS: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """How it is sent: which faults the network has, and how long a sender lives, at least and at most."""

    name: str
    rates: Mapping[Fault, float] = field(default_factory=dict)
    seed: int = 0
    killed_after: tuple[float, float] | None = None


@dataclass(frozen=True)
class Sent:
    """A register that was sent: how long it took, and what both sides hold now.

    `processor` is what all the senders used of a processor; the rest of the time they waited, for an answer or
    for another attempt.
    """

    seconds: float
    processor: float
    starts: int
    kills: int
    rows: int
    count: int
    root: str

    @property
    def waiting(self) -> float:
        """Which part of the time no sender used a processor."""
        return max(0.0, 1.0 - self.processor / self.seconds)


def send(way: Way, filled: Path, place: Path, environment: Mapping[str, str]) -> Sent:
    """Sends a copy of the register in `filled` until both sides are equal. Raises: MeasurementFailed."""
    province = place / "province"
    shutil.copytree(filled, province)
    network_key(place / "network")
    port = free_port()
    arguments = ["-m", "registry.national.stand_in", "--data", str(place / "network"), "--port", str(port)]
    arguments += ["--client-key", _own_key(province), "--fault-seed", str(way.seed), *_SHORT_MOODS]
    for fault, rate in way.rates.items():
        arguments += ["--fault", f"{fault.value}={rate}"]
    senders = _Senders(
        {name: value.replace(str(filled), str(province)) for name, value in environment.items()}
        | {
            "SKILLCERT_NATIONAL_URL": f"http://127.0.0.1:{port}",
            "SKILLCERT_NATIONAL_KEY_FILE": str(place / "network" / PUBLIC_FILE),
        },
        place / "said",
        way,
    )
    with running(arguments, place / "log") as network:
        wait_until_it_answers(network, port)
        # Whatever was waited for until here is no sender.
        used, started = _processor_seconds(), time.perf_counter()
        held = senders.until_equal()
        seconds, processor = time.perf_counter() - started, _processor_seconds() - used
    return Sent(
        seconds, processor, senders.starts, senders.kills, held.get("rows", 0), held["count"], str(held["root"])
    )


class _Senders:
    """One `skillcert sync` after the other, each begun where the one before it was stopped or killed."""

    def __init__(self, environment: Mapping[str, str], said: Path, way: Way) -> None:
        self._environment, self._said, self._way = environment, said, way
        self._chance = Random(way.seed)  # noqa: S311 - when to kill, repeatably
        self.starts = 0
        self.kills = 0

    def until_equal(self) -> Mapping[str, Any]:
        """Sends and compares until nothing is left and nothing differs."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            ended = self._ran("sync")
            if ended is None:
                continue
            if ended["outcome"] == "done":
                compared = self._ran("reconcile")
                if compared is not None and compared["result"] == "equal":
                    return compared
            elif ended["outcome"] == "refused":
                raise MeasurementFailed(str(ended["reason"]))
            _PAUSE.wait(_BETWEEN_RUNS_SECONDS)
        raise MeasurementFailed("never_equal")

    def _ran(self, command: str) -> Mapping[str, Any] | None:
        """What the command said in the end; None if it was killed."""
        life = self._chance.uniform(*self._way.killed_after) if self._way.killed_after else None
        self.starts += 1
        arguments = ["-m", "web.cli", command, "--json"]
        if ran_or_killed(arguments, self._said, self._environment, life) is None:
            self.kills += 1
            return None
        value = json.loads(self._said.read_bytes().splitlines()[-1])
        if not isinstance(value, dict) or "error" in value:
            raise MeasurementFailed(str(value))
        return value


def _own_key(province: Path) -> str:
    """The public key that the province signs its batches with."""
    keys = KeyDirectory(province / "data-keys" / "register").files()
    return b64url_encode(next(each.public for each in keys if each.role == KeyRole.NATIONAL))


def _processor_seconds() -> float:
    """What programs that were begun here and have ended used of a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
