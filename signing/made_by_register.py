"""The steps that the check of every statement of the register begins with: its time, its key, its proof.

Source: W3C Data Integrity EdDSA Cryptosuites v1.0 section 3.3.
"""

from collections.abc import Mapping
from datetime import datetime

from signing.data_integrity import check_proof, proof_of
from signing.encoding import Json
from signing.errors import BadSignature
from signing.form_errors import MalformedProof, UnknownKey
from signing.keys import KeyRole
from signing.outcomes import Step, failed, not_checked, passed
from signing.standing import CLOCK_SKEW
from signing.trust import Trust


def check_period(name: str, made_at: datetime, now: datetime) -> Step:
    """Not from the future."""
    if made_at > now + CLOCK_SKEW:
        return failed(name, "stated_in_the_future")
    return passed(name)


def check_signature(
    names: tuple[str, str],
    document: Mapping[str, Json],
    issuer: str,
    made_at: datetime,
    trust: Trust,
    now: datetime,
) -> tuple[Step, Step]:
    """The key is the issuer's, good for receipts, and did not leak; the proof is of that moment and holds."""
    key_name, signed_name = names
    try:
        proof = proof_of(document)
        if proof.created_at != made_at:
            raise MalformedProof
    except MalformedProof:
        return not_checked(key_name, "no_proof"), failed(signed_name, "proof_malformed")
    try:
        if issuer != trust.keys.did:
            raise UnknownKey
        key = trust.keys.key(proof.method, KeyRole.RECEIPT, now)
    except UnknownKey:
        return failed(key_name, "unknown_key"), not_checked(signed_name, "no_key")
    try:
        check_proof(document, key.public)
    except (BadSignature, MalformedProof):
        return passed(key_name), failed(signed_name, "bad_signature")
    return passed(key_name), passed(signed_name)
