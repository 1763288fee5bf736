"""`python -m tests.soak --kills N`: kills the real program under load, N times on each database.

Prints how far it is, and in the end one line a database: what was killed and done, and the faults found. Ends
with 1 at the first fault, whose directory it keeps and names.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from random import Random

from tests.contracts.postgres import PostgresMissing, running_cluster
from tests.memory import MEMORY
from tests.registry.storage.prepared import set_up
from tests.soak.broken import BrokenPromise
from tests.soak.life import Life, Tally
from tests.soak.town import Town
from web.bench.processes import free_port

_KILLS_A_LIFE = 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until every kill is done or the first fault is found."""
    options = _parser().parse_args(arguments)
    # However this ends, it ends what it started.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, signal.default_int_handler)
    databases = ["sqlite", "postgresql"] if options.database == "both" else [options.database]
    for database in databases:
        try:
            summary = _soak(database, options)
        except PostgresMissing:
            print("POSTGRESQL IS NOT INSTALLED, nothing was killed on it: apt-get install postgresql")
            continue
        except BrokenPromise as fault:
            print(f"FAULT FOUND on {database}, seed {options.seed}: {fault}", flush=True)
            return 1
        print(json.dumps(summary), flush=True)
    return 0


def _soak(database: str, options: argparse.Namespace) -> dict[str, object]:
    began, tally, typical = time.monotonic(), Tally(), dict[str, float]()
    chance = Random(f"{options.seed} {database}")
    while tally.killed < options.kills:
        with _town(database) as town:
            life = Life(town, chance, tally, typical, lambda: _tell(database, tally, options, began))
            life.begin()
            life.keep(min(_KILLS_A_LIFE, options.kills - tally.killed))
            life.end()
    seconds = round(time.monotonic() - began, 1)
    counted = {**asdict(tally), "kills": tally.killed, "killed": dict(tally.kills)}
    return {"database": database, **counted, "faults": 0, "seconds": seconds}


@contextmanager
def _town(database: str) -> Iterator[Town]:
    """A town in memory where there is room: programs are killed here, not machines."""
    directory = Path(tempfile.mkdtemp(prefix="skillcert-soak-", dir=MEMORY))
    with ExitStack() as stack:
        server = stack.enter_context(set_up(running_cluster())) if database == "postgresql" else None
        town = Town(directory / "town", free_port(), server)
        try:
            yield town
        except BaseException:
            for program in town.running.values():
                program.kill()
            print(f"kept: {town.directory}", file=sys.stderr)
            raise
        town.clear()
        directory.rmdir()


def _tell(database: str, tally: Tally, options: argparse.Namespace, began: float) -> None:
    if options.quiet:
        return
    seconds = time.monotonic() - began
    print(
        f"{database}: {tally.killed} of {options.kills} kills, {tally.lives} lives, "
        f"{tally.audits} audits, {seconds:.0f} s",
        end="\r" if sys.stdout.isatty() else "\n",
        flush=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=2000, help="on each database")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", default="20261121")
    parser.add_argument("--quiet", action="store_true", help="only the summary")
    return parser


if __name__ == "__main__":
    sys.exit(main())
