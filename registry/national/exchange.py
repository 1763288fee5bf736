"""One exchange with the national network: a signed request, and a signed answer or none.

An answer is believed in this order: status, length, signature of the network's own key over status, type and
digest, digest over the body. Several threads may exchange at a time; `interrupt` ends what they wait for.
"""

import socket
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx

from registry.answers import AnswerTooLong, AnswerTooSlow, read_whole
from registry.national.errors import MalformedMessage, ReceiptRefused, RemoteUnavailable, SignatureRefused
from registry.national.http_signatures import (
    check_content_digest,
    content_digest,
    request_message,
    response_message,
    sign,
    verify_message,
)
from registry.national.memory import KeptAnswer
from registry.national.patience import TIMEOUT, Surroundings, TimeOut
from registry.national.protocol import (
    BATCHES_PATH,
    HOLDINGS_PATH,
    KNOWN_PATH,
    RESPONSE_COMPONENTS,
    STATUS_PATH,
    TAG,
)
from registry.national.refusals import refusal
from signing.keys import SigningKey, key_id

# Two thousand leaves, or a thousand results with as many words as a result may have.
MAX_ANSWER_BYTES = 2_000_000
_CONNECT_SECONDS = 5.0
_KEPT_FIELDS = ("content-type", "content-digest", "signature-input", "signature")


def open_http(base_url: str) -> httpx.Client:
    """A connection to the network: no redirects, no proxy from the environment, limits by exchange."""
    return httpx.Client(base_url=base_url, follow_redirects=False, trust_env=False)


class Exchanges:
    """The province's end of the line. `key` is asked each time, so that a rotation is noticed."""

    def __init__(
        self,
        http: httpx.Client,
        key: Callable[[], SigningKey],
        remote_public: bytes,
        around: Surroundings,
    ) -> None:
        self._http = http
        self._key = key
        self._remote_keys = {key_id(remote_public): remote_public}
        self._around = around
        self._time_outs = {path: TimeOut() for path in (BATCHES_PATH, STATUS_PATH, KNOWN_PATH, HOLDINGS_PATH)}
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._sockets_lock = threading.Lock()

    def exchange(
        self,
        path: str,
        content: bytes,
        fields: Mapping[str, str],
        components: tuple[str, ...],
        silences: int,
    ) -> KeptAnswer:
        """One signed request and its signed answer, tried once. Raises: RemoteUnavailable, RemoteRefused.

        `silences`: how often this was asked before without any answer; each makes the time-out longer.
        """
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

    def interrupt(self) -> None:
        """Ends at once what other threads wait for; their exchanges fail, and later ones connect anew."""
        with self._sockets_lock:
            for each in list(self._sockets):
                try:
                    each.shutdown(socket.SHUT_RDWR)
                except OSError:
                    # It was closed already.
                    continue

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
        with believed():
            message = response_message(response.status_code, response.headers.multi_items())
            verify_message(message, RESPONSE_COMPONENTS, self._remote_keys, tag=TAG)
            check_content_digest(message, body)
        return KeptAnswer(body, {name: message.fields[name] for name in _KEPT_FIELDS})


@contextmanager
def believed() -> Iterator[None]:
    """What cannot be believed is no answer. Raises: RemoteUnavailable."""
    try:
        yield
    except (SignatureRefused, ReceiptRefused, MalformedMessage) as fault:
        raise RemoteUnavailable(fault.code, status=HTTPStatus.OK) from fault
