"""Whatever is done to a register in whatever order: the prefix never changes, and old proofs still verify."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from registry.ledger.chain import ChainState
from registry.ledger.entries import ActKind
from registry.ledger.errors import NotAdmitted
from registry.storage.errors import DatabaseUnavailable
from signing.commitment import Record
from signing.inclusion import Hash, check_consistency, check_inclusion, leaf_hash
from signing.notes import ED25519_TYPE, VerifierKey, verified_checkpoint
from tests.memory import MEMORY
from tests.registry.ledger.builders import ORIGIN, SmallRegister, a_record, small_register
from tests.registry.ledger.faults import (
    ADMITTING,
    COMMIT_ENTRIES,
    STEPS,
    Died,
    Fault,
    Moment,
    Step,
    faulty,
    has_taken,
)

FAILURES = [moment for moment in Moment if not moment.is_kill]
GIVE_BACK = STEPS[-1]
AFTER = {
    ActKind.REISSUED: ({ChainState.VALID}, ChainState.VALID),
    ActKind.ANNULLED: ({ChainState.VALID}, ChainState.ANNULLED),
    ActKind.REINSTATED: ({ChainState.ANNULLED}, ChainState.VALID),
    ActKind.ERASED: ({ChainState.VALID, ChainState.ANNULLED}, ChainState.ERASED),
}


@dataclass(frozen=True)
class Kept:
    """What somebody was given once: an entry with its proof, under a signed checkpoint."""

    index: int
    body: bytes
    size: int
    root: bytes
    proof: tuple[Hash, ...]


class RegisterMachine(RuleBasedStateMachine):
    """A model of a register: which certificates there are, in which state, and what was handed out."""

    @initialize()
    def begin(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="skillcert-machine-", dir=MEMORY))
        self.register: SmallRegister = small_register(self.directory / "register")
        self.states: dict[int, ChainState] = {}
        self.serial = 0
        self.prefix: list[bytes] = []
        self.kept: list[Kept] = []

    @rule(count=st.integers(1, 140))
    def approve(self, count: int) -> None:
        published = self.register.approve(self._records(count), batch=self.serial)
        first = published.first_index + 1
        self.states |= dict.fromkeys(range(first, first + count), ChainState.VALID)

    @rule(step=st.sampled_from(STEPS), moment=st.sampled_from(FAILURES), count=st.integers(1, 140))
    def approve_and_die(self, step: Step, moment: Moment, count: int) -> None:
        size, unfinished = self.register.stored_size(), self.register.is_unpublished()
        try:
            with faulty(self.register, Fault(step, moment)) as dying:
                dying.approve(self._records(count), batch=self.serial)
        except (Died, DatabaseUnavailable):
            pass
        else:
            raise AssertionError("the fault did not happen")
        # While an earlier death is being made good, the fault meets that instead, and nothing is added.
        durable = has_taken(COMMIT_ENTRIES, (step, moment))
        if durable and (not unfinished or step in (*ADMITTING, GIVE_BACK)):
            self.states |= dict.fromkeys(range(size + 1, size + 1 + count), ChainState.VALID)
            size += 1 + count
        assert self.register.stored_size() == size

    @precondition(lambda self: self.states)
    @rule(act=st.sampled_from(sorted(AFTER)), choice=st.integers(0, 10_000))
    def act(self, act: ActKind, choice: int) -> None:
        self.register.writer.recover()
        certificate = sorted(self.states)[choice % len(self.states)]
        possible, after = AFTER[act]
        try:
            self.register.act(certificate, act)
        except NotAdmitted:
            assert self.states[certificate] not in possible
        else:
            assert self.states[certificate] in possible
            self.states[certificate] = after

    @precondition(lambda self: self.states)
    @rule(choice=st.integers(0, 10_000))
    def hand_out(self, choice: int) -> None:
        with self.register.reader() as reader:
            size, note = reader.published()
            index = choice % size
            key = VerifierKey(ORIGIN, ED25519_TYPE, self.register.log_key.public)
            checkpoint = verified_checkpoint(note, key)
            assert checkpoint.size == size
            proof = tuple(reader.tree(size).inclusion_proof(index))
            self.kept.append(Kept(index, reader.body(index), size, checkpoint.root, proof))

    @rule()
    def restart(self) -> None:
        self.register = self.register.reopened()
        self.register.writer.recover()

    @invariant()
    def the_prefix_never_changes(self) -> None:
        with self.register.reader() as reader:
            stored = reader.log.bodies(0, reader.log.stored_size())
        assert stored[: len(self.prefix)] == self.prefix
        self.prefix = stored

    @invariant()
    def old_proofs_still_verify(self) -> None:
        with self.register.reader() as reader:
            size, _ = reader.published()
            tree = reader.tree(size)
            for kept in self.kept:
                leaf = leaf_hash(kept.body)
                check_inclusion(leaf, kept.index, kept.size, kept.proof, kept.root)
                check_inclusion(leaf, kept.index, size, tree.inclusion_proof(kept.index), tree.root())
                proof = tree.consistency_proof(kept.size)
                check_consistency(kept.size, kept.root, size, tree.root(), proof)

    def teardown(self) -> None:
        if not hasattr(self, "register"):
            return
        report = self.register.audited()
        for certificate, state in self.states.items():
            assert self.register.chain(certificate).head.state is state
        self.register.close()
        shutil.rmtree(self.directory)
        assert report.clean, report.finding

    def _records(self, count: int) -> list[Record]:
        self.serial += count
        return [a_record(self.serial - at) for at in range(count)]


RegisterMachine.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=14,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
TestRegister = RegisterMachine.TestCase
