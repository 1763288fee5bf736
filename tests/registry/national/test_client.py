"""What the client believes, and what it does about everything else."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from registry.national.client import MAX_ANSWER_BYTES, NationalClient, Patience, Surroundings
from registry.national.errors import RemoteRefused, RemoteUnavailable
from registry.national.protocol import SUMMARY_PATH
from registry.national.receipts import parse_summary_request, summary_bytes
from registry.national.stand_in.desk import signed_answer
from registry.national.stand_in.faults import Fault, scripted
from registry.national.stand_in.store import StoredAnswer
from registry.national.sync import SyncOutcome, sync_once
from signing.keys import KeyRole, SigningKey
from tests.registry.national.builders import Clock, Switch, a_world
from tests.registry.national.row_builders import NETWORK_KEY, NOON, PROVINCE_KEY, a_row
from tests.registry.national.test_receipts import SUMMARY

Handler = Callable[[httpx.Request], httpx.Response]


def asked(
    handler: Handler, *, attempts: int = 1, clock: Clock | None = None, nonce: bytes = SUMMARY.nonce
) -> object:
    """What a client makes of a network that answers like that."""
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
        client = NationalClient(
            http, lambda: PROVINCE_KEY, NETWORK_KEY.public, patience=patience, surroundings=around
        )
        return client.summary()


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


def test_a_signed_summary_is_believed() -> None:
    assert asked(signed(signed_answer(summary_bytes(SUMMARY), NETWORK_KEY, NOON))) == SUMMARY


def test_the_question_carries_a_fresh_nonce_by_post() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(503, stream=httpx.ByteStream(b""))

    unavailable(handler)
    assert (seen[0].method, seen[0].url.path) == ("POST", SUMMARY_PATH)
    assert parse_summary_request(seen[0].content) == SUMMARY.nonce


def test_an_old_summary_played_again_is_not_believed() -> None:
    old = signed_answer(summary_bytes(SUMMARY), NETWORK_KEY, NOON)
    assert unavailable(signed(old), nonce=bytes([1]) * 16).reason == "receipt_refused"


def test_a_summary_of_another_key_is_not_believed() -> None:
    stranger = SigningKey.from_seed(KeyRole.NATIONAL, bytes(32))
    answer = signed_answer(summary_bytes(SUMMARY), stranger, NOON)
    assert unavailable(signed(answer)).reason == "http_signature_refused"


def test_our_own_signed_request_is_no_answer() -> None:
    answer = signed_answer(summary_bytes(SUMMARY), PROVINCE_KEY, NOON)
    assert unavailable(signed(answer)).reason == "http_signature_refused"


def test_a_signed_answer_that_is_no_summary_is_not_believed() -> None:
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


def test_a_failure_tells_more_than_the_silence_after_it() -> None:
    answers = iter([500, 0, 0])

    def handler(request: httpx.Request) -> httpx.Response:
        status = next(answers)
        if not status:
            raise httpx.ConnectError("gone")
        return httpx.Response(status, stream=httpx.ByteStream(b""))

    assert unavailable(handler, attempts=3).status == 500


def test_requests_of_another_key_are_refused(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running, rows=[a_row()]) as world:
        world.client._key = lambda: SigningKey.from_seed(KeyRole.NATIONAL, bytes(32))
        report = sync_once(world.sender)
        assert (report.outcome, report.reason) == (SyncOutcome.REFUSED, "not_signed")
        assert world.held() == {}


def test_a_clock_far_off_is_refused(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running, rows=[a_row()]) as world:
        slow = Clock()
        slow.moment -= timedelta(hours=1)
        world.client._around = Surroundings(now=slow.now)
        assert sync_once(world.sender).reason == "not_signed"


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
def test_a_wrong_receipt_is_never_accepted(running: tuple[Switch, str], tmp_path: Path, fault: Fault) -> None:
    patience = Patience(attempts=4)
    with a_world(
        tmp_path, *running, rows=[a_row()], faults=scripted([fault] * 4), patience=patience
    ) as world:
        report = sync_once(world.sender)
        assert report.outcome is SyncOutcome.UNAVAILABLE
        assert report.reason in ("receipt_refused", "http_signature_refused", "connection")
        assert world.store.position().last == 0
        assert world.store.state_of([1])[1].state.value == "sent"
