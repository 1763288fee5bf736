"""What must hold when everything has come to rest: all that was acknowledged, nothing twice, nothing left."""

import fcntl
import re
import time
from typing import Any

from tests.soak.broken import require
from tests.soak.clerk import Ledger
from tests.soak.programs import left_of, pause
from tests.soak.town import NETWORK, PREFIX, SERVER, WORKER, Town
from tests.soak.visitor import Visitor

_PATIENCE_SECONDS = 40.0
_DATA_FILES = re.compile(
    r"(register|desk)\.sqlite(-wal|-shm)?|(?:writer|sender)\.lock|search|search/current|"
    r"search/index-v\d+-[0-9a-f]{16}\.sqlite(-wal|-shm)?"
)
_UNFINISHED = (".new", ".tmp", "~")


def close(town: Town, ledger: Ledger, visitor: Visitor) -> None:
    """Lets the worker finish, compares everything, ends every program, and looks what is left.

    Raises: BrokenPromise.
    """
    town.start_all()
    town.wait_until_heard()
    _wait_until_published(town)
    _wait_for_search(town, ledger)
    town.running[WORKER].stop()
    town.done("sync")
    reconciled = town.done("reconcile").value
    for number, result in ledger.results.items():
        verdict = visitor.look_up(number)
        require(verdict is not None, "the server did not answer")
        assert verdict is not None
        said = (verdict["result"], len(verdict["history"]), verdict["national"]["state"])
        require(
            said == (result, 1 + ledger.acts[number], "online"), f"{number}: {said} {result} {ledger.acts}"
        )
    require(town.stored.count("record") == len(ledger.results) + _corrections(visitor), "records")
    lost = visitor.notes - town.stored.checkpoints()
    require(not lost, f"a checkpoint that was served is gone: {lost}")
    audited(town)
    town.running[SERVER].stop()
    town.running[NETWORK].stop()
    _require_nothing_left(town)
    require(reconciled["result"] == "exact", f"{reconciled}")


def audited(town: Town) -> int:
    """Audits by the program's own command; returns the size of the log. Raises: BrokenPromise."""
    report = town.done("audit").value
    require(report["clean"], f"audit: {report['finding']}")
    return int(report["size"])


def _corrections(visitor: Visitor) -> int:
    return sum(act == "corrected" for chain in visitor.chains.values() for act, _, _ in chain)


def _wait_until_published(town: Town) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while len(set(town.stored.sizes())) > 1:
        require(time.monotonic() < deadline, "stored entries were not published by the worker")
        pause(0.05)


def _wait_for_search(town: Town, ledger: Ledger) -> None:
    """The worker's index says of every certificate what the register says."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (found := _found(town)) != ledger.results:
        require(time.monotonic() < deadline, f"the index says {found}, not {ledger.results}")
        pause(0.2)


def _found(town: Town) -> dict[str, str]:
    found: dict[str, str] = {}
    page = 1
    while True:
        program = town.command("search", PREFIX, "--filter", "kind=certificate", "--page", page)
        program.wait()
        answer = town.answer(program)
        if answer is None or answer.error:
            require(answer is not None and answer.error.startswith("search_unavailable"), f"search: {answer}")
            return {}
        hits: list[dict[str, Any]] = answer.value["certificates"]
        found |= {each["number"]: each["state"] for each in hits}
        if not hits or len(found) >= answer.value["total"]:
            return found
        page += 1


def _require_nothing_left(town: Town) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while left := left_of(town.sessions):
        require(time.monotonic() < deadline, f"processes are left: {left}")
        pause(0.05)
    data = town.directory / "data"
    files = {path.relative_to(data).as_posix() for path in data.rglob("*")}
    strange = sorted(name for name in files if not _DATA_FILES.fullmatch(name))
    require(not strange, f"files are left in the data directory: {strange}")
    indexes = [name for name in files if name.endswith(".sqlite") and name.startswith("search/")]
    require(len(indexes) == 1, f"indexes: {indexes}")
    keys = town.directory / "data-keys"
    unfinished = [path.name for path in keys.rglob("*") if path.name.endswith(_UNFINISHED)]
    require(not unfinished, f"files are left beside the keys: {unfinished}")
    temporary = [path.name for path in town.temporary.rglob("*")]
    require(not temporary, f"temporary files are left: {temporary}")
    if town.server is None:
        with (data / "writer.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
