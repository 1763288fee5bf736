"""A witness as a child of another program: `python -m registry.witnessing --data DIR --socket N`.

It takes over a socket that listens already, opens with the passphrase beside its key, and ends with its
parent, however that ends: when its standard input does. `skillcert witness serve` runs one that stands alone.
"""

import argparse
import socket
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import uvicorn

from registry.witnessing.app import make_server
from registry.witnessing.witness import open_witness


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until its standard input ends or a signal stops it."""
    parser = argparse.ArgumentParser(prog="python -m registry.witnessing")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--socket", type=int, required=True)
    options = parser.parse_args(arguments)
    passphrase = (options.data / "passphrase").read_bytes().rstrip(b"\r\n")
    server = make_server(open_witness(options.data, passphrase, time.time))
    threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    # Ctrl-C reaches children as well; it is a good end.
    with socket.socket(fileno=options.socket) as listening, suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    return 0


def _end_with_input(server: uvicorn.Server) -> None:
    while sys.stdin.buffer.read(1024):
        pass
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
