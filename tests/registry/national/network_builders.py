"""The stand-in on a database in a directory, and how to speak to it without a socket."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import httpx

from registry.national.http_signatures import Message, content_digest, request_message, sign
from registry.national.objects import BatchId
from registry.national.protocol import (
    BATCH_COMPONENTS,
    BATCH_TYPE,
    BATCHES_PATH,
    JSON_TYPE,
    REQUEST_COMPONENTS,
    TAG,
    Batch,
    make_batch,
)
from registry.national.rows import Row, row_bytes
from registry.national.stand_in.database import Database
from registry.national.stand_in.desk import Desk, clients_by_keyid
from registry.national.stand_in.exchange import Delivery, Network, Reply
from registry.national.stand_in.faults import FaultSource, no_faults
from registry.national.stand_in.habits import Habits
from signing.encoding import b64url_encode
from tests.registry.national.row_builders import NETWORK_KEY, NOON, PROVINCE_KEY

DATABASE = "network.sqlite"


def a_network(
    directory: Path,
    now: Callable[[], datetime] = lambda: NOON,
    faults: FaultSource = no_faults,
    *,
    habits: Habits | None = None,
    chance: Callable[[], float] | None = None,
    backup_every: int = 0,
) -> Network:
    """The stand-in of that directory, which listens to the province's key."""
    desk = Desk(
        Database(directory / DATABASE),
        NETWORK_KEY,
        clients_by_keyid((PROVINCE_KEY.public,)),
        now,
        backup_every,
    )
    return Network(desk, faults, habits, chance)


def batch_id(number: int) -> BatchId:
    """A batch id; 0 is none."""
    return BatchId(b64url_encode(bytes([number]) * 16) if number else "")


def batch_of(number: int, previous: int, *rows: Row) -> Batch:
    """A batch of these rows."""
    entries = [row.entry for row in rows]
    lines = [row_bytes(row) for row in rows]
    return make_batch(batch_id(number), batch_id(previous), min(entries), max(entries), lines)


def signed_request(
    path: str, content: bytes, at: datetime = NOON, over: Mapping[str, str] | None = None
) -> Message:
    """The head of a request for that content, as the province signs it."""
    is_batch = path == BATCHES_PATH
    fields = {"content-type": BATCH_TYPE if is_batch else JSON_TYPE}
    fields |= {"content-encoding": "gzip"} if is_batch else {}
    fields |= {**(over or {}), "content-digest": content_digest(content)}
    message = request_message("POST", "network.example", path, scheme="http", fields=fields.items())
    components = BATCH_COMPONENTS if is_batch else REQUEST_COMPONENTS
    return Message(
        message.derived, {**message.fields, **sign(message, components, PROVINCE_KEY, at, tag=TAG)}
    )


def told(network: Network, path: str, content: bytes, at: datetime = NOON) -> Reply:
    """What the network replies to a message of the province."""
    return exchanged(network, path, signed_request(path, content, at), content)


def exchanged(network: Network, path: str, message: Message, content: bytes) -> Reply:
    """One exchange from its course to its reply."""
    course = network.course()
    return network.turned_away(course) or network.reply(course, path, message, content)


def in_process(network: Network) -> httpx.MockTransport:
    """The network as a transport for a client of this process: its faults without sockets or waiting."""

    def handle(request: httpx.Request) -> httpx.Response:
        message = request_message(
            request.method,
            request.headers["host"],
            request.url.raw_path.decode("ascii"),
            scheme=request.url.scheme,
            fields=request.headers.items(),
        )
        reply = exchanged(network, request.url.path, message, request.read())
        if reply.delivery is Delivery.RESET:
            raise httpx.ReadError("reset", request=request)
        if reply.delivery is Delivery.SILENCE:
            raise httpx.ReadTimeout("silence", request=request)
        broken = reply.delivery is Delivery.TRUNCATED
        content = _breaking_off(reply.body) if broken else iter([reply.body])
        return httpx.Response(reply.status, headers=dict(reply.fields), content=content)

    return httpx.MockTransport(handle)


def answered_question(page: str) -> dict[str, str]:
    """What the look-up page's question wants to hear: the form's token, and the sum."""
    token = re.search(r'name="token" value="([^"]+)"', page)
    asked = re.search(r"(?:请回答：|what is )(\d+)(?: 加 | plus )(\d+)", page)
    assert token
    assert asked
    return {"token": token[1], "sum": str(int(asked[1]) + int(asked[2]))}


def looked_up(address: str, holder: Mapping[str, str]) -> str:
    """The page that the stand-in at that address answers a look-up with."""
    with httpx.Client(base_url=address, trust_env=False) as http:
        asked = {name: holder[name] for name in ("name", "id_number", "number")}
        return http.post("/lookup", data=asked | answered_question(http.get("/").text)).text


def _breaking_off(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise httpx.RemoteProtocolError("it broke off")
