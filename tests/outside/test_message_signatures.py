"""What we sign to the national network others verify, and what they sign the stand-in takes, over HTTP.

- the PyPI package `http-message-signatures`
- the npm package `http-message-signatures`; where it can't be had, the skipped tests say so
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from registry.national.errors import SignatureRefused
from registry.national.http_signatures import (
    check_content_digest,
    request_message,
    response_message,
    verify_message,
)
from registry.national.protocol import BATCH_COMPONENTS, BATCHES_PATH, RESPONSE_COMPONENTS, TAG
from registry.national.sync import sync_once
from tests.outside.message_signers import Others, Purpose, Wire
from tests.registry.national.builders import Switch, World, a_world, served
from tests.registry.national.row_builders import (
    NETWORK_KEY,
    NOON,
    PROVINCE_KEY,
    a_row,
    an_institution,
)

PROVINCE_SEED = bytes([7]) * 32
REQUEST = Purpose(PROVINCE_KEY.key_id, TAG, BATCH_COMPONENTS)
ANSWER = Purpose(NETWORK_KEY.key_id, TAG, RESPONSE_COMPONENTS)
# What a signer adds, and what a connection adds by itself.
_ADDED_FIELDS = ("signature-input", "signature", "content-digest", "content-length")


@dataclass
class Recorder:
    """Passes everything on, and keeps it as it was on the wire."""

    switch: Switch
    address: str = ""
    requests: list[Wire] = field(default_factory=list)
    answers: list[Wire] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts: list[bytes] = []
        answer = Wire({}, b"")

        async def heard() -> Message:
            message = await receive()
            parts.append(message.get("body", b""))
            return message

        async def said(message: Message) -> None:
            nonlocal answer
            if message["type"] == "http.response.start":
                answer = replace(answer, fields=_fields(message["headers"]), status=message["status"])
            else:
                answer = replace(answer, content=answer.content + message.get("body", b""))
            await send(message)

        await self.switch(scope, heard, said)
        url = self.address + scope["raw_path"].decode()
        request = Wire(_fields(scope["headers"]), b"".join(parts), method=scope["method"], url=url)
        self.requests.append(request)
        self.answers.append(answer)


def _fields(raw: list[tuple[bytes, bytes]]) -> dict[str, str]:
    found = [(name.decode().lower(), value.decode()) for name, value in raw]
    assert len(dict(found)) == len(found)
    return dict(found)


@dataclass(frozen=True)
class Exchange:
    """A server, and what our client sent to it and got back."""

    recorder: Recorder
    request: Wire
    answer: Wire

    @property
    def unsigned(self) -> Wire:
        """The request without anything that a signer adds."""
        kept = {name: each for name, each in self.request.fields.items() if name not in _ADDED_FIELDS}
        return replace(self.request, fields=kept)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    """A server whose stand-in can be exchanged, and which keeps what was said."""
    recorder = Recorder(Switch())
    with served(recorder) as address:
        recorder.address = address
        yield recorder


@pytest.fixture(scope="module")
def exchange(recorder: Recorder, tmp_path_factory: pytest.TempPathFactory) -> Exchange:
    """One batch, from our sender to the stand-in."""
    with a_world(
        tmp_path_factory.mktemp("ours"),
        recorder.switch,
        recorder.address,
        rows=[an_institution(), a_row(1), a_row(2)],
    ) as world:
        sync_once(world.sender)
    sent = [each.url.endswith(BATCHES_PATH) for each in recorder.requests].index(True)
    return Exchange(recorder, recorder.requests[sent], recorder.answers[sent])


@pytest.fixture
def world(exchange: Exchange, tmp_path: Path) -> Iterator[World]:
    """A stand-in that has nothing yet, behind the same address."""
    with a_world(tmp_path, exchange.recorder.switch, exchange.recorder.address) as world:
        yield world


def sent(message: Wire) -> Wire:
    """The message over HTTP as it stands, and the answer to it."""
    with httpx.Client(trust_env=False) as http:
        response = http.request(
            message.method, message.url, content=message.content, headers=dict(message.fields)
        )
    return Wire(dict(response.headers), response.content, status=response.status_code)


def signed(others: Others, message: Wire, purpose: Purpose = REQUEST) -> Wire:
    return replace(message, fields=others.signed(message, purpose, PROVINCE_SEED, NOON))


def we_believe(message: Wire) -> bool:
    url = httpx.URL(message.url)
    if message.status:
        ours = response_message(message.status, message.fields.items())
        purpose, key = ANSWER, NETWORK_KEY.public
    else:
        authority = url.netloc.decode()
        ours = request_message(
            message.method, authority, url.path, scheme=url.scheme, fields=message.fields.items()
        )
        purpose, key = REQUEST, PROVINCE_KEY.public
    try:
        verify_message(ours, purpose.covered, {purpose.keyid: key}, tag=TAG)
        check_content_digest(ours, message.content)
    except SignatureRefused:
        return False
    return True


def they_believe(others: Others, message: Wire) -> bool:
    purpose, key = (ANSWER, NETWORK_KEY) if message.status else (REQUEST, PROVINCE_KEY)
    return others.believes(message, purpose, key.public, NOON)


def with_field(name: str, change: Callable[[str], str]) -> Callable[[Wire], Wire]:
    def changed(message: Wire) -> Wire:
        fields = dict(message.fields)
        before = fields[name]
        fields[name] = change(before)
        assert fields[name] != before
        return replace(message, fields=fields)

    return changed


def without(name: str) -> Callable[[Wire], Wire]:
    return lambda message: replace(
        message, fields={each: value for each, value in message.fields.items() if each != name}
    )


def _other_bytes(value: str) -> str:
    """The same field with its first byte sequence changed."""
    place = value.index(":") + 5
    return value[:place] + ("B" if value[place] != "B" else "C") + value[place + 1 :]


CHANGED: dict[str, Callable[[Wire], Wire]] = {
    "content": lambda message: replace(message, content=message.content[:-1] + b"!"),
    "content added": lambda message: replace(message, content=message.content + b" "),
    "digest": with_field("content-digest", _other_bytes),
    "no digest": without("content-digest"),
    "type": with_field("content-type", lambda value: value + "; charset=utf-8"),
    "signature": with_field("signature", _other_bytes),
    "no signature": without("signature"),
    "moment": with_field("signature-input", lambda value: value.replace("created=1", "created=2")),
    "key": with_field("signature-input", lambda value: value.replace('keyid="', 'keyid="0')),
    "purpose": with_field("signature-input", lambda value: value.replace(TAG, "other")),
    "covered": with_field("signature-input", lambda value: value.replace(' "content-digest"', "")),
    "order": with_field(
        "signature-input",
        lambda value: value.replace('"content-type" "content-digest"', '"content-digest" "content-type"'),
    ),
}
CHANGED_REQUEST: dict[str, Callable[[Wire], Wire]] = {
    **CHANGED,
    "encoding": with_field("content-encoding", lambda value: "identity"),
    "method": lambda message: replace(message, method="PUT"),
    "path": lambda message: replace(message, url=message.url + "/"),
}
CHANGED_ANSWER: dict[str, Callable[[Wire], Wire]] = {
    **CHANGED,
    "status": lambda message: replace(message, status=201),
}
# These have no end point at which a refusal could be seen.
AT_THE_NETWORK = [what for what in CHANGED_REQUEST if what not in ("method", "path")]


def test_what_others_sign_is_taken_by_the_network(others: Others, exchange: Exchange, world: World) -> None:
    answer = sent(signed(others, exchange.unsigned))
    assert answer.status == 200
    assert they_believe(others, answer)
    assert we_believe(answer)
    assert b'"results":[' in answer.content


@pytest.mark.parametrize("what", AT_THE_NETWORK)
def test_what_was_changed_after_others_signed_it_is_refused_by_the_network(
    others: Others, exchange: Exchange, world: World, what: str
) -> None:
    answer = sent(CHANGED_REQUEST[what](signed(others, exchange.unsigned)))
    assert answer.status == 401
    assert "signature" not in answer.fields
    again = sent(signed(others, exchange.unsigned))
    assert again.status == 200


@pytest.mark.parametrize("component", BATCH_COMPONENTS)
def test_what_others_did_not_sign_is_refused_by_the_network(
    others: Others, exchange: Exchange, world: World, component: str
) -> None:
    fewer = replace(REQUEST, covered=[each for each in BATCH_COMPONENTS if each != component])
    assert sent(signed(others, exchange.unsigned, fewer)).status == 401


def test_a_stranger_is_refused_by_the_network(others: Others, exchange: Exchange, world: World) -> None:
    fields = others.signed(exchange.unsigned, REQUEST, bytes(32), NOON)
    assert sent(replace(exchange.unsigned, fields=fields)).status == 401


def test_what_others_sign_is_what_we_would_have_signed(others: Others, exchange: Exchange) -> None:
    """Ed25519 has one signature for a key and a message, so equal bytes mean equal bases."""
    theirs = signed(others, exchange.unsigned).fields
    assert theirs["content-digest"] == exchange.request.fields["content-digest"]
    assert _value(theirs["signature-input"]) == _value(exchange.request.fields["signature-input"])
    assert _value(theirs["signature"]) == _value(exchange.request.fields["signature"])


def _value(member: str) -> str:
    return member.partition("=")[2]


def test_others_believe_our_request(others: Others, exchange: Exchange) -> None:
    assert they_believe(others, exchange.request)


def test_others_believe_the_network_s_answer(others: Others, exchange: Exchange) -> None:
    assert exchange.answer.status == 200
    assert they_believe(others, exchange.answer)


@pytest.mark.parametrize("what", CHANGED_REQUEST)
def test_a_changed_request_is_refused_by_others_and_by_us(
    others: Others, exchange: Exchange, what: str
) -> None:
    changed = CHANGED_REQUEST[what](exchange.request)
    assert we_believe(exchange.request)
    assert (they_believe(others, changed), we_believe(changed)) == (False, False)


@pytest.mark.parametrize("what", CHANGED_ANSWER)
def test_a_changed_answer_is_refused_by_others_and_by_us(
    others: Others, exchange: Exchange, what: str
) -> None:
    changed = CHANGED_ANSWER[what](exchange.answer)
    assert we_believe(exchange.answer)
    assert (they_believe(others, changed), we_believe(changed)) == (False, False)
