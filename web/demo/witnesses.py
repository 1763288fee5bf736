"""The demo's two witnesses. They show the way and protect nobody: one machine and one hand run them all."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from registry.places import Places
from registry.witnessing.policy import WitnessAddress, WitnessPolicy
from registry.witnessing.witness import Witness, begin_witness, open_witness, state_file
from signing.keys import KeyRole
from signing.notes import ED25519_TYPE, VerifierKey
from web.demo.fill import PASSPHRASE, write_passphrase

POLICY_FILE = "witnesses"
NAMES = ("w1.demo.skillcert.invalid", "w2.demo.skillcert.invalid")
NOTICE = (
    "演示用的见证方与登记平台在同一台机器上，由同一个人启动，彼此不独立，只演示办法，不起保护作用。",
    "The demo's witnesses run on the same machine as the log and are NOT independent: they protect nobody.",
)
_END_SECONDS = 10.0


def write_policy(data_dir: Path, policy: WitnessPolicy) -> Path:
    """The policy file of the demo."""
    path = data_dir / POLICY_FILE
    path.write_bytes(policy.to_bytes())
    return path


@contextmanager
def running_witnesses(places: Places, log: TextIO) -> Iterator[WitnessPolicy]:
    """Both witnesses, begun where they are missing, on ports of their own until the end of the block.

    They listen from the first moment on: what is asked before they are up waits for them.
    """
    vkey = _log_key(places)
    with ExitStack() as stack:
        addresses = []
        for name in NAMES:
            directory = places.data_dir / "witness" / name
            witness = _begun(directory, name)
            witness.follow(vkey)
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            stack.enter_context(_child(directory, listening, log))
            addresses.append(WitnessAddress(witness.vkey, f"http://127.0.0.1:{listening.getsockname()[1]}"))
        yield WitnessPolicy(len(addresses), tuple(addresses), NOTICE)


def _begun(directory: Path, name: str) -> Witness:
    if state_file(directory).is_file():
        return open_witness(directory, PASSPHRASE, time.time)
    write_passphrase(directory, PASSPHRASE)
    return begin_witness(directory, name, PASSPHRASE, time.time)


def _log_key(places: Places) -> VerifierKey:
    """The log's key, made before the log: its witnesses must know it before the first checkpoint."""
    keys = places.keys.register
    write_passphrase(keys.path, PASSPHRASE)
    files = keys.of_role(KeyRole.LOG)
    public = files[0].public if files else keys.create(KeyRole.LOG, PASSPHRASE, name="1").public
    return VerifierKey(places.log_origin, ED25519_TYPE, public)


@contextmanager
def _child(directory: Path, listening: socket.socket, log: TextIO) -> Iterator[None]:
    process = subprocess.Popen(  # noqa: S603 - our own module with our own arguments
        [
            *(sys.executable, "-m", "registry.witnessing"),
            *("--data", str(directory), "--socket", str(listening.fileno())),
        ],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        pass_fds=(listening.fileno(),),
    )
    with process:
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(timeout=_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
