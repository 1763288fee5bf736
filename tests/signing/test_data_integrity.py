"""The proof suites eddsa-jcs-2022 and eddsa-rdfc-2022: the W3C vectors, and what must not pass."""

import json
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.data_integrity import RDFC, Suite, check_proof, proof_of, sign_document, signed_bytes
from signing.encoding import Json, parse_json
from signing.errors import BadSignature, SigningError
from signing.form_errors import MalformedProof
from signing.keys import KeyRole, SigningKey
from signing.multibase import base58_decode, base58_encode, parse_multikey
from signing.rdf import canonical_rdf
from tests.signing.sample_forms import KEYS, REGISTERED_AT

VECTORS = Path(__file__).parent / "vectors" / "eddsa-jcs-2022"
STATEMENTS = VECTORS.with_name("eddsa-rdfc-2022")
ORDER = 2**252 + 27742317777372353535851937790883648493
# The vectors name contexts that no credential of the register names.
THEIR_CONTEXTS = {
    "https://www.w3.org/ns/credentials/examples/v2": "credentials-examples-v2.json",
    "https://w3id.org/citizenship/v4rc1": "citizenship-v4rc1.json",
}


def _read(path: Path) -> dict[str, Json]:
    value = parse_json(path.read_bytes())
    assert isinstance(value, dict)
    return value


def _vector() -> dict[str, Json]:
    return _read(VECTORS / "signed.json")


def _their_suite() -> Suite:
    folder = VECTORS.with_name("contexts")
    known = {url: _read(folder / name) for url, name in THEIR_CONTEXTS.items()}
    return Suite(RDFC.name, partial(canonical_rdf, more_contexts=known), repeats_context=False)


def _their_key() -> SigningKey:
    secret = base58_decode(_pair()["privateKeyMultibase"], length=34)
    assert secret[:2] == b"\x80\x26"
    return SigningKey.from_seed(KeyRole.CREDENTIAL, secret[2:])


def _pair() -> dict[str, str]:
    value = json.loads((VECTORS / "key_pair.json").read_text())
    return {name: str(text) for name, text in value.items()}


def _signed(document: dict[str, Json]) -> dict[str, Json]:
    key = KEYS[KeyRole.CREDENTIAL]
    return sign_document(document, key, method="did:web:x#credential-1", created_at=REGISTERED_AT)


def test_the_w3c_vector_is_signed_again_byte_for_byte() -> None:
    published = _vector()
    document = {name: value for name, value in published.items() if name != "proof"}
    proof = proof_of(published)
    signed = sign_document(document, _their_key(), method=proof.method, created_at=proof.created_at)
    assert signed == published


@pytest.mark.parametrize("vector", ["alumni", "employment"])
def test_the_w3c_vectors_of_statements_are_signed_again_byte_for_byte(vector: str) -> None:
    published, suite = _read(STATEMENTS / vector / "signed.json"), _their_suite()
    document = {name: value for name, value in published.items() if name != "proof"}
    proof = proof_of(published, [suite])
    at = proof.created_at
    assert sign_document(document, _their_key(), method=proof.method, created_at=at, suite=suite) == published
    check_proof(published, parse_multikey(_pair()["publicKeyMultibase"]), [suite])


@pytest.mark.parametrize("vector", ["alumni", "employment"])
def test_the_w3c_vectors_of_statements_are_canonicalized_and_hashed_as_published(vector: str) -> None:
    folder, suite = STATEMENTS / vector, _their_suite()
    published = _read(folder / "signed.json")
    document = {name: value for name, value in published.items() if name != "proof"}
    options = published["proof"]
    assert isinstance(options, dict)
    bare = {name: value for name, value in options.items() if name != "proofValue"}
    in_context: dict[str, Json] = {"@context": published["@context"], **bare}
    assert suite.canonical(document) == (folder / "document.nq").read_bytes()
    assert suite.canonical(in_context) == (folder / "proof.nq").read_bytes()
    assert signed_bytes(published, bare, suite).hex() == (folder / "signed_bytes.txt").read_text().strip()


