"""Rotations of a filled register: what signs, what goes on verifying, and by which trust folder."""

import json
from collections.abc import Iterable

import pytest

from registry.custody.keys import REGISTER_ROLES, NoActiveKey
from registry.custody.rotation import LastKey, NextKey, introduce_next, retire_key, unlock_root
from registry.ledger.entries import ActKind
from registry.ledger.errors import LogKeyUnavailable, NotAdmitted, Refusal
from registry.ledger.key_history import Custody, RetirementReason
from registry.review.acts import ActReason
from registry.status import publish_status_lists
from signing.keys import KeyRole, SigningKey
from signing.notes import parse_note, parse_vkey, verified_checkpoint
from signing.outcomes import Outcome
from signing.report import Conclusion
from signing.trust import Trust, trust_from_files
from signing.verifier import verify
from tests.registry.filled import HOLDERS, PASSPHRASE, ROOT_PASSPHRASE, Scene, Story
from tests.registry.ledger.builders import CHANGSHA

FORMING_ROLES = (KeyRole.LOG, KeyRole.CREDENTIAL, KeyRole.STATUS, KeyRole.SHEET)
FORMS = ("pdf", "json", "rdfc.json", "png", "tlog-proof")
ROTATED, COMPROMISED = RetirementReason.ROTATED, RetirementReason.COMPROMISED


def introduce(scene: Scene, role: KeyRole, **over: object) -> SigningKey:
    passphrase = ROOT_PASSPHRASE if role is KeyRole.ROOT else PASSPHRASE
    root = unlock_root(scene.register, ROOT_PASSPHRASE)
    wanted = NextKey(role, **over)  # type: ignore[arg-type]  # tests name the fields
    return introduce_next(scene.register, wanted, passphrase=passphrase, root=root)


def retire(scene: Scene, key: SigningKey, reason: RetirementReason = ROTATED) -> None:
    retire_key(scene.register, key.key_id, reason, root_passphrase=ROOT_PASSPHRASE)


def trust_of(scene: Scene) -> Trust:
    return trust_from_files(scene.register.trust_files())


def forms(scene: Scene) -> dict[str, bytes]:
    index = scene.register.ledger.records.versions(HOLDERS[Story.PLAIN].number)[0].certificate
    return {form: scene.register.electronic(index, form).content for form in FORMS}


def signed_and_registered(scene: Scene, made: dict[str, bytes], trust: Trust) -> dict[str, bool]:
    reports = {form: verify(content, trust, scene.clock()) for form, content in made.items()}
    return {
        form: report.signed is Outcome.PASSED and report.registered is not Outcome.FAILED
        for form, report in reports.items()
    }


def checkpoint_signers(scene: Scene, keys: Iterable[SigningKey]) -> list[bool]:
    """Whether each of these log keys signed the newest checkpoint."""
    note = parse_note(scene.register.checkpoint())
    hashes = {line.key_hash for line in note.signatures}
    vkeys = [parse_vkey(line) for line in scene.register.vkey().splitlines()]
    return [any(vkey.public == key.public and vkey.key_hash in hashes for vkey in vkeys) for key in keys]


def test_overlapping_log_keys_both_sign_and_a_retired_one_never_again(scene: Scene) -> None:
    old = scene.register.keys[KeyRole.LOG]
    new = introduce(scene, KeyRole.LOG)
    assert checkpoint_signers(scene, [old, new]) == [True, True]
    scene.register.publish_status(scene.register.writer())
    scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    assert checkpoint_signers(scene, [old, new]) == [True, True]
    retire(scene, old)
    assert checkpoint_signers(scene, [old, new]) == [False, True]
    scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    assert checkpoint_signers(scene, [old, new]) == [False, True]


