"""What the client believes, and what it does about everything else."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from registry.national.client import NationalClient
from registry.national.errors import RemoteRefused, RemoteUnavailable
from registry.national.exchange import MAX_ANSWER_BYTES, open_http
from registry.national.objects import BatchId
from registry.national.patience import Patience, Surroundings, TimeOut, persist
from registry.national.protocol import STATUS_PATH
from registry.national.receipts import Known, Status, known_bytes, parse_status_question, status_bytes
from registry.national.stand_in.answers import StoredAnswer, signed_answer
from registry.national.stand_in.faults import Fault, scripted
from registry.national.sync import SyncOutcome, sync_once
from signing.keys import KeyRole, SigningKey
from tests.registry.national.builders import Clock, a_small_world, served
from tests.registry.national.row_builders import NETWORK_KEY, NOON, PROVINCE_KEY, an_institution

STATUS = Status(bytes(range(16)), 7, BatchId("A" * 22), NOON)
Handler = Callable[[httpx.Request], httpx.Response]


@contextmanager
def a_client(
    handler: Handler, *, attempts: int = 1, clock: Clock | None = None, nonce: bytes = STATUS.nonce
) -> Iterator[NationalClient]:
    """A client of a network that answers like that."""
    clock = clock or Clock()
    around = Surroundings(
        now=clock.now,
        monotonic=clock.monotonic,
        chance=lambda: 0.0,
        pause=clock.pause,
        nonce=lambda: nonce,
    )
    with httpx.Client(transport=httpx.MockTransport(handler), base_url="http://network.example") as http:
        patience = Patience(attempts=attempts)
        yield NationalClient(
            http, lambda: PROVINCE_KEY, NETWORK_KEY.public, patience=patience, surroundings=around
        )


def asked(
    handler: Handler, *, attempts: int = 1, clock: Clock | None = None, nonce: bytes = STATUS.nonce
) -> object:
    """What a client makes of a network that answers like that."""
    with a_client(handler, attempts=attempts, clock=clock, nonce=nonce) as client:
        return client.status().value


def answering(status: int, body: bytes = b"", **fields: str) -> Handler:
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]
    return lambda request: httpx.Response(status, stream=httpx.ByteStream(body), headers=headers)


def signed(answer: StoredAnswer) -> Handler:
    return lambda request: httpx.Response(200, stream=httpx.ByteStream(answer.body), headers=answer.fields)


def unavailable(handler: Handler, **named: object) -> RemoteUnavailable:
    with pytest.raises(RemoteUnavailable) as fault:
        asked(handler, **named)  # type: ignore[arg-type]  # each caller names them
    return fault.value


def refused(handler: Handler) -> RemoteRefused:
    with pytest.raises(RemoteRefused) as fault:
        asked(handler)
    return fault.value


def test_a_signed_status_is_believed() -> None:
    assert asked(signed(signed_answer(status_bytes(STATUS), NETWORK_KEY, NOON))) == STATUS


def test_the_question_carries_a_fresh_nonce_by_post() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(503, stream=httpx.ByteStream(b""))

    unavailable(handler)
    assert (seen[0].method, seen[0].url.path) == ("POST", STATUS_PATH)
    assert parse_status_question(seen[0].content) == STATUS.nonce


def test_an_old_status_played_again_is_not_believed() -> None:
    old = signed_answer(status_bytes(STATUS), NETWORK_KEY, NOON)
    assert unavailable(signed(old), nonce=bytes([1]) * 16).reason == "receipt_refused"


def test_a_status_of_another_key_is_not_believed() -> None:
    stranger = SigningKey.from_seed(KeyRole.NATIONAL, bytes(32))
    answer = signed_answer(status_bytes(STATUS), stranger, NOON)
    assert unavailable(signed(answer)).reason == "http_signature_refused"


def test_our_own_signed_request_is_no_answer() -> None:
    answer = signed_answer(status_bytes(STATUS), PROVINCE_KEY, NOON)
    assert unavailable(signed(answer)).reason == "http_signature_refused"


def test_a_signed_answer_that_is_no_status_is_not_believed() -> None:
    assert unavailable(signed(signed_answer(b"{}", NETWORK_KEY, NOON))).reason == "malformed_message"


def test_an_endless_answer_is_cut_off() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(MAX_ANSWER_BYTES // 10)

    handler: Handler = lambda request: httpx.Response(200, content=endless())  # noqa: E731
    assert unavailable(handler).reason == "answer_too_long"


def test_an_answer_that_drips_is_not_waited_for() -> None:
    clock = Clock()

    def dripping() -> Iterator[bytes]:
        while True:
            clock.moment += timedelta(seconds=10)
            yield b"."

    handler: Handler = lambda request: httpx.Response(200, content=dripping())  # noqa: E731
    assert unavailable(handler, clock=clock).reason == "timeout"


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError])
def test_a_broken_connection_is_no_answer(kind: type[httpx.TransportError]) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise kind("broken")

    assert unavailable(handler).reason == "connection"


def test_a_timeout_is_no_answer() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    assert unavailable(handler).reason == "timeout"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_what_may_pass_is_tried_again(status: int) -> None:
    clock = Clock()
    assert unavailable(answering(status), attempts=3, clock=clock).status == status
    assert len(clock.waits) == 2


@pytest.mark.parametrize("status", [201, 204, 301, 400, 401, 404, 409, 413])
def test_a_definite_no_is_not_tried_again(status: int) -> None:
    assert refused(answering(status)).reason == f"http_{status}"


def test_the_code_of_a_refusal_is_kept_if_it_is_one() -> None:
    assert refused(answering(409, b'{"code":"previous_unknown"}')).reason == "previous_unknown"
    for body in (b'{"code":"no code"}', b'{"code":1}', b"[]", b"<html>", b'{"code":"' + b"x" * 65 + b'"}'):
        assert refused(answering(409, body)).reason == "http_409"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (format_datetime(NOON + timedelta(seconds=9), usegmt=True), 9.0),
        (format_datetime(NOON - timedelta(seconds=9), usegmt=True), 0.0),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("٣", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(text: str, seconds: float | None) -> None:
    assert (
        unavailable(answering(503, retry_after=text.encode().decode("latin-1"))).retry_after_seconds
        == seconds
    )


def test_a_long_retry_after_ends_the_run_at_once() -> None:
    clock = Clock()
    fault = unavailable(answering(503, retry_after="3600"), attempts=5, clock=clock)
    assert (fault.retry_after_seconds, clock.waits) == (3600.0, [])


def test_only_a_patience_full_of_failures_says_that_the_network_fails_over_this() -> None:
    assert unavailable(answering(500), attempts=3).only_failed
    answers = iter([500, 502, 500])
    fault = unavailable(lambda request: answering(next(answers))(request), attempts=3)
    assert (fault.status, fault.only_failed) == (500, False)


def test_a_stale_request_is_tried_again() -> None:
    """Its clock or ours is off; both are set some time."""
    assert unavailable(answering(401, b'{"code":"stale"}')).reason == "stale"
    assert refused(answering(401, b'{"code":"not_signed"}')).reason == "not_signed"


def test_pauses_and_time_outs_begin_small_again_while_others_are_answered() -> None:
    heard, waits, silent = iter(range(100)), list[float](), list[int]()

    def attempt(silences: int) -> None:
        silent.append(silences)
        raise RemoteUnavailable("timeout")

    for hearing in (lambda: 0, lambda: next(heard)):
        with pytest.raises(RemoteUnavailable):
            persist(attempt, Patience(attempts=4), chance=lambda: 1.0, pause=waits.append, heard=hearing)
    assert waits == [0.2, 0.4, 0.8, 0.2, 0.2, 0.2]
    assert silent == [0, 1, 2, 3, 0, 1, 1, 1]


def test_a_time_out_follows_what_was_measured() -> None:
    time_out = TimeOut()
    assert time_out.seconds(0) == 3.0
    for _ in range(40):
        time_out.measured(0.01)
    assert time_out.seconds(0) == 1.0
    for _ in range(40):
        time_out.measured(4.0)
    assert 4.0 < time_out.seconds(0) < 5.0
    for _ in range(40):
        time_out.measured(100.0)
    assert time_out.seconds(0) == 30.0


def test_each_silence_doubles_the_time_out_of_the_next_attempt() -> None:
    limits: list[float] = []

    def handler(request: httpx.Request) -> httpx.Response:
        limits.append(request.extensions["timeout"]["read"])
        raise httpx.ReadTimeout("slow")

    unavailable(handler, attempts=6)
    assert limits == [3.0, 6.0, 12.0, 24.0, 30.0, 30.0]


def test_a_network_asked_which_batches_it_knows_answers_for_each() -> None:
    known = Known(STATUS.nonce, (True, False), 7, NOON)
    handler = signed(signed_answer(known_bytes(known), NETWORK_KEY, NOON))
    one, two = BatchId("A" * 22), BatchId("B" * 21 + "A")
    with a_client(handler) as client:
        assert client.known([one, two]).value.known == (True, False)
        with pytest.raises(RemoteUnavailable):
            client.known([one])


def test_requests_of_another_key_are_refused(tmp_path: Path) -> None:
    with a_small_world(tmp_path, rows=[an_institution()]) as world:
        world.client._exchanges._key = lambda: SigningKey.from_seed(KeyRole.NATIONAL, bytes(32))
        report = sync_once(world.sender)
        assert (report.outcome, report.reason) == (SyncOutcome.REFUSED, "not_signed")
        assert world.held() == {}


def test_a_clock_far_off_ends_the_run_until_it_is_set(tmp_path: Path) -> None:
    with a_small_world(tmp_path, rows=[an_institution()], patience=Patience(attempts=2)) as world:
        slow, line = Clock(), world.client._exchanges
        slow.moment -= timedelta(hours=1)
        right, line._around = line._around, replace(line._around, now=slow.now)
        report = sync_once(world.sender)
        assert (report.outcome, report.reason) == (SyncOutcome.UNAVAILABLE, "stale")
        line._around = right
        assert sync_once(world.sender).outcome is SyncOutcome.DONE


@pytest.mark.parametrize(
    "fault",
    [
        Fault.WRONG_BATCH,
        Fault.WRONG_COUNT,
        Fault.WRONG_ROOT,
        Fault.WRONG_KEY,
        Fault.ALTERED_BODY,
        Fault.UNSIGNED,
        Fault.TRUNCATED_ANSWER,
    ],
)
def test_a_wrong_receipt_is_never_accepted(tmp_path: Path, fault: Fault) -> None:
    faults, patience = scripted([fault] * 4), Patience(attempts=4)
    with a_small_world(tmp_path, rows=[an_institution()], faults=faults, patience=patience) as world:
        report = sync_once(world.sender)
        assert report.outcome is SyncOutcome.UNAVAILABLE
        assert report.reason in ("receipt_refused", "http_signature_refused", "connection")
        assert world.store.answered(1) == []
        assert world.store.state_of([1])[1].state.value == "sent"


def test_what_other_threads_wait_for_is_ended_at_once() -> None:
    """A network that takes a request and says nothing: its time-out is far away."""
    arrived = threading.Event()

    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        arrived.set()
        while (await receive())["type"] != "http.disconnect":
            continue

    with served(silent) as address, open_http(address) as http:
        client = NationalClient(http, lambda: PROVINCE_KEY, NETWORK_KEY.public, patience=Patience(attempts=1))
        with ThreadPoolExecutor(1) as executor:
            asking = executor.submit(client.status)
            assert arrived.wait(10)
            started = time.monotonic()
            client.interrupt()
            fault = asking.exception(10)
        assert isinstance(fault, RemoteUnavailable)
        assert fault.reason == "connection"
        assert time.monotonic() - started < TimeOut.FIRST_SECONDS / 2
