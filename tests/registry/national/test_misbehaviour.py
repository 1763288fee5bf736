"""The stand-in's faults: each does what its name says, and none of them changes what is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.national.errors import MalformedMessage, ReceiptRefused, SignatureRefused
from registry.national.holdings_messages import HoldingsQuestion, holdings_question, parse_holdings
from registry.national.http_signatures import check_content_digest, response_message, verify_message
from registry.national.protocol import (
    BATCHES_PATH,
    HOLDINGS_PATH,
    KNOWN_PATH,
    RESPONSE_COMPONENTS,
    STATUS_PATH,
    TAG,
    batch_content,
)
from registry.national.receipts import (
    Accepted,
    check_answers,
    known_question,
    parse_known,
    parse_receipt,
    parse_status,
    status_question,
)
from registry.national.stand_in.app import create_app
from registry.national.stand_in.exchange import Delivery, Network, Reply
from registry.national.stand_in.faults import NO_STRIKES, Fault, by_chance, scripted
from registry.national.stand_in.habits import Habits, Hours, Silence, parse_hours, parse_length
from registry.national.stand_in.store import Position
from signing.encoding import parse_json
from signing.keys import key_id
from tests.registry.national.builders import Clock, Switch
from tests.registry.national.network_builders import (
    a_network,
    batch_id,
    batch_of,
    in_process,
    signed_request,
    told,
)
from tests.registry.national.row_builders import NETWORK_KEY, NOON, a_row, an_institution

BATCH = batch_of(1, 0, an_institution())
CONTENT = batch_content(BATCH)
NONCE = bytes(16)
NOT_BELIEVED = (SignatureRefused, ReceiptRefused, MalformedMessage)


def believed(reply: Reply) -> None:
    """As a sender reads a receipt. Raises one of NOT_BELIEVED."""
    message = response_message(reply.status, reply.fields.items())
    keys = {key_id(NETWORK_KEY.public): NETWORK_KEY.public}
    verify_message(message, RESPONSE_COMPONENTS, keys, tag=TAG)
    check_content_digest(message, reply.body)
    check_answers(parse_receipt(reply.body), BATCH.manifest)


def code(reply: Reply) -> str:
    value = parse_json(reply.body)
    assert isinstance(value, dict)
    return str(value["code"])


def struck(directory: Path, *faults: Fault) -> tuple[Network, Reply]:
    """A fresh network, and its reply to the batch 1 when these faults strike together."""
    network = a_network(directory, faults=scripted([frozenset(faults)]))
    return network, told(network, BATCHES_PATH, CONTENT)


def taken(network: Network) -> bool:
    return network.desk.store.position() == Position(1, batch_id(1))


def test_a_good_day(tmp_path: Path) -> None:
    network, reply = struck(tmp_path)
    believed(reply)
    assert taken(network)


@pytest.mark.parametrize(
    ("fault", "status", "said", "retry_after"),
    [
        (Fault.BUSY, 503, "busy", "1"),
        (Fault.MAINTENANCE, 503, "maintenance", "30"),
        (Fault.ERROR_BEFORE_COMMIT, 500, "internal", None),
        (Fault.ERROR_AFTER_COMMIT, 502, "bad_gateway", None),
    ],
)
def test_an_error_is_a_problem_document(
    tmp_path: Path, fault: Fault, status: int, said: str, retry_after: str | None
) -> None:
    network, reply = struck(tmp_path, fault)
    assert (reply.status, code(reply), reply.fields.get("retry-after")) == (status, said, retry_after)
    assert taken(network) is (fault is Fault.ERROR_AFTER_COMMIT)


@pytest.mark.parametrize(
    ("fault", "delivery"),
    [
        (Fault.RESET_BEFORE_COMMIT, Delivery.RESET),
        (Fault.TIMEOUT_BEFORE_COMMIT, Delivery.SILENCE),
        (Fault.RESET_AFTER_COMMIT, Delivery.RESET),
        (Fault.TIMEOUT_AFTER_COMMIT, Delivery.SILENCE),
        (Fault.TRUNCATED_ANSWER, Delivery.TRUNCATED),
    ],
)
def test_an_answer_gets_lost_before_or_after_the_batch_was_taken(
    tmp_path: Path, fault: Fault, delivery: Delivery
) -> None:
    network, reply = struck(tmp_path, fault)
    assert reply.delivery is delivery
    assert taken(network) is not fault.value.endswith("before_commit")
    believed(told(network, BATCHES_PATH, CONTENT))


LIES = [
    Fault.WRONG_BATCH,
    Fault.WRONG_COUNT,
    Fault.WRONG_ROOT,
    Fault.WRONG_KEY,
    Fault.ALTERED_BODY,
    Fault.UNSIGNED,
]


@settings(max_examples=20)
@given(st.sets(st.sampled_from(LIES), min_size=1))
def test_no_lie_is_believable_and_none_is_kept(
    tmp_path_factory: pytest.TempPathFactory, lies: set[Fault]
) -> None:
    network, reply = struck(tmp_path_factory.mktemp("network"), *lies)
    assert reply.status == 200
    with pytest.raises(NOT_BELIEVED):
        believed(reply)
    assert taken(network)
    believed(told(network, BATCHES_PATH, CONTENT))


@pytest.mark.parametrize("lie", [Fault.WRONG_BATCH, Fault.WRONG_COUNT, Fault.WRONG_ROOT])
def test_a_lying_receipt_is_signed_by_the_right_key(tmp_path: Path, lie: Fault) -> None:
    _, reply = struck(tmp_path, lie)
    with pytest.raises(ReceiptRefused):
        believed(reply)


def test_the_other_end_points_answer_and_are_struck_too(tmp_path: Path) -> None:
    faults = scripted([None, None, None, None, *[Fault.WRONG_BATCH] * 3, Fault.BUSY])
    network = a_network(tmp_path, faults=faults)
    told(network, BATCHES_PATH, CONTENT)
    questions = {
        STATUS_PATH: status_question(NONCE),
        KNOWN_PATH: known_question(NONCE, [batch_id(1), batch_id(2)]),
        HOLDINGS_PATH: holdings_question(HoldingsQuestion(NONCE, ("",))),
    }
    true = {path: told(network, path, body).body for path, body in questions.items()}
    assert parse_status(true[STATUS_PATH]).sequence == 1
    assert parse_known(true[KNOWN_PATH]).known == (True, False)
    assert parse_holdings(true[HOLDINGS_PATH]).ranges[0].range.count == 1
    for path, body in questions.items():
        lie = parse_json(told(network, path, body).body)
        truth = parse_json(true[path])
        assert isinstance(lie, dict)
        assert isinstance(truth, dict)
        assert lie.pop("nonce") != truth.pop("nonce")
        assert lie == truth
    assert told(network, STATUS_PATH, questions[STATUS_PATH]).status == 503


def test_maintenance_lasts_and_is_not_made_longer_by_asking(tmp_path: Path) -> None:
    clock = Clock()
    network = a_network(tmp_path, clock.now, scripted([Fault.MAINTENANCE] * 2))
    for waited, left in ((0, "30"), (10, "20")):
        clock.moment = NOON + timedelta(seconds=waited)
        reply = told(network, BATCHES_PATH, CONTENT, clock.moment)
        assert reply.fields["retry-after"] == left
    clock.moment = NOON + timedelta(seconds=30)
    believed(told(network, BATCHES_PATH, CONTENT, clock.moment))


def test_a_skewed_clock_refuses_as_stale_or_signs_with_another_date(tmp_path: Path) -> None:
    points = iter([1.0, 0.0, 0.0, 1.0])  # 20 minutes fast, then 1 minute slow
    network = a_network(tmp_path, faults=scripted([Fault.CLOCK_SKEW] * 2), chance=lambda: next(points))
    course = network.course()
    assert course.now == NOON + timedelta(minutes=20)
    stale = network.reply(course, BATCHES_PATH, signed_request(BATCHES_PATH, CONTENT), CONTENT)
    assert (stale.status, code(stale)) == (401, "stale")
    slow = told(network, BATCHES_PATH, CONTENT)
    assert parse_receipt(slow.body).received_at == NOON - timedelta(minutes=1)
    believed(slow)


def test_a_clock_that_is_always_off_refuses_everything(tmp_path: Path) -> None:
    network = a_network(tmp_path, lambda: NOON + timedelta(minutes=6))
    assert code(told(network, BATCHES_PATH, CONTENT)) == "stale"


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"content-encoding": "identity"}, "malformed_message"),
        ({"content-type": "text/plain"}, "malformed_message"),
    ],
)
def test_a_message_that_is_not_what_was_agreed_is_refused(
    tmp_path: Path, over: dict[str, str], said: str
) -> None:
    network = a_network(tmp_path)
    message = signed_request(BATCHES_PATH, CONTENT, over=over)
    assert code(network.reply(network.course(), BATCHES_PATH, message, CONTENT)) == said


def test_a_message_that_is_not_what_was_signed_is_refused(tmp_path: Path) -> None:
    network = a_network(tmp_path)
    message = signed_request(BATCHES_PATH, CONTENT)
    for path, changed, content in (
        (BATCHES_PATH, message, CONTENT + b" "),
        (BATCHES_PATH, replace(message, fields={}), CONTENT),
        (STATUS_PATH, replace(message, derived={**message.derived, "@path": STATUS_PATH}), CONTENT),
    ):
        reply = network.reply(network.course(), path, changed, content)
        assert (reply.status, code(reply)) == (401, "not_signed")
    assert network.desk.store.position().sequence == 0


def test_the_copy_is_as_old_as_was_set_and_a_restore_goes_back_to_it(tmp_path: Path) -> None:
    strikes = [None, None, None, Fault.RESTORE]
    network = a_network(tmp_path, faults=scripted(strikes), backup_every=2)
    told(network, BATCHES_PATH, CONTENT)
    for number in (2, 3):
        told(network, BATCHES_PATH, batch_content(batch_of(number, 1, a_row(number, entry=number))))
    assert network.desk.store.position().sequence == 3
    # The restore comes before the message: what it finds is the copy.
    reply = told(network, BATCHES_PATH, batch_content(batch_of(4, 3, a_row(4, entry=4))))
    assert (reply.status, code(reply)) == (409, "previous_unknown")
    assert network.desk.store.position() == Position(2, batch_id(2))


def test_a_restore_without_a_copy_of_later_goes_back_to_the_beginning(tmp_path: Path) -> None:
    network = a_network(tmp_path, faults=scripted([None, Fault.RESTORE]))
    told(network, BATCHES_PATH, CONTENT)
    told(network, STATUS_PATH, status_question(NONCE))
    assert network.desk.store.position() == Position(0, batch_id(0))


def test_a_week_of_silence(tmp_path: Path) -> None:
    clock = Clock()
    network = a_network(tmp_path, clock.now, habits=Habits(silence=Silence(NOON, timedelta(days=7))))
    for day in range(7):
        clock.moment = NOON + timedelta(days=day)
        assert told(network, BATCHES_PATH, CONTENT, clock.moment).delivery is Delivery.SILENCE
    clock.moment = NOON + timedelta(days=7)
    believed(told(network, BATCHES_PATH, CONTENT, clock.moment))


@pytest.mark.parametrize(
    ("hours", "utc", "left"),
    [
        ("02:00-04:00", time(17, 59, 59), 0),
        ("02:00-04:00", time(18), 7_200),
        ("02:00-04:00", time(19, 59), 60),
        ("02:00-04:00", time(20), 0),
        ("23:30-00:30", time(15, 30), 3_600),
        ("23:30-00:30", time(16, 15), 900),
        ("23:30-00:30", time(16, 30), 0),
        ("23:30-00:30", time(3), 0),
    ],
)
def test_maintenance_hours_are_those_on_the_wall(hours: str, utc: time, left: int) -> None:
    now = datetime.combine(NOON, utc, UTC)
    assert parse_hours(hours).left(now) == timedelta(seconds=left)


@given(st.times(), st.times(), st.datetimes(timezones=st.just(UTC)))
def test_no_hours_last_longer_than_they_are(begins: time, ends: time, now: datetime) -> None:
    begins, ends = begins.replace(second=0, microsecond=0), ends.replace(second=0, microsecond=0)
    length = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    left = Hours(begins, ends).left(now.replace(year=2026))
    assert timedelta() <= left <= timedelta(minutes=length % 1_440 or 1_440)


@pytest.mark.parametrize("text", ["", "2:00-4:00", "02:00", "02:00-02:00", "25:00-26:00", "02:60-03:00"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"HH:MM|hour must|minute must"):
        parse_hours(text)


def test_lengths_of_time() -> None:
    assert parse_length("90") == parse_length("90s") == timedelta(seconds=90)
    assert [parse_length(text) for text in ("30m", "12h", "7d")] == [
        timedelta(minutes=30),
        timedelta(hours=12),
        timedelta(days=7),
    ]
    for text in ("", "-1", "7w", "1.5h", "٣d"):
        with pytest.raises(ValueError, match="length"):
            parse_length(text)


def test_faults_by_chance_are_repeatable_independent_and_as_frequent_as_asked() -> None:
    rates = {Fault.BUSY: 0.2, Fault.WRONG_ROOT: 0.1}
    draws = [by_chance(rates, Random(4)) for _ in range(2)]
    first, second = ([draw() for _ in range(4_000)] for draw in draws)
    assert first == second
    busy, wrong = (sum(fault in strikes for strikes in first) for fault in rates)
    both = sum(strikes == set(rates) for strikes in first)
    assert 720 < busy < 880
    assert 340 < wrong < 460
    assert 50 < both < 110
    alone = [by_chance({Fault.BUSY: 0.2}, Random(4))() for _ in range(1)]
    assert (Fault.BUSY in alone[0]) == (Fault.BUSY in first[0])


def test_a_script_strikes_one_exchange_after_another() -> None:
    draw = scripted([Fault.BUSY, None, frozenset([Fault.LATENCY, Fault.UNSIGNED])])
    assert [draw() for _ in range(4)] == [{Fault.BUSY}, set(), {Fault.LATENCY, Fault.UNSIGNED}, NO_STRIKES]


@contextmanager
def on_the_wire(
    running: tuple[Switch, str], directory: Path, *faults: Fault
) -> Iterator[tuple[httpx.Client, list[float]]]:
    """A client at a real socket, and how long the stand-in was told to wait."""
    switch, address = running
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    network = a_network(directory, faults=scripted([frozenset(faults)]), chance=lambda: 0.5)
    switch.app, switch.fails_over = create_app(network, sleep=sleep), lambda path, body: False
    with httpx.Client(base_url=address, trust_env=False, timeout=0.3) as http:
        yield http, waits


def test_on_the_wire_a_reset_is_a_reset_and_a_silence_a_silence(
    running: tuple[Switch, str], tmp_path: Path
) -> None:
    for place, (fault, seen) in enumerate(
        [
            (Fault.RESET_BEFORE_COMMIT, httpx.ReadError),
            (Fault.TIMEOUT_BEFORE_COMMIT, httpx.ReadTimeout),
        ]
    ):
        with on_the_wire(running, tmp_path / str(place), fault) as (http, _), pytest.raises(seen):
            http.post(STATUS_PATH, content=b"x")


def test_on_the_wire_answers_break_off_and_requests_lie_about(
    running: tuple[Switch, str], tmp_path: Path
) -> None:
    with (
        on_the_wire(running, tmp_path / "1", Fault.TRUNCATED_ANSWER) as (http, _),
        pytest.raises(httpx.RemoteProtocolError),
    ):
        http.post(STATUS_PATH, content=b"x")
    with on_the_wire(running, tmp_path / "2", Fault.LATENCY, Fault.SLOW_READING) as (http, waits):
        answer = http.post(STATUS_PATH, content=b"x")
        assert waits == [1.1, 1.0]
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["date"] == "Mon, 02 Mar 2026 04:00:00 GMT"


def test_what_is_too_large_is_refused_unread(running: tuple[Switch, str], tmp_path: Path) -> None:
    with on_the_wire(running, tmp_path) as (http, _):
        oversized = http.post(BATCHES_PATH, content=bytes(5_000_001), timeout=20)
    assert (oversized.status_code, oversized.json()["code"]) == (413, "too_large")


def test_the_same_network_can_be_had_without_a_socket(tmp_path: Path) -> None:
    faults = [Fault.RESET_AFTER_COMMIT, Fault.TIMEOUT_AFTER_COMMIT, Fault.TRUNCATED_ANSWER]
    network = a_network(tmp_path, faults=scripted(faults))
    with httpx.Client(transport=in_process(network), base_url="http://network.example") as http:
        head = signed_request(BATCHES_PATH, CONTENT).fields
        for seen in (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError):
            with pytest.raises(seen):
                http.post(BATCHES_PATH, content=CONTENT, headers=dict(head))
        answer = http.post(BATCHES_PATH, content=CONTENT, headers=dict(head))
    assert parse_receipt(answer.content).results == (Accepted(NOON.date()),)
