"""The kill loop in its short form; `make soak` is the long one."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KILLS = {"sqlite": 12, "postgresql": 8}


@pytest.mark.parametrize("database", KILLS)
def test_nothing_that_was_answered_is_lost_however_often_the_program_is_killed(
    database: str, record_property: Callable[[str, object], None]
) -> None:
    options = ["--kills", str(KILLS[database]), "--database", database, "--quiet"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if "POSTGRESQL IS NOT INSTALLED" in done.stdout:
        assert os.environ.get("CI") != "true", done.stdout
        pytest.skip(done.stdout)
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["faults"] == 0
    assert summary["kills"] >= KILLS[database]
    record_property("killed", (f"the whole program, {database}", summary["kills"]))
