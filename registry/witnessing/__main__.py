"""Serves a witness: `python -m registry.witnessing --data DIR --passphrase-file FILE --port P`.

The same as `skillcert witness serve`, without the rest of the program: a witness needs nothing of it.
"""

import argparse
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from registry.witnessing.app import make_server
from registry.witnessing.witness import open_witness


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until it is told to stop by a signal."""
    parser = argparse.ArgumentParser(prog="python -m registry.witnessing")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--passphrase-file", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args(arguments)
    passphrase = options.passphrase_file.read_bytes().rstrip(b"\r\n")
    witness = open_witness(options.data, passphrase, time.time)
    with socket.create_server((options.host, options.port)) as listening:
        make_server(witness).run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
