"""Other people's JavaScript verifiers: installed once from their lock, asked over a pipe.

The packages lie in the user's cache under the hash of the lock, so they are fetched when the lock changes and
never stand in the work tree. The lock holds a hash for every package and no address: where they come from is
npm's configuration; `npm install --package-lock-only` in `node/` writes it anew in the same way. Where the
packages can't be had, the skipped tests say so.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.outside.node_packages import installed, program

_HERE = Path(__file__).parent / "node"
_WHAT = "other people's verifiers"


class NodeVerifiers:
    """A running program that answers one question at a time."""

    def __init__(self, process: "subprocess.Popen[str]", errors: Path) -> None:
        self._process = process
        self._errors = errors

    def ask(
        self, ask: str, *, documents: dict[str, Any] | None = None, now: str, **question: Any
    ) -> dict[str, Any]:
        """What it answers, with every address it asked for in vain under `refused`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        line = json.dumps({"ask": ask, "documents": documents or {}, "now": now, **question})
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, self._errors.read_text(encoding="utf-8")[-2000:]
        value: dict[str, Any] = json.loads(answer)
        return value


@contextmanager
def node_verifiers(directory: Path, source: str = "verifiers.mjs") -> Iterator[NodeVerifiers]:
    """The program, run in that empty directory until the end of the block."""
    node, packages = program("node", _WHAT), installed(_HERE, _WHAT)
    shutil.copy(_HERE / source, directory)
    (directory / "node_modules").symlink_to(packages)
    errors = directory / "stderr"
    with (
        errors.open("w", encoding="utf-8") as aside,
        subprocess.Popen(
            [node, source],
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
