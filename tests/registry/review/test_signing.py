"""A decision is signed in one of two custodies, over the proposal as it stands, and read back as it was."""

from dataclasses import replace

import pytest

from registry.ledger.entries import Entry, signed_by
from registry.ledger.errors import NotAdmitted, Refusal
from registry.ledger.key_history import Custody
from registry.review.errors import MalformedSignatureFile, SignatureOfAnother
from registry.review.offline_signature import OfflineSignature, read_signature, signature_of
from registry.review.proposal import Proposal
from registry.review.record import DecisionKind, decision_record, read_decision, signed_decision
from registry.review.signing import (
    Signer,
    approval_to_sign,
    custodies,
    record_to_sign,
    sign_here,
    signed_elsewhere,
)
from registry.staff.errors import LoginThrottled
from signing.encoding import b64url_encode, canonical_json
from signing.errors import KeyFileLocked
from signing.keys import SigningKey
from tests.registry.filled import ORIGIN, Scene
from tests.registry.ledger.builders import CHANGSHA, ZHUZHOU
from tests.registry.review.deciding import (
    LIU,
    PASSPHRASE,
    a_return,
    an_approval,
    batches_of,
    introduce,
    receive,
)


def signed_here(scene: Scene, proposal: Proposal, passphrase: bytes = PASSPHRASE) -> Entry:
    with batches_of(scene) as batches:
        return sign_here(scene.register, LIU, LIU.id, proposal, batches, passphrase)


def on_the_bureaus_machine(
    scene: Scene, proposal: Proposal, key: SigningKey, account: str = LIU.id
) -> OfflineSignature:
    """What a bureau signs of what it was shown, wherever it does."""
    with batches_of(scene) as batches:
        record = record_to_sign(proposal, batches, Signer(account, Custody.BUREAU, scene.clock()))
    signed = signed_decision(record, approval_to_sign(proposal), key, ORIGIN)
    return read_signature(signature_of(signed, proposal.digest).to_bytes())


def brought(scene: Scene, proposal: Proposal, signature: OfflineSignature) -> Entry:
    with batches_of(scene) as batches:
        return signed_elsewhere(scene.register, LIU.id, proposal, batches, signature)


def test_what_is_signed_here_says_everything_that_was_decided(scene: Scene) -> None:
    key = introduce(scene)
    batch = receive(scene, 801, 802, 803, refused=804).id
    proposal = replace(an_approval(scene, batch, {3: "score_missing"}), confirmed_by="account-zhao")
    record = read_decision(canonical_json(signed_here(scene, proposal)).decode())
    assert (record.kind, record.batch, record.bureau) == (DecisionKind.APPROVED, batch, CHANGSHA)
    assert (record.rows, record.refused, record.approved) == (4, 1, 2)
    assert dict(record.rejected) == {3: "score_missing"}
    assert dict(record.accepted) == {2: "late_justified", 4: "late_justified"}
    assert record.samples == proposal.body.samples
    assert (record.prepared_by, record.confirmed_by, record.signed_by) == (
        "account-wang",
        "account-zhao",
        LIU.id,
    )
    assert (record.custody, record.key) == (Custody.REGISTER, key.key_id)


def test_a_wrong_passphrase_signs_nothing_and_is_counted(scene: Scene) -> None:
    introduce(scene)
    proposal = an_approval(scene, receive(scene, 801).id)
    for _ in range(5):
        with pytest.raises(KeyFileLocked):
            signed_here(scene, proposal, b"a guess")
    with pytest.raises(LoginThrottled):
        signed_here(scene, proposal, PASSPHRASE)


def test_a_bureaus_own_signature_is_taken_over_the_proposal_as_it_stands(scene: Scene) -> None:
    key = introduce(scene, custody=Custody.BUREAU)
    proposal = an_approval(scene, receive(scene, 801, 802).id)
    record = decision_record(brought(scene, proposal, on_the_bureaus_machine(scene, proposal, key)))
    assert (record.custody, record.key, record.signed_by) == (Custody.BUREAU, key.key_id, LIU.id)


