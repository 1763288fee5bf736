"""One exchange with the national network, tried until it has a believable answer or patience ends.

An answer is believed in this order: status, length, signature of the network's own key over status, type and
digest, digest over the body, and then that it answers what was asked. Whatever fails on the way counts as no
answer and is tried again, because the network answers a repeated batch with its first receipt. Several
threads may exchange at a time; `interrupt` ends what they wait for.
"""

import socket
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import httpx

from registry.answers import AnswerTooLong, AnswerTooSlow, read_whole
from registry.national.errors import (
    MalformedMessage,
    ReceiptFault,
    ReceiptRefused,
    RemoteUnavailable,
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
from registry.national.memory import KeptAnswer
from registry.national.objects import BatchId
from registry.national.patience import TIMEOUT, Patience, Surroundings, TimeOut, persist
from registry.national.protocol import (
    BATCH_COMPONENTS,
    BATCH_TYPE,
    BATCHES_PATH,
    HOLDINGS_PATH,
    JSON_TYPE,
    KNOWN_PATH,
    REQUEST_COMPONENTS,
    RESPONSE_COMPONENTS,
    STATUS_PATH,
    TAG,
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
from registry.national.refusals import refusal
from signing.keys import SigningKey, key_id

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


def open_http(base_url: str) -> httpx.Client:
    """A connection to the network: no redirects, no proxy from the environment, limits by exchange."""
    return httpx.Client(base_url=base_url, follow_redirects=False, trust_env=False)


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
        self._http = http
        self._key = key
        self._remote_keys = {key_id(remote_public): remote_public}
        self._patience = patience or Patience()
        self._around = surroundings or Surroundings()
        self._time_outs = {path: TimeOut() for path in (BATCHES_PATH, STATUS_PATH, KNOWN_PATH, HOLDINGS_PATH)}
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._sockets_lock = threading.Lock()
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
            kept = self._exchange(BATCHES_PATH, content, fields, BATCH_COMPONENTS, silences)
            with _believed():
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
        with self._sockets_lock:
            for each in list(self._sockets):
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    # It was closed already.
                    continue

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
            kept = self._exchange(path, question(asked), fields, REQUEST_COMPONENTS, silences)
            with _believed():
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

    def _exchange(
        self,
        path: str,
        content: bytes,
        fields: Mapping[str, str],
        components: tuple[str, ...],
        silences: int,
    ) -> KeptAnswer:
        """One signed request and its signed answer."""
        now, time_out = self._around.now(), self._time_outs[path]
        request = self._request(path, content, fields, components, now)
        wait = time_out.seconds(silences)
        limits = httpx.Timeout(wait, connect=min(wait, _CONNECT_SECONDS))
        request.extensions = {"timeout": limits.as_dict(), "trace": self._remember_socket}
        started = self._around.monotonic()
        try:
            with self._cut_off_after(_CONNECT_SECONDS + 3 * wait):
                response = self._http.send(request, stream=True)
                try:
                    # What drips in is waited for as long again as for its beginning.
                    late = started + 2 * wait
                    body = read_whole(
                        response.iter_raw(), MAX_ANSWER_BYTES, is_late=lambda: self._around.monotonic() > late
                    )
                finally:
                    response.close()
        except AnswerTooLong as fault:
            raise RemoteUnavailable("answer_too_long", status=response.status_code) from fault
        except (httpx.TimeoutException, AnswerTooSlow) as fault:
            raise RemoteUnavailable(TIMEOUT) from fault
        except (httpx.TransportError, httpx.StreamError, httpx.InvalidURL) as fault:
            # The last is said of a redirect that leads nowhere, although nobody follows it.
            raise RemoteUnavailable("connection") from fault
        time_out.measured(self._around.monotonic() - started)
        if response.status_code != HTTPStatus.OK:
            raise refusal(response, body, now)
        return self._signed(response, body)

    @contextmanager
    def _cut_off_after(self, seconds: float) -> Iterator[None]:
        """Ends an exchange that keeps beginning.

        Each line of a head, and each 102 before it, begins the time-out of a read anew, so that no time-out
        ever strikes. Other exchanges are cut off with it and tried again: nobody can tell whose socket it is.
        """
        timer = threading.Timer(seconds, self.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _request(
        self,
        path: str,
        content: bytes,
        fields: Mapping[str, str],
        components: tuple[str, ...],
        now: datetime,
    ) -> httpx.Request:
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
        return request

    def _remember_socket(self, event: str, details: Mapping[str, Any]) -> None:
        """Told by the connection pool what it does; a new connection's socket is what `interrupt` ends."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            opened = details["return_value"].get_extra_info("socket")
            if opened is not None:
                with self._sockets_lock:
                    self._sockets.add(opened)

    def _signed(self, response: httpx.Response, body: bytes) -> KeptAnswer:
        with _believed():
            message = response_message(response.status_code, response.headers.multi_items())
            verify_message(message, RESPONSE_COMPONENTS, self._remote_keys, tag=TAG)
            check_content_digest(message, body)
        return KeptAnswer(body, {name: message.fields[name] for name in _KEPT_FIELDS})


@contextmanager
def _believed() -> Iterator[None]:
    """What cannot be believed is no answer. Raises: RemoteUnavailable."""
    try:
        yield
    except (SignatureRefused, ReceiptRefused, MalformedMessage) as fault:
        raise RemoteUnavailable(fault.code, status=HTTPStatus.OK) from fault


def _require_nonce(theirs: bytes, ours: bytes) -> None:
    if theirs != ours:
        raise ReceiptRefused(ReceiptFault.NONCE)
