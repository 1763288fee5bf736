"""The demo starts from what is there, stops whole, and never takes over what is not its own."""

import json
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.demo_process import RunningDemo, start, surroundings
from web.bench.processes import free_port

AGAIN_SECONDS = 30.0


@dataclass(frozen=True)
class Stopped:
    """A demo that was begun where an earlier filling had been cut off, and ended by Ctrl-C."""

    demo: RunningDemo
    port: int
    code: int

    @property
    def numbers(self) -> list[str]:
        """The certificates that it names."""
        return [each["number"] for each in self.demo.description["certificates"]]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stopped]:
    """One start and one stop for all tests here."""
    directory, port = tmp_path_factory.mktemp("starting") / "demo", free_port()
    (directory / "left-over").mkdir(parents=True)
    (directory / "demo.unfinished").touch()
    with (directory.parent / "first.log").open("wb") as log:
        running = start(directory, port, log, certificates=1)
        yield Stopped(running, port, running.stop())


def test_ctrl_c_is_a_good_end_and_leaves_no_process(stopped: Stopped) -> None:
    assert stopped.code == 0
    log = (stopped.demo.directory.parent / "first.log").read_text(encoding="utf-8")
    assert "Traceback" not in log


def test_a_filling_that_was_cut_off_begins_anew(stopped: Stopped) -> None:
    left = {path.name for path in stopped.demo.directory.iterdir()}
    assert "demo.json" in left
    assert not left & {"left-over", "demo.unfinished"}


def test_it_says_where_to_look_what_runs_and_what_to_try(stopped: Stopped) -> None:
    told = (stopped.demo.directory.parent / "first.log").read_text(encoding="utf-8")
    assert "检索：内置索引" in told
    assert f"{stopped.demo.base}/" in told
    assert all(f"  {at}. " in told for at in (1, 2, 3))
    assert stopped.demo.holder("plain")["number"] in told


def test_a_second_start_is_quick_and_sigterm_leaves_no_process(stopped: Stopped, tmp_path: Path) -> None:
    numbers = stopped.numbers
    with (tmp_path / "log").open("wb") as log:
        again = start(stopped.demo.directory, stopped.port, log)
        assert again.stop(signal.SIGTERM) == 0
    assert stopped.numbers == numbers
    assert again.ready_after_seconds < AGAIN_SECONDS


def test_a_demo_that_is_killed_takes_its_children_along(stopped: Stopped, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        again = start(stopped.demo.directory, stopped.port, log)
        assert again.stop(signal.SIGKILL) == -signal.SIGKILL
    assert "Traceback" not in (stopped.demo.directory / "demo.log").read_text(encoding="utf-8")


def test_another_port_or_foreign_files_are_refused_and_kept(stopped: Stopped, tmp_path: Path) -> None:
    copied = tmp_path / "demo"
    shutil.copytree(stopped.demo.directory, copied)
    for directory in (copied, tmp_path / "foreign"):
        directory.mkdir(exist_ok=True)
        (directory / "mine.txt").write_text("mine", encoding="utf-8")
        done = prepare(directory, free_port(), "--no-serve")
        assert done.returncode == 1
        assert "demo_elsewhere" in done.stderr
        assert "Traceback" not in done.stderr
        assert (directory / "mine.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("taken", [0, 1], ids=["its-own", "the-networks"])
def test_a_port_that_another_program_has_is_said_before_any_data_is_made(tmp_path: Path, taken: int) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + taken)):
        done = prepare(tmp_path / "demo", port, "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "port_unavailable"
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "demo").exists()


def prepare(directory: Path, port: int, *options: str) -> "subprocess.CompletedProcess[str]":
    """Runs the demo to its end."""
    return subprocess.run(
        [sys.executable, "-m", "web.cli", "demo", "--data", str(directory), "--port", str(port), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=surroundings(),
    )
