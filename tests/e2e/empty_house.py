"""A register begun from nothing by the commands that the README names, with its programs running."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from registry.national.stand_in.keys import PUBLIC_FILE, network_key
from signing.encoding import b64url_encode
from signing.key_files import KeyDirectory
from signing.keys import KeyRole
from tests.e2e.demo_process import START_SECONDS, STOP_SECONDS, surroundings, wait_until
from web.bench.processes import free_port

PROVINCE, CHANGSHA = "430000", "430100"
PASSPHRASES = {
    "root": "示例根密钥口令",
    "register": "示例登记平台口令",
    PROVINCE: "示例省厅签名口令",
    CHANGSHA: "示例长沙签名口令",
}
_SERVE, _WORK, _NETWORK = "serve", "work", "network"


@dataclass
class EmptyHouse:
    """The directory of a register, and its programs."""

    directory: Path
    port: int
    network_port: int
    programs: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: str) -> Any:
        """What a command answers; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "web.cli", *arguments, "--json"],
            env=self._environment(),
            capture_output=True,
            timeout=START_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        return json.loads(done.stdout.decode().splitlines()[-1])

    def passphrase_file(self, whose: str) -> str:
        """A file with a passphrase."""
        return str(self.directory / f"{whose}.txt")

    def begin(self) -> str:
        """The register, the keys of two bureaus and the first administrator; returns the start password."""
        self.directory.mkdir(parents=True)
        network_key(self.directory / _NETWORK)
        for whose, text in PASSPHRASES.items():
            Path(self.passphrase_file(whose)).write_text(f"{text}\n", encoding="utf-8")
        root = ("--root-passphrase-file", self.passphrase_file("root"))
        self.run("keys", "begin", *root)
        for bureau in (PROVINCE, CHANGSHA):
            self.run(
                "keys", "bureau", bureau, *root, "--bureau-passphrase-file", self.passphrase_file(bureau)
            )
        made = self.run("accounts", "add", "guanli", "--name", "示例管理员", "--role", "administrator")
        return str(made["password"])

    def start(self) -> None:
        """The national network's stand-in, the web server and the worker, once the server answers."""
        network = ["registry.national.stand_in", "--data", str(self.directory / _NETWORK)]
        network += ["--port", str(self.network_port), "--client-key", self._national_key()]
        for name, module in ((_NETWORK, network), (_SERVE, ["web.cli", _SERVE]), (_WORK, ["web.cli", _WORK])):
            with (self.directory / f"{name}.log").open("ab") as log:
                self.programs[name] = subprocess.Popen(
                    [sys.executable, "-m", *module],
                    env=self._environment(),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        wait_until(self._answers, START_SECONDS, "the web server did not answer")

    def stop(self) -> None:
        """Ends them all."""
        for program in self.programs.values():
            if program.poll() is None:
                program.send_signal(signal.SIGTERM)
        for program in self.programs.values():
            program.wait(timeout=STOP_SECONDS)

    @contextmanager
    def paused_worker(self) -> Iterator[None]:
        """While the worker stands still, what waits for it can be looked at."""
        self.programs[_WORK].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.programs[_WORK].send_signal(signal.SIGCONT)

    def logs(self) -> str:
        """What the programs wrote."""
        return "".join((self.directory / f"{name}.log").read_text("utf-8") for name in self.programs)

    def _answers(self) -> bool:
        assert self.programs[_SERVE].poll() is None, self.logs()
        try:
            return httpx.get(f"{self.base}/readyz", timeout=2.0, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def _national_key(self) -> str:
        keys = KeyDirectory(self.directory / "data-keys" / "register").files()
        return b64url_encode(next(each.public for each in keys if each.role == KeyRole.NATIONAL))

    def _environment(self) -> dict[str, str]:
        own = {
            "DATA_DIR": str(self.directory / "data"),
            "KEY_PASSPHRASE_FILE": self.passphrase_file("register"),
            "ORIGIN": self.base,
            "NATIONAL_URL": f"http://127.0.0.1:{self.network_port}",
            "NATIONAL_KEY_FILE": str(self.directory / _NETWORK / PUBLIC_FILE),
        }
        return {**os.environ, **surroundings(), **{f"SKILLCERT_{name}": value for name, value in own.items()}}


@contextmanager
def an_empty_house(directory: Path) -> Iterator[tuple[EmptyHouse, str]]:
    """A house that was begun and runs, and the start password of its administrator."""
    house = EmptyHouse(directory / secrets.token_hex(4), free_port(), free_port())
    with ExitStack() as stack:
        password = house.begin()
        stack.callback(house.stop)
        house.start()
        yield house, password
