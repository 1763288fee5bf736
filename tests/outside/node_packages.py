"""Packages of npm for tests: installed once from their lock, outside the work tree.

They lie in the user's cache under the hash of the lock, so they are fetched when the lock changes and never
stand in the work tree. A lock holds a hash for every package and no address: where they come from is npm's
configuration. Where they can't be had, the skipped tests say so.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from hashlib import sha256
from pathlib import Path

import pytest

_FILES = ("package.json", "package-lock.json")
_DEADLINE_SECONDS = 240
_KEPT_SECONDS = 30 * 24 * 3600
# What npm says when it is the way to the registry that fails, and not a package.
_UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT")


def program(name: str, what: str) -> str:
    """Where that program is; without it the test says that `what` was not asked."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"NOT CHECKED by {what}: no {name} on the PATH (`.ci/prepare test`)")
    return found


def installed(lock_directory: Path, what: str) -> Path:
    """The packages of a lock, as a `node_modules`. One process installs, the others wait for it."""
    wanted = sha256(b"\x00".join((lock_directory / name).read_bytes() for name in _FILES)).hexdigest()[:16]
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skillcert-tests"
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        place = root / f"node-{wanted}"
        if not place.exists():
            with tempfile.TemporaryDirectory(prefix="installing-", dir=root) as made:
                whole = Path(made) / "packages"
                whole.mkdir()
                _install(whole, lock_directory, what)
                whole.rename(place)
        os.utime(place)
        for other in root.glob("node-*"):
            if time.time() - other.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(other)
        return place / "node_modules"


def _install(directory: Path, lock_directory: Path, what: str) -> None:
    for name in _FILES:
        shutil.copy(lock_directory / name, directory)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"]
    ran = subprocess.run(
        [program("npm", what), "ci", *options],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=_DEADLINE_SECONDS,
        check=False,
    )
    if ran.returncode and any(code in ran.stderr for code in _UNREACHABLE):
        pytest.skip(f"NOT CHECKED by {what}: npm does not reach its registry")
    assert ran.returncode == 0, ran.stderr[-2000:]
