"""The network behind a line that an adversary holds: lost, late, doubled, lied about is what it wants to be.

The stand-in's own desk and database answer, and the product's own client asks; between them is no socket, but
a transport that decides of each exchange what becomes of it. Everything that the network truly said is kept.
"""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import httpx

from registry.national.http_signatures import Message, content_digest, request_message
from registry.national.objects import BatchId
from registry.national.protocol import BATCHES_PATH, parse_batch
from registry.national.receipts import Receipt, parse_receipt, receipt_bytes
from registry.national.rows import Reference
from registry.national.stand_in.answers import StoredAnswer, signed_answer
from registry.national.stand_in.desk import Desk
from registry.national.stand_in.errors import STATUS, MessageRefused
from signing.encoding import b64url_encode, canonical_json
from signing.inclusion import Hash
from signing.keys import KeyRole, SigningKey

ADDRESS = "http://network.invalid"
_STRANGER = SigningKey.from_seed(KeyRole.NATIONAL, bytes([99]) * 32)


class Fate(StrEnum):
    """What becomes of one exchange. What arrives is answered truly, unless it says otherwise."""

    ARRIVES = "arrives"
    LOST = "lost"
    LATE = "late"
    ANSWER_LOST = "answer_lost"
    BUSY = "busy"
    FAILS = "fails"
    FAILS_AFTERWARDS = "fails_afterwards"
    NOT_FRESH = "not_fresh"
    ANSWER_OF_ANOTHER = "answer_of_another"
    OTHER_ROOT = "other_root"
    OTHER_COUNT = "other_count"
    STRANGER_SIGNS = "stranger_signs"
    ALTERED = "altered"
    OLD_SIGNATURE = "old_signature"


# So that the adversary has something to say, these get through to the network first.
_ARRIVING = frozenset(Fate) - {Fate.LOST, Fate.LATE, Fate.BUSY, Fate.FAILS, Fate.NOT_FRESH}


@dataclass(frozen=True)
class Said:
    """A request as it was sent; it may arrive again, or only now."""

    path: str
    message: Message
    content: bytes


class _Whole(httpx.SyncByteStream):
    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        yield self._body


@dataclass
class Line(httpx.BaseTransport):
    """The way to the network and back. `fate` is of the next batch; questions share it."""

    desk: Desk
    now: Callable[[], datetime]
    on_taken: Callable[["Said", StoredAnswer], None]
    fate: Fate = Fate.ARRIVES
    late: list[Said] = field(default_factory=list)
    arrived: list[Said] = field(default_factory=list)
    answers: list[StoredAnswer] = field(default_factory=list)
    said: dict[BatchId, set[bytes]] = field(default_factory=dict)
    poison: set[Reference] = field(default_factory=set)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """See `httpx.BaseTransport`."""
        content = request.read()
        message = request_message(
            request.method,
            request.headers["host"],
            request.url.path,
            scheme="http",
            fields=request.headers.items(),
        )
        said = Said(request.url.path, message, content)
        if self.fate is Fate.LATE and said.path == BATCHES_PATH:
            self.late.append(said)
        answer = self.arrive(said) if self.fate in _ARRIVING else None
        if isinstance(answer, httpx.Response):
            return answer
        return self._seen(said, answer)

    def arrive(self, said: Said) -> StoredAnswer | httpx.Response:
        """Brings a request to the network, now; what it answers may be heard or not."""
        if said.path == BATCHES_PATH and self._is_poisoned(said.content):
            return _problem(500, "internal")
        try:
            answer = self.desk.answer(said.path, said.message, said.content, self.now())
        except MessageRefused as refused:
            return _problem(STATUS[refused.reason], refused.reason.value)
        if said.path == BATCHES_PATH:
            self.arrived.append(said)
            self.answers.append(answer)
            batch = parse_batch(said.content).manifest.batch
            self.said.setdefault(batch, set()).add(answer.body)
            self.on_taken(said, answer)
        return answer

    def _seen(self, said: Said, answer: StoredAnswer | None) -> httpx.Response:
        """What the client gets to see of it. Raises: httpx.ReadTimeout."""
        fate = self.fate
        if fate is Fate.BUSY:
            return _problem(503, "busy")
        if fate in (Fate.FAILS, Fate.FAILS_AFTERWARDS):
            return _problem(500, "internal")
        if fate is Fate.NOT_FRESH:
            return _problem(401, "stale")
        if answer is None or fate is Fate.ANSWER_LOST:
            raise httpx.ReadTimeout("lost")
        if said.path == BATCHES_PATH:
            answer = self._lied(fate, answer)
        elif fate in (Fate.ALTERED, Fate.OLD_SIGNATURE, Fate.STRANGER_SIGNS):
            answer = StoredAnswer(answer.body, {})
        return httpx.Response(200, headers=dict(answer.fields), stream=_Whole(answer.body))

    def _lied(self, fate: Fate, answer: StoredAnswer) -> StoredAnswer:
        key, now = self.desk.key, self.now()
        receipt = parse_receipt(answer.body)
        if fate is Fate.ANSWER_OF_ANOTHER:
            others = [each for each in self.answers if parse_receipt(each.body).batch != receipt.batch]
            # With the right number of results, if there is such a one: that is the better lie.
            others.sort(key=lambda each: parse_receipt(each.body).count == receipt.count)
            return others[-1] if others else StoredAnswer(answer.body, {})
        if fate is Fate.OTHER_ROOT:
            return _signed(replace(receipt, root=Hash(bytes(32))), key, now)
        if fate is Fate.OTHER_COUNT:
            results = (*receipt.results, receipt.results[0])
            return _signed(replace(receipt, count=len(results), results=results), key, now)
        lie = answer.body.replace(b'"2026-', b'"2025-')
        if fate is Fate.STRANGER_SIGNS:
            return signed_answer(lie, _STRANGER, now)
        if fate is Fate.ALTERED:
            return StoredAnswer(lie, answer.fields)
        if fate is Fate.OLD_SIGNATURE:
            return StoredAnswer(lie, {**answer.fields, "content-digest": content_digest(lie)})
        return answer

    def _is_poisoned(self, content: bytes) -> bool:
        lines = gzip.decompress(content)
        return any(b64url_encode(ref).encode() in lines for ref in self.poison)


def _signed(receipt: Receipt, key: SigningKey, now: datetime) -> StoredAnswer:
    return signed_answer(receipt_bytes(receipt), key, now)


def _problem(status: int, code: str) -> httpx.Response:
    body = canonical_json({"code": code, "status": int(status), "title": ""})
    return httpx.Response(status, headers={"content-type": "application/problem+json"}, stream=_Whole(body))
