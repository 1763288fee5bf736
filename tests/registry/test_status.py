"""Status lists: anyone can recount each bit from the log alone, and an act changes them at once."""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest

from registry.ledger.entries import ActKind
from registry.ledger.errors import GuardMismatch, OutOfRange
from registry.review.acts import ActReason
from registry.status import RENEWAL, VALIDITY, publish_status_lists
from signing.encoding import b64url_decode
from signing.errors import WrongKeyRole
from signing.keys import KeyRole
from signing.outcomes import Outcome
from signing.standing import Freshness, check_ordinal
from signing.status_list import LIST_ENTRIES, StatusPurpose, parse_status_list
from signing.trust import trust_from_files
from tests.registry import filled
from tests.registry.filled import HOLDERS, Scene, Story
from tests.registry.ledger.builders import StepClock

_NAMES = ("revocation-0", "supersession-0")


def _entries(scene: Scene) -> list[dict[str, object]]:
    """The log as an outsider downloads it."""
    size = scene.register.ready()
    return [json.loads(body) for body in scene.register.ledger.log.bodies(0, size)]


def _recounted(scene: Scene) -> dict[str, set[int]]:
    """Which positions must be set, by the words of the design and from public entries alone."""
    ordinals: dict[int, list[int]] = {}
    state: dict[int, str] = {}
    counted = 0
    for index, entry in enumerate(_entries(scene)):
        if entry["type"] == "certificate":
            ordinals[index], state[index] = [counted], "valid"
            counted += 1
        elif entry["type"] == "act":
            certificate = entry["index"]
            assert isinstance(certificate, int)
            state[certificate] = str(entry["act"])
            if entry["act"] == "corrected":
                ordinals[certificate].append(counted)
                counted += 1
    revoked: set[int] = set()
    superseded: set[int] = set()
    for certificate, own in ordinals.items():
        superseded.update(own if state[certificate] == "superseded" else own[:-1])
        if state[certificate] in ("annulled", "erased"):
            revoked.update(own)
    return {"revocation-0": revoked, "supersession-0": superseded}


def _published(scene: Scene) -> dict[str, set[int]]:
    lists = {name: parse_status_list(scene.register.status_list(name)) for name in _NAMES}
    return {name: set(_set_bits(each.bits)) for name, each in lists.items()}


def _set_bits(bits: bytes) -> Iterator[int]:
    for at, byte in enumerate(bits):
        for bit in range(8):
            if byte & (0x80 >> bit):
                yield at * 8 + bit


def _publish(scene: Scene) -> int:
    return scene.register.publish_status(scene.register.writer())


def test_the_published_lists_are_what_anyone_counts_from_the_log(told: Scene) -> None:
    assert _published(told) == _recounted(told)
    assert {name: len(bits) for name, bits in _published(told).items()} == {
        # The annulled one, and three versions of the one corrected twice before.
        "revocation-0": 4,
        # The superseded one, the corrected one's first version, and two of the one corrected twice.
        "supersession-0": 4,
    }


def test_an_annulment_sets_a_bit_and_a_reinstatement_clears_it(scene: Scene) -> None:
    before = _published(scene)
    scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
    assert _publish(scene) == 1
    annulled = _published(scene)
    assert annulled == _recounted(scene)
    assert len(annulled["revocation-0"] - before["revocation-0"]) == 1
    scene.act(Story.PLAIN, ActKind.REINSTATED, ActReason.WRONGLY_ANNULLED)
    assert _publish(scene) == 1
    assert _published(scene) == before == _recounted(scene)


def test_a_correction_supersedes_the_version_before_it(scene: Scene) -> None:
    before = _published(scene)
    scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes={"name": "示例改名"})
    assert _publish(scene) == 1
    after = _published(scene)
    assert after == _recounted(scene)
    assert len(after["supersession-0"] - before["supersession-0"]) == 1
    assert after["revocation-0"] == before["revocation-0"]


def test_the_positions_of_the_forms_are_those_of_the_lists(told: Scene) -> None:
    trust = trust_from_files(told.register.trust_files())
    versions = told.register.ledger.records.versions(HOLDERS[Story.CORRECTED].number)
    outcomes = []
    for version in versions:
        ordinal = told.register.ledger.ordinal(version.certificate, version.index)
        steps = check_ordinal(ordinal, trust, Freshness(told.clock()))
        outcomes.append([(each.outcome, each.reason) for each in steps])
    passed = (Outcome.PASSED, "")
    assert outcomes == [[passed, (Outcome.FAILED, "superseded")], [passed, passed]]


