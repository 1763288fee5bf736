"""The stand-in's side of the exchange: bytes in, a signed answer out.

1. The body is not larger than the protocol allows.  2. One of the clients' keys signed it, about now.
3. The digest is of this body.  4. It is a message of the protocol.  5. It is taken, and the answer signed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from registry.national.errors import MalformedMessage, SignatureRefused
from registry.national.holdings import Holdings
from registry.national.holdings_messages import (
    HoldingsAnswer,
    held_ranges,
    holdings_bytes,
    parse_holdings_question,
)
from registry.national.http_signatures import (
    Message,
    check_content_digest,
    check_fresh,
    content_digest,
    response_message,
    sign,
    verify_message,
)
from registry.national.protocol import (
    BATCH_COMPONENTS,
    BATCH_TYPE,
    JSON_TYPE,
    MAX_BATCH_BYTES,
    REQUEST_COMPONENTS,
    RESPONSE_COMPONENTS,
    TAG,
    parse_batch,
)
from registry.national.receipts import (
    Receipt,
    Status,
    parse_status_question,
    receipt_bytes,
    status_bytes,
)
from registry.national.stand_in.errors import MessageRefused, RefusalCode
from registry.national.stand_in.store import StandInStore, StoredAnswer
from signing.keys import SigningKey, key_id

_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Desk:
    """What answers: its database, its key, whom it listens to, and its clock."""

    store: StandInStore
    key: SigningKey
    clients: Mapping[str, bytes]
    now: Callable[[], datetime]

    def batch(self, request: Message, content: bytes) -> StoredAnswer:
        """Takes a batch. Raises: MessageRefused."""
        now = self.now()
        self._authenticate(request, content, BATCH_COMPONENTS, now)
        expected = {"content-type": BATCH_TYPE, "content-encoding": "gzip"}
        if any(request.fields.get(name) != value for name, value in expected.items()):
            raise MessageRefused(RefusalCode.MALFORMED_MESSAGE)
        try:
            batch = parse_batch(content)
        except MalformedMessage as fault:
            raise MessageRefused(RefusalCode.MALFORMED_MESSAGE) from fault
        return self.store.take(batch, now, lambda receipt: self.receipt_answer(receipt, now))

    def status(self, request: Message, content: bytes) -> StoredAnswer:
        """Says how far it is. Raises: MessageRefused."""
        now = self.now()
        self._authenticate(request, content, REQUEST_COMPONENTS, now)
        try:
            nonce = parse_status_question(content)
        except MalformedMessage as fault:
            raise MessageRefused(RefusalCode.MALFORMED_MESSAGE) from fault
        _, sequence, last_batch = self.store.held()
        return signed_answer(status_bytes(Status(nonce, sequence, last_batch, now)), self.key, now)

    def holdings(self, request: Message, content: bytes) -> StoredAnswer:
        """Says what is held. Raises: MessageRefused."""
        now = self.now()
        self._authenticate(request, content, REQUEST_COMPONENTS, now)
        try:
            question = parse_holdings_question(content)
        except MalformedMessage as fault:
            raise MessageRefused(RefusalCode.MALFORMED_MESSAGE) from fault
        held, sequence, last_batch = self.store.held()
        ranges = held_ranges(Holdings(held), question)
        answer = HoldingsAnswer(question.nonce, ranges, sequence, last_batch, now)
        return signed_answer(holdings_bytes(answer), self.key, now)

    def receipt_answer(self, receipt: Receipt, now: datetime) -> StoredAnswer:
        """A receipt as a signed answer."""
        return signed_answer(receipt_bytes(receipt), self.key, now)

    def _authenticate(
        self, request: Message, content: bytes, components: tuple[str, ...], now: datetime
    ) -> None:
        if len(content) > MAX_BATCH_BYTES:
            raise MessageRefused(RefusalCode.TOO_LARGE)
        try:
            check_fresh(verify_message(request, components, self.clients, tag=TAG), now, _TOLERANCE)
            check_content_digest(request, content)
        except SignatureRefused as fault:
            raise MessageRefused(RefusalCode.NOT_SIGNED) from fault


def signed_answer(body: bytes, key: SigningKey, now: datetime) -> StoredAnswer:
    """The fields and the body of a signed 200 answer."""
    fields = {"content-type": JSON_TYPE, "content-digest": content_digest(body)}
    message = response_message(HTTPStatus.OK, fields.items())
    return StoredAnswer(body, {**fields, **sign(message, RESPONSE_COMPONENTS, key, now, tag=TAG)})


def clients_by_keyid(public_keys: tuple[bytes, ...]) -> dict[str, bytes]:
    """Public keys under the ids that signatures name them by."""
    return {key_id(public): public for public in public_keys}
