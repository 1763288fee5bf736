"""What the province asks the national network, each until it has a believable answer or patience ends.

A signed answer is believed only if it answers what was asked. Whatever fails counts as no answer and is tried
again, because the network answers a repeated batch with its first receipt.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import httpx

from registry.national.errors import (
    ReceiptFault,
    ReceiptRefused,
)
from registry.national.exchange import Exchanges, believed
from registry.national.holdings_messages import (
    Detail,
    HoldingsAnswer,
    HoldingsQuestion,
    check_holdings,
    holdings_question,
    parse_holdings,
)
from registry.national.memory import KeptAnswer
from registry.national.objects import BatchId
from registry.national.patience import Patience, Surroundings, persist
from registry.national.protocol import (
    BATCH_COMPONENTS,
    BATCH_TYPE,
    BATCHES_PATH,
    HOLDINGS_PATH,
    JSON_TYPE,
    KNOWN_PATH,
    REQUEST_COMPONENTS,
    STATUS_PATH,
    Batch,
    batch_content,
)
from registry.national.receipts import (
    Known,
    Receipt,
    Status,
    check_answers,
    known_question,
    parse_known,
    parse_receipt,
    parse_status,
    status_question,
)
from signing.keys import SigningKey

# Two thousand leaves, or a thousand results with as many words as a result may have.
MAX_ANSWER_BYTES = 2_000_000
_CONNECT_SECONDS = 5.0
_KEPT_FIELDS = ("content-type", "content-digest", "signature-input", "signature")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Answered(Generic[_Value]):
    """What the network said, and the signed answer that says so."""

    value: _Value
    kept: KeptAnswer


def _nothing() -> None:
    return None


class NationalClient:
    """The province's side of the exchange. `key` is asked each time, so that a rotation is noticed."""

    def __init__(
        self,
        http: httpx.Client,
        key: Callable[[], SigningKey],
        remote_public: bytes,
        *,
        patience: Patience | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self._patience = patience or Patience()
        self._around = surroundings or Surroundings()
        self._exchanges = Exchanges(http, key, remote_public, self._around)
        # Counted without a lock: two threads that count at once are heard all the same.
        self._heard = 0

    def send(self, batch: Batch, keep_on: Callable[[], None] = _nothing) -> Answered[Receipt]:
        """Sends a batch until it has a receipt.

        `keep_on` is called before each attempt and while it waits; what it raises ends the sending, here as
        in every question. Raises: RemoteUnavailable, RemoteRefused.
        """
        content = batch_content(batch)

        def attempt(silences: int) -> Answered[Receipt]:
            fields = {"content-type": BATCH_TYPE, "content-encoding": "gzip"}
            kept = self._exchanges.exchange(BATCHES_PATH, content, fields, BATCH_COMPONENTS, silences)
            with believed():
                receipt = parse_receipt(kept.body)
                check_answers(receipt, batch.manifest)
            return Answered(receipt, kept)

        return self._persist(attempt, keep_on)

    def status(self, keep_on: Callable[[], None] = _nothing) -> Answered[Status]:
        """How far the network is. Raises: RemoteUnavailable, RemoteRefused."""

        def read(body: bytes, nonce: bytes) -> Status:
            status = parse_status(body)
            _require_nonce(status.nonce, nonce)
            return status

        return self._ask(STATUS_PATH, status_question, read, keep_on)

    def known(self, batches: Sequence[BatchId], keep_on: Callable[[], None] = _nothing) -> Answered[Known]:
        """Which of these batches the network holds, at most 1,000 at a time.

        Raises: RemoteUnavailable, RemoteRefused.
        """

        def read(body: bytes, nonce: bytes) -> Known:
            known = parse_known(body)
            _require_nonce(known.nonce, nonce)
            if len(known.known) != len(batches):
                raise ReceiptRefused(ReceiptFault.COUNT)
            return known

        return self._ask(KNOWN_PATH, lambda nonce: known_question(nonce, batches), read, keep_on)

    def holdings(
        self,
        prefixes: Sequence[str],
        detail: Detail = Detail.SUMMARY,
        keep_on: Callable[[], None] = _nothing,
        nonce: bytes | None = None,
    ) -> Answered[HoldingsAnswer]:
        """What the network holds in these ranges. A `nonce` that is given must never have been used before.

        Raises: RemoteUnavailable, RemoteRefused.
        """

        def question(nonce: bytes) -> HoldingsQuestion:
            return HoldingsQuestion(nonce, tuple(prefixes), detail)

        def read(body: bytes, nonce: bytes) -> HoldingsAnswer:
            answer = parse_holdings(body)
            check_holdings(answer, question(nonce))
            return answer

        return self._ask(
            HOLDINGS_PATH, lambda nonce: holdings_question(question(nonce)), read, keep_on, nonce
        )

    def interrupt(self) -> None:
        """Ends at once what other threads wait for; their exchanges fail, and later ones connect anew."""
        self._exchanges.interrupt()

    def _ask(
        self,
        path: str,
        question: Callable[[bytes], bytes],
        read: Callable[[bytes, bytes], _Value],
        keep_on: Callable[[], None],
        nonce: bytes | None = None,
    ) -> Answered[_Value]:
        """A question with a fresh nonce each time, or with this one; `read` takes the body and the nonce."""

        def attempt(silences: int) -> Answered[_Value]:
            asked = nonce or self._around.nonce()
            fields = {"content-type": JSON_TYPE}
            kept = self._exchanges.exchange(path, question(asked), fields, REQUEST_COMPONENTS, silences)
            with believed():
                return Answered(read(kept.body, asked), kept)

        return self._persist(attempt, keep_on)

    def _persist(
        self, attempt: Callable[[int], Answered[_Value]], keep_on: Callable[[], None]
    ) -> Answered[_Value]:
        def counted(silences: int) -> Answered[_Value]:
            keep_on()
            answered = attempt(silences)
            self._heard += 1
            return answered

        return persist(
            counted,
            self._patience,
            chance=self._around.chance,
            pause=lambda seconds: self._around.pause(seconds, keep_on),
            heard=lambda: self._heard,
        )


def _require_nonce(theirs: bytes, ours: bytes) -> None:
    if theirs != ours:
        raise ReceiptRefused(ReceiptFault.NONCE)
