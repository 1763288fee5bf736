"""One exchange with the national network, tried until it has a believable answer or patience ends.

An answer is believed in this order: status, length, signature of the network's own key over status, type and
digest, digest over the body, and then that it answers what was sent. Whatever fails on the way counts as no
answer and is tried again, because the network answers a repeated batch with its first receipt. Clock, waiting
and chance come in from outside.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import httpx

from registry.answers import AnswerTooLong, AnswerTooSlow, read_whole
from registry.national.errors import (
    MalformedMessage,
    ReceiptFault,
    ReceiptRefused,
    RemoteRefused,
    RemoteUnavailable,
    SendingStopped,
    SignatureRefused,
)
from registry.national.holdings_messages import (
    Detail,
    HoldingsAnswer,
    HoldingsQuestion,
    check_holdings,
    holdings_question,
    parse_holdings,
)
from registry.national.http_signatures import (
    check_content_digest,
    content_digest,
    request_message,
    response_message,
    sign,
    verify_message,
)
from registry.national.objects import NONCE_BYTES
from registry.national.protocol import (
    BATCH_COMPONENTS,
    BATCH_TYPE,
    BATCHES_PATH,
    HOLDINGS_PATH,
    JSON_TYPE,
    REQUEST_COMPONENTS,
    RESPONSE_COMPONENTS,
    STATUS_PATH,
    TAG,
    Batch,
    batch_content,
)
from registry.national.receipts import (
    Receipt,
    Status,
    check_answers,
    parse_receipt,
    parse_status,
    status_question,
)
from registry.national.store import KeptAnswer
from signing.encoding import parse_json
from signing.errors import MalformedEncoding
from signing.keys import SigningKey, key_id

MAX_ANSWER_BYTES = 1_000_000
_KEPT_FIELDS = ("content-type", "content-digest", "signature-input", "signature")
_TRY_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Patience:
    """How often, and how long between. The wait doubles from `first_seconds` up to `longest_seconds`."""

    attempts: int = 6
    first_seconds: float = 0.5
    longest_seconds: float = 60.0
    exchange_seconds: float = 45.0


@dataclass(frozen=True)
class Surroundings:
    """What the client takes from outside: clocks, chance, waiting (True: told to stop), and nonces."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = field(default=secrets.SystemRandom().random)
    pause: Callable[[float], bool] = field(default=threading.Event().wait)
    nonce: Callable[[], bytes] = field(default=lambda: secrets.token_bytes(NONCE_BYTES))


@dataclass(frozen=True)
class Answered:
    """A believed receipt, and the answer that carried it."""

    receipt: Receipt
    kept: KeptAnswer


