"""What a register hands out and publishes, before Digital Bazaar's `vc`: every story, every turn of a key."""

import json
from typing import Any

import pytest

from registry.custody.rotation import NextKey, introduce_next, retire_key, unlock_root
from registry.electronic import Form
from registry.ledger.key_history import RetirementReason
from signing.encoding import rfc3339
from signing.keys import KeyRole, SigningKey
from tests.outside.node_verifiers import NodeVerifiers
from tests.registry.filled import HOLDERS, PASSPHRASE, ROOT_PASSPHRASE, WEB_ORIGIN, Scene, Story

CREDENTIALS = [Form.CREDENTIAL, Form.CREDENTIAL_RDFC]
LISTS = ("revocation-0", "supersession-0")


def handed_out(scene: Scene, story: Story, form: Form) -> Any:
    index = scene.register.ledger.records.versions(HOLDERS[story].number)[0].certificate
    return json.loads(scene.register.electronic(index, form.value).content)


def asked(node: NodeVerifiers, scene: Scene, credential: Any) -> tuple[bool, dict[str, bool]]:
    """What `vc` makes of it, and of its status, by what the register publishes now."""
    register = scene.register
    documents = {f"{WEB_ORIGIN}/.well-known/did.json": json.loads(register.did_document())}
    for name in LISTS:
        documents[f"{WEB_ORIGIN}/status/{name}"] = json.loads(register.status_list(name))
    now = rfc3339(scene.clock())
    answer = node.ask("vc", documents=documents, now=now, credential=credential)
    assert answer["refused"] == []
    return answer["said"]["verified"], answer["said"]["statuses"]


def rotated(scene: Scene, reason: RetirementReason) -> SigningKey:
    """The credential key gives way to another one, for that reason."""
    register = scene.register
    old, root = register.keys[KeyRole.CREDENTIAL], unlock_root(register, ROOT_PASSPHRASE)
    new = introduce_next(register, NextKey(KeyRole.CREDENTIAL), passphrase=PASSPHRASE, root=root)
    retire_key(register, old.key_id, reason, root_passphrase=ROOT_PASSPHRASE)
    register.publish_status(register.writer())
    return new


@pytest.mark.parametrize("form", CREDENTIALS)
@pytest.mark.parametrize(
    ("story", "revoked", "replaced"),
    [
        (Story.PLAIN, False, False),
        (Story.CORRECTED, False, False),
        (Story.REISSUED, False, False),
        (Story.REINSTATED, False, False),
        (Story.LEGACY, False, False),
        (Story.ANNULLED, True, False),
        (Story.SUPERSEDED, False, True),
        (Story.REPLACEMENT, False, False),
    ],
)
def test_vc_sees_what_became_of_each_certificate(
    node: NodeVerifiers, told: Scene, story: Story, revoked: bool, replaced: bool, form: Form
) -> None:
    said = asked(node, told, handed_out(told, story, form))
    assert said == (True, {"revocation": revoked, "supersession": replaced})


@pytest.mark.parametrize("form", CREDENTIALS)
def test_what_was_handed_out_before_a_rotation_goes_on_verifying_with_others(
    node: NodeVerifiers, scene: Scene, form: Form
) -> None:
    before = handed_out(scene, Story.PLAIN, form)
    new = rotated(scene, RetirementReason.ROTATED)
    after = handed_out(scene, Story.PLAIN, form)
    assert after["proof"]["verificationMethod"].endswith(new.key_id)
    assert before["proof"]["verificationMethod"] != after["proof"]["verificationMethod"]
    for credential in (before, after):
        assert asked(node, scene, credential)[0] is True


@pytest.mark.parametrize("form", CREDENTIALS)
def test_what_a_leaked_key_signed_is_refused_by_others_too(
    node: NodeVerifiers, scene: Scene, form: Form
) -> None:
    before = handed_out(scene, Story.PLAIN, form)
    rotated(scene, RetirementReason.COMPROMISED)
    assert asked(node, scene, before)[0] is False
    assert asked(node, scene, handed_out(scene, Story.PLAIN, form))[0] is True
