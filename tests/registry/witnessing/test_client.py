"""Asking witnesses: each answer becomes a value, and only what was verified counts."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.witnessing.client import Clocks, WitnessClient, open_http
from registry.witnessing.errors import QuorumMissed
from registry.witnessing.outcomes import (
    Cosigned,
    Outcome,
    Refused,
    RefusedBecause,
    Unavailable,
    UnavailableBecause,
)
from registry.witnessing.policy import WitnessAddress
from registry.witnessing.protocol import MAX_ANSWER_BYTES, SIZE_TYPE, parse_submission, signature_lines
from registry.witnessing.quorum import Quorum, WhenMissed, Witnessed
from registry.witnessing.witness import Witness
from signing.inclusion import Hash
from signing.keys import KeyRole, SigningKey
from signing.notes import COSIGNATURE_TYPE, Note, Signature, VerifierKey, check_note, cosign
from tests.registry.witnessing.logs import SmallLog, key
from tests.registry.witnessing.witnesses import NOW, a_witness, policy_of, served

LOG = SmallLog()
FORK = SmallLog(tale="another story", common=3)
KEYS = {name: key(KeyRole.WITNESS, 50 + at) for at, name in enumerate(("w0", "w1", "w2"))}
Answer = Callable[[httpx.Request], httpx.Response]


def address(name: str = "w0") -> WitnessAddress:
    vkey = VerifierKey(f"{name}.example", COSIGNATURE_TYPE, KEYS[name].public)
    return WitnessAddress(vkey, f"http://{name}.example")


def cosigning(name: str = "w0", *, at: int = NOW, signer: SigningKey | None = None) -> Answer:
    """A witness that cosigns everything."""

    def answer(request: httpx.Request) -> httpx.Response:
        note = parse_submission(request.content).note
        lines = cosign(note, f"{name}.example", signer or KEYS[name], at).signatures[-1:]
        return httpx.Response(200, content=signature_lines(lines))

    return answer


def plain(status: int, content: bytes = b"", **headers: str) -> Answer:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: httpx.Response(status, content=content, headers=fields)


def failing(error: Exception) -> Answer:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    return answer


def told(answers: dict[str, Answer], *, quorum: int = 3, seconds: float = 5.0) -> WitnessClient:
    """A client whose witnesses answer like this."""
    policy = policy_of(quorum, *(address(name) for name in answers))

    def answered(request: httpx.Request) -> httpx.Response:
        made = answers[request.url.host.partition(".")[0]](request)
        if isinstance(made.stream, httpx.ByteStream):
            # As from a connection: nothing of it was read yet.
            return httpx.Response(made.status_code, headers=made.headers, stream=made.stream)
        return made

    http = httpx.Client(transport=httpx.MockTransport(answered))
    return WitnessClient(policy, http, seconds=seconds, clocks=Clocks(now_seconds=lambda: NOW))


def prove_to(size: int, log: SmallLog = LOG) -> Callable[[int], Sequence[Hash]]:
    return lambda old_size: log.prove(old_size, size)


def outcome(answer: Answer) -> Outcome:
    client = told({"w0": answer})
    (only,) = client.collect(LOG.note(7), previous_size=5, prove=prove_to(7)).values()
    client.close()
    return only


def test_a_cosignature_that_holds_is_taken() -> None:
    found = outcome(cosigning())
    assert isinstance(found, Cosigned)
    assert found.at_seconds == NOW
    check_note(Note(LOG.note(7).text, (found.line,)), address().key)


def test_lines_of_other_keys_are_ignored() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        note = parse_submission(request.content).note
        note = cosign(cosign(note, "stranger.example", KEYS["w1"], NOW), "w0.example", KEYS["w0"], NOW)
        return httpx.Response(200, content=signature_lines(note.signatures))

    found = outcome(answer)
    assert isinstance(found, Cosigned)
    assert found.line.name == "w0.example"


def _bad_line(_: httpx.Request) -> httpx.Response:
    vkey = address().key
    return httpx.Response(200, content=signature_lines([Signature(vkey.name, vkey.key_hash, bytes(72))]))


def _twice(request: httpx.Request) -> httpx.Response:
    lines = cosigning()(request).content + cosigning(at=NOW - 1)(request).content
    return httpx.Response(200, content=lines)


def _for_another_checkpoint(_: httpx.Request) -> httpx.Response:
    lines = cosign(LOG.note(6), "w0.example", KEYS["w0"], NOW).signatures[-1:]
    return httpx.Response(200, content=signature_lines(lines))


def _as_a_log(_: httpx.Request) -> httpx.Response:
    lines = SmallLog(origin="w0.example", signer=KEYS["w0"]).note(7).signatures
    return httpx.Response(200, content=signature_lines(lines))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (failing(httpx.ConnectError("no")), UnavailableBecause.CONNECTION),
        (failing(httpx.ReadTimeout("no")), UnavailableBecause.TIMEOUT),
        (failing(httpx.RemoteProtocolError("no")), UnavailableBecause.CONNECTION),
        (plain(500), UnavailableBecause.STATUS),
        (plain(204), UnavailableBecause.STATUS),
        (plain(307, location="http://w1.example/add-checkpoint"), UnavailableBecause.STATUS),
        (plain(302, location="http://[nonsense"), UnavailableBecause.STATUS),
        (plain(200), UnavailableBecause.MALFORMED_ANSWER),
        (plain(200, b"<html>"), UnavailableBecause.MALFORMED_ANSWER),
        (plain(200, b"x" * (MAX_ANSWER_BYTES + 1)), UnavailableBecause.TOO_LONG),
        (plain(409, b"five\n", content_type=SIZE_TYPE), UnavailableBecause.MALFORMED_ANSWER),
        (_bad_line, UnavailableBecause.BAD_COSIGNATURE),
        (_twice, UnavailableBecause.BAD_COSIGNATURE),
        (_for_another_checkpoint, UnavailableBecause.BAD_COSIGNATURE),
        (_as_a_log, UnavailableBecause.NO_COSIGNATURE),
        (cosigning("w1"), UnavailableBecause.NO_COSIGNATURE),
        (cosigning(signer=KEYS["w1"]), UnavailableBecause.NO_COSIGNATURE),
        (cosigning(at=NOW + 301), UnavailableBecause.IMPLAUSIBLE_TIME),
        (cosigning(at=NOW - 86_401), UnavailableBecause.IMPLAUSIBLE_TIME),
        (cosigning(at=(1 << 64) - 1), UnavailableBecause.IMPLAUSIBLE_TIME),
    ],
)
def test_what_cannot_be_believed_is_no_answer(answer: Answer, reason: UnavailableBecause) -> None:
    assert outcome(answer) == Unavailable(reason)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (plain(400), RefusedBecause.MALFORMED),
        (plain(403), RefusedBecause.NOT_SIGNED_BY_LOG),
        (plain(404), RefusedBecause.UNKNOWN_LOG),
        (plain(422), RefusedBecause.NOT_AN_EXTENSION),
        (plain(409, b"8\n", content_type=SIZE_TYPE), RefusedBecause.LARGER_TREE_KNOWN),
        (plain(409, b"7\n", content_type=f"{SIZE_TYPE}; charset=utf-8"), RefusedBecause.OTHER_ROOT_KNOWN),
        (plain(409, b"another root\n", content_type="text/plain"), RefusedBecause.OTHER_ROOT_KNOWN),
        (plain(409, b"3\n", content_type=SIZE_TYPE), RefusedBecause.SIZE_KEEPS_CHANGING),
    ],
)
def test_a_definite_no_is_told_with_its_reason(answer: Answer, reason: RefusedBecause) -> None:
    assert outcome(answer) == Refused(reason)


def test_a_witness_that_stands_elsewhere_gets_the_proof_from_there() -> None:
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        submission = parse_submission(request.content)
        asked.append(submission.old_size)
        if submission.old_size != 3:
            return httpx.Response(409, content=b"3\n", headers={"content-type": SIZE_TYPE})
        assert submission.proof == LOG.prove(3, 7)
        return cosigning()(request)

    assert isinstance(outcome(answer), Cosigned)
    assert asked == [5, 3]


def test_where_a_witness_stood_last_is_remembered() -> None:
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(parse_submission(request.content).old_size)
        return cosigning()(request)

    client = told({"w0": answer})
    client.collect(LOG.note(5), previous_size=3, prove=prove_to(5))
    client.collect(LOG.note(7), previous_size=3, prove=prove_to(7))
    client.collect(LOG.note(7), previous_size=3, prove=prove_to(7))
    assert asked == [3, 5, 7]


def test_a_dead_witness_costs_no_more_than_the_deadline_and_nothing_once_the_others_suffice() -> None:
    hanging = threading.Event()
    asked: list[str] = []

    def dead(_: httpx.Request) -> httpx.Response:
        asked.append("dead")
        hanging.wait(20)
        return httpx.Response(500)

    answers = {"w0": cosigning("w0"), "w1": dead, "w2": cosigning("w2")}
    enough, too_few = told(answers, quorum=2, seconds=10), told(answers, quorum=3, seconds=0.3)
    began = time.monotonic()
    for client in (enough, enough, too_few):
        outcomes = client.collect(LOG.note(7), previous_size=5, prove=prove_to(7))
        assert [type(each) for each in outcomes.values()] == [Cosigned, Unavailable, Cosigned]
    assert time.monotonic() - began < 5
    # The second time it still owed an answer, and was not asked again.
    assert asked == ["dead", "dead"]
    hanging.set()


def test_witnesses_are_asked_beside_each_other() -> None:
    together = threading.Barrier(3, timeout=10)

    def answer(name: str) -> Answer:
        def meet(request: httpx.Request) -> httpx.Response:
            together.wait()
            return cosigning(name)(request)

        return meet

    client = told({name: answer(name) for name in KEYS}, seconds=10)
    outcomes = client.collect(LOG.note(7), previous_size=5, prove=prove_to(7))
    assert all(isinstance(each, Cosigned) for each in outcomes.values())


@contextmanager
def saying(data: bytes) -> Iterator[WitnessAddress]:
    """A program that answers whatever it is asked with these bytes and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(data)

        thread = threading.Thread(target=answer)
        thread.start()
        yield WitnessAddress(address().key, f"http://127.0.0.1:{listening.getsockname()[1]}")
        thread.join(timeout=10)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(
        [
            b"",
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n",
            b"HTTP/1.1 409 No\r\ncontent-type: text/x.tlog.size\r\n\r\n",
            b"HTTP/1.1 409 No\r\nset-cookie: a",
            b"HTTP/1.1 302 No\r\nlocation: ",
            b"HTTP/1.1 ",
        ]
    ),
    st.binary(max_size=60),
)
def test_arbitrary_bytes_on_the_wire_are_never_an_exception(head: bytes, data: bytes) -> None:
    with saying(head + data) as witness, open_http() as http:
        client = WitnessClient(policy_of(1, witness), http, seconds=5)
        (found,) = client.collect(LOG.note(7), previous_size=5, prove=prove_to(7)).values()
    assert not isinstance(found, Cosigned)


