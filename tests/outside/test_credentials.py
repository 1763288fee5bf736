"""Credentials before verifiers that share no code with ours, each knowing only what the register publishes.

- npm `@digitalbazaar/vc` with `data-integrity`, both cryptosuites, and `vc-bitstring-status-list`
- npm `@digitalcredentials/verifier-core`, which knows `eddsa-rdfc-2022` only
- PyPI `apsig`, which knows `eddsa-jcs-2022` only

docs/electronic-certificates.md says the same in a table; where one is weaker than ours, its test says so.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from apsig import ProofVerifier  # type: ignore[import-untyped]

from signing.credential import build_credential, credential_body
from signing.data_integrity import JCS, RDFC, Suite, sign_document
from signing.did import DidKey, did_document
from signing.encoding import canonical_json, rfc3339
from signing.keys import KeyRole, SigningKey
from signing.multibase import base58_encode, multikey
from signing.report import Conclusion
from signing.status_list import LIST_ENTRIES, StatusPurpose, parse_status_list
from signing.trust import trust_from_files
from signing.verifier import verify
from tests.outside.node_verifiers import NodeVerifiers
from tests.signing import sample_forms as forms

SUITES = [JCS, RDFC]
ROLES = (KeyRole.CREDENTIAL, KeyRole.STATUS, KeyRole.QR)
KEY = forms.KEYS[KeyRole.CREDENTIAL]
METHOD = f"{forms.DID}#credential-{KEY.key_id}"
DID_ADDRESS = f"{forms.ORIGIN}/.well-known/did.json"
LISTS = {purpose: f"{forms.ORIGIN}/status/{purpose}-0" for purpose in StatusPurpose}
BADGE_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
SCHEMA_FILE = Path(forms.__file__).parent / "vectors" / "open-badges" / "achievement-credential.schema.json"
SEED = bytes([list(KeyRole).index(KeyRole.CREDENTIAL)]) * 32
Change = Callable[[Any], object]


def credential(suite: Suite, change: Change = lambda _: None) -> Any:
    """The sample as its holder has it, then changed."""
    document = json.loads(build_credential(forms.statement(), KEY, suite))
    change(document)
    return document


def published(files: dict[str, bytes] | None = None) -> dict[str, Any]:
    """What a verifier can fetch: the files of a trust folder at their addresses."""
    files = forms.trust_files() if files is None else files
    documents = {DID_ADDRESS: json.loads(files["did.json"])}
    for purpose, address in LISTS.items():
        documents[address] = json.loads(files[f"status/{purpose}-0.json"])
    return documents


def asked(
    node: NodeVerifiers, document: Any, documents: dict[str, Any] | None = None, at: datetime = forms.NOW
) -> Any:
    """What `vc` says; it must have found all it wanted."""
    answer = node.ask("vc", documents=documents or published(), now=rfc3339(at), credential=document)
    assert answer["refused"] == []
    return answer["said"]


def asked_dcc(node: NodeVerifiers, document: Any) -> Any:
    """What `verifier-core` says, which asks for the schema of Open Badges too."""
    documents = {**published(), BADGE_SCHEMA: json.loads(SCHEMA_FILE.read_bytes())}
    answer = node.ask("dcc", documents=documents, now=rfc3339(forms.NOW), credential=document)
    assert answer["refused"] == []
    return answer["said"]


def ours(document: Any, files: dict[str, bytes] | None = None) -> Conclusion:
    """What this product's verifier says."""
    trust = trust_from_files(forms.trust_files() if files is None else files)
    return verify(canonical_json(document), trust, forms.NOW).conclusion


def signed_by(key: SigningKey, method: str, suite: Suite) -> Any:
    """The sample's body signed by another key, under that name."""
    sample = forms.statement()
    at = sample.registered_at
    return sign_document(credential_body(sample), key, method=method, created_at=at, suite=suite)


def with_keys(*keys: DidKey) -> dict[str, bytes]:
    """A trust folder whose DID document lists these keys, and the status key."""
    status = DidKey(KeyRole.STATUS, forms.KEYS[KeyRole.STATUS].public)
    return {**forms.trust_files(), "did.json": did_document(forms.ORIGIN, [*keys, status])}


def test_the_lock_pins_every_package_by_hash_and_names_no_address() -> None:
    packages = json.loads((Path(__file__).parent / "node" / "package-lock.json").read_bytes())["packages"]
    assert len(packages) > 100
    for name, package in packages.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


def test_the_documentation_names_the_versions_that_were_asked() -> None:
    pinned = json.loads((Path(__file__).parent / "node" / "package.json").read_bytes())["dependencies"]
    pinned["apsig"] = version("apsig")
    told = (Path(__file__).parents[2] / "docs" / "electronic-certificates.md").read_text(encoding="utf-8")
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    for name in ("vc", "data-integrity", "eddsa-jcs-2022-cryptosuite", "eddsa-rdfc-2022-cryptosuite"):
        assert any(pinned[f"@digitalbazaar/{name}"] in row for row in rows if "`@digitalbazaar/vc`" in row)
    for name in ("@digitalcredentials/verifier-core", "apsig"):
        assert any(f"`{name}` | {pinned[name]} |" in row for row in rows)


