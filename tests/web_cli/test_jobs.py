"""Jobs done by the real worker: killed in the middle, begun again, and done once."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from registry.intake.job import hand_in
from registry.intake.uploads import Circumstances, Upload
from registry.jobs.desk import Jobs
from registry.jobs.model import JobState
from registry.review.sample import SampleRule
from registry.storage.batch_reads import BatchReads
from registry.storage.sql import KeptReader
from tests.web_cli.commands import Commands
from tests.web_cli.house import PREFIX, House
from web.cli.opening import opened, read_settings


@contextmanager
def working(log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The worker of the environment's register."""
    with log.open("ab") as words:
        process = subprocess.Popen([sys.executable, "-m", "web.cli", "work"], stdout=words, stderr=words)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def upload(house: House, serials: range, *, times: int = 1) -> list[str]:
    """The same upload handed in so many times; the ids of the jobs."""
    form5, form4 = house.forms(*(house.row(serial) for serial in serials))
    with opened(read_settings()) as register, closing(KeptReader(register.engine)) as reader:
        jobs = Jobs(register.desk_engine, lambda: register.keys.vault, register.clock)
        handed = [
            hand_in(
                register,
                jobs,
                BatchReads(reader),
                Circumstances(PREFIX),
                form5=Upload(form5.name, form5.read_bytes()),
                form4=Upload(form4.name, form4.read_bytes()),
                account="clerk",
                rule=SampleRule(5, 3),
            )
            for _ in range(times)
        ]
    return [each.job.id for each in handed if each.job is not None]


def state_of(house: House, identity: str) -> str:
    """How far the job is, without asking the program."""
    with closing(desk(house)) as database:
        ((state,),) = database.execute("SELECT state FROM job WHERE id = ?", (identity,)).fetchall()
    return str(state)


def until(process: "subprocess.Popen[bytes]", house: House, identity: str, *states: JobState) -> None:
    """Waits until the job is in one of these states; the test's own deadline ends the waiting."""
    while state_of(house, identity) not in states:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.05)


def desk(house: House) -> "sqlite3.Connection":
    """The desk's file, for a test that plays with time."""
    return sqlite3.connect(house.register_file.with_name("desk.sqlite"), isolation_level=None)


def test_a_worker_that_is_killed_in_mid_job_leaves_it_to_the_next(
    act: Commands, house: House, tmp_path: Path
) -> None:
    first, second = upload(house, range(1, 6), times=2)
    assert first == second
    # Nobody can keep a batch while another transaction writes: the worker stands before its last step.
    with closing(sqlite3.connect(house.register_file, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        with working(tmp_path / "log") as process:
            until(process, house, first, JobState.RUNNING)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        busy.execute("ROLLBACK")
    with closing(desk(house)) as database:
        assert state_of(house, first) == JobState.RUNNING
        assert database.execute("SELECT count(*) FROM job_file").fetchone() == (3,)
        # Its lease runs out.
        database.execute("UPDATE job_lease SET until_at = '2020-01-01T00:00:00Z'")
    with working(tmp_path / "log") as process:
        until(process, house, first, JobState.DONE, JobState.REFUSED)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
    with closing(desk(house)) as database:
        told = database.execute("SELECT state, attempts, result FROM job").fetchone()
        assert told == (JobState.DONE, 2, f'{{"batch":"{first}"}}')
        assert database.execute("SELECT count(*) FROM job_file").fetchone() == (0,)
    with closing(sqlite3.connect(house.register_file)) as database:
        rows = database.execute("SELECT count(*) FROM batch_row WHERE batch = ?", (bytes.fromhex(first),))
        assert rows.fetchone() == (5,)
        assert database.execute("SELECT count(*) FROM batch").fetchone() == (2,)
    assert "Traceback" not in (tmp_path / "log").read_text(encoding="utf-8")
    assert house.row(1)[0] not in (tmp_path / "log").read_text(encoding="utf-8")


def test_the_worker_removes_what_was_kept_long_enough(act: Commands, house: House) -> None:
    counted = act("retention", "--dry-run", "--json")
    assert (counted.code, counted.value["dry_run"]) == (0, True)
    with closing(desk(house)) as database:
        database.execute(
            "INSERT INTO staff_session VALUES ('1', '', 'open', x'00', x'01', '', 0, '', '', '', "
            "'2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z')"
        )
    done = act("retention", "--json")
    assert (done.code, done.value["removed"]["sessions"], done.value["altered"]) == (0, 1, 0)
    assert act("retention", "--json").value["removed"]["sessions"] == 0
