"""Starts the stand-in: `python -m registry.national.stand_in --data DIR --port P --client-key PUB`.

It says where it listens and what its public key is in one line of JSON, then serves until it gets a signal.
"""

import json
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

from registry.national.stand_in.app import create_app
from registry.national.stand_in.database import Database
from registry.national.stand_in.desk import Desk, clients_by_keyid
from registry.national.stand_in.exchange import Network
from registry.national.stand_in.faults import by_chance
from registry.national.stand_in.keys import network_key
from registry.national.stand_in.options import parse_options
from registry.national.stand_in.server import make_server
from signing.encoding import b64url_encode

DATABASE_FILE = "network.sqlite"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until it is told to stop by a signal."""
    options = parse_options(None if arguments is None else list(arguments))
    desk = Desk(
        database=Database(options.data / DATABASE_FILE),
        key=network_key(options.data),
        clients=clients_by_keyid(options.clients),
        now=lambda: datetime.now(UTC) + options.clock_skew,
        backup_every=options.backup_every,
    )
    # Which faults strike does not depend on how large those are that did.
    which, how_much = Random(f"{options.seed} which"), Random(f"{options.seed} how much")  # noqa: S311
    network = Network(desk, by_chance(options.rates, which), options.habits, how_much.random)
    # The socket listens before its address is told, so whoever reads it can ask at once.
    with socket.create_server((options.host, options.port)) as listening:
        host, port = listening.getsockname()[:2]
        started = {"address": f"http://{host}:{port}", "key": b64url_encode(desk.key.public)}
        sys.stdout.write(json.dumps(started) + "\n")
        sys.stdout.flush()
        make_server(create_app(network), host=host, port=port).run(sockets=[listening])
    return 0


if __name__ == "__main__":
    sys.exit(main())
