"""Reading a log over HTTP as anybody can: a few answers at a time, each bounded, each tried again.

Two things are kept apart. An answer that is not what the log must serve (missing, redirected, too long, not
unpacking) is a finding, with its address. No answer (no connection, a timeout, 5xx, 429 for too long) says
nothing about the log: `PublicLogUnavailable`. A missing answer is asked for again first: replicas lag.

Source: RFC 9110 sections 10.2.3 (Retry-After) and 15; RFC 6585 section 4 (429).
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from registry.answers import AnswerTooSlow
from registry.ledger.audit_report import FindingCode
from registry.ledger.errors import PublicLogUnavailable
from registry.ledger.public_answers import read_answer
from registry.ledger.public_documents import Document

_AT_ONCE = 6
_GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_TRY_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})


@dataclass(frozen=True)
class Patience:
    """How often one answer is asked for, and how long is waited.

    The wait doubles from `first_seconds`. A server that says how long to wait is obeyed up to
    `longest_seconds`, and up to `refusals` times a document, which does not count as an attempt.
    """

    attempts: int = 4
    first_seconds: float = 1.0
    longest_seconds: float = 900.0
    refusals: int = 60
    answer_seconds: float = 120.0
    timeout: httpx.Timeout = field(default_factory=lambda: httpx.Timeout(30.0, connect=10.0))


@dataclass(frozen=True)
class Surroundings:
    """What comes from outside: clocks, and waiting. Without `pause` it is really waited, until the end."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    monotonic: Callable[[], float] = time.monotonic
    pause: Callable[[float], object] | None = None


class _NoAnswer(Exception):
    """Asking again may help. `gone`: the server says that there is no such document."""

    def __init__(self, reason: str, *, gone: bool = False, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.gone, self.refused = reason, gone, refused


class PublicLog:
    """The public addresses below one origin. Bears the threads that it starts itself; close it at the end."""

    def __init__(
        self, base: str, *, patience: Patience | None = None, surroundings: Surroundings | None = None
    ) -> None:
        self.base = base
        self.surroundings = surroundings or Surroundings()
        self._patience = patience or Patience()
        self._http = httpx.Client(
            base_url=base,
            timeout=self._patience.timeout,
            follow_redirects=False,
            headers={"user-agent": "skillcert-audit", "accept": "*/*"},
            limits=httpx.Limits(max_connections=_AT_ONCE + 2),
        )
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="public-log")
        self._not_before = 0.0
        self._closed = threading.Event()

    def close(self) -> None:
        """Ends all waiting, lets answers under way end, and gives the connections back."""
        self._closed.set()
        self._pool.shutdown(cancel_futures=True)
        self._http.close()

    def pause(self, seconds: float) -> None:
        """Waits."""
        (self.surroundings.pause or self._closed.wait)(seconds)

    def get(self, document: Document) -> bytes:
        """The bytes that are served, unpacked. Raises: Found, PublicLogUnavailable."""
        failed, refused = 0, 0
        while True:
            self._wait_for_turn()
            if self._closed.is_set():
                raise PublicLogUnavailable(document.address, "stopped")
            try:
                return self._ask(document)
            except _NoAnswer as fault:
                if fault.gone and document.optional:
                    document.found(FindingCode.ANSWER_MISSING)
                failed, refused = failed + (not fault.refused), refused + fault.refused
                if failed < self._patience.attempts and refused <= self._patience.refusals:
                    if not fault.refused:
                        self.pause(self._patience.first_seconds * 2 ** (failed - 1))
                    continue
                if fault.gone:
                    document.found(FindingCode.ANSWER_MISSING)
                raise PublicLogUnavailable(document.address, fault.reason) from fault

    def in_order(self, documents: Iterable[Document]) -> Iterator[bytes]:
        """The documents' bytes in their order, a few of them fetched ahead. Raises as `get`."""
        waiting: deque[Future[bytes]] = deque()
        rest = iter(documents)
        try:
            for document in rest:
                waiting.append(self._pool.submit(self.get, document))
                if len(waiting) == _AT_ONCE:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()

    def _ask(self, document: Document) -> bytes:
        encoding = "gzip, identity" if document.compressed else "identity"
        ends_at = self.surroundings.monotonic() + self._patience.answer_seconds
        try:
            with self._http.stream(
                "GET", document.address, headers={"accept-encoding": encoding, "cache-control": "no-cache"}
            ) as response:
                self._require_answer(document, response)
                return read_answer(
                    document, response, is_late=lambda: self.surroundings.monotonic() > ends_at
                )
        except (httpx.TimeoutException, AnswerTooSlow) as fault:
            raise _NoAnswer("timeout") from fault
        except httpx.TransportError as fault:
            raise _NoAnswer("no_connection") from fault

    def _require_answer(self, document: Document, response: httpx.Response) -> None:
        status = response.status_code
        if status == HTTPStatus.OK:
            return
        if 300 <= status < 400:
            document.found(FindingCode.ANSWER_REDIRECTED, status=status)
        if status in _GONE:
            raise _NoAnswer(f"status_{status}", gone=True)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            self._obey(document, response, default=self._patience.first_seconds)
            raise _NoAnswer(f"status_{status}", refused=True)
        if status >= 500 or status in _TRY_AGAIN:
            if "retry-after" in response.headers:
                self._obey(document, response, default=0.0)
            raise _NoAnswer(f"status_{status}")
        if status < 300:
            document.found(FindingCode.ANSWER_MALFORMED, status=status)
        raise PublicLogUnavailable(document.address, f"status_{status}")

    def _obey(self, document: Document, response: httpx.Response, *, default: float) -> None:
        """Nobody asks again before the server wants to be asked."""
        seconds = self._asked_to_wait(response.headers.get("retry-after", ""), default)
        if seconds > self._patience.longest_seconds:
            raise PublicLogUnavailable(document.address, f"status_{response.status_code}")
        self._not_before = max(self._not_before, self.surroundings.monotonic() + seconds)

    def _asked_to_wait(self, field_value: str, default: float) -> float:
        if field_value.isascii() and field_value.isdigit():
            return float(field_value[:9])
        try:
            at = parsedate_to_datetime(field_value)
        except ValueError:
            return default
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0.0, (at - self.surroundings.now()).total_seconds())

    def _wait_for_turn(self) -> None:
        while not self._closed.is_set() and (seconds := self._not_before - self.surroundings.monotonic()) > 0:
            self.pause(seconds)