TAMPERED: dict[str, Change] = {
    "occupation": lambda it: it["credentialSubject"]["achievement"].update(fieldOfStudy="焊工"),
    "number": lambda it: it["credentialSubject"].update(licenseNumber="S000043990001253000002"),
    "level": lambda it: it["credentialSubject"]["result"][0].update(value="1"),
    "name": lambda it: it["credentialSubject"]["identifier"][0].update(identityHash="示例乙"),
    "identity hash": lambda it: it["credentialSubject"]["identifier"][1].update(
        identityHash="sha256$" + "0" * 64
    ),
    "institution": lambda it: it["credentialSubject"]["source"].update(name="另一示例机构"),
    "award date": lambda it: it.update(awardedDate="2025-09-02T00:00:00+08:00"),
    "status position": lambda it: it["credentialStatus"][0].update(statusListIndex="2"),
    "receipt": lambda it: it["evidence"][0].update(id=it["evidence"][0]["id"] + "x"),
    "time of the proof": lambda it: it["proof"].update(created="2025-09-20T02:03:05Z"),
    "purpose of the proof": lambda it: it["proof"].update(proofPurpose="authentication"),
    "another key of the register": lambda it: it["proof"].update(
        verificationMethod=f"{forms.DID}#status-{forms.KEYS[KeyRole.STATUS].key_id}"
    ),
    "signature": lambda it: it["proof"].update(proofValue=base58_encode(bytes(64))),
}


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_vc_accepts_it_and_sees_that_it_is_in_force(node: NodeVerifiers, suite: Suite) -> None:
    said = asked(node, credential(suite))
    assert said == {
        "verified": True,
        "proofs": [True],
        "statuses": {"revocation": False, "supersession": False},
        "errors": [],
    }


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_vc_and_we_reject_it_once_anything_was_changed(
    node: NodeVerifiers, suite: Suite, change: Change
) -> None:
    altered = credential(suite, change)
    assert asked(node, altered)["verified"] is False
    assert ours(altered) is Conclusion.NOT_AUTHENTIC


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_vc_and_we_reject_a_strangers_signature_under_the_registers_name(
    node: NodeVerifiers, suite: Suite
) -> None:
    stranger = SigningKey.from_seed(KeyRole.CREDENTIAL, b"\x77" * 32)
    forged = signed_by(stranger, METHOD, suite)
    assert asked(node, forged)["verified"] is False
    assert ours(forged) is Conclusion.NOT_AUTHENTIC


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_vc_knows_no_purpose_of_a_key_but_we_do(node: NodeVerifiers, suite: Suite) -> None:
    """A status list and a credential have one issuer, so the standard can't tell their keys apart."""
    status_key = forms.KEYS[KeyRole.STATUS]
    signed = signed_by(status_key, f"{forms.DID}#status-{status_key.key_id}", suite)
    assert asked(node, signed)["verified"] is True
    assert ours(signed) is Conclusion.NOT_AUTHENTIC


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_a_revoked_or_replaced_one_is_seen_in_the_results_and_not_in_the_flag(
    node: NodeVerifiers, suite: Suite
) -> None:
    for files, seen, conclusion in (
        (forms.trust_files(annulled=[1]), {"revocation": True, "supersession": False}, Conclusion.ANNULLED),
        (
            forms.trust_files(superseded=[1]),
            {"revocation": False, "supersession": True},
            Conclusion.SUPERSEDED,
        ),
    ):
        said = asked(node, credential(suite), published(files))
        assert (said["verified"], said["statuses"]) == (True, seen)
        assert ours(credential(suite), files) is conclusion


def _cleared(documents: dict[str, Any]) -> None:
    subject = documents[LISTS[StatusPurpose.REVOCATION]]["credentialSubject"]
    subject["encodedList"] = published()[LISTS[StatusPurpose.REVOCATION]]["credentialSubject"]["encodedList"]


def _of_another_purpose(documents: dict[str, Any]) -> None:
    documents[LISTS[StatusPurpose.REVOCATION]] = documents[LISTS[StatusPurpose.SUPERSESSION]]


def _by_a_stranger(documents: dict[str, Any]) -> None:
    stranger = SigningKey.from_seed(KeyRole.STATUS, b"\x77" * 32)
    data = forms.status_list(StatusPurpose.REVOCATION, key=stranger)
    documents[LISTS[StatusPurpose.REVOCATION]] = json.loads(data)


@pytest.mark.parametrize("forge", [_cleared, _of_another_purpose, _by_a_stranger])
def test_vc_refuses_a_forged_status_list(
    node: NodeVerifiers, forge: Callable[[dict[str, Any]], None]
) -> None:
    documents = published(forms.trust_files(annulled=[1]))
    forge(documents)
    answer = node.ask("vc", documents=documents, now=rfc3339(forms.NOW), credential=credential(JCS))
    assert answer["said"]["verified"] is False
    assert answer["said"]["statuses"] == {}


