"""Other people's JavaScript verifiers: installed once from their lock, asked over a pipe.

The packages lie in the user's cache under the hash of the lock, so they are fetched when the lock changes and
never stand in the work tree. The lock holds a hash for every package and no address: where they come from is
npm's configuration; `npm install --package-lock-only` in `node/` writes it anew in the same way. Where the
packages can't be had, the skipped tests say so.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent / "node"
_FILES = ("package.json", "package-lock.json")
_DEADLINE_SECONDS = 240
_KEPT_SECONDS = 30 * 24 * 3600
# What npm says when it is the way to the registry that fails, and not a package.
_UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT")


class NodeVerifiers:
    """A running program that answers one question at a time."""

    def __init__(self, process: "subprocess.Popen[str]", errors: Path) -> None:
        self._process = process
        self._errors = errors

    def ask(self, ask: str, *, documents: dict[str, Any], now: str, **question: Any) -> dict[str, Any]:
        """What it answers, with every address it asked for in vain under `refused`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps({"ask": ask, "documents": documents, "now": now, **question})
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, self._errors.read_text(encoding="utf-8")[-2000:]
        value: dict[str, Any] = json.loads(answer)
        return value


@contextmanager
def node_verifiers(directory: Path) -> Iterator[NodeVerifiers]:
    """The program, run in that empty directory until the end of the block."""
    node, packages = _program("node"), _installed()
    shutil.copy(_HERE / "verifiers.mjs", directory)
    (directory / "node_modules").symlink_to(packages)
    errors = directory / "stderr"
    with (
        errors.open("w", encoding="utf-8") as aside,
        subprocess.Popen(
            [node, "verifiers.mjs"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=aside,
            text=True,
            encoding="utf-8",
            cwd=directory,
        ) as process,
    ):
        try:
            yield NodeVerifiers(process, errors)
        finally:
            process.kill()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"NOT CHECKED by other people's verifiers: no {name} on the PATH (`.ci/prepare test`)")
    return found


def _installed() -> Path:
    """The directory of the packages. One process installs, the others wait for it."""
    wanted = sha256(b"\x00".join((_HERE / name).read_bytes() for name in _FILES)).hexdigest()[:16]
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "skillcert-tests"
    root.mkdir(parents=True, exist_ok=True)
    with (root / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        place = root / f"node-{wanted}"
        if not place.exists():
            with tempfile.TemporaryDirectory(prefix="installing-", dir=root) as made:
                whole = Path(made) / "packages"
                whole.mkdir()
                _install(whole)
                whole.rename(place)
        os.utime(place)
        for other in root.glob("node-*"):
            if time.time() - other.stat().st_mtime > _KEPT_SECONDS:
                shutil.rmtree(other)
        return place / "node_modules"


def _install(directory: Path) -> None:
    for name in _FILES:
        shutil.copy(_HERE / name, directory)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"]
    ran = subprocess.run(
        [_program("npm"), "ci", *options],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=_DEADLINE_SECONDS,
        check=False,
    )
    if ran.returncode and any(code in ran.stderr for code in _UNREACHABLE):
        pytest.skip("NOT CHECKED by other people's verifiers: npm does not reach its registry")
    assert ran.returncode == 0, ran.stderr[-2000:]
