"""The demo starts from what is there, stops whole, and never takes over what is not its own."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.e2e.demo_process import RunningDemo, start, two_free_ports

AGAIN_SECONDS = 15.0


def test_a_second_start_is_quick_and_ctrl_c_leaves_nothing_behind(demo: RunningDemo, tmp_path: Path) -> None:
    port = two_free_ports()
    directory = tmp_path / "demo"
    with (tmp_path / "log").open("wb") as log:
        first = start(directory, port, log, certificates=30)
        assert first.stop() == 0
        numbers = [each["number"] for each in first.description["certificates"]]
        second = start(directory, port, log, certificates=30)
        assert second.stop() == 0
    assert [each["number"] for each in second.description["certificates"]] == numbers
    assert second.ready_after_seconds < AGAIN_SECONDS
    assert second.ready_after_seconds < first.ready_after_seconds


def test_another_port_or_foreign_files_are_refused_and_kept(demo: RunningDemo, tmp_path: Path) -> None:
    copied = tmp_path / "demo"
    shutil.copytree(demo.directory, copied)
    for directory in (copied, tmp_path / "foreign"):
        directory.mkdir(exist_ok=True)
        (directory / "mine.txt").write_text("mine", encoding="utf-8")
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "web.cli",
                "demo",
                "--data",
                str(directory),
                "--port",
                "65000",
                "--no-serve",
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 1
        assert "demo_elsewhere" in done.stderr
        assert "Traceback" not in done.stderr
        assert (directory / "mine.txt").read_text(encoding="utf-8") == "mine"
