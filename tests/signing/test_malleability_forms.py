"""Credentials, status lists and DID documents have one spelling each."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from signing.credential import build_credential, parse_credential
from signing.data_integrity import JCS, RDFC, check_proof, sign_document
from signing.did import parse_did_document
from signing.encoding import (
    Json,
    b64url_decode,
    b64url_encode,
    canonical_json,
    parse_rfc3339,
)
from signing.keys import KeyRole
from signing.multibase import base58_decode, base58_encode
from signing.status_list import StatusPurpose, parse_status_list
from tests.signing import sample_forms as forms
from tests.signing.mutations import (
    JSON_SPELLINGS,
    Case,
    Change,
    Form,
    cases_of,
    edited,
    plus_order,
    spare_bits,
)

STATUS_KEY = forms.KEYS[KeyRole.STATUS]
CREDENTIAL_KEY = forms.KEYS[KeyRole.CREDENTIAL]
SAMPLE = forms.statement()


def _resigned(key: KeyRole) -> Change:
    """The document signed again by the right key."""

    def change(data: bytes) -> bytes:
        document = json.loads(data)
        proof = document.pop("proof")
        at = parse_rfc3339(proof["created"])
        signed = sign_document(document, forms.KEYS[key], method=proof["verificationMethod"], created_at=at)
        return canonical_json(signed)

    return change


def _proof(alter: Callable[[Any], object]) -> Change:
    return edited(lambda it: alter(it["proof"]))


def _value(alter: Callable[[bytes], str]) -> Change:
    def edit(proof: Any) -> None:
        proof["proofValue"] = alter(base58_decode(str(proof["proofValue"]), length=64))

    return _proof(edit)


PROOF_SPELLINGS: dict[str, Change] = {
    "proof in multibase u": _value(lambda it: "u" + b64url_encode(it)),
    "proof in hex": _value(lambda it: "f" + it.hex()),
    "proof with a zero digit": _value(lambda it: base58_encode(it).replace("z", "z1", 1)),
    "proof with a zero byte": _value(lambda it: base58_encode(it + b"\x00")),
    "proof S + L": _value(lambda it: base58_encode(plus_order(it))),
    "proof without its base": _value(lambda it: base58_encode(it)[1:]),
    "unknown field in the proof": _proof(lambda it: it.update(domain="x")),
    "proof of another suite": _proof(lambda it: it.update(cryptosuite="eddsa-rdfc-2022")),
    "proof for another purpose": _proof(lambda it: it.update(proofPurpose="authentication")),
    "proof without context": _proof(lambda it: it.pop("@context")),
    "proof at another time": _proof(lambda it: it.update(created="2025-01-01T00:00:00Z")),
    "proof with fractions of a second": _proof(lambda it: it.update(created=f"{it['created']}"[:-1] + ".0Z")),
    "proof in a list": edited(lambda it: it.update(proof=[it["proof"]])),
    "no proof": edited(lambda it: it.pop("proof")),
    "unknown field": edited(lambda it: it.update(note="x")),
}


def _credential(data: bytes) -> object:
    return check_proof(parse_credential(data).document, CREDENTIAL_KEY.public, (JCS, RDFC))


def _position(index: Json) -> Change:
    def edit(value: Any) -> None:
        value["credentialStatus"][0]["statusListIndex"] = index

    return edited(edit, _resigned(KeyRole.CREDENTIAL))


CREDENTIAL = Form(
    "credential",
    forms.make_credential(SAMPLE, forms.FORM_KEYS),
    _credential,
    {
        **JSON_SPELLINGS,
        **PROOF_SPELLINGS,
        "position with a zero before": _position("01"),
        "position in wide digits": _position("１"),
        "position with a sign": _position("+1"),
        "position too long to be read whole": _position("1" * 12),
        "position as a number": _position(1),
        "version with a zero before": edited(
            lambda it: it.update(id=it["id"].replace("version-1", "version-01")),
            _resigned(KeyRole.CREDENTIAL),
        ),
    },
)


def _subject(alter: Callable[[Any], object]) -> Change:
    return edited(lambda it: alter(it["credentialSubject"]))


# The honest signature covers statements: what makes the same ones is in test_credential_shape.py.
STATEMENTS = Form(
    "credential over statements",
    build_credential(SAMPLE, CREDENTIAL_KEY, RDFC),
    _credential,
    {
        **JSON_SPELLINGS,
        **PROOF_SPELLINGS,
        "proof of another suite": _proof(lambda it: it.update(cryptosuite="eddsa-jcs-2022")),
        "proof without context": _proof(lambda it: it.update({"@context": None})),
        "proof with its context": edited(lambda it: it["proof"].update({"@context": it["@context"]})),
        "proof with a type in a list": _proof(lambda it: it.update(type=["DataIntegrityProof"])),
        "proof with a name": _proof(lambda it: it.update(id="urn:uuid:6cae53be-ed55-5b19-b424-62cd81ccfa9d")),
        "one status twice": edited(lambda it: it["credentialStatus"].append(it["credentialStatus"][0])),
        "two results": _subject(lambda it: it["result"].append(it["result"][0])),
        "a result in no list": _subject(lambda it: it.update(result=it["result"][0])),
        "an empty specialization": _subject(lambda it: it["achievement"].update(specialization="")),
    },
)


def _status(data: bytes) -> object:
    return check_proof(parse_status_list(data).document, STATUS_KEY.public)


def _bits(alter: Callable[[bytes], bytes]) -> Change:
    """The compressed bits altered, signed again."""

    def edit(value: Any) -> None:
        subject = value["credentialSubject"]
        compressed = b64url_decode(str(subject["encodedList"])[1:])
        subject["encodedList"] = "u" + b64url_encode(alter(compressed))

    return edited(edit, _resigned(KeyRole.STATUS))


def _list_text(alter: Callable[[str], str]) -> Change:
    def edit(value: Any) -> None:
        subject = value["credentialSubject"]
        subject["encodedList"] = alter(str(subject["encodedList"]))

    return edited(edit, _resigned(KeyRole.STATUS))


def _named_gzip(compressed: bytes) -> bytes:
    return compressed[:3] + b"\x08" + compressed[4:10] + b"name\x00" + compressed[10:]


STATUS_LIST = Form(
    "status list",
    forms.status_list(StatusPurpose.REVOCATION, [1, 7]),
    _status,
    {
        **JSON_SPELLINGS,
        **PROOF_SPELLINGS,
        "signed with an unknown field": edited(lambda it: it.update(note="x"), _resigned(KeyRole.STATUS)),
        "signed without its end": edited(lambda it: it.pop("validUntil"), _resigned(KeyRole.STATUS)),
        "signed for another place": edited(
            lambda it: it.update(id=f"{forms.ORIGIN}/status/revocation-1"), _resigned(KeyRole.STATUS)
        ),
        "bytes behind the gzip": _bits(lambda it: it + b"\x00"),
        "second gzip member": _bits(lambda it: it + gzip.compress(b"", mtime=0)),
        "bits in two members": _bits(
            lambda it: (
                gzip.compress(gzip.decompress(it)[:100], mtime=0)
                + gzip.compress(gzip.decompress(it)[100:], mtime=0)
            )
        ),
        "a byte too long": _bits(lambda it: gzip.compress(gzip.decompress(it) + b"\x00", mtime=0)),
        "a byte too short": _bits(lambda it: gzip.compress(gzip.decompress(it)[:-1], mtime=0)),
        "gzip cut": _bits(lambda it: it[:-1]),
        "gzip with a time": _bits(lambda it: gzip.compress(gzip.decompress(it), mtime=1)),
        "gzip with a name": _bits(_named_gzip),
        "gzip with another sum": _bits(lambda it: it[:-8] + bytes(4) + it[-4:]),
        "bare bits": _bits(gzip.decompress),
        "list with spare bits": _list_text(lambda s: "u" + spare_bits(s[1:])),
        "list with padding": _list_text(lambda s: s + "="),
        "list in another base": _list_text(lambda s: "z" + s[1:]),
        "list without its base": _list_text(lambda s: s[1:]),
    },
)


def _method(alter: Callable[[Any], object]) -> Change:
    return edited(lambda it: alter(it["verificationMethod"][0]))


def _listed(value: Any) -> list[Json]:
    names = value["assertionMethod"]
    assert isinstance(names, list)
    return names


DID_DOCUMENT = Form(
    "did document",
    forms.trust_files()["did.json"],
    parse_did_document,
    {
        **JSON_SPELLINGS,
        "unknown member": edited(lambda it: it.update(alsoKnownAs=[])),
        "other context": edited(lambda it: it.update({"@context": "https://www.w3.org/ns/did/v1"})),
        "did in capitals": edited(lambda it: it.update(id="did:web:SKILLS.example")),
        "unknown field of a key": _method(lambda it: it.update(expires="2020-01-01T00:00:00Z")),
        "revoked and still listed": _method(lambda it: it.update(revoked="2025-01-01T00:00:00Z")),
        "not revoked, in words": _method(lambda it: it.update(revoked=None)),
        "revoked with an offset": _method(lambda it: it.update(revoked="2025-01-01T00:00:00+00:00")),
        "key in another base": _method(
            lambda it: it.update(publicKeyMultibase="u" + b64url_encode(b"\xed\x01" + CREDENTIAL_KEY.public))
        ),
        "key with a zero digit": _method(
            lambda it: it.update(publicKeyMultibase="z1" + str(it["publicKeyMultibase"])[1:])
        ),
        "key of another kind": _method(
            lambda it: it.update(publicKeyMultibase=base58_encode(b"\xe7\x01" + CREDENTIAL_KEY.public))
        ),
        "name of another key": _method(lambda it: it.update(id=f"{forms.DID}#credential-{'0' * 16}")),
        "name listed twice": edited(lambda it: _listed(it).append(_listed(it)[0])),
        "unknown name listed": edited(lambda it: _listed(it).append(f"{forms.DID}#x")),
        "no text listed": edited(lambda it: _listed(it).append([])),
        "key under two names": edited(
            lambda it: it["verificationMethod"].append(it["verificationMethod"][0])
        ),
    },
)


@pytest.mark.parametrize("case", cases_of([CREDENTIAL, STATEMENTS, STATUS_LIST, DID_DOCUMENT]), ids=str)
def test_another_spelling_is_refused(case: Case) -> None:
    case.is_refused()
