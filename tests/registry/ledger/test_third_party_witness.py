"""A witness that shares no code with ours follows our log: litewitness, a Go program over golang.org/x/mod.

Found on the PATH together with OpenSSH's agent, which holds its key; where one is missing, the skip says so.
"""

import base64
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from registry.ledger.writer import LogWriter
from registry.witnessing.client import WitnessClient, open_http
from registry.witnessing.errors import QuorumMissed
from registry.witnessing.policy import WitnessAddress, WitnessPolicy
from registry.witnessing.quorum import Quorum, WhenMissed
from signing.encoding import b64_encode
from signing.inclusion import EMPTY_ROOT
from signing.notes import COSIGNATURE_TYPE, ED25519_TYPE, VerifierKey, check_note, parse_note
from tests.e2e.demo_process import wait_until
from tests.registry.ledger.builders import ORIGIN, SmallRegister, a_record
from web.bench.processes import free_port

NAME = "witness.example/litewitness"
_PROGRAMS = ("litewitness", "ssh-agent", "ssh-add")
_SECONDS = 30.0


def found_programs() -> list[str]:
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"NOT CHECKED against a third-party witness: no {', '.join(missing)} on the PATH")
    return [str(shutil.which(name)) for name in _PROGRAMS]


@contextmanager
def process(*command: str, **environment: str) -> Iterator[None]:
    """A program that ends with the block."""
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        try:
            yield
        finally:
            running.terminate()
            running.wait(timeout=_SECONDS)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.fixture
def litewitness(directory: Path) -> Iterator[WitnessAddress]:
    """The Go program, which follows the tests' log key from an empty tree on."""
    program, agent, add = found_programs()
    private = Ed25519PrivateKey.generate()
    blob = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[1]
    fingerprint = base64.b64encode(sha256(base64.b64decode(blob)).digest()).decode().rstrip("=")
    key_file = directory / "key"
    key_file.touch(mode=0o600)
    key_file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    agent_socket, database = str(directory / "agent"), directory / "litewitness.db"
    port = free_port()
    with ExitStack() as stack:
        stack.enter_context(process(agent, "-D", "-a", agent_socket))
        wait_until(lambda: os.path.exists(agent_socket), _SECONDS, "no ssh-agent")
        environment = {**os.environ, "SSH_AUTH_SOCK": agent_socket}
        subprocess.run([add, "-q", str(key_file)], env=environment, check=True, timeout=_SECONDS)
        options = {
            "-name": NAME,
            "-db": str(database),
            "-ssh-agent": agent_socket,
            "-listen": f"127.0.0.1:{port}",
            "-key": f"SHA256:{fingerprint}",
        }
        stack.enter_context(process(program, *(f"{name}={value}" for name, value in options.items())))
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/"), _SECONDS, "litewitness did not answer")
        public = private.public_key().public_bytes_raw()
        yield WitnessAddress(VerifierKey(NAME, COSIGNATURE_TYPE, public), f"http://127.0.0.1:{port}")


def follow(directory: Path, register: SmallRegister) -> None:
    """What its operator does: names the log and its key, in its own database."""
    vkey = str(VerifierKey(ORIGIN, ED25519_TYPE, register.log_key.public))
    with closing(sqlite3.connect(directory / "litewitness.db")) as database:
        database.execute("INSERT INTO log VALUES (?, 0, ?)", (ORIGIN, b64_encode(EMPTY_ROOT)))
        database.execute("INSERT INTO key VALUES (?, ?)", (ORIGIN, vkey))
        database.commit()


def under(register: SmallRegister, quorum: Quorum) -> SmallRegister:
    """The register as another process opens it."""
    other = register.reopened()
    other.writer = LogWriter(
        other.engine,
        origin=ORIGIN,
        keys=[other.log_key],
        guard=other.guard,
        lock=other.places.writer_lock(other.engine),
        clock=other.clock,
        witnesses=quorum,
    )
    return other


def a_quorum(witness: WitnessAddress) -> Quorum:
    policy = WitnessPolicy(1, (witness,))
    client = WitnessClient(policy, open_http(), seconds=_SECONDS)
    return Quorum(policy, client, when_missed=WhenMissed.CLOSED)


def test_a_go_witness_cosigns_our_log_as_it_grows_and_refuses_a_restored_one(
    unaudited: SmallRegister, directory: Path, litewitness: WitnessAddress
) -> None:
    place = unaudited.places.data_dir.parent
    shutil.copytree(place, directory / "backup")
    with closing(a_quorum(litewitness)) as quorum:
        writing = under(unaudited, quorum)
        with pytest.raises(QuorumMissed) as caught:
            writing.approve([a_record(1)], 1)
        assert set(caught.value.failures.values()) == {"not_signed_by_log"}
        follow(directory, unaudited)
        writing.approve([a_record(2), a_record(3)], 2)
    # A new program believes that the witness stands where the log was published; it is told otherwise by 409.
    with closing(a_quorum(litewitness)) as quorum:
        writing = under(unaudited, quorum)
        writing.approve([a_record(4)], 3)
        with unaudited.reader() as reader:
            note = parse_note(reader.published()[1])
        check_note(note, litewitness.key)
        assert quorum.policy.is_met(note)
        assert unaudited.audited().clean
        writing.close()
    shutil.rmtree(place)
    shutil.copytree(directory / "backup", place)
    with closing(a_quorum(litewitness)) as quorum:
        restored = under(unaudited, quorum)
        with pytest.raises(QuorumMissed) as caught:
            restored.approve([a_record(9)], 9)
        assert caught.value.failures == {NAME: "larger_tree_known"}
        restored.close()
