"""The register's did:web document."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.did import DidKey, did_document, did_of_origin, parse_did_document
from signing.encoding import canonical_json
from signing.errors import SigningError
from signing.form_errors import MalformedDid, UnknownKey
from signing.keys import KeyRole
from tests.signing.sample_forms import DID, KEYS, NOW, ORIGIN

CREDENTIAL = DidKey(KeyRole.CREDENTIAL, KEYS[KeyRole.CREDENTIAL].public)
STATUS = DidKey(KeyRole.STATUS, KEYS[KeyRole.STATUS].public)


@pytest.mark.parametrize(
    ("origin", "did"),
    [
        ("https://skills.example", "did:web:skills.example"),
        ("https://skills.example:8443", "did:web:skills.example%3A8443"),
        ("http://127.0.0.1:8000", "did:web:127.0.0.1%3A8000"),
    ],
)
def test_an_origin_becomes_a_did(origin: str, did: str) -> None:
    assert did_of_origin(origin) == did


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "skills.example",
        "ftp://x",
        "https://x/",
        "https://x/y",
        "https://u@x",
        "https://X.example",
        "https://[::1]",
    ],
)
def test_what_is_no_plain_origin_has_no_did(origin: str) -> None:
    with pytest.raises(MalformedDid):
        did_of_origin(origin)


def test_current_and_past_keys_are_read_back() -> None:
    past = DidKey(KeyRole.CREDENTIAL, KEYS[KeyRole.ROOT].public)
    keys = parse_did_document(did_document(ORIGIN, [CREDENTIAL, past, STATUS]))
    assert keys.did == DID
    assert set(keys.by_method.values()) == {CREDENTIAL, past, STATUS}
    for each in (CREDENTIAL, past):
        assert keys.key(f"{DID}#{each.fragment}", KeyRole.CREDENTIAL, NOW) == each


def test_a_key_serves_no_role_but_its_own() -> None:
    keys = parse_did_document(did_document(ORIGIN, [CREDENTIAL, STATUS]))
    with pytest.raises(UnknownKey):
        keys.key(f"{DID}#{STATUS.fragment}", KeyRole.CREDENTIAL, NOW)
    with pytest.raises(UnknownKey):
        keys.key_by_id("0" * 16, KeyRole.CREDENTIAL, NOW)


def test_a_revoked_key_is_no_longer_believed() -> None:
    revoked = DidKey(KeyRole.CREDENTIAL, CREDENTIAL.public, datetime(2025, 9, 1, tzinfo=UTC))
    keys = parse_did_document(did_document(ORIGIN, [revoked]))
    keys.key(f"{DID}#{revoked.fragment}", KeyRole.CREDENTIAL, datetime(2025, 8, 31, tzinfo=UTC))
    with pytest.raises(UnknownKey):
        keys.key(f"{DID}#{revoked.fragment}", KeyRole.CREDENTIAL, NOW)


def test_a_revoked_key_is_named_but_no_longer_listed_for_assertions() -> None:
    revoked = DidKey(KeyRole.CREDENTIAL, CREDENTIAL.public, datetime(2025, 9, 1, tzinfo=UTC))
    written = did_document(ORIGIN, iter([revoked, STATUS]))
    document = json.loads(written)
    assert len(document["verificationMethod"]) == 2
    assert document["assertionMethod"] == [f"{DID}#{STATUS.fragment}"]
    assert parse_did_document(written).revoked(KeyRole.CREDENTIAL, NOW) == {CREDENTIAL.public}
    document["assertionMethod"].append(f"{DID}#{revoked.fragment}")
    with pytest.raises(MalformedDid):
        parse_did_document(canonical_json(document))


def test_a_key_that_is_not_for_assertions_is_left_out() -> None:
    document = json.loads(did_document(ORIGIN, [CREDENTIAL, STATUS]))
    document["assertionMethod"] = document["assertionMethod"][:1]
    assert list(parse_did_document(canonical_json(document)).by_method.values()) == [CREDENTIAL]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", f"did:web:other#{CREDENTIAL.fragment}"),
        ("id", f"{DID}#nothing-0000"),
        ("type", "JsonWebKey"),
        ("controller", "did:web:other"),
        ("publicKeyMultibase", "z6Mk"),
        ("publicKeyMultibase", 1),
        ("revoked", "yesterday"),
        ("revoked", 1),
    ],
)
def test_a_key_under_a_name_that_does_not_fit_is_refused(field: str, value: object) -> None:
    document = json.loads(did_document(ORIGIN, [CREDENTIAL]))
    document["verificationMethod"][0][field] = value
    with pytest.raises(MalformedDid):
        parse_did_document(canonical_json(document))


def test_a_key_listed_twice_is_refused() -> None:
    with pytest.raises(MalformedDid):
        parse_did_document(did_document(ORIGIN, [CREDENTIAL, CREDENTIAL]))


@given(st.one_of(st.binary(max_size=60), st.sampled_from([b"{}", b"[]", b'{"id":1}', b'{"id":"did:web:x"}'])))
def test_arbitrary_bytes_are_the_rooms_own_error(data: bytes) -> None:
    with pytest.raises(SigningError):
        parse_did_document(data)
