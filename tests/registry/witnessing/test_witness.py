"""The witness cosigns what extends everything that it cosigned before, and nothing else."""

import os
import shutil
import signal
import sqlite3
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.witnessing.errors import (
    LogRefused,
    MalformedSubmission,
    Refusal,
    StateMissing,
    StateUnavailable,
    SubmissionRefused,
)
from registry.witnessing.protocol import Submission, parse_signature_lines
from registry.witnessing.store import KnownHead, WitnessStore
from registry.witnessing.witness import Witness, begin_witness, key_directory, open_witness
from signing.errors import KeyFileExists, KeyFileLocked, MalformedEncoding, WrongKeyRole
from signing.keys import KeyRole
from signing.notes import COSIGNATURE_TYPE, Note, VerifierKey, check_note, cosign
from tests.memory import MEMORY
from tests.registry.witnessing.logs import SmallLog, key
from tests.registry.witnessing.witnesses import NOW, PASSPHRASE, a_witness

LOG = SmallLog()
FORK = SmallLog(tale="another story", common=3)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A witness's directory that is only copied: making a key is slow on purpose."""
    directory = tmp_path_factory.mktemp("witness") / "w1"
    a_witness(directory).follow(LOG.vkey)
    return directory


@pytest.fixture
def directory(begun: Path, in_memory: Path) -> Path:
    return Path(shutil.copytree(begun, in_memory / "w1"))


@pytest.fixture
def witness(directory: Path) -> Witness:
    return remembering(directory)


def remembering(directory: Path, now: Callable[[], float] = lambda: NOW) -> Witness:
    """The memory of a directory under a key of the tests: opening one is slow on purpose."""
    store = WitnessStore(directory / "witness.sqlite")
    return Witness(store, key(KeyRole.WITNESS, 9), name=store.name(), clock_seconds=now)


def known_size(witness: Witness) -> int:
    head = witness.store.head(LOG.origin)
    assert head is not None
    return head.size


def refused(witness: Witness, data: bytes) -> SubmissionRefused:
    with pytest.raises(SubmissionRefused) as caught:
        witness.add_checkpoint(data)
    return caught.value


def test_a_log_is_cosigned_as_it_grows(witness: Witness) -> None:
    for old, new in ((0, 1), (1, 2), (2, 2), (2, 7), (7, 64), (64, 65)):
        (line,) = parse_signature_lines(witness.add_checkpoint(LOG.submission(old, new)))
        check_note(Note(LOG.note(new).text, (line,)), witness.vkey)
        assert (line.name, int.from_bytes(line.value[:8], "big")) == ("witness.example/w1", NOW)
        assert known_size(witness) == new
    assert witness.vkey.algorithm == COSIGNATURE_TYPE
    assert witness.store.forks() == []


def test_what_was_cosigned_is_known_after_a_restart(witness: Witness, directory: Path) -> None:
    witness.add_checkpoint(LOG.submission(0, 5))
    again, once_more = (open_witness(directory, PASSPHRASE, lambda: NOW) for _ in range(2))
    assert refused(again, LOG.submission(0, 7)).known_size == 5
    again.add_checkpoint(LOG.submission(5, 7))
    assert again.vkey == once_more.vkey
    assert known_size(once_more) == 7


@pytest.mark.parametrize("old", [0, 3, 6, 7])
def test_an_old_size_that_is_not_the_known_one_is_answered_with_it(witness: Witness, old: int) -> None:
    witness.add_checkpoint(LOG.submission(0, 5))
    fault = refused(witness, LOG.submission(old, 7))
    assert (fault.reason, fault.known_size) == (Refusal.OTHER_SIZE_KNOWN, 5)


def test_an_old_size_above_the_new_one_makes_no_sense(witness: Witness) -> None:
    witness.add_checkpoint(LOG.submission(0, 5))
    assert refused(witness, LOG.submission(5, 4)).reason is Refusal.OLD_SIZE_TOO_LARGE


def test_a_log_that_nobody_asked_it_to_follow_is_unknown(witness: Witness) -> None:
    stranger = SmallLog(origin="log.example/other")
    assert refused(witness, stranger.submission(0, 5)).reason is Refusal.UNKNOWN_LOG