@given(st.integers(100, 599), st.binary(max_size=100), st.sampled_from([SIZE_TYPE, "text/plain", "x"]))
def test_an_arbitrary_answer_never_becomes_a_cosignature(status: int, body: bytes, media_type: str) -> None:
    found = outcome(plain(status, body, content_type=media_type))
    assert isinstance(found, Refused | Unavailable)


def test_a_trickling_answer_ends_with_the_deadline_and_so_does_its_thread() -> None:
    def drops() -> Iterator[bytes]:
        while True:
            yield b"x"
            threading.Event().wait(0.02)

    client = told({"w0": lambda _: httpx.Response(200, content=drops())}, seconds=0.3)
    began = time.monotonic()
    (found,) = client.collect(LOG.note(7), previous_size=5, prove=prove_to(7)).values()
    assert found == Unavailable(UnavailableBecause.TIMEOUT)
    assert time.monotonic() - began < 5
    for asking in threading.enumerate():
        if asking.name == "witness w0.example":
            asking.join(timeout=10)
            assert not asking.is_alive()


# The same against witnesses that run.


@contextmanager
def running(directory: Path, count: int) -> Iterator[list[tuple[Witness, WitnessAddress]]]:
    """So many witnesses that follow the log."""
    with ExitStack() as stack:
        made = []
        for number in range(count):
            witness = a_witness(directory / f"w{number}", name=f"w{number}.example", now=time.time)
            witness.follow(LOG.vkey)
            made.append((witness, stack.enter_context(served(witness))))
        yield made


