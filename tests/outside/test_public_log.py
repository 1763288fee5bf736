"""A server that does not answer says nothing about the log; one that asks for patience gets it."""

import socket
import threading
from dataclasses import replace

import httpx
import pytest

from registry.ledger.audit_report import FindingCode, Found
from registry.ledger.errors import PublicLogUnavailable
from registry.ledger.public_documents import CHECKPOINT, Document, bundle, status_list, tile
from registry.ledger.public_log import Patience, PublicLog
from tests.outside.auditors import SHORT, Waiting, reading
from tests.outside.conftest import Outside
from tests.outside.serving import Answer, Lie, ServedRegister, instead, packed, serving, site
from tests.registry.ledger.builders import START
from web.limits import Budget

IMPATIENT = Patience(attempts=2, timeout=httpx.Timeout(0.2))


def always(status: int, **headers: str) -> Lie:
    """The same answer whatever was asked."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda honest: Answer(status, b"", told)


def first(count: int, status: int, **headers: str) -> Lie:
    """That answer so many times, and then the honest one."""
    left = [count]

    def lie(honest: Answer) -> Answer:
        left[0] -= 1
        return honest if left[0] < 0 else always(status, **headers)(honest)

    return lie


ADDRESSES = ("/log/checkpoint", "/log/tile/0/000", "/log/tile/entries/000", "/status/revocation-0")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        *((address, 503) for address in ADDRESSES),
        *((ADDRESSES[0], status) for status in (500, 403, 401, 421, 408)),
    ],
)
def test_a_server_that_refuses_or_fails_is_could_not_check(
    outside: Outside, address: str, status: int
) -> None:
    outside.between.lies[address] = always(status)
    with pytest.raises(PublicLogUnavailable) as caught:
        outside.audit()
    assert (caught.value.address, caught.value.reason) == (address, f"status_{status}")


@pytest.mark.parametrize(("address", "status"), list(zip(ADDRESSES, (500, 503, 404, 404), strict=True)))
def test_a_server_that_was_away_for_a_moment_is_asked_again(
    outside: Outside, address: str, status: int
) -> None:
    outside.between.lies[address] = first(2, status)
    waiting = Waiting()
    assert outside.audit(waiting=waiting).report.clean
    assert waiting.waits == [1.0, 2.0]


def test_an_answer_that_breaks_off_is_asked_for_again_and_is_no_finding(outside: Outside) -> None:
    def broken(honest: Answer) -> Answer:
        return Answer(200, honest.body[:-1], {"content-length": str(len(honest.body))})

    outside.between.lies["/log/tile/0/000"] = broken
    with pytest.raises(PublicLogUnavailable) as caught:
        outside.audit()
    assert caught.value.reason == "no_connection"


def test_nobody_there_and_nobody_answering_are_could_not_check() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = "http://{}:{}".format(*silent.getsockname())
        with reading(base, START, patience=IMPATIENT) as log, pytest.raises(PublicLogUnavailable) as caught:
            log.get(CHECKPOINT)
    assert caught.value.reason == "timeout"
    with reading(base, START, patience=IMPATIENT) as log, pytest.raises(PublicLogUnavailable) as caught:
        log.get(CHECKPOINT)
    assert caught.value.reason == "no_connection"


def test_an_answer_that_drips_in_for_too_long_is_given_up(outside: Outside) -> None:
    with (
        reading(outside.base, outside.now, patience=replace(SHORT, answer_seconds=-1)) as log,
        pytest.raises(PublicLogUnavailable) as caught,
    ):
        log.get(CHECKPOINT)
    assert caught.value.reason == "timeout"


@pytest.mark.parametrize("address", ADDRESSES)
def test_retry_after_is_obeyed_as_often_as_it_is_said(outside: Outside, address: str) -> None:
    outside.between.lies[address] = first(9, 429, retry_after="17")
    waiting = Waiting()
    assert outside.audit(waiting=waiting).report.clean
    assert waiting.seconds == pytest.approx(9 * 17)


def test_retry_after_may_be_a_date(outside: Outside) -> None:
    date = "Mon, 05 Jan 2026 01:01:00 GMT"
    outside.between.lies["/log/checkpoint"] = first(1, 503, retry_after=date)
    waiting = Waiting()
    with reading(outside.base, START, waiting=waiting) as log:
        log.get(CHECKPOINT)
    assert waiting.seconds == pytest.approx(60)


@pytest.mark.parametrize("wait", ["901", "99999999999999999999"])
def test_who_asks_for_too_much_patience_is_could_not_check(outside: Outside, wait: str) -> None:
    outside.between.lies["/log/tile/0/000"] = always(429, retry_after=wait)
    with pytest.raises(PublicLogUnavailable) as caught:
        outside.audit()
    assert caught.value.reason == "status_429"


@pytest.mark.parametrize("wait", ["", "soon", "-5", "1.5"])
def test_a_429_that_never_ends_is_could_not_check(outside: Outside, wait: str) -> None:
    outside.between.lies["/log/checkpoint"] = always(429, retry_after=wait)
    with pytest.raises(PublicLogUnavailable) as caught:
        outside.audit()
    assert caught.value.reason == "status_429"
    assert len(outside.between.asked) == SHORT.refusals + 1


def test_the_real_rate_limit_makes_an_audit_slower_and_never_wrong(lived: Outside) -> None:
    """Really waits, for a second: the limiter's clock can't be told another time."""
    register = ServedRegister(lived.small)
    limited = site(register, lived.small.clock, limits={Budget.LOG: "10/second"})
    answers: list[int] = []
    limited.heard = answers.append
    with serving(limited) as base:
        log = PublicLog(base, patience=SHORT)
        try:
            for _ in range(6):
                log.get(CHECKPOINT)
                log.get(tile(0, 0, 256))
        finally:
            log.close()
    register.close()
    assert answers.count(200) == 12
    assert answers.count(429) >= 1


def test_answers_come_in_their_order_and_a_bad_one_ends_them(outside: Outside) -> None:
    edge = outside.small.published_size() - 256
    wanted = [bundle(0, 256), tile(0, 0, 256), bundle(1, edge), tile(0, 1, edge)]
    with reading(outside.base, outside.now) as log:
        assert list(log.in_order(wanted * 5)) == [log.get(each) for each in wanted] * 5
        outside.between.lies[tile(0, 0, 256).address] = always(302)
        answers = log.in_order(wanted)
        assert next(answers) == log.get(wanted[0])
        with pytest.raises(Found):
            next(answers)


def test_a_missing_answer_is_asked_for_several_times_before_it_is_a_finding(outside: Outside) -> None:
    outside.between.lies["/log/tile/0/000"] = always(404)
    assert outside.finding().place == "/log/tile/0/000"
    assert outside.between.asked.count("/log/tile/0/000") == SHORT.attempts


def test_a_lie_is_asked_for_once(outside: Outside) -> None:
    outside.between.lies["/log/checkpoint"] = always(302)
    outside.finding()
    assert outside.between.asked.count("/log/checkpoint") == 1


def test_nobody_waits_any_longer_when_the_audit_has_ended(outside: Outside) -> None:
    """Ten minutes were asked for; a test that waited for them would be stopped."""
    wanted = tile(0, 0, 256)
    refused = threading.Event()

    def busy(honest: Answer) -> Answer:
        refused.set()
        return Answer(429, b"", {"retry-after": "600"})

    outside.between.lies[wanted.address] = busy
    log = PublicLog(outside.base)
    answers = log.in_order([CHECKPOINT, wanted, *[CHECKPOINT] * 4])
    next(answers)
    refused.wait()
    log.close()
    with pytest.raises(PublicLogUnavailable):
        next(answers)


@pytest.mark.parametrize(
    "document", [CHECKPOINT, bundle(0, 256), tile(0, 0, 256), status_list("revocation-0")]
)
def test_not_a_byte_more_is_read_than_an_honest_answer_can_hold(outside: Outside, document: Document) -> None:
    """Neither of a long answer nor of a short one that unpacks to more than a thousand times its length."""
    too_long = bytes(document.limit + 1)
    samples = [Answer(200, too_long, {})]
    if document.compressed:
        samples.append(packed(too_long))
    for answer in samples:
        outside.between.lies[document.address] = instead(answer)
        with reading(outside.base, outside.now) as log, pytest.raises(Found) as caught:
            log.get(document)
        finding = caught.value.finding
        assert finding.code is FindingCode.ANSWER_TOO_LONG
        assert finding.place == f"{document.address}+{document.limit}"
        outside.between.lies[document.address] = lambda honest: Answer(200, too_long[:-1], {})
        with reading(outside.base, outside.now) as log:
            assert log.get(document) == too_long[:-1]