def test_only_the_logs_own_signature_counts(witness: Witness) -> None:
    stranger = SmallLog(signer=key(KeyRole.LOG, 7))
    assert refused(witness, stranger.submission(0, 5)).reason is Refusal.NOT_SIGNED_BY_LOG
    forged = LOG.note(5).signatures[0]
    forged = replace(forged, value=bytes([forged.value[0] ^ 1]) + forged.value[1:])
    bad = Submission(0, (), Note(LOG.note(5).text, (forged,))).to_bytes()
    assert refused(witness, bad).reason is Refusal.NOT_SIGNED_BY_LOG
    both = Submission(0, (), LOG.note(5, LOG.signer, stranger.signer)).to_bytes()
    assert witness.add_checkpoint(both)
    cosigned = cosign(LOG.note(6), "witness.example/other", key(KeyRole.WITNESS, 8), NOW)
    assert witness.add_checkpoint(Submission(5, LOG.prove(5, 6), cosigned).to_bytes())


def test_a_rotated_key_is_followed_beside_the_old_one(witness: Witness) -> None:
    rotated = SmallLog(signer=key(KeyRole.LOG, 7))
    witness.add_checkpoint(LOG.submission(0, 5))
    witness.follow(rotated.vkey)
    assert known_size(witness) == 5
    witness.add_checkpoint(rotated.submission(5, 6))
    witness.add_checkpoint(LOG.submission(6, 7))


@pytest.mark.parametrize(
    "proof",
    [
        (),
        FORK.prove(5, 9),
        LOG.prove(4, 9),
        LOG.prove(5, 8),
        LOG.prove(5, 9)[:-1],
        (*LOG.prove(5, 9), LOG.root(9)),
    ],
)
def test_a_proof_that_does_not_hold_is_refused_and_changes_nothing(
    witness: Witness, proof: tuple[bytes, ...]
) -> None:
    witness.add_checkpoint(LOG.submission(0, 5))
    data = Submission(5, proof, LOG.note(9)).to_bytes()  # type: ignore[arg-type]  # hashes all
    assert refused(witness, data).reason is Refusal.NOT_AN_EXTENSION
    assert known_size(witness) == 5


def test_a_first_checkpoint_takes_no_proof(witness: Witness) -> None:
    data = Submission(0, LOG.prove(5, 9), LOG.note(9)).to_bytes()
    assert refused(witness, data).reason is Refusal.NOT_AN_EXTENSION


def test_a_fork_behind_the_known_size_is_no_extension(witness: Witness) -> None:
    witness.add_checkpoint(LOG.submission(0, 5))
    assert refused(witness, FORK.submission(5, 9)).reason is Refusal.NOT_AN_EXTENSION


@pytest.mark.parametrize("old", [0, 3, 5])
def test_a_second_root_for_one_size_is_refused_and_both_notes_are_kept(
    witness: Witness, directory: Path, old: int
) -> None:
    witness.add_checkpoint(LOG.submission(0, 5))
    for _ in range(2):
        fault = refused(witness, FORK.submission(old, 5))
        assert (fault.reason, fault.known_size) == (Refusal.OTHER_ROOT_KNOWN, 5)
    (fork,) = WitnessStore(directory / "witness.sqlite").forks()
    assert (fork.origin, fork.size, fork.seen_at_seconds) == (LOG.origin, 5, NOW)
    assert (fork.kept, fork.refused) == (LOG.note(5).to_bytes(), FORK.note(5).to_bytes())
    assert known_size(witness) == 5


def test_a_fork_that_the_log_did_not_sign_is_no_evidence(witness: Witness) -> None:
    witness.add_checkpoint(LOG.submission(0, 5))
    forged = replace(FORK, signer=key(KeyRole.LOG, 7))
    assert refused(witness, forged.submission(5, 5)).reason is Refusal.NOT_SIGNED_BY_LOG
    assert witness.store.forks() == []


def test_evidence_is_neither_changed_nor_deleted_and_no_head_goes_back(
    witness: Witness, directory: Path
) -> None:
    witness.add_checkpoint(LOG.submission(0, 5))
    refused(witness, FORK.submission(5, 5))
    with sqlite3.connect(directory / "witness.sqlite") as connection:
        for cheat in ("DELETE FROM fork", "UPDATE fork SET refused = x''", "UPDATE log SET size = 4"):
            with pytest.raises(sqlite3.IntegrityError):
                connection.execute(cheat)
    connection.close()