@pytest.mark.parametrize("vector", ["alumni", "employment"])
def test_a_proof_over_statements_is_refused_where_bytes_are_wanted(vector: str) -> None:
    """Status lists and signed receipts are read by their bytes; only a credential's shape is known."""
    with pytest.raises(MalformedProof):
        check_proof(_read(STATEMENTS / vector / "signed.json"), parse_multikey(_pair()["publicKeyMultibase"]))


def test_the_w3c_vector_hashes_as_published_and_verifies() -> None:
    published = _vector()
    options = published["proof"]
    assert isinstance(options, dict)
    bare = {name: value for name, value in options.items() if name != "proofValue"}
    assert signed_bytes(published, bare).hex() == (VECTORS / "signed_bytes.txt").read_text().strip()
    check_proof(published, parse_multikey(_pair()["publicKeyMultibase"]))


@pytest.mark.parametrize(
    ("name", "value"),
    [("issuer", "https://vc.example/issuers/5679"), ("validFrom", "2023-01-01T00:00:01Z"), ("extra", "x")],
)
def test_a_changed_document_is_refused(name: str, value: str) -> None:
    with pytest.raises(BadSignature):
        check_proof({**_vector(), name: value}, parse_multikey(_pair()["publicKeyMultibase"]))


def test_a_context_swapped_under_the_proof_is_refused() -> None:
    signed = _signed({"@context": ["https://a.example"], "x": "1"})
    with pytest.raises(MalformedProof):
        check_proof({**signed, "@context": ["https://b.example"]}, KEYS[KeyRole.CREDENTIAL].public)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"proofPurpose": "authentication"},
        {"domain": "x.example"},
        {"created": "2025-09-20T02:03:04.000Z"},
        {"created": 1},
        {"verificationMethod": None},
        {"proofValue": "u0"},
        {"proofValue": "z0"},
        {"proofValue": "z" + "1" * 400},
    ],
)
def test_a_proof_of_another_kind_is_refused(change: dict[str, Json]) -> None:
    signed = _signed({"x": "1"})
    options = signed["proof"]
    assert isinstance(options, dict)
    with pytest.raises(MalformedProof):
        check_proof({**signed, "proof": {**options, **change}}, KEYS[KeyRole.CREDENTIAL].public)


@pytest.mark.parametrize("proof", [None, [], "x", 7])
def test_a_set_of_proofs_or_none_is_refused(proof: Json) -> None:
    signed = _signed({"x": "1"})
    both: list[Json] = [signed["proof"], signed["proof"]]
    for value in (proof, both):
        with pytest.raises(MalformedProof):
            check_proof({**signed, "proof": value}, KEYS[KeyRole.CREDENTIAL].public)


def test_a_second_signature_value_of_the_same_proof_is_refused() -> None:
    """Adding the group order to S gives the same point equation; RFC 8032 demands S below the order."""
    signed = _signed({"x": "1"})
    value = proof_of(signed).signature
    other = value[:32] + (int.from_bytes(value[32:], "little") + ORDER).to_bytes(32, "little")
    options = signed["proof"]
    assert isinstance(options, dict)
    with pytest.raises(BadSignature):
        check_proof(
            {**signed, "proof": {**options, "proofValue": base58_encode(other)}},
            KEYS[KeyRole.CREDENTIAL].public,
        )


@given(st.binary(max_size=80))
def test_base58_is_read_back(data: bytes) -> None:
    assert base58_decode(base58_encode(data), length=len(data)) == data


@given(st.text(max_size=80))
def test_arbitrary_text_is_no_key_or_the_rooms_own_error(text: str) -> None:
    try:
        parse_multikey(text)
    except SigningError:
        return
    raise AssertionError("an arbitrary text was read as a key")
