"""A register under a witness policy, from its beginning to a receipt that a stranger verifies."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registry.custody.beginning import begin_register
from registry.places import Places
from registry.register import Register
from registry.witnessing.errors import LogKeyIsWitness, QuorumMissed
from registry.witnessing.policy import WitnessAddress, WitnessPolicy
from registry.witnessing.quorum import Terms, Witnessed
from signing.keys import KeyRole
from signing.notes import COSIGNATURE_TYPE, ED25519_TYPE, Note, VerifierKey, parse_note
from signing.outcomes import Outcome
from signing.receipts import parse_receipt
from signing.trust import trust_from_files
from signing.verifier import verify
from tests.registry.filled import HOLDERS, PASSPHRASE, ROOT_PASSPHRASE, Scene, Story, places_in
from tests.registry.ledger.builders import StepClock
from tests.registry.witnessing.witnesses import a_witness, served


def log_key(places: Places) -> VerifierKey:
    """What the operator hands to the witnesses: it can be read as soon as the key is made."""
    (file,) = places.keys.register.of_role(KeyRole.LOG)
    return VerifierKey(places.log_origin, ED25519_TYPE, file.public)


def test_a_beginning_that_no_witness_knows_of_waits_and_is_run_again(tmp_path: Path) -> None:
    witness = a_witness(tmp_path / "w0", now=time.time)
    with served(witness) as address:
        places = replace(places_in(tmp_path), witnessing=Terms(WitnessPolicy(1, (address,)), seconds=30))

        def begin() -> None:
            begin_register(places, passphrase=PASSPHRASE, root_passphrase=ROOT_PASSPHRASE, clock=StepClock())

        with pytest.raises(QuorumMissed) as caught:
            begin()
        assert set(caught.value.failures.values()) == {"unknown_log"}
        witness.follow(log_key(places))
        begin()
        register = Register(places, PASSPHRASE)
        try:
            assert register.unpublished() == 0
            assert places.witnessing.policy.is_met(parse_note(register.checkpoint()))
        finally:
            register.close()


def test_what_waits_for_witnesses_is_published_by_the_worker(scene: Scene, tmp_path: Path) -> None:
    witness = a_witness(tmp_path / "w0", now=time.time)
    reports: list[Witnessed] = []
    with served(witness) as address:
        terms = Terms(WitnessPolicy(1, (address,)), seconds=30)
        places = replace(scene.places, witnessing=terms)
        register = Register(places, PASSPHRASE, clock=scene.clock, witnessed=reports.append)
        try:
            published = register.ready()
            assert register.publish_pending() == 0
            with pytest.raises(QuorumMissed):
                _append(register, scene.clock)
            assert (register.ready(), register.unpublished()) == (published, 2)
            with pytest.raises(QuorumMissed):
                register.publish_pending()
            witness.follow(log_key(places))
            assert register.publish_pending() == 2
            assert (register.ready(), register.unpublished()) == (published + 2, 0)
            assert [each.is_met for each in reports] == [False, False, True]
        finally:
            register.close()


def test_a_log_key_is_no_witness_of_its_log(scene: Scene) -> None:
    own = VerifierKey("w.example", COSIGNATURE_TYPE, log_key(scene.places).public)
    policy = WitnessPolicy(1, (WitnessAddress(own, "http://127.0.0.1:1"),))
    register = Register(replace(scene.places, witnessing=Terms(policy)), PASSPHRASE)
    try:
        with pytest.raises(LogKeyIsWitness):
            register.writer()
    finally:
        register.close()


def test_a_receipt_is_believed_with_the_quorum_that_the_trust_folder_asks_for_and_not_without(
    scene: Scene, tmp_path: Path
) -> None:
    """The whole way: policy, writer, checkpoint, receipt, trust folder, verifier."""
    witnesses = [a_witness(tmp_path / f"w{at}", name=f"w{at}.example", now=time.time) for at in range(2)]
    scene.register.publish_status(scene.register.writer())
    with served(witnesses[0]) as first, served(witnesses[1]) as second:
        terms = Terms(WitnessPolicy(2, (first, second)), seconds=30)
        places = replace(scene.places, witnessing=terms)
        before = _receipt(scene.register)
        register = Register(places, PASSPHRASE, clock=scene.clock)
        try:
            for witness in witnesses:
                witness.follow(log_key(places))
            trust = trust_from_files(register.trust_files())
            assert (trust.quorum, trust.witnesses) == (2, (witnesses[0].vkey, witnesses[1].vkey))
            _append(register, scene.clock)
            after = _receipt(register)
        finally:
            register.close()
    now = scene.clock()
    assert verify(after, trust, now).registered is Outcome.PASSED
    assert verify(before, trust, now).registered is Outcome.FAILED
    receipt = parse_receipt(after)
    note = receipt.checkpoint
    for left_out in note.signatures:
        kept = tuple(each for each in note.signatures if each is not left_out)
        fewer = replace(receipt, checkpoint=Note(note.text, kept)).to_bytes()
        assert verify(fewer, trust, now).registered is not Outcome.PASSED


def _receipt(register: Register) -> bytes:
    certificate = register.ledger.records.versions(HOLDERS[Story.PLAIN].number)[0].certificate
    return register.electronic(certificate, "tlog-proof").content


def _append(register: Register, clock: StepClock) -> None:
    """Anything: status lists that grew old."""
    clock.now += timedelta(days=30)
    assert register.publish_status(register.writer())
