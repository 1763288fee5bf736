"""A register of its own in a directory of its own, and the programs that keep it."""

import json
import shutil
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.intake.forms_out import Form5Cells, count_rows, write_form4, write_form5
from registry.ledger.admission import PROVINCE
from registry.national.stand_in.__main__ import main as stand_in_main
from registry.national.stand_in.keys import PUBLIC_FILE, network_key
from registry.storage.rights import Role
from registry.storage.sql import sqlite_url
from signing.encoding import b64url_encode
from signing.key_files import KeyDirectory
from signing.keys import KeyRole
from tests.registry.storage.prepared import OWNER, SetUp
from tests.soak.broken import BrokenPromise, require
from tests.soak.programs import Main, Program, pause, started
from tests.soak.stored import Stored
from tests.web_cli.house import BUREAU, NAME, PASSPHRASES, PREFIX, House, today
from web.cli import main as skillcert

WORKER, SERVER, NETWORK = "worker", "server", "network"
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Answer:
    """What a command said when it ended."""

    code: int
    value: Any

    @property
    def error(self) -> str:
        """The code of its error, or nothing."""
        return (
            str(self.value["error"]["code"]) if isinstance(self.value, dict) and "error" in self.value else ""
        )


@dataclass
class Town:
    """A life of one register: begun, filled, acted on, and killed again and again."""

    directory: Path
    port: int
    server: SetUp | None = None
    running: dict[str, Program] = field(default_factory=dict)
    sessions: set[int] = field(default_factory=set)
    commands: int = 0

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True)
        self.temporary.mkdir()
        self.house = House(self.directory)
        for name, text in PASSPHRASES.items():
            self.house.passphrase(name).write_text(f"{text}\n", encoding="utf-8")
        network_key(self.directory / "network")
        files = (self.directory / "data" / f"{name}.sqlite" for name in ("register", "desk"))
        self.stored = Stored(*(self._url(Role.WRITER) or str(sqlite_url(file)) for file in files))

    @property
    def temporary(self) -> Path:
        """Where its programs may leave nothing."""
        return self.directory / "tmp"

    def _url(self, role: Role) -> str:
        return self.server.url(role) if self.server else ""

    def environment(self, role: Role = Role.WRITER) -> Mapping[str, str]:
        """The settings of its programs."""
        own = {
            "DATA_DIR": self.directory / "data",
            "DATABASE_URL": self._url(role),
            "KEY_PASSPHRASE_FILE": self.house.passphrase("register.txt"),
            "BUREAU_PASSPHRASE_FILE": self.house.passphrase("bureau.txt"),
            "ORIGIN": f"http://127.0.0.1:{self.port}",
            "NATIONAL_URL": f"http://127.0.0.1:{self.port + 1}",
            "NATIONAL_KEY_FILE": self.directory / "network" / PUBLIC_FILE,
            "LIMIT_LOOKUP": "1000000/minute",
            "LIMIT_LOG": "1000000/minute",
            "LIMIT_ASSET": "1000000/minute",
        }
        surroundings = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TMPDIR": str(self.temporary)}
        return surroundings | {f"SKILLCERT_{name}": str(value) for name, value in own.items() if value}

    def command(self, *arguments: object) -> Program:
        """Begins a command of the program."""
        self.commands += 1
        log = self.directory / "logs" / f"{self.commands % 8}.out"
        return self._started(str(arguments[0]), skillcert, [*map(str, arguments), "--json"], log)

    def answer(self, program: Program) -> Answer | None:
        """What it said, also if it was killed right after; None if it said nothing whole."""
        require(program.is_over(), f"{program.name} still runs")
        require("Traceback" not in program.complaints(), program.complaints())
        said = program.said()
        if not said.endswith("\n"):
            return None
        return Answer(program.code or 0, json.loads(said.splitlines()[-1]))

    def done(self, *arguments: object) -> Answer:
        """Runs a command to its end, which must be good."""
        program = self.command(*arguments)
        require(program.wait(_PATIENCE_SECONDS) == 0, f"{arguments}: {program.code}\n{program.complaints()}")
        answer = self.answer(program)
        require(answer is not None, f"{arguments} said nothing")
        assert answer is not None
        return answer

    def start(self, name: str) -> None:
        """Begins one of the programs that stay."""
        if name == NETWORK:
            options = ["--data", str(self.directory / "network"), "--port", str(self.port + 1)]
            main, arguments = stand_in_main, [*options, "--client-key", self._national_key()]
        else:
            main, arguments = skillcert, ["work" if name == WORKER else "serve"]
        self.running[name] = self._started(name, main, arguments, self.directory / "logs" / f"{name}.out")

    def start_all(self) -> None:
        """Begins what does not run."""
        for name in (NETWORK, SERVER, WORKER):
            if name not in self.running or self.running[name].is_over():
                self.start(name)

    def wait_until_heard(self) -> None:
        """Waits until both servers take connections: a program that has begun need not listen yet."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        for port in (self.port, self.port + 1):
            while not _listens(port):
                self.require_alive()
                require(time.monotonic() < deadline, f"nobody listens on {port}")
                pause()

    def require_alive(self) -> None:
        """What stays has no business to end by itself."""
        for name, program in self.running.items():
            if program.is_over():
                raise BrokenPromise(f"{name} ended by itself ({program.code})\n{program.complaints()}")

    def forms(self, batch: int, rows: list[Form5Cells]) -> tuple[Path, Path]:
        """Both forms of a batch, as workbooks named after it."""
        form5, form4 = (self.directory / "forms" / f"{batch:06d}-附件{form}.xlsx" for form in (5, 4))
        form5.parent.mkdir(exist_ok=True)
        form5.write_bytes(write_form5(rows))
        form4.write_bytes(
            write_form4(
                uploading_institution=NAME,
                file_name=form5.name,
                counts=count_rows(rows),
                reporter="示例填报员",
                phone="0731-00000000",
                reported_on=today(),
            )
        )
        return form5, form4

    def beginning(self) -> list[tuple[object, ...]]:
        """The commands by which a register begins, each of which may be repeated."""
        root = ("--root-passphrase-file", self.house.passphrase("root.txt"))
        bureau = ("--bureau-passphrase-file", self.house.passphrase("bureau.txt"))
        prepared: list[tuple[object, ...]] = []
        if self.server is not None:
            roles = [part for role in Role for part in (f"--{role}", self.server.name(role))]
            prepared.append(("database", "prepare", "--owner-url", self.server.url(OWNER), *roles))
        return [
            *prepared,
            ("keys", "begin", *root),
            ("keys", "bureau", BUREAU, *root, *bureau),
            ("keys", "bureau", PROVINCE, *root, *self.house.province_passphrase),
            ("institutions", "import", self.house.institutions(), *self.house.province_passphrase),
        ]

    def clear(self) -> None:
        """Ends and removes all of it."""
        for program in self.running.values():
            program.kill()
        shutil.rmtree(self.directory)

    def _started(self, name: str, main: Main, arguments: list[str], log: Path) -> Program:
        log.parent.mkdir(exist_ok=True)
        # The web server needs no more than the rights of the desk.
        role = Role.DESK if name == SERVER else Role.WRITER
        program = started(name, main, arguments, self.environment(role), log)
        self.sessions.add(program.pid)
        return program

    def _national_key(self) -> str:
        keys = KeyDirectory(self.directory / "data-keys" / "register").files()
        return b64url_encode(next(each.public for each in keys if each.role == KeyRole.NATIONAL))


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


__all__ = ["BUREAU", "NETWORK", "PREFIX", "SERVER", "WORKER", "Answer", "Town"]
