"""The trust folder: what it holds, and what becomes of it when a key is retired."""

import json

from cryptography import x509

from registry.custody.rotation import NextKey, introduce_next
from registry.ledger.append import append_keys
from registry.ledger.key_history import retirement
from signing.keys import KeyRole, SigningKey
from signing.notes import parse_vkey
from signing.trust import trust_from_files
from tests.registry.filled import HOLDERS, ORIGIN, PASSPHRASE, ROOT_PASSPHRASE, WEB_ORIGIN, Scene, Story


def _root(scene: Scene) -> SigningKey:
    return scene.places.keys.root.unlock(KeyRole.ROOT, ROOT_PASSPHRASE)


def _retire(scene: Scene, key_id: str, reason: str) -> None:
    content = retirement(log_origin=ORIGIN, identity=key_id, root=_root(scene), reason=reason)
    append_keys(scene.register.writer(), [content])


def test_the_folder_holds_what_a_verifier_reads(told: Scene) -> None:
    files = told.register.trust_files()
    assert set(files) == {
        "log.vkey",
        "did.json",
        "root.pem",
        "witnesses",
        "status/revocation-0",
        "status/supersession-0",
    }
    trust = trust_from_files(files)
    assert [key.name for key in trust.log_keys] == [ORIGIN]
    assert trust.keys.did == "did:web:skills.example"
    assert (trust.witnesses, trust.quorum) == ((), 0)
    assert set(trust.status_lists) == {
        f"{WEB_ORIGIN}/status/revocation-0",
        f"{WEB_ORIGIN}/status/supersession-0",
    }


def test_the_root_certificate_is_that_of_the_root_key(told: Scene) -> None:
    certificate = x509.load_pem_x509_certificate(told.register.trust_files()["root.pem"])
    assert certificate.public_key().public_bytes_raw() == _root(told).public  # type: ignore[union-attr]


def test_only_keys_that_sign_forms_are_in_the_did_document(told: Scene) -> None:
    document = json.loads(told.register.did_document())
    roles = {str(name).rpartition("#")[2].rpartition("-")[0] for name in document["assertionMethod"]}
    assert roles == {"credential", "status", "qr", "receipt", "sheet"}


def test_no_file_of_the_folder_says_anything_of_a_holder(told: Scene) -> None:
    whole = b"".join(told.register.trust_files().values())
    for holder in HOLDERS.values():
        assert holder.name.encode() not in whole
        assert holder.id_number.encode() not in whole
        assert holder.number.encode() not in whole


def test_after_a_rotation_both_log_keys_are_named_the_newest_first(scene: Scene) -> None:
    (old,) = scene.register.vkey().splitlines()
    new_key = introduce_next(scene.register, NextKey(KeyRole.LOG), passphrase=PASSPHRASE, root=_root(scene))
    newest, before = scene.register.vkey().splitlines()
    assert parse_vkey(newest).public == new_key.public
    assert before == old


def test_a_key_that_was_only_rotated_out_is_still_believed_and_one_that_leaked_is_not(scene: Scene) -> None:
    rotated, leaked = scene.register.keys[KeyRole.CREDENTIAL], scene.register.keys[KeyRole.QR]
    form = scene.register.electronic(_index(scene), "json").content
    code = scene.register.electronic(_index(scene), "png").content
    _retire(scene, rotated.key_id, "rotated")
    _retire(scene, leaked.key_id, "compromised")
    methods = {
        str(each["id"]).rpartition("#")[2]: each
        for each in json.loads(scene.register.did_document())["verificationMethod"]
    }
    assert "revoked" not in methods[f"credential-{rotated.key_id}"]
    assert "revoked" in methods[f"qr-{leaked.key_id}"]
    assert scene.register.verify_file(form, name=None).steps[2].outcome == "passed"
    assert "unknown_key" in {step.reason for step in scene.register.verify_file(code, name=None).steps}


def _index(scene: Scene) -> int:
    return scene.register.ledger.records.versions(HOLDERS[Story.PLAIN].number)[0].certificate
