"""One way of sending a whole register: a stand-in with faults, and `skillcert sync` until nothing is left.

In the end both databases are read, so that the figures are not only what the two sides told each other.
"""

import json
import resource
import shutil
import sqlite3
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from registry.national.holdings_messages import Detail
from registry.national.stand_in.__main__ import DATABASE_FILE
from registry.national.stand_in.database import Database
from registry.national.stand_in.faults import Fault
from registry.national.stand_in.keys import PUBLIC_FILE, network_key
from registry.national.stand_in.store import StandInStore
from signing.encoding import b64url_encode
from signing.key_files import KeyDirectory
from signing.keys import KeyRole
from web.bench.measurement import MeasurementFailed
from web.bench.processes import free_port, ran_or_killed, running, wait_until_it_answers

_PATIENCE_SECONDS = 3_600.0
# Between two runs the worker waits longer; here the next one begins almost at once.
_BETWEEN_RUNS_SECONDS = 0.5
_PAUSE = threading.Event()
_EQUAL = ("exact", "exact_but_for")
# A maintenance of half a minute at each twentieth exchange would be most of what is measured.
_SHORT_MOODS = ("--maintenance-seconds", "2", "--backup-every", "5")


@dataclass(frozen=True)
class Way:
    """How it is sent: which faults the network has, and for how long a sender may send."""

    name: str
    rates: Mapping[Fault, float] = field(default_factory=dict)
    seed: int = 0
    killed_after: tuple[float, float] | None = None
    most_kills: int | None = None


@dataclass(frozen=True)
class Sent:
    """A register that was sent: how long it took, and what both sides hold now, as count and root.

    `processor` is what all the senders used of a processor; the rest of the time they waited, for an answer
    or for another attempt. `online` and `rejected` count positions of the queue.
    """

    seconds: float
    processor: float
    starts: int
    kills: int
    online: int
    rejected: int
    ours: tuple[int, str]
    theirs: tuple[int, str]

    @property
    def waiting(self) -> float:
        """Which part of the time no sender used a processor."""
        return max(0.0, 1.0 - self.processor / self.seconds)


def send(way: Way, filled: Path, place: Path, environment: Mapping[str, str]) -> Sent:
    """Sends a copy of the register in `filled` until both sides are equal. Raises: MeasurementFailed."""
    province = place / "province"
    shutil.copytree(filled, province)
    desk = province / "data" / "desk.sqlite"
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
        desk,
        way,
    )
    with running(arguments, place / "log") as process:
        wait_until_it_answers(process, port)
        # Whatever was waited for until here is no sender.
        used, started = _processor_seconds(), time.perf_counter()
        ours = senders.until_equal()
        seconds, processor = time.perf_counter() - started, _processor_seconds() - used
    progress = dict(_read(desk, "SELECT state, count(*) FROM national_progress GROUP BY state"))
    network = Database(place / "network" / DATABASE_FILE)
    theirs = StandInStore(network).ranges(("",), Detail.SUMMARY)[0][0].range
    sent = Sent(
        seconds,
        processor,
        senders.starts,
        senders.kills,
        online=progress.pop("online", 0),
        rejected=progress.pop("rejected", 0),
        ours=ours,
        theirs=(theirs.count, theirs.root.hex()),
    )
    with network.reading() as connection:
        taken = connection.execute("SELECT count(*) FROM version").fetchone()[0]
    # Whatever else stands in the progress is pending or sent, and nothing may be.
    if progress or sent.ours != sent.theirs or taken != sent.online:
        raise MeasurementFailed("networks_differ")
    return sent


class _Senders:
    """One `skillcert sync` after the other, each begun where the one before it was stopped or killed."""

    def __init__(self, environment: Mapping[str, str], said: Path, desk: Path, way: Way) -> None:
        self._environment, self._said, self._desk, self._way = environment, said, desk, way
        self._chance = Random(way.seed)  # noqa: S311 - when to kill, repeatably
        self.starts = 0
        self.kills = 0

    def until_equal(self) -> tuple[int, str]:
        """Sends and compares until nothing is left and nothing differs: count and root of our side."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            ended = self._ran("sync", self._life())
            if ended is None:
                continue
            if ended["outcome"] == "done":
                compared = self._ran("reconcile")
                if compared is not None and compared["result"] in _EQUAL:
                    return int(compared["count"]), str(compared["root"])
            elif ended["outcome"] == "refused":
                raise MeasurementFailed(str(ended["reason"]))
            _PAUSE.wait(_BETWEEN_RUNS_SECONDS)
        raise MeasurementFailed("never_equal")

    def _life(self) -> float | None:
        """For how long the next sender may send."""
        if self._way.killed_after is None or self.kills == self._way.most_kills:
            return None
        return self._chance.uniform(*self._way.killed_after)

    def _ran(self, command: str, life: float | None = None) -> Mapping[str, Any] | None:
        """What the command said in the end; None if it was killed after so many seconds of its life."""
        self.starts += 1
        arguments = ["-m", "web.cli", command, "--json"]
        if ran_or_killed(arguments, self._said, self._environment, self._sends, life) is None:
            self.kills += 1
            return None
        value = json.loads(self._said.read_bytes().splitlines()[-1])
        if not isinstance(value, dict) or "error" in value:
            raise MeasurementFailed(str(value))
        return value

    def _sends(self, pid: int) -> bool:
        """Whether that process is the one sender now: what it is called in the lease says which it is."""
        return any(
            f"/{pid}." in holder for (holder,) in _read(self._desk, "SELECT holder FROM national_lease")
        )


def _read(desk: Path, query: str) -> list[tuple[Any, ...]]:
    """What stands on the desk."""
    with closing(sqlite3.connect(desk, timeout=30)) as connection:
        return connection.execute(query).fetchall()


def _own_key(province: Path) -> str:
    """The public key that the province signs its batches with."""
    keys = KeyDirectory(province / "data-keys" / "register").files()
    return b64url_encode(next(each.public for each in keys if each.role == KeyRole.NATIONAL))


def _processor_seconds() -> float:
    """What programs that were begun here and have ended used of a processor."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
