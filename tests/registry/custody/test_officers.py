"""A bureau's keys that lie with the register: each officer opens the own one, and nobody else's."""

from dataclasses import dataclass

import pytest

from registry.custody.keys import NoActiveKey
from registry.custody.officers import sign_content, unlock_bureau_key
from registry.custody.rotation import NextKey, introduce_next, retire_key, unlock_root
from registry.ledger.admission import require_signature
from registry.ledger.entries import Entry
from registry.ledger.errors import NotAdmitted, Refusal
from registry.ledger.key_history import Custody, RetirementReason
from signing.errors import KeyFileLocked, KeyFileMissing
from signing.key_files import KeyDirectory
from signing.keys import KeyRole, SigningKey
from tests.registry.filled import ORIGIN, ROOT_PASSPHRASE, Scene
from tests.registry.ledger.builders import CHANGSHA, ZHUZHOU

ANNA, BERTA, SHARED = b"anna's own passphrase", b"berta's own passphrase", b"the bureau's passphrase"


@dataclass(frozen=True)
class Person:
    login: str


def introduce(scene: Scene, login: str, passphrase: bytes, custody: Custody = Custody.REGISTER) -> SigningKey:
    wanted = NextKey(KeyRole.BUREAU, custody, CHANGSHA, officer=login)
    root = unlock_root(scene.register, ROOT_PASSPHRASE)
    return introduce_next(scene.register, wanted, passphrase=passphrase, root=root)


def content(bureau: str = CHANGSHA) -> Entry:
    return {"type": "act", "bureau": bureau, "index": 1}


def test_each_officer_opens_the_own_key_of_the_bureau(scene: Scene) -> None:
    keys = {login: introduce(scene, login, word) for login, word in (("anna", ANNA), ("berta", BERTA))}
    assert unlock_bureau_key(scene.register, CHANGSHA, ANNA).key_id == keys["anna"].key_id
    assert unlock_bureau_key(scene.register, CHANGSHA, BERTA, login="berta").key_id == keys["berta"].key_id


def test_the_passphrase_of_a_colleague_opens_nothing(scene: Scene) -> None:
    introduce(scene, "anna", ANNA)
    introduce(scene, "berta", BERTA)
    for passphrase in (BERTA, ANNA + b" ", b""):
        with pytest.raises(KeyFileLocked):
            unlock_bureau_key(scene.register, CHANGSHA, passphrase, login="anna")


def test_a_key_of_the_bureau_as_a_whole_opens_to_all_its_officers(scene: Scene) -> None:
    shared = introduce(scene, "", SHARED)
    introduce(scene, "anna", ANNA)
    assert unlock_bureau_key(scene.register, CHANGSHA, SHARED, login="anna").key_id == shared.key_id


def test_an_officer_without_a_key_is_told_so(scene: Scene) -> None:
    introduce(scene, "anna", ANNA)
    with pytest.raises(KeyFileMissing):
        unlock_bureau_key(scene.register, CHANGSHA, BERTA, login="berta")
    with pytest.raises(KeyFileMissing):
        unlock_bureau_key(scene.register, ZHUZHOU, ANNA)


def test_a_retired_key_is_not_opened(scene: Scene) -> None:
    key = introduce(scene, "anna", ANNA)
    retire_key(scene.register, key.key_id, RetirementReason.ENDED, root_passphrase=ROOT_PASSPHRASE)
    with pytest.raises(KeyFileMissing):
        unlock_bureau_key(scene.register, CHANGSHA, ANNA, login="anna")


def test_a_key_that_the_bureau_keeps_is_not_looked_for_here(scene: Scene) -> None:
    introduce(scene, "anna", ANNA, Custody.BUREAU)
    with pytest.raises(KeyFileMissing):
        unlock_bureau_key(scene.register, CHANGSHA, ANNA, login="anna")
    with pytest.raises(NoActiveKey):
        unlock_bureau_key(scene.register, "430300", ANNA)


def test_signed_content_names_its_key_and_stands(scene: Scene) -> None:
    key = introduce(scene, "anna", ANNA)
    signed = sign_content(scene.register, Person("anna"), CHANGSHA, content(), ANNA)
    assert signed["key"] == key.key_id
    require_signature(signed, log_origin=ORIGIN, public=key.public)


def test_no_officer_signs_what_another_bureau_decides(scene: Scene) -> None:
    introduce(scene, "anna", ANNA)
    with pytest.raises(NotAdmitted) as raised:
        sign_content(scene.register, Person("anna"), CHANGSHA, content(ZHUZHOU), ANNA)
    assert raised.value.reason is Refusal.KEY_OF_ANOTHER_BUREAU


def test_for_whom_a_key_was_made_cannot_be_rewritten(scene: Scene) -> None:
    introduce(scene, "anna", ANNA)
    directory: KeyDirectory = scene.places.keys.bureau(CHANGSHA)
    (path,) = directory.path.glob("*.key")
    path.write_bytes(path.read_bytes().replace(b'"officer":"anna"', b'"officer":"otto"'))
    with pytest.raises(KeyFileLocked):
        unlock_bureau_key(scene.register, CHANGSHA, ANNA, login="otto")
