"""The stand-in's side of the protocol: bytes in, a signed answer out.

1. The body is not larger than the protocol allows.  2. One of the clients' keys signed it.  3. It did so
about now.  4. The digest is of this body.  5. It is a message of the protocol.  6. It is done, and the answer
signed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.national.errors import MalformedMessage, SignatureFault, SignatureRefused
from registry.national.holdings_messages import HoldingsAnswer, holdings_bytes, parse_holdings_question
from registry.national.http_signatures import (
    Message,
    check_content_digest,
    check_fresh,
    verify_message,
)
from registry.national.protocol import (
    BATCH_COMPONENTS,
    BATCH_TYPE,
    BATCHES_PATH,
    HOLDINGS_PATH,
    JSON_TYPE,
    KNOWN_PATH,
    MAX_BATCH_BYTES,
    REQUEST_COMPONENTS,
    STATUS_PATH,
    TAG,
    parse_batch,
)
from registry.national.receipts import (
    Known,
    Status,
    known_bytes,
    parse_known_question,
    parse_status_question,
    receipt_bytes,
    status_bytes,
)
from registry.national.stand_in.answers import StoredAnswer, signed_answer
from registry.national.stand_in.database import Database
from registry.national.stand_in.errors import MessageRefused, RefusalCode
from registry.national.stand_in.store import StandInStore
from signing.keys import SigningKey, key_id

PATHS = (BATCHES_PATH, STATUS_PATH, KNOWN_PATH, HOLDINGS_PATH)
_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Desk:
    """What answers: its database, its key, whom it listens to, and its clock.

    It copies its database after every `backup_every` batches; 0 leaves the copy of the first start.
    """

    database: Database
    key: SigningKey
    clients: Mapping[str, bytes]
    now: Callable[[], datetime]
    backup_every: int = 0

    @property
    def store(self) -> StandInStore:
        """What stands in its database."""
        return StandInStore(self.database)

    def answer(self, path: str, request: Message, content: bytes, now: datetime) -> StoredAnswer:
        """The signed answer to a message. Raises: MessageRefused, StandInUnavailable."""
        self._authenticate(path, request, content, now)
        answering = {
            BATCHES_PATH: self._batch,
            STATUS_PATH: self._status,
            KNOWN_PATH: self._known,
            HOLDINGS_PATH: self._holdings,
        }[path]
        try:
            return answering(content, now)
        except MalformedMessage as fault:
            raise MessageRefused(RefusalCode.MALFORMED_MESSAGE) from fault

    def _batch(self, content: bytes, now: datetime) -> StoredAnswer:
        answer, sequence = self.store.take(
            parse_batch(content), now, lambda receipt: signed_answer(receipt_bytes(receipt), self.key, now)
        )
        if sequence and self.backup_every and sequence % self.backup_every == 0:
            self.database.back_up()
        return answer

    def _status(self, content: bytes, now: datetime) -> StoredAnswer:
        nonce, position = parse_status_question(content), self.store.position()
        status = Status(nonce, position.sequence, position.last_batch, now)
        return signed_answer(status_bytes(status), self.key, now)

    def _known(self, content: bytes, now: datetime) -> StoredAnswer:
        question = parse_known_question(content)
        known, position = self.store.known(question.batches)
        return signed_answer(known_bytes(Known(question.nonce, known, position.sequence, now)), self.key, now)

    def _holdings(self, content: bytes, now: datetime) -> StoredAnswer:
        question = parse_holdings_question(content)
        ranges, position = self.store.ranges(question.prefixes, question.detail)
        answer = HoldingsAnswer(question.nonce, ranges, position.sequence, position.last_batch, now)
        return signed_answer(holdings_bytes(answer), self.key, now)

    def _authenticate(self, path: str, request: Message, content: bytes, now: datetime) -> None:
        if len(content) > MAX_BATCH_BYTES:
            raise MessageRefused(RefusalCode.TOO_LARGE)
        is_batch = path == BATCHES_PATH
        try:
            verified = verify_message(
                request, BATCH_COMPONENTS if is_batch else REQUEST_COMPONENTS, self.clients, tag=TAG
            )
            check_fresh(verified, now, _TOLERANCE)
            check_content_digest(request, content)
        except SignatureRefused as fault:
            stale = fault.reason is SignatureFault.STALE
            raise MessageRefused(RefusalCode.STALE if stale else RefusalCode.NOT_SIGNED) from fault
        expected = {"content-type": BATCH_TYPE if is_batch else JSON_TYPE}
        if is_batch:
            expected["content-encoding"] = "gzip"
        if any(request.fields.get(name) != value for name, value in expected.items()):
            raise MessageRefused(RefusalCode.MALFORMED_MESSAGE)


def clients_by_keyid(public_keys: tuple[bytes, ...]) -> dict[str, bytes]:
    """Public keys under the ids that signatures name them by."""
    return {key_id(public): public for public in public_keys}
