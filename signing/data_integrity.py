"""Data Integrity proofs of the suite `eddsa-jcs-2022`: made, and checked.

signed bytes = SHA256(JCS(proof without proofValue)) || SHA256(JCS(document without proof))

The proof repeats the document's `@context`, so that a context cannot be swapped under a valid proof.
One proof a document: a set of proofs in which a single good one counts is refused.

Source: W3C Data Integrity EdDSA Cryptosuites v1.0 section 3.3 (eddsa-jcs-2022); Verifiable Credential Data
Integrity 1.0 section 2.1 (proofs); RFC 8785.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from signing.encoding import Json, canonical_json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedProof
from signing.keys import SigningKey, verify
from signing.multibase import base58_decode, base58_encode

_FIXED = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "proofPurpose": "assertionMethod",
}
_OTHERS = {"@context", "created", "verificationMethod", "proofValue"}


@dataclass(frozen=True)
class Proof:
    """What a proof says beside its signature."""

    method: str
    created_at: datetime
    signature: bytes


def sign_document(
    document: Mapping[str, Json], key: SigningKey, *, method: str, created_at: datetime
) -> dict[str, Json]:
    """The document with one proof by `key`, whose public half is found under the DID URL `method`."""
    options: dict[str, Json] = {**_FIXED, "verificationMethod": method, "created": rfc3339(created_at)}
    if "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(signed_bytes(document, options))
    return {**document, "proof": {**options, "proofValue": base58_encode(signature)}}


def proof_of(document: Mapping[str, Json]) -> Proof:
    """The document's one proof, not yet checked. Raises: MalformedProof."""
    options = document.get("proof")
    if not isinstance(options, dict) or not options.keys() <= _FIXED.keys() | _OTHERS:
        raise MalformedProof
    method, created, value = (
        options.get("verificationMethod"),
        options.get("created"),
        options.get("proofValue"),
    )
    if any(options.get(name) != wanted for name, wanted in _FIXED.items()):
        raise MalformedProof
    if options.get("@context") != document.get("@context"):
        raise MalformedProof
    if not isinstance(method, str) or not isinstance(created, str) or not isinstance(value, str):
        raise MalformedProof
    try:
        return Proof(method, parse_rfc3339(created), base58_decode(value, length=64))
    except MalformedEncoding as fault:
        raise MalformedProof from fault


def check_proof(document: Mapping[str, Json], public: bytes) -> Proof:
    """Shows that the key of `public` signed this document. Raises: MalformedProof, BadSignature."""
    proof = proof_of(document)
    options = document["proof"]
    assert isinstance(options, dict)  # proof_of read it
    bare = {name: value for name, value in options.items() if name != "proofValue"}
    try:
        message = signed_bytes(document, bare)
    except MalformedEncoding as fault:
        raise MalformedProof from fault
    verify(public, message, proof.signature)
    return proof


def signed_bytes(document: Mapping[str, Json], options: Mapping[str, Json]) -> bytes:
    """The 64 bytes that are signed: the hash of the proof options, then the hash of the document.

    Raises: MalformedEncoding for numbers that have no canonical form.
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    return sha256(canonical_json(dict(options))).digest() + sha256(canonical_json(unsecured)).digest()