def quorum_of(
    quorum: int, *witnesses: WitnessAddress, when_missed: WhenMissed = WhenMissed.CLOSED
) -> tuple[Quorum, list[Witnessed]]:
    reports: list[Witnessed] = []
    policy = policy_of(quorum, *witnesses)
    client = WitnessClient(policy, open_http(), seconds=5)
    return Quorum(policy, client, when_missed=when_missed, report=reports.append), reports


def test_a_log_goes_on_with_its_witnesses_and_each_counts_once(in_memory: Path) -> None:
    with running(in_memory, 2) as ((first, at_first), (second, at_second)):
        quorum, reports = quorum_of(2, at_first, at_second)
        for previous, size in ((0, 3), (3, 4), (4, 9)):
            note = LOG.note(size)
            cosigned = quorum.cosigned(note, size=size, previous_size=previous, prove=prove_to(size))
            assert cosigned.signatures[0] == note.signatures[0]
            assert [each.name for each in cosigned.signatures[1:]] == [first.name, second.name]
            assert quorum.policy.is_met(cosigned)
        assert [each.size for each in reports] == [3, 4, 9]
        # A new program does not know where they stand, and one of them is ahead of the other.
        first.add_checkpoint(LOG.submission(9, 11))
        quorum.close()
        quorum, _ = quorum_of(2, at_first, at_second)
        assert quorum.policy.is_met(
            quorum.cosigned(LOG.note(12), size=12, previous_size=0, prove=prove_to(12))
        )
        quorum.close()