def test_vc_refuses_a_status_list_that_has_run_out(node: NodeVerifiers) -> None:
    said = asked(node, credential(JCS), at=forms.NOW + timedelta(days=30))
    assert (said["verified"], said["statuses"]) == (False, {})
    assert any("validUntil" in line for line in said["errors"])


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_an_independent_signer_makes_the_same_bytes(node: NodeVerifiers, suite: Suite) -> None:
    """Ed25519 signs the same way twice, so the canonical bytes are the same too."""
    sample = forms.statement()
    answer = node.ask(
        "sign",
        documents=published(),
        now=rfc3339(forms.NOW),
        suite=suite.name.split("-")[1],
        body=credential_body(sample),
        key={
            "publicKeyMultibase": multikey(KEY.public),
            "secretKeyMultibase": base58_encode(b"\x80\x26" + SEED),
        },
        method=METHOD,
        created=rfc3339(sample.registered_at),
    )
    assert canonical_json(answer["said"]) == build_credential(sample, KEY, suite)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_what_a_rotated_out_key_signed_goes_on_verifying(node: NodeVerifiers, suite: Suite) -> None:
    newer = DidKey(KeyRole.CREDENTIAL, SigningKey.from_seed(KeyRole.CREDENTIAL, b"\x78" * 32).public)
    files = with_keys(newer, DidKey(KeyRole.CREDENTIAL, KEY.public))
    assert asked(node, credential(suite), published(files))["verified"] is True
    assert ours(credential(suite), files) is Conclusion.AUTHENTIC_AND_IN_FORCE


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_what_a_leaked_key_signed_is_refused(node: NodeVerifiers, suite: Suite) -> None:
    """`vc` does not read `revoked`; that the key is no longer listed for assertions is what it sees."""
    files = with_keys(DidKey(KeyRole.CREDENTIAL, KEY.public, forms.NOW - timedelta(days=1)))
    documents = published(files)
    assert asked(node, credential(suite), documents)["verified"] is False
    assert ours(credential(suite), files) is Conclusion.NOT_AUTHENTIC
    did = documents[DID_ADDRESS]
    did["assertionMethod"] = [method["id"] for method in did["verificationMethod"]]
    assert asked(node, credential(suite), documents)["verified"] is True


def test_verifier_core_accepts_the_statements_and_reads_no_status_list(node: NodeVerifiers) -> None:
    """It knows no JCS, in which the lists are signed, and says that it could not check them."""
    said = asked_dcc(node, credential(RDFC))
    assert said["errors"] == []
    assert said["steps"] == {
        "valid_signature": True,
        "expiration": True,
        "revocation_status": "status_list_signature_error",
        "registered_issuer": False,
    }


def test_the_schema_of_open_badges_objects_to_two_things_that_the_data_model_allows(
    node: NodeVerifiers,
) -> None:
    """One proof in no list, as other verifiers want it; and two status entries, of which it knows one."""
    assert asked_dcc(node, credential(RDFC))["objections"] == [
        ["/proof", "must be array"],
        ["/credentialStatus", "must be object"],
    ]


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_verifier_core_rejects_it_once_anything_was_changed(node: NodeVerifiers, change: Change) -> None:
    said = asked_dcc(node, credential(RDFC, change))
    assert said["steps"].get("valid_signature") is not True
    assert said["errors"]


def test_verifier_core_calls_a_suite_that_it_does_not_know_an_invalid_signature(node: NodeVerifiers) -> None:
    said = asked_dcc(node, credential(JCS))
    assert (said["steps"], said["errors"]) == ({}, ["invalid_signature"])


def test_apsig_accepts_it_and_rejects_a_changed_one() -> None:
    verifier = ProofVerifier(multikey(KEY.public))
    assert verifier.verify_proof(credential(JCS)) == METHOD
    for change in TAMPERED.values():
        assert verifier.verify_proof(credential(JCS, change)) in (None, False)
    stranger = SigningKey.from_seed(KeyRole.CREDENTIAL, b"\x77" * 32)
    assert ProofVerifier(multikey(stranger.public)).verify_proof(credential(JCS)) in (None, False)
    with pytest.raises(ValueError, match="PROOF_VERIFICATION_ERROR"):
        verifier.verify_proof(credential(RDFC))


def test_status_lists_are_read_alike_on_both_sides(node: NodeVerifiers) -> None:
    now = rfc3339(forms.NOW)
    for ordinals in ([], [0], [1, 7, 8, LIST_ENTRIES - 1], list(range(0, LIST_ENTRIES, 997))):
        data = forms.status_list(StatusPurpose.REVOCATION, ordinals)
        document = json.loads(data)
        encoded = document["credentialSubject"]["encodedList"]
        looked_at = sorted({*ordinals, 0, 2, 6, 9, LIST_ENTRIES - 2})
        answer = node.ask("read", documents={}, now=now, encodedList=encoded, indexes=looked_at)
        assert answer["said"] == {"length": LIST_ENTRIES, "set": ordinals}
        theirs = node.ask("list", documents={}, now=now, length=LIST_ENTRIES, set=ordinals)["said"]
        document["credentialSubject"]["encodedList"] = theirs
        assert parse_status_list(canonical_json(document)).bits == parse_status_list(data).bits
