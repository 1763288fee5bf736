"""One visit to the provider: a few exchanges within one deadline, none of which is believed by itself.

No redirect is followed, no cookie kept, no proxy of the environment asked; an answer is never longer than it
can be. What is not JSON, or not an object, is refused here.
"""

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import httpx

from registry.answers import AnswerTooLong, AnswerTooSlow, read_whole
from registry.oidc.errors import AnswerFault, AnswerRefused, ProviderUnavailable, Silence
from signing.encoding import Json, parse_json
from signing.errors import MalformedEncoding

MAX_ANSWER_BYTES = 256 << 10
_HEADERS = {"accept": "application/json", "accept-encoding": "identity"}


@dataclass(frozen=True)
class Answer:
    """A status and the JSON object that came with it."""

    status: int
    body: Mapping[str, Json]

    @property
    def is_ok(self) -> bool:
        """Whether it is the answer that was asked for."""
        return self.status == HTTPStatus.OK


class Visit:
    """The exchanges of one visit."""

    def __init__(self, http: httpx.Client, deadline: float, monotonic_seconds: Callable[[], float]) -> None:
        self._http = http
        self._deadline = deadline
        self._monotonic_seconds = monotonic_seconds

    def get(self, address: str, *, fault: AnswerFault, bearer: str | None = None) -> Answer:
        """What stands there. Raises: ProviderUnavailable; AnswerRefused with `fault` for what is no JSON."""
        headers = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
        return self._exchange("GET", address, fault, headers=headers)

    def post(self, address: str, form: Mapping[str, str], *, fault: AnswerFault, basic: str = "") -> Answer:
        """What a form is answered with. Raises as `get`."""
        headers = {"authorization": f"Basic {basic}"} if basic else {}
        return self._exchange("POST", address, fault, headers=headers, data=dict(form))

    def _exchange(self, method: str, address: str, fault: AnswerFault, **options: Any) -> Answer:
        left = self._deadline - self._monotonic_seconds()
        if left <= 0:
            raise ProviderUnavailable(Silence.TIMEOUT)
        try:
            with self._http.stream(method, address, timeout=httpx.Timeout(left), **options) as response:
                status = response.status_code
                body = read_whole(response.iter_raw(), MAX_ANSWER_BYTES, is_late=self._is_late)
        except AnswerTooLong as excess:
            raise ProviderUnavailable(Silence.TOO_LONG) from excess
        except (httpx.TimeoutException, AnswerTooSlow) as late:
            raise ProviderUnavailable(Silence.TIMEOUT) from late
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as broken:
            raise ProviderUnavailable(Silence.CONNECTION) from broken
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            raise ProviderUnavailable(Silence.REDIRECT)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
            raise ProviderUnavailable(Silence.STATUS)
        return Answer(status, _object(body, status, fault))

    def _is_late(self) -> bool:
        return self._monotonic_seconds() > self._deadline


@contextmanager
def visiting(seconds: float, monotonic_seconds: Callable[[], float] = time.monotonic) -> Iterator[Visit]:
    """A visit that ends after so many seconds. Log-ins are rare: no connection is kept between them."""
    with httpx.Client(
        follow_redirects=False, trust_env=False, headers=_HEADERS, verify=_trusted_authorities()
    ) as http:
        yield Visit(http, monotonic_seconds() + seconds, monotonic_seconds)


@lru_cache(maxsize=1)
def _trusted_authorities() -> ssl.SSLContext:
    # The machine's own list: a provider in a closed network has a certificate of that network's.
    return ssl.create_default_context()


def _object(body: bytes, status: int, fault: AnswerFault) -> Mapping[str, Json]:
    try:
        value = parse_json(body)
    except MalformedEncoding as malformed:
        if status != HTTPStatus.OK:
            return {}
        raise AnswerRefused(fault) from malformed
    if isinstance(value, dict):
        return value
    if status != HTTPStatus.OK:
        return {}
    raise AnswerRefused(fault)
