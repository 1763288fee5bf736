"""Runs `skillcert` in this process on a demo's directory, and says what came of it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.web.sites import NO_WITNESSES
from web.cli import main

PORT = 8123
_PREFIX = "SKILLCERT_"


@dataclass(frozen=True)
class Ran:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON value on standard output."""
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def error(self) -> str:
        """The code of the error on standard error, which must be a sentence and not a traceback."""
        assert self.code != 0
        assert "Traceback" not in self.err + self.out
        title = self.err.splitlines()[0]
        assert title.endswith("）")
        assert any("\u4e00" <= character <= "\u9fff" for character in title)
        return title.rpartition("（")[2].removesuffix("）")


@dataclass(frozen=True)
class Demo:
    """A filled demo: its directory, and the keys beside it."""

    directory: Path

    @property
    def keys(self) -> Path:
        """The key directory."""
        return self.directory.parent / f"{self.directory.name}-keys"

    @property
    def samples(self) -> Path:
        """What the demo leaves for people to try."""
        return self.directory / "samples"

    @property
    def trust(self) -> Path:
        """The trust folder."""
        return self.samples / "trust"

    @property
    def description(self) -> dict[str, Any]:
        """What `demo.json` says."""
        value: dict[str, Any] = json.loads((self.directory / "demo.json").read_text(encoding="utf-8"))
        return value

    def holder(self, note: str) -> dict[str, str]:
        """The certificate of that kind and its holder."""
        found: dict[str, str] = next(
            each for each in self.description["certificates"] if each["note"] == note
        )
        return found

    def number(self, note: str) -> str:
        """The number of the certificate of that kind."""
        return self.holder(note)["number"]

    def form(self, note: str, ending: str) -> Path:
        """One of its files."""
        return self.samples / f"{self.number(note)}.{ending}"


def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes every setting of the program out of the environment."""
    for name in list(os.environ):
        if name.startswith(_PREFIX):
            monkeypatch.delenv(name)


class Commands:
    """`skillcert` on one data directory."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        data_dir: Path,
        capsys: pytest.CaptureFixture[str] | None = None,
    ) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        without_settings(monkeypatch)
        self.set("DATA_DIR", str(data_dir))
        # The demo's witnesses run as long as the demo does: its data alone is nobody's to witness.
        self.set("WITNESSES_FILE", str(NO_WITNESSES))

    def own(self, directory: Path) -> "Commands":
        """With the settings of a register of one's own."""
        self.set("KEY_PASSPHRASE_FILE", str(directory / "register.txt"))
        self.set("ORIGIN", "https://skills.example")
        return self

    def set(self, name: str, value: str) -> None:
        """Sets a setting in the environment."""
        self._monkeypatch.setenv(_PREFIX + name, value)

    def __call__(self, *arguments: str | Path) -> Ran:
        """Runs one command."""
        if self._capsys is None:
            return Ran(main([str(each) for each in arguments]), "", "")
        self._capsys.readouterr()
        code = main([str(each) for each in arguments])
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)


def surroundings(demo: Demo) -> dict[str, str]:
    """The environment of a process on that demo: no other setting."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_PREFIX)}
    own = {"DATA_DIR": str(demo.directory), "WITNESSES_FILE": str(NO_WITNESSES)}
    return inherited | {f"{_PREFIX}{name}": value for name, value in own.items()}


def as_process(demo: Demo, *arguments: str | Path) -> Ran:
    """Runs one command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", *map(str, arguments)],
        env=surroundings(demo),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
