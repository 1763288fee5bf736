"""The witness on the network answers as C2SP tlog-witness says."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from registry.witnessing.protocol import MAX_SUBMISSION_BYTES, Submission, parse_signature_lines
from registry.witnessing.witness import Witness
from signing.keys import KeyRole
from signing.notes import Note, check_note
from tests.registry.witnessing.logs import SmallLog, key
from tests.registry.witnessing.witnesses import a_witness, served

LOG = SmallLog()
FORK = SmallLog(tale="another story", common=3)


@pytest.fixture
def witness(in_memory: Path) -> Witness:
    made = a_witness(in_memory / "w1")
    made.follow(LOG.vkey)
    return made


@pytest.fixture
def http(witness: Witness) -> Iterator[httpx.Client]:
    with served(witness) as address, httpx.Client(base_url=address.url, trust_env=False) as client:
        yield client


def test_every_answer_of_the_specification(http: httpx.Client, witness: Witness, in_memory: Path) -> None:
    def ask(body: bytes) -> httpx.Response:
        return http.post("/add-checkpoint", content=body)

    cosigned = ask(LOG.submission(0, 5))
    assert cosigned.status_code == 200
    check_note(Note(LOG.note(5).text, parse_signature_lines(cosigned.content)), witness.vkey)
    assert ask(LOG.submission(5, 5)).status_code == 200

    behind = ask(LOG.submission(3, 7))
    assert (behind.status_code, behind.content) == (409, b"5\n")
    assert behind.headers["content-type"] == "text/x.tlog.size"

    other_root = ask(FORK.submission(5, 5))
    assert (other_root.status_code, other_root.content) == (409, b"5\n")
    assert len(witness.store.forks()) == 1

    assert ask(SmallLog(origin="log.example/other").submission(0, 5)).status_code == 404
    assert ask(SmallLog(signer=key(KeyRole.LOG, 7)).submission(5, 7)).status_code == 403
    assert ask(FORK.submission(5, 7)).status_code == 422
    assert ask(LOG.submission(5, 4)).status_code == 400
    assert ask(b"hello").status_code == 400
    assert ask(Submission(5, LOG.prove(5, 7), LOG.note(7)).to_bytes() + b"x").status_code == 400

    (in_memory / "w1" / "witness.sqlite").rename(in_memory / "elsewhere")
    assert ask(LOG.submission(5, 7)).status_code == 503


def test_a_request_without_end_is_cut_off(http: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(MAX_SUBMISSION_BYTES // 1000 + 2):
            yield b"x" * 1000

    assert http.post("/add-checkpoint", content=endless()).status_code == 400


def test_it_says_its_key_and_nothing_else(http: httpx.Client, witness: Witness) -> None:
    assert http.get("/vkey").text == f"{witness.vkey}\n"
    assert http.get("/add-checkpoint").status_code == 405
    assert http.get("/").status_code == 404