def test_a_signature_for_something_else_is_refused(scene: Scene) -> None:
    key = introduce(scene, custody=Custody.BUREAU)
    proposal = an_approval(scene, receive(scene, 801, 802).id)
    other_batch = an_approval(scene, receive(scene, 803, 804).id)
    earlier = an_approval(scene, proposal.batch, {3: "score_missing"})
    for another in (other_batch, earlier, a_return(scene, proposal.batch)):
        with pytest.raises(SignatureOfAnother):
            brought(scene, proposal, on_the_bureaus_machine(scene, another, key))
    with pytest.raises(SignatureOfAnother):
        brought(scene, proposal, on_the_bureaus_machine(scene, proposal, key, account="account-zhao"))


def test_a_signature_that_only_claims_to_be_for_this_is_refused(scene: Scene) -> None:
    key = introduce(scene, custody=Custody.BUREAU)
    proposal = an_approval(scene, receive(scene, 801, 802).id)
    other = on_the_bureaus_machine(scene, an_approval(scene, receive(scene, 803, 804).id), key)
    good = on_the_bureaus_machine(scene, proposal, key)
    for false in (
        replace(other, batch=proposal.batch, digest=proposal.digest),
        replace(good, approval=other.approval),
        replace(good, decision=other.decision),
        replace(good, decision=good.approval),
        replace(good, approval=b64url_encode(bytes(64))),
        replace(good, approval=""),
        replace(good, signed_at=other.signed_at),
    ):
        with pytest.raises(NotAdmitted) as refused:
            brought(scene, proposal, false)
        assert refused.value.reason is Refusal.SIGNATURE_WRONG


def test_neither_custody_passes_for_the_other(scene: Scene) -> None:
    here = introduce(scene)
    proposal = an_approval(scene, receive(scene, 801).id)
    with pytest.raises(NotAdmitted) as refused:
        brought(scene, proposal, on_the_bureaus_machine(scene, proposal, here))
    assert refused.value.reason is Refusal.CUSTODY_DIFFERS
    introduce(scene, "zhao", b"zhao's passphrase", Custody.BUREAU)
    with pytest.raises(KeyFileLocked):
        signed_here(scene, proposal, b"zhao's passphrase")


def test_another_bureaus_key_signs_nothing_of_this_one(scene: Scene) -> None:
    introduce(scene, custody=Custody.BUREAU)
    proposal = an_approval(scene, receive(scene, 801).id)
    with pytest.raises(NotAdmitted) as refused:
        brought(scene, proposal, on_the_bureaus_machine(scene, proposal, scene.keys[ZHUZHOU]))
    assert refused.value.reason is Refusal.KEY_OF_ANOTHER_BUREAU


def test_a_bureau_decides_in_the_custodies_in_which_it_has_keys(scene: Scene) -> None:
    assert custodies(scene.register, CHANGSHA) == {Custody.REGISTER}
    introduce(scene, custody=Custody.BUREAU)
    assert custodies(scene.register, CHANGSHA) == {Custody.REGISTER, Custody.BUREAU}


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"\xff", b'{"v":1,"type":"review-signature"}', b" " * 9000]
)
def test_a_file_that_is_no_signature_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(MalformedSignatureFile):
        read_signature(data)


def test_the_record_is_signed_by_the_key_of_its_approval(scene: Scene) -> None:
    key, other = introduce(scene, custody=Custody.BUREAU), introduce(scene, "z", b"zz", Custody.BUREAU)
    proposal = an_approval(scene, receive(scene, 801).id)
    good, second = (on_the_bureaus_machine(scene, proposal, each) for each in (key, other))
    with pytest.raises(NotAdmitted):
        brought(scene, proposal, replace(good, approval=second.approval, signed_at=good.signed_at))
    approval = approval_to_sign(proposal)
    assert approval is not None
    assert signed_by(key, approval, ORIGIN)["key"] == key.key_id
