"""Witnesses that run here: a real one in a directory, one behind a port, and answers by hand."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.witnessing.app import make_server
from registry.witnessing.policy import WitnessAddress, WitnessPolicy
from registry.witnessing.witness import Witness, begin_witness

NOW = 1_700_000_000
PASSPHRASE = b"a passphrase of the tests"


def a_witness(
    directory: Path, *, name: str = "witness.example/w1", now: Callable[[], float] = lambda: NOW
) -> Witness:
    """A new witness that follows nobody."""
    return begin_witness(directory, name, PASSPHRASE, now)


@contextmanager
def served(witness: Witness) -> Iterator[WitnessAddress]:
    """The witness behind a free port of this machine, gone in the end."""
    server = make_server(witness)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield WitnessAddress(witness.vkey, f"http://127.0.0.1:{listening.getsockname()[1]}")
        finally:
            server.should_exit = True
            thread.join(timeout=20)
    assert not thread.is_alive()


def policy_of(quorum: int, *witnesses: WitnessAddress) -> WitnessPolicy:
    """So many of these."""
    return WitnessPolicy(quorum, witnesses)