def open_http(base_url: str) -> httpx.Client:
    """A connection to the network: bounded waits, no redirects, no proxy from the environment."""
    timeout = httpx.Timeout(connect=5.0, read=30.0, write=30.0, pool=5.0)
    return httpx.Client(base_url=base_url, timeout=timeout, follow_redirects=False, trust_env=False)


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
        self._http = http
        self._key = key
        self._remote_keys = {key_id(remote_public): remote_public}
        self._patience = patience or Patience()
        self._around = surroundings or Surroundings()

    def send(self, batch: Batch, before_attempt: Callable[[], None] = lambda: None) -> Answered:
        """Sends a batch until it has a receipt.

        `before_attempt` is called each time; what it raises ends the sending.
        Raises: RemoteUnavailable, RemoteRefused, SendingStopped.
        """
        content = batch_content(batch)

        def attempt() -> Answered:
            before_attempt()
            fields = {"content-type": BATCH_TYPE, "content-encoding": "gzip"}
            kept = self._exchange(BATCHES_PATH, content, fields, BATCH_COMPONENTS)
            receipt = parse_receipt(kept.body)
            check_answers(receipt, batch.manifest)
            return Answered(receipt, kept)

        return self._persist(attempt)

    def status(self) -> Status:
        """How far the network says it is. Raises: RemoteUnavailable, RemoteRefused, SendingStopped."""

        def attempt() -> Status:
            nonce = self._around.nonce()
            fields = {"content-type": JSON_TYPE}
            kept = self._exchange(STATUS_PATH, status_question(nonce), fields, REQUEST_COMPONENTS)
            status = parse_status(kept.body)
            if status.nonce != nonce:
                raise ReceiptRefused(ReceiptFault.NONCE)
            return status

        return self._persist(attempt)

    def holdings(self, prefixes: Sequence[str], detail: Detail = Detail.SUMMARY) -> HoldingsAnswer:
        """What the network holds. Raises: RemoteUnavailable, RemoteRefused, SendingStopped."""

        def attempt() -> HoldingsAnswer:
            question = HoldingsQuestion(self._around.nonce(), tuple(prefixes), detail)
            fields = {"content-type": JSON_TYPE}
            kept = self._exchange(HOLDINGS_PATH, holdings_question(question), fields, REQUEST_COMPONENTS)
            answer = parse_holdings(kept.body)
            check_holdings(answer, question)
            return answer

        return self._persist(attempt)

    def _persist(self, attempt: Callable[[], _Answer]) -> _Answer:
        """Tries again with exponential backoff and full jitter, and as late as the network asks.

        When patience ends, an attempt that was answered with 500 says more than the ones that were not.
        """
        patience, telling = self._patience, None
        for tried in range(1, patience.attempts + 1):
            try:
                return _believed(attempt)
            except RemoteUnavailable as fault:
                failed = fault.status == HTTPStatus.INTERNAL_SERVER_ERROR
                asked = fault.retry_after_seconds or 0.0
                if asked > patience.longest_seconds:
                    raise
                if tried == patience.attempts:
                    if telling is None or failed:
                        raise
                    raise telling from fault
                telling = fault if failed else telling
                ceiling = min(patience.longest_seconds, patience.first_seconds * 2 ** (tried - 1))
                if self._around.pause(asked + ceiling * self._around.chance()):
                    raise SendingStopped from fault
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _exchange(
        self, path: str, content: bytes, fields: Mapping[str, str], components: tuple[str, ...]
    ) -> KeptAnswer:
        """One signed request and its signed answer."""
        now = self._around.now()
        request = self._http.build_request(
            "POST",
            path.removeprefix("/"),
            content=content,
            headers={**fields, "content-digest": content_digest(content), "accept-encoding": "identity"},
        )
        message = request_message(
            request.method,
            request.headers["host"],
            request.url.raw_path.decode("ascii"),
            scheme=request.url.scheme,
            fields=request.headers.items(),
        )
        request.headers.update(sign(message, components, self._key(), now, tag=TAG))
        try:
            response = self._http.send(request, stream=True)
            try:
                body = read_whole(response.iter_raw(), MAX_ANSWER_BYTES, is_late=self._late_after_now())
            finally:
                response.close()
        except AnswerTooLong as fault:
            raise RemoteUnavailable("answer_too_long", status=response.status_code) from fault
        except (httpx.TimeoutException, AnswerTooSlow) as fault:
            raise RemoteUnavailable("timeout") from fault
        except (httpx.TransportError, httpx.StreamError) as fault:
            raise RemoteUnavailable("connection") from fault
        if response.status_code != HTTPStatus.OK:
            raise _no(response, body, now)
        return self._signed(response, body)

    def _late_after_now(self) -> Callable[[], bool]:
        until = self._around.monotonic() + self._patience.exchange_seconds
        return lambda: self._around.monotonic() > until

    def _signed(self, response: httpx.Response, body: bytes) -> KeptAnswer:
        message = response_message(response.status_code, response.headers.multi_items())
        verify_message(message, RESPONSE_COMPONENTS, self._remote_keys, tag=TAG)
        check_content_digest(message, body)
        return KeptAnswer(body, {name: message.fields[name] for name in _KEPT_FIELDS})


def _believed(attempt: Callable[[], _Answer]) -> _Answer:
    """The attempt's answer; one that cannot be believed is no answer. Raises: RemoteUnavailable."""
    try:
        return attempt()
    except (SignatureRefused, ReceiptRefused, MalformedMessage) as fault:
        raise RemoteUnavailable(fault.code, status=HTTPStatus.OK) from fault


def _no(response: httpx.Response, body: bytes, now: datetime) -> RemoteUnavailable | RemoteRefused:
    """An answer other than 200 as what it means for the sender."""
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN:
        wait = _retry_after(response.headers.get("retry-after", ""), now)
        return RemoteUnavailable(f"http_{status}", status=status, retry_after_seconds=wait)
    return RemoteRefused(_problem_code(body) or f"http_{status}", status=status)


def _problem_code(body: bytes) -> str:
    """The `code` of a problem document, "" for anything else. Source: RFC 9457 section 3.2."""
    try:
        value = parse_json(body)
    except MalformedEncoding:
        return ""
    code = value.get("code", "") if isinstance(value, dict) else ""
    plain = isinstance(code, str) and len(code) <= 64 and code.isascii() and code.isidentifier()
    return str(code) if plain else ""


def _retry_after(text: str, now: datetime) -> float | None:
    """Seconds to wait as asked, None if nothing sensible was. Source: RFC 9110 section 10.2.3."""
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - now).total_seconds())
