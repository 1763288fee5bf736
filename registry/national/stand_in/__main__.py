"""Starts the stand-in: `python -m registry.national.stand_in --data DIR --port P --client-key PUB`.

It says where it listens and what its public key is in one line of JSON, then serves until it gets a signal.
"""

import argparse
import json
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from registry.national.stand_in.app import create_app
from registry.national.stand_in.desk import Desk, clients_by_keyid
from registry.national.stand_in.faults import Fault, by_chance, no_faults
from registry.national.stand_in.keys import network_key
from registry.national.stand_in.server import make_server
from registry.national.stand_in.store import StandInStore
from signing.encoding import b64url_decode, b64url_encode
from signing.errors import MalformedEncoding

DATABASE_FILE = "network.sqlite"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until it is told to stop by a signal."""
    options = _parser().parse_args(arguments)
    data_dir: Path = options.data
    desk = Desk(
        store=StandInStore(data_dir / DATABASE_FILE),
        key=network_key(data_dir),
        clients=clients_by_keyid(tuple(options.client_key)),
        now=lambda: datetime.now(UTC),
    )
    rates: dict[Fault, float] = dict(options.fault)
    faults = by_chance(rates, Random(options.fault_seed)) if rates else no_faults  # noqa: S311
    # The socket listens before its address is told, so whoever reads it can ask at once.
    with socket.create_server((options.host, options.port)) as listening:
        host, port = listening.getsockname()[:2]
        started = {"address": f"http://{host}:{port}", "key": b64url_encode(desk.key.public)}
        sys.stdout.write(json.dumps(started) + "\n")
        sys.stdout.flush()
        make_server(create_app(desk, faults), host=host, port=port).run(sockets=[listening])
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m registry.national.stand_in",
        description="The stand-in for the national query network, for demonstrations and tests.",
    )
    parser.add_argument("--data", type=Path, required=True, help="its own directory: database and key")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine)")
    parser.add_argument("--port", type=int, required=True, help="port to listen on; 0 = any free one")
    parser.add_argument(
        "--client-key",
        type=_public_key,
        action="append",
        required=True,
        metavar="PUB",
        help="a province's public key, 32 bytes in base64url; may be given several times",
    )
    kinds = ", ".join(fault for fault in Fault if fault is not Fault.NONE)
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND=RATE",
        help=f"misbehave over this share of batches; kinds: {kinds}",
    )
    parser.add_argument("--fault-seed", type=int, default=0, help="makes the faults repeatable")
    return parser


def _public_key(text: str) -> bytes:
    try:
        return b64url_decode(text, length=32)
    except MalformedEncoding as fault:
        raise argparse.ArgumentTypeError("not 32 bytes in base64url") from fault


def _fault(text: str) -> tuple[Fault, float]:
    kind, _, rate = text.partition("=")
    try:
        return Fault(kind), float(rate)
    except ValueError as fault:
        raise argparse.ArgumentTypeError("not KIND=RATE") from fault


if __name__ == "__main__":
    sys.exit(main())
