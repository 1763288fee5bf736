"""A city bureau runs a witness with nothing but these commands; no register is needed."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from registry.witnessing.protocol import parse_signature_lines
from signing.notes import Note, check_note, parse_vkey
from tests.e2e.demo_process import wait_until
from tests.registry.witnessing.logs import SmallLog
from tests.web_cli.commands import Commands
from web.bench.processes import free_port

LOG = SmallLog()
FORK = SmallLog(tale="another story", common=3)
NAME = "witness.example/w1"


@pytest.fixture
def witness(tmp_path: Path) -> Path:
    directory = tmp_path / "witness"
    directory.mkdir(mode=0o700)
    (directory / "passphrase").write_text("a passphrase of the tests\n")
    return directory


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Where there is no register, and no setting that describes one."""
    return Commands(monkeypatch, tmp_path / "no-register", capsys)


def test_from_the_first_command_to_the_evidence_of_a_fork(witness: Path, run: Commands) -> None:
    begun = run("witness", "begin", "--data", witness, "--name", NAME, "--json")
    key = parse_vkey(begun.value["vkey"])
    assert key.name == NAME
    assert run("witness", "trust", str(LOG.vkey), "--data", witness).code == 0
    port = free_port()
    command = ["witness", "serve", "--data", str(witness), "--port", str(port)]
    environment = {name: each for name, each in os.environ.items() if not name.startswith("SKILLCERT_")}
    with subprocess.Popen([sys.executable, "-m", "web.cli", *command], env=environment) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
                wait_until(lambda: answers(http, str(key)), 60, "the witness did not answer")
                answer = http.post("/add-checkpoint", content=LOG.submission(0, 5))
                check_note(Note(LOG.note(5).text, parse_signature_lines(answer.content)), key)
                assert http.post("/add-checkpoint", content=FORK.submission(5, 5)).status_code == 409
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
    told = run("witness", "status", "--data", witness)
    assert told.code == 1
    assert "分叉" in told.out
    status = run("witness", "status", "--data", witness, "--json").value
    assert (status["name"], status["logs"]) == (NAME, [{"origin": LOG.origin, "size": 5}])
    (fork,) = status["forks"]
    assert (fork["kept"], fork["refused"]) == (
        LOG.note(5).to_bytes().decode(),
        FORK.note(5).to_bytes().decode(),
    )


def answers(http: httpx.Client, vkey: str) -> bool:
    try:
        return http.get("/vkey").text == f"{vkey}\n"
    except httpx.HTTPError:
        return False


def test_what_is_set_up_wrong_is_told_in_a_sentence(witness: Path, run: Commands, tmp_path: Path) -> None:
    at = ("--data", witness)
    assert run("witness", "begin", "--name", "two words", *at).error == "command_line_fault"
    assert run("witness", "status", *at).error == "witness_state_missing"
    assert run("witness", "serve", *at).error == "witness_state_missing"
    assert run("witness", "begin", "--name", NAME, "--data", tmp_path / "none").error == "key_file_missing"
    assert run("witness", "begin", "--name", NAME, *at).code == 0
    assert run("witness", "begin", "--name", NAME, *at).error == "key_file_exists"
    assert run("witness", "trust", "no key", *at).error == "log_refused"
    nobody = run("witness", "status", *at)
    assert nobody.code == 0
    assert "还没有收录日志" in nobody.out
    own = run(
        "witness",
        "begin",
        "--name",
        NAME,
        "--data",
        tmp_path / "w2",
        "--passphrase-file",
        witness / "passphrase",
    )
    assert run("witness", "trust", own.out.splitlines()[1], *at).error == "log_refused"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert run("witness", "serve", "--port", port, *at).error == "port_unavailable"