@pytest.mark.parametrize("role", FORMING_ROLES)
def test_what_was_handed_out_before_a_rotation_verifies_by_both_trust_folders(
    scene: Scene, role: KeyRole
) -> None:
    """And what is made after it by the new folder; by the old one as far as that knows the keys."""
    before, made_before = trust_of(scene), forms(scene)
    old = scene.register.keys[role]
    new = introduce(scene, role)
    during = forms(scene)
    retire(scene, old)
    scene.register.publish_status(scene.register.writer())
    after, made_after = trust_of(scene), forms(scene)
    assert scene.register.keys[role].public == new.public
    everything = dict.fromkeys(FORMS, True)
    for made in (made_before, during, made_after):
        assert signed_and_registered(scene, made, after) == everything
    assert signed_and_registered(scene, made_before, before) == everything
    if role in (KeyRole.LOG, KeyRole.SHEET, KeyRole.STATUS):
        # Two lines under the checkpoint, or a certificate of the same root: the old folder goes on.
        assert signed_and_registered(scene, during, before) == everything
    report = verify(made_after["json"], after, scene.clock())
    assert report.conclusion is Conclusion.AUTHENTIC_AND_IN_FORCE


def test_a_root_is_rotated_under_its_own_word_and_old_sheets_go_on_verifying(scene: Scene) -> None:
    before, made_before = trust_of(scene), forms(scene)
    old = unlock_root(scene.register, ROOT_PASSPHRASE)
    new = introduce(scene, KeyRole.ROOT)
    assert unlock_root(scene.register, ROOT_PASSPHRASE).public == new.public
    retire(scene, old)
    sheet = scene.register.keys[KeyRole.SHEET]
    introduce(scene, KeyRole.SHEET)
    retire(scene, sheet)
    after, made_after = trust_of(scene), forms(scene)
    assert len(after.root_certificates) == 2
    assert after.root_certificates[1:] == before.root_certificates
    everything = dict.fromkeys(FORMS, True)
    assert signed_and_registered(scene, made_before, before) == everything
    assert signed_and_registered(scene, made_before, after) == everything
    assert signed_and_registered(scene, made_after, after) == everything
    assert not signed_and_registered(scene, made_after, before)["pdf"]
    with pytest.raises(NotAdmitted) as refused:
        introduce_next(scene.register, NextKey(KeyRole.QR), passphrase=PASSPHRASE, root=old)
    assert refused.value.reason is Refusal.SIGNATURE_WRONG


@pytest.mark.parametrize(
    ("role", "form"),
    [
        (KeyRole.LOG, "tlog-proof"),
        (KeyRole.CREDENTIAL, "json"),
        (KeyRole.CREDENTIAL, "rdfc.json"),
        (KeyRole.QR, "png"),
        (KeyRole.SHEET, "pdf"),
        (KeyRole.ROOT, "pdf"),
    ],
)
def test_what_a_leaked_key_signed_is_believed_no_more(scene: Scene, role: KeyRole, form: str) -> None:
    made, leaked = forms(scene), unlock_root(scene.register, ROOT_PASSPHRASE)
    if role is not KeyRole.ROOT:
        leaked = scene.register.keys[role]
    introduce(scene, role)
    retire(scene, leaked, COMPROMISED)
    if role is KeyRole.ROOT:
        sheet = scene.register.keys[KeyRole.SHEET]
        introduce(scene, KeyRole.SHEET)
        retire(scene, sheet)
    trust = trust_of(scene)
    assert not signed_and_registered(scene, made, trust)[form]
    assert signed_and_registered(scene, forms(scene), trust)[form]


def test_lists_of_a_retired_status_key_are_replaced_at_once(scene: Scene) -> None:
    old = scene.register.keys[KeyRole.STATUS]
    introduce(scene, KeyRole.STATUS)
    assert scene.register.publish_status(scene.register.writer()) == 0
    retire(scene, old, COMPROMISED)
    assert scene.register.publish_status(scene.register.writer()) == 2
    for name in ("revocation-0", "supersession-0"):
        signed = json.loads(scene.register.status_list(name))
        assert old.key_id not in json.dumps(signed["proof"])


def test_the_last_key_of_a_role_stays(scene: Scene) -> None:
    size = scene.register.ready()
    for role in (*REGISTER_ROLES, KeyRole.ROOT):
        key = unlock_root(scene.register, ROOT_PASSPHRASE)
        if role is not KeyRole.ROOT:
            key = scene.register.keys[role]
        with pytest.raises(LastKey):
            retire(scene, key)
    assert scene.register.ready() == size


