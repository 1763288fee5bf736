"""A checkpoint is seen by its witnesses before anybody else; without them it waits, or is published bare."""

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from registry.ledger.writer import LogWriter
from registry.witnessing.client import WitnessClient, open_http
from registry.witnessing.errors import QuorumMissed
from registry.witnessing.policy import WitnessAddress, WitnessPolicy
from registry.witnessing.quorum import Quorum, WhenMissed, Witnessed
from registry.witnessing.witness import Witness
from signing.notes import ED25519_TYPE, Note, VerifierKey, parse_note
from tests.registry.ledger.builders import ORIGIN, SmallRegister, a_record
from tests.registry.ledger.faults import Died
from tests.registry.witnessing.witnesses import a_witness, served


@dataclass
class Scene:
    """A register, two witnesses that follow it, and what its writers were told of them."""

    register: SmallRegister
    witnesses: Sequence[Witness]
    addresses: Sequence[WitnessAddress]
    stack: ExitStack
    reports: list[Witnessed] = field(default_factory=list)

    def quorum(self, quorum: int = 2, when_missed: WhenMissed = WhenMissed.CLOSED) -> Quorum:
        """These witnesses, as many of them."""
        policy = WitnessPolicy(quorum, tuple(self.addresses))
        client = WitnessClient(policy, open_http(), seconds=20)
        made = Quorum(policy, client, when_missed=when_missed, report=self.reports.append)
        self.stack.callback(made.close)
        return made

    def writing(self, quorum: "Quorum | DyingQuorum", register: SmallRegister | None = None) -> SmallRegister:
        """The register as another process opens it, which publishes under that quorum."""
        other = (register or self.register).reopened()
        other.writer = LogWriter(
            other.engine,
            origin=ORIGIN,
            keys=[other.log_key],
            guard=other.guard,
            lock=other.places.writer_lock(other.engine),
            clock=other.clock,
            witnesses=quorum,
        )
        return other

    def follow(self, *numbers: int) -> None:
        """Those witnesses now take the log's checkpoints."""
        for number in numbers:
            self.witnesses[number].follow(VerifierKey(ORIGIN, ED25519_TYPE, self.register.log_key.public))

    def published(self) -> Note:
        """The newest checkpoint as readers get it."""
        with self.register.reader() as reader:
            return parse_note(reader.published()[1])


@dataclass
class DyingQuorum:
    """The writer ends when the witnesses have already cosigned."""

    quorum: Quorum

    def cosigned(self, note: Note, **named: object) -> Note:
        """See `Witnesses`."""
        self.quorum.cosigned(note, **named)  # type: ignore[arg-type]  # handed through
        raise Died


@contextmanager
def a_scene(register: SmallRegister, directory: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        made = [a_witness(directory / f"w{at}", name=f"w{at}.example", now=time.time) for at in range(2)]
        yield Scene(register, made, [stack.enter_context(served(each)) for each in made], stack)


@pytest.fixture
def scene(on_sqlite: SmallRegister, directory: Path) -> Iterator[Scene]:
    with a_scene(on_sqlite, directory) as made:
        yield made


def failures(register: SmallRegister, serial: int) -> dict[str, str]:
    """Why an append was not published."""
    with pytest.raises(QuorumMissed) as caught:
        register.approve([a_record(serial)], serial)
    return dict(caught.value.failures)


def test_what_is_published_carries_the_cosignatures_of_its_quorum(scene: Scene) -> None:
    scene.follow(0, 1)
    quorum = scene.quorum()
    writing = scene.writing(quorum)
    for serial in (1, 2):
        writing.approve([a_record(serial)], serial)
        note = scene.published()
        assert [each.name for each in note.signatures] == [ORIGIN, "w0.example", "w1.example"]
        assert quorum.policy.is_met(note)
    assert [head.size for each in scene.witnesses for head in each.store.heads()] == [
        scene.register.published_size()
    ] * 2
    assert all(each.is_met for each in scene.reports)


def test_without_its_quorum_a_checkpoint_waits_and_the_next_append_publishes_both(scene: Scene) -> None:
    scene.follow(0)
    register, size = scene.register, scene.register.stored_size()
    writing = scene.writing(scene.quorum())
    assert failures(writing, 1) == {"w1.example": "unknown_log"}
    assert (register.stored_size(), register.published_size()) == (size + 2, size)
    assert register.audited().clean
    # A second append first tries to publish the first one, and adds nothing as long as it can't.
    assert failures(writing, 2) == {"w1.example": "unknown_log"}
    assert register.stored_size() == size + 2
    scene.follow(1)
    assert writing.approve([a_record(3)], 3).first_index == size + 2
    assert register.published_size() == register.stored_size() == size + 4
    assert scene.quorum().policy.is_met(scene.published())


def test_another_process_publishes_what_waits(scene: Scene) -> None:
    scene.follow(0)
    failures(scene.writing(scene.quorum()), 1)
    scene.follow(1)
    quorum = scene.quorum()
    scene.writing(quorum).writer.recover()
    assert not scene.register.is_unpublished()
    assert quorum.policy.is_met(scene.published())


def test_who_fails_open_publishes_bare_and_is_told(scene: Scene) -> None:
    quorum = scene.quorum(when_missed=WhenMissed.OPEN)
    scene.writing(quorum).approve([a_record(1)], 1)
    assert not scene.register.is_unpublished()
    assert [each.name for each in scene.published().signatures] == [ORIGIN]
    (report,) = scene.reports
    assert not report.is_met
    assert set(report.failures.values()) == {"unknown_log"}


def test_a_death_after_the_cosignatures_costs_nothing(scene: Scene) -> None:
    """The witnesses wait for this very head; the next run shows it to them again."""
    scene.follow(0, 1)
    with pytest.raises(Died):
        scene.writing(DyingQuorum(scene.quorum())).approve([a_record(1)], 1)
    assert scene.register.is_unpublished()
    again = scene.writing(scene.quorum())
    again.writer.recover()
    assert not scene.register.is_unpublished()
    again.approve([a_record(2)], 2)
    assert all(not each.store.forks() for each in scene.witnesses)


@pytest.mark.parametrize(
    ("appended", "reason"), [(1, "larger_tree_known"), (2, "other_root_known"), (3, "not_an_extension")]
)
def test_a_backup_restored_together_with_its_guard_is_caught_by_the_witnesses(
    unaudited: SmallRegister, directory: Path, appended: int, reason: str
) -> None:
    """What the guard cannot see, because it was restored too."""
    with a_scene(unaudited, directory) as scene:
        scene.follow(0, 1)
        place = unaudited.places.data_dir.parent
        shutil.copytree(place, directory / "backup")
        scene.writing(scene.quorum()).approve([a_record(1), a_record(2)], 1)
        unaudited.close()
        shutil.rmtree(place)
        shutil.copytree(directory / "backup", place)
        restored = scene.writing(scene.quorum())
        published = restored.published_size()
        records = [a_record(10 + at) for at in range(appended)]
        with pytest.raises(QuorumMissed) as caught:
            restored.approve(records, 2)
        assert set(caught.value.failures.values()) == {reason}
        assert restored.published_size() == published
        forks = [len(each.store.forks()) for each in scene.witnesses]
        assert forks == ([1, 1] if reason == "other_root_known" else [0, 0])
        restored.close()
