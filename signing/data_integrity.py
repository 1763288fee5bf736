"""Data Integrity proofs of the suites `eddsa-jcs-2022` and `eddsa-rdfc-2022`: made, and checked.

signed bytes = SHA256(canonical(proof without proofValue)) || SHA256(canonical(document without proof))

The proof options are canonicalized under the document's `@context`, so that a context cannot be swapped under
a valid proof; with JCS the proof repeats it. One proof a document: a set of proofs in which a single good one
counts is refused.

Documents are checked with JCS unless the caller asks for more. With RDFC the signature covers the statements
that a text makes and not its bytes: only who knows the document's exact shape may accept it (see
`signing.credential_shape`).

Source: W3C Data Integrity EdDSA Cryptosuites v1.0 sections 3.2 (eddsa-rdfc-2022) and 3.3 (eddsa-jcs-2022);
Verifiable Credential Data Integrity 1.0 section 2.1 (proofs); RFC 8785; RDFC-1.0.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from signing.encoding import Json, canonical_json, parse_rfc3339, rfc3339
from signing.errors import MalformedEncoding
from signing.form_errors import MalformedProof
from signing.keys import SigningKey, verify
from signing.multibase import base58_decode, base58_encode
from signing.rdf import canonical_rdf

_FIXED = {"type": "DataIntegrityProof", "proofPurpose": "assertionMethod"}
_OTHERS = {"@context", "created", "cryptosuite", "verificationMethod", "proofValue"}


@dataclass(frozen=True)
class Suite:
    """How a proof's bytes are made: `canonical` of an object, and whether the proof repeats `@context`."""

    name: str
    canonical: Callable[[dict[str, Json]], bytes]
    repeats_context: bool


JCS = Suite("eddsa-jcs-2022", canonical_json, repeats_context=True)
RDFC = Suite("eddsa-rdfc-2022", canonical_rdf, repeats_context=False)


@dataclass(frozen=True)
class Proof:
    """What a proof says beside its signature."""

    suite: Suite
    method: str
    created_at: datetime
    signature: bytes


def sign_document(
    document: Mapping[str, Json], key: SigningKey, *, method: str, created_at: datetime, suite: Suite = JCS
) -> dict[str, Json]:
    """The document with one proof by `key`, whose public half is found under the DID URL `method`.

    Raises: MalformedEncoding for a document that has no canonical form in that suite.
    """
    options: dict[str, Json] = {
        **_FIXED,
        "cryptosuite": suite.name,
        "verificationMethod": method,
        "created": rfc3339(created_at),
    }
    if suite.repeats_context and "@context" in document:
        options["@context"] = document["@context"]
    signature = key.sign(signed_bytes(document, options, suite))
    return {**document, "proof": {**options, "proofValue": base58_encode(signature)}}


def proof_of(document: Mapping[str, Json], suites: Collection[Suite] = (JCS,)) -> Proof:
    """The document's one proof, not yet checked. Raises: MalformedProof."""
    options = document.get("proof")
    if not isinstance(options, dict) or not options.keys() <= _FIXED.keys() | _OTHERS:
        raise MalformedProof
    method, created, value = (
        options.get("verificationMethod"),
        options.get("created"),
        options.get("proofValue"),
    )
    suite = next((each for each in suites if each.name == options.get("cryptosuite")), None)
    if suite is None or any(options.get(name) != wanted for name, wanted in _FIXED.items()):
        raise MalformedProof
    if options.get("@context") != (document.get("@context") if suite.repeats_context else None):
        raise MalformedProof
    if not isinstance(method, str) or not isinstance(created, str) or not isinstance(value, str):
        raise MalformedProof
    try:
        return Proof(suite, method, parse_rfc3339(created), base58_decode(value, length=64))
    except MalformedEncoding as fault:
        raise MalformedProof from fault


def check_proof(document: Mapping[str, Json], public: bytes, suites: Collection[Suite] = (JCS,)) -> Proof:
    """Shows that the key of `public` signed this document. Raises: MalformedProof, BadSignature."""
    proof = proof_of(document, suites)
    options = document["proof"]
    assert isinstance(options, dict)  # proof_of read it
    bare = {name: value for name, value in options.items() if name != "proofValue"}
    try:
        message = signed_bytes(document, bare, proof.suite)
    except MalformedEncoding as fault:
        raise MalformedProof from fault
    verify(public, message, proof.signature)
    return proof


def signed_bytes(document: Mapping[str, Json], options: Mapping[str, Json], suite: Suite = JCS) -> bytes:
    """The 64 bytes that are signed: the hash of the proof options, then the hash of the document.

    Raises: MalformedEncoding for what has no canonical form.
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    context = {} if suite.repeats_context else {"@context": document.get("@context")}
    parts = ({**context, **options}, unsecured)
    return b"".join(sha256(suite.canonical(part)).digest() for part in parts)