def test_a_successor_that_may_not_sign_yet_or_does_not_lie_here_is_none(scene: Scene) -> None:
    old = scene.register.keys[KeyRole.QR]
    later = scene.clock().replace(year=2030)
    introduce(scene, KeyRole.QR, valid_from=later)
    assert scene.register.keys[KeyRole.QR].public == old.public
    with pytest.raises(LastKey):
        retire(scene, old)
    scene.clock.now = later
    assert scene.register.keys[KeyRole.QR].public != old.public
    (scene.places.key_dir / "register" / "qr-2.key").rename(scene.directory / "elsewhere")
    with pytest.raises(LastKey):
        retire(scene, old)


def test_a_key_that_has_expired_signs_no_more(scene: Scene) -> None:
    introduce(scene, KeyRole.QR, valid_until="2030-01-01T00:00:00Z")
    old, new = "qr-1.key", scene.register.keys[KeyRole.QR]
    scene.clock.now = scene.clock().replace(year=2030)
    assert scene.register.keys[KeyRole.QR].public != new.public
    (scene.places.key_dir / "register" / old).unlink()
    fresh = Scene(scene.directory, scene.clock)
    with pytest.raises(Exception, match="qr"):
        fresh.register.keys[KeyRole.QR]
    fresh.close()


def test_an_active_log_key_that_is_not_here_stops_every_append_until_it_is_retired(scene: Scene) -> None:
    new = introduce(scene, KeyRole.LOG)
    size = scene.register.ready()
    (scene.places.key_dir / "register" / "log-2.key").unlink()
    with pytest.raises(LogKeyUnavailable) as refused:
        scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    assert refused.value.key_ids == (new.key_id,)
    assert (scene.register.ready(), scene.register.ledger.log.stored_size()) == (size, size)
    retire(scene, new)
    scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)


def test_an_introduction_that_was_cut_off_is_taken_up_with_the_same_key(scene: Scene) -> None:
    waiting = scene.places.keys.register.create(KeyRole.STATUS, PASSPHRASE, name="2")
    assert introduce(scene, KeyRole.STATUS).public == waiting.public
    assert scene.places.keys.register.next_name(KeyRole.STATUS) == "3"


def test_a_running_writer_signs_no_more_with_a_key_that_was_retired_meanwhile(scene: Scene) -> None:
    running = scene.register.writer()
    old = scene.register.keys[KeyRole.LOG]
    introduce(scene, KeyRole.LOG)
    retire(scene, old)
    size = scene.register.ledger.log.stored_size()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scene.register, "writer", lambda: running)
        with pytest.raises(LogKeyUnavailable):
            scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    assert scene.register.ledger.log.stored_size() == size


def test_a_retired_status_key_commits_to_no_list(scene: Scene) -> None:
    old = scene.register.keys[KeyRole.STATUS]
    introduce(scene, KeyRole.STATUS)
    retire(scene, old)
    with pytest.raises(NotAdmitted) as refused:
        publish_status_lists(
            scene.register.writer(),
            scene.register.ledger,
            key=old,
            web_origin=scene.places.web_origin,
            now=scene.clock().replace(microsecond=0),
        )
    assert refused.value.reason is Refusal.KEY_RETIRED


def test_a_bureau_may_have_two_keys_and_lose_both(scene: Scene) -> None:
    first = scene.keys[CHANGSHA]
    second = introduce(scene, KeyRole.BUREAU, bureau=CHANGSHA, custody=Custody.BUREAU)
    retire(scene, first)
    with pytest.raises(NotAdmitted) as refused:
        scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    assert refused.value.reason is Refusal.KEY_RETIRED
    scene.keys = {**scene.keys, CHANGSHA: second}
    scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    retire(scene, second, RetirementReason.ENDED)
    assert scene.register.ledger.key_history().signers(KeyRole.BUREAU, scene.clock(), CHANGSHA) == []


def test_every_checkpoint_of_an_overlap_verifies_by_either_key(scene: Scene) -> None:
    (old,) = scene.register.vkey().splitlines()
    introduce(scene, KeyRole.LOG)
    new, _ = scene.register.vkey().splitlines()
    for line in (old, new):
        checkpoint = verified_checkpoint(scene.register.checkpoint(), parse_vkey(line))
        assert checkpoint.size == scene.register.ready()


def test_without_any_active_key_the_role_is_said_to_have_none(scene: Scene) -> None:
    with pytest.raises(NoActiveKey):
        scene.register.keys[KeyRole.WITNESS]