def test_a_missed_quorum_names_who_failed_and_why(in_memory: Path) -> None:
    with running(in_memory, 2) as ((first, at_first), (_, at_second)):
        first.add_checkpoint(LOG.submission(0, 20))
        note, prove = LOG.note(12), prove_to(12)
        closed, reports = quorum_of(2, at_first, at_second)
        with pytest.raises(QuorumMissed) as caught:
            closed.cosigned(note, size=12, previous_size=0, prove=prove)
        assert (caught.value.found, caught.value.quorum) == (1, 2)
        assert caught.value.failures == {"w0.example": "larger_tree_known"}
        assert [each.is_met for each in reports] == [False]
        opened, reports = quorum_of(2, at_first, at_second, when_missed=WhenMissed.OPEN)
        cosigned = opened.cosigned(note, size=12, previous_size=0, prove=prove)
        assert [each.name for each in cosigned.signatures] == [LOG.origin, "w1.example"]
        assert [each.is_met for each in reports] == [False]
        closed.close()
        opened.close()


def test_a_fork_gets_no_cosignature_and_leaves_evidence(in_memory: Path) -> None:
    with running(in_memory, 1) as ((witness, at),):
        quorum, _ = quorum_of(1, at)
        quorum.cosigned(LOG.note(7), size=7, previous_size=0, prove=prove_to(7))
        for size, reason in ((7, "other_root_known"), (9, "not_an_extension")):
            with pytest.raises(QuorumMissed) as caught:
                quorum.cosigned(FORK.note(size), size=size, previous_size=5, prove=prove_to(size, FORK))
            assert caught.value.failures == {"w0.example": reason}
        assert len(witness.store.forks()) == 1
        quorum.close()