def test_of_two_requests_at_once_one_wins(witness: Witness) -> None:
    """Both were checked against the same head; a story and another one, or a longer and a shorter tree."""
    witness.add_checkpoint(LOG.submission(0, 3))
    together = threading.Barrier(8)
    won: list[str] = []

    def ask(log: SmallLog) -> None:
        data = log.submission(3, 9)
        together.wait()
        try:
            witness.add_checkpoint(data)
            won.append(log.tale)
        except SubmissionRefused:
            pass

    logs = [replace(FORK, tale=f"story {number}", common=3) for number in range(8)]
    threads = [threading.Thread(target=ask, args=(each,)) for each in logs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    head = witness.store.head(LOG.origin)
    assert head is not None
    assert len(won) == 1
    assert head.root == replace(FORK, tale=won[0], common=3).root(9)


def test_a_head_that_was_overtaken_meanwhile_is_not_set_back(witness: Witness) -> None:
    """The race of the specification: N is checked, N+K is stored, N must not roll it back."""
    known = witness.store.head(LOG.origin)
    assert known is not None
    witness.add_checkpoint(LOG.submission(0, 9))
    assert not witness.store.advance(known, KnownHead(LOG.origin, 5, LOG.root(5), b""))
    assert known_size(witness) == 9


def test_the_new_head_is_on_disk_before_the_cosignature_is_made(directory: Path) -> None:
    seen: list[int] = []

    def clock() -> float:
        head = WitnessStore(directory / "witness.sqlite").head(LOG.origin)
        assert head is not None
        seen.append(head.size)
        return NOW

    remembering(directory, clock).add_checkpoint(LOG.submission(0, 5))
    assert seen == [5]


def test_without_its_memory_nothing_is_cosigned(witness: Witness, directory: Path) -> None:
    (directory / "witness.sqlite").unlink()
    with pytest.raises(StateUnavailable):
        witness.add_checkpoint(LOG.submission(0, 5))
    assert not (directory / "witness.sqlite").exists()


def test_a_witness_without_its_memory_or_its_key_is_not_opened(directory: Path) -> None:
    with pytest.raises(KeyFileLocked):
        open_witness(directory, b"another passphrase", lambda: NOW)
    shutil.rmtree(key_directory(directory))
    with pytest.raises(StateMissing):
        open_witness(directory, PASSPHRASE, lambda: NOW)
    (directory / "witness.sqlite").unlink()
    with pytest.raises(StateMissing):
        open_witness(directory, PASSPHRASE, lambda: NOW)


def test_a_witness_begins_once(directory: Path) -> None:
    with pytest.raises(KeyFileExists):
        a_witness(directory)
    shutil.rmtree(key_directory(directory))
    with pytest.raises(StateUnavailable):
        a_witness(directory)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nfeed", "\x01", "w" * 256, "　"])
def test_a_name_that_no_signature_line_can_carry_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MalformedEncoding):
        begin_witness(tmp_path / "w", name, PASSPHRASE, lambda: NOW)
    assert not (tmp_path / "w").exists()


def test_it_follows_logs_and_never_itself(witness: Witness) -> None:
    own = VerifierKey(LOG.origin, 1, witness.vkey.public)
    for vkey in (own, witness.vkey):
        with pytest.raises(LogRefused):
            witness.follow(vkey)


def test_only_a_witness_key_cosigns(witness: Witness) -> None:
    with pytest.raises(WrongKeyRole):
        Witness(witness.store, key(KeyRole.LOG, 1), name="w", clock_seconds=lambda: NOW)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans()), max_size=8))
def test_whatever_is_asked_everything_cosigned_is_one_log(
    begun: Path, asked: list[tuple[int, int, bool]]
) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as place:
        _ask_in_turn(Path(shutil.copytree(begun, Path(place) / "w1")), asked)


def _ask_in_turn(directory: Path, asked: list[tuple[int, int, bool]]) -> None:
    witness = remembering(directory)
    cosigned: list[tuple[int, bytes]] = []
    for old, new, honest in asked:
        log = LOG if honest else FORK
        try:
            witness.add_checkpoint(log.submission(old, new))
        except SubmissionRefused:
            continue
        cosigned.append((new, log.root(new)))
    assert cosigned == sorted(cosigned, key=lambda each: each[0])
    assert any(all(log.root(size) == root for size, root in cosigned) for log in (LOG, FORK))


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_in_the_rooms_words(begun: Path, data: bytes) -> None:
    with pytest.raises(MalformedSubmission):
        remembering(begun).add_checkpoint(data)


def test_killed_at_any_moment_it_never_forgets_what_it_said(directory: Path) -> None:
    """A child cosigns as fast as it can and is killed; every line that came out must still bind it."""
    for _ in range(3):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            _cosign_until_killed(directory, writing)
        os.close(writing)
        said = b""
        while said.count(b"\n") < 3:
            said += os.read(reading, 100)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(reading, 100):
            said += more
        os.close(reading)
        last = int(said.split()[-1]) if said.endswith(b"\n") else int(said.split()[-2])
        assert known_size(remembering(directory)) >= last


def _cosign_until_killed(directory: Path, writing: int) -> None:
    witness = remembering(directory)
    size = known_size(witness)
    while True:
        witness.add_checkpoint(LOG.submission(size, size + 1))
        size += 1
        os.write(writing, b"%d\n" % size)
