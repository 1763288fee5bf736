"""Programs of others that read PDFs, where they are installed; a skipped test says which is not."""

import shutil
import subprocess
from pathlib import Path

import pytest

_SECONDS = 120


def ran(program: str, *arguments: str | Path) -> str:
    """What a program says of the files it is given, on both outputs; skips loudly where it is missing."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"NOT CHECKED by {program}: it is not on PATH")
    command = [found, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
    return (done.stdout + done.stderr).decode(errors="replace")