def test_nothing_is_published_while_nothing_changed(scene: Scene) -> None:
    size = scene.register.ready()
    assert _publish(scene) == 0
    assert scene.register.ready() == size


def test_lists_that_grow_old_are_published_anew(scene: Scene) -> None:
    first = parse_status_list(scene.register.status_list("revocation-0"))
    scene.clock.now = first.valid_from + RENEWAL - timedelta(minutes=1)
    assert _publish(scene) == 0
    scene.clock.now = first.valid_from + RENEWAL + timedelta(minutes=1)
    assert _publish(scene) == 2
    second = parse_status_list(scene.register.status_list("revocation-0"))
    assert second.valid_from > first.valid_from
    assert second.valid_until - second.valid_from == VALIDITY
    assert second.bits == first.bits


def test_a_list_of_a_clock_that_ran_ahead_is_replaced_when_the_clock_is_right(scene: Scene) -> None:
    right = scene.clock.now
    scene.clock.now = right + timedelta(days=400)
    assert _publish(scene) == 2
    scene.clock.now = right
    assert _publish(scene) == 2
    newest = parse_status_list(scene.register.status_list("revocation-0"))
    assert newest.valid_from <= right + timedelta(minutes=1)
    assert newest.valid_until > right
    assert _publish(scene) == 0


def test_every_published_list_stands_in_the_log_by_its_digest(told: Scene) -> None:
    committed = {each["list"]: each for each in _entries(told) if each["type"] == "status"}
    assert set(committed) == set(_NAMES)
    for index, entry in enumerate(_entries(told)):
        if entry["type"] == "status":
            body = told.register.status_list(str(entry["list"]))
            assert b64url_decode(str(entry["sha256"]), length=32) == sha256(body).digest()
            assert isinstance(entry["size"], int)
            assert entry["size"] <= index


@pytest.mark.parametrize("name", ["revocation-1", "revocation", "", "erased-0", "../revocation-0"])
def test_a_list_that_was_not_published_is_out_of_range(told: Scene, name: str) -> None:
    with pytest.raises(OutOfRange):
        told.register.status_list(name)


def test_only_the_status_key_signs_status_lists(scene: Scene) -> None:
    size = scene.register.ready()
    with pytest.raises(WrongKeyRole):
        publish_status_lists(
            scene.register.writer(),
            scene.register.ledger,
            key=scene.register.keys[KeyRole.CREDENTIAL],
            web_origin=scene.places.web_origin,
            now=scene.clock(),
        )
    assert scene.register.ready() == size


def test_a_list_holds_its_purpose_and_its_whole_length(told: Scene) -> None:
    for purpose in StatusPurpose:
        published = parse_status_list(told.register.status_list(f"{purpose}-0"))
        assert published.purpose is purpose
        assert len(published.bits) * 8 == LIST_ENTRIES
        assert published.url == f"{told.places.web_origin}/status/{purpose}-0"


def test_a_restored_backup_serves_its_old_list_and_can_sign_no_other(scene: Scene) -> None:
    data, backup = scene.places.data_dir, scene.directory / "backup"
    old = scene.register.status_list("revocation-0")
    scene.close()
    shutil.copytree(data, backup)
    scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
    assert _publish(scene) == 1
    newest = scene.register.trust_files()
    scene.close()
    shutil.copytree(data, scene.directory / "newest")
    shutil.rmtree(data)
    shutil.copytree(backup, data)

    restored = filled.Scene(scene.directory, StepClock(now=scene.clock.now + timedelta(hours=1)))
    assert restored.register.status_list("revocation-0") == old
    with pytest.raises(GuardMismatch):
        restored.act(Story.LEGACY, ActKind.ANNULLED, ActReason.FRAUD)
    # Whoever kept the newer list is not talked out of it, and the old one runs out by itself.
    version = restored.register.ledger.records.versions(HOLDERS[Story.PLAIN].number)[0]
    ordinal = restored.register.ledger.ordinal(version.certificate, version.index)
    kept = trust_from_files({**newest, "status/from-the-restored": old})
    assert check_ordinal(ordinal, kept, Freshness(restored.clock()))[0].reason == "annulled"
    served = trust_from_files(restored.register.trust_files())
    late = Freshness(parse_status_list(old).valid_until)
    step = check_ordinal(ordinal, served, late)[0]
    assert (step.outcome, step.reason) == (Outcome.NOT_CHECKED, "status_list_stale")
    restored.close()

    shutil.rmtree(data)
    shutil.copytree(scene.directory / "newest", data)
