"""The certificate as a Verifiable Credential."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.commitment import FIELDS
from signing.credential import build_credential, identity_hash, parse_credential
from signing.data_integrity import check_proof
from signing.encoding import Json, canonical_json
from signing.errors import MalformedEncoding, SigningError, WrongKeyRole
from signing.form_errors import MalformedCredential
from signing.keys import KeyRole
from signing.receipts import parse_extra, parse_receipt
from signing.statement import HOLDER_FIELDS
from signing.status_list import StatusPurpose
from tests.signing.sample_forms import DID, KEYS, ORIGIN, RECORD, forms, statement

CREDENTIAL_KEY = KEYS[KeyRole.CREDENTIAL]


def _sample() -> bytes:
    return build_credential(statement(), CREDENTIAL_KEY)


def _document() -> dict[str, Json]:
    value = json.loads(_sample())
    assert isinstance(value, dict)
    return value


def _leaves(value: Json) -> list[Json]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value]


def test_contexts_and_types_are_the_two_standards_and_nothing_of_our_own() -> None:
    document = _document()
    assert document["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]


def test_the_credential_key_signed_it() -> None:
    proof = check_proof(_document(), CREDENTIAL_KEY.public)
    assert proof.method == f"{DID}#credential-{CREDENTIAL_KEY.key_id}"


def test_it_is_signed_by_no_key_of_another_purpose() -> None:
    for role in KeyRole:
        if role is not KeyRole.CREDENTIAL:
            with pytest.raises(WrongKeyRole):
                build_credential(statement(), KEYS[role])


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert _sample() == _sample()


def test_what_it_says_is_read_back() -> None:
    read = parse_credential(_sample())
    assert read.fields == {
        name: getattr(RECORD, name)
        for name in (
            "number",
            "name",
            "occupation_code",
            "occupation",
            "job",
            "level",
            "issued_on",
            "institution",
        )
    }
    assert (read.issuer, read.version, read.registered_at) == (DID, 1, statement().registered_at)
    assert read.status[StatusPurpose.SUPERSESSION].url == f"{ORIGIN}/status/supersession-0"
    assert {position.index for position in read.status.values()} == {1}


def test_a_specialty_is_read_back() -> None:
    record = replace(RECORD, job="电工（高压）")
    assert parse_credential(build_credential(statement(record), CREDENTIAL_KEY)).fields["job"] == record.job


def test_the_identity_number_stands_nowhere_in_it() -> None:
    assert RECORD.id_number not in _sample().decode()
    receipt = parse_receipt(parse_credential(_sample()).receipt)
    _, opening = parse_extra(receipt.extra)
    opened = opening["fields"]
    assert isinstance(opened, dict)
    assert set(opened) == HOLDER_FIELDS
    assert not {"id_number", "id_type", "employer"} & HOLDER_FIELDS


def test_the_salt_of_the_identity_hash_is_only_in_the_full_receipt() -> None:
    sample = statement()
    assert sample.identity_salt not in _sample().decode()
    assert sample.identity_salt.encode() not in parse_receipt(sample.receipt_public).extra
    _, opening = parse_extra(parse_receipt(sample.full_receipt).extra)
    opened = opening["fields"]
    assert isinstance(opened, dict)
    assert set(opened) == set(FIELDS)
    pair = opened["id_number"]
    assert isinstance(pair, list)
    value, salt = pair
    expected = "sha256$" + sha256(f"{value}{salt}".encode()).hexdigest()
    assert identity_hash(str(value), str(salt)) == expected
    assert expected in _sample().decode()


def test_every_value_is_text() -> None:
    """Numbers have more than one spelling between JSON and RDF; scores and levels are text."""
    assert {type(leaf) for leaf in _leaves(_document())} == {str, bool}


@pytest.mark.parametrize(
    "data",
    [
        lambda text: text + b"\n",
        lambda text: b" " + text,
        lambda text: json.dumps(json.loads(text), ensure_ascii=False).encode(),
        lambda text: json.dumps(dict(reversed(json.loads(text).items())), separators=(",", ":")).encode(),
        lambda text: b'{"id":"x",' + text[1:],
    ],
    ids=["newline", "space", "spaced", "reordered", "duplicate"],
)
def test_another_spelling_of_the_file_is_refused(data: object) -> None:
    assert callable(data)
    with pytest.raises(MalformedEncoding):
        parse_credential(data(_sample()))


@pytest.mark.parametrize(
    "path",
    [
        ("@context",),
        ("type",),
        ("id",),
        ("issuer",),
        ("issuer", "id"),
        ("validFrom",),
        ("awardedDate",),
        ("credentialStatus",),
        ("credentialStatus", 0),
        ("credentialStatus", 0, "statusPurpose"),
        ("credentialStatus", 1, "statusListIndex"),
        ("credentialSubject", "identifier"),
        ("credentialSubject", "identifier", 0, "identityHash"),
        ("credentialSubject", "licenseNumber"),
        ("credentialSubject", "source", "name"),
        ("credentialSubject", "achievement"),
        ("credentialSubject", "result", 0, "value"),
        ("evidence",),
        ("evidence", 0, "id"),
    ],
)
def test_a_missing_part_is_named(path: tuple[str | int, ...]) -> None:
    document = json.loads(_sample())
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    with pytest.raises(MalformedCredential):
        parse_credential(canonical_json(document))


@pytest.mark.parametrize(
    "uri", ["https://x.example", "data:text/plain;charset=utf-8,%2f", "data:text/plain,x", "%FF"]
)
def test_a_receipt_in_another_spelling_is_refused(uri: str) -> None:
    document = json.loads(_sample())
    document["evidence"][0]["id"] = uri
    with pytest.raises(MalformedCredential):
        parse_credential(canonical_json(document))


@pytest.mark.parametrize("index", ["-1", "１", "1.0", "", "0x1"])
def test_a_position_that_is_no_number_is_refused(index: str) -> None:
    document = json.loads(_sample())
    document["credentialStatus"][0]["statusListIndex"] = index
    with pytest.raises(MalformedCredential):
        parse_credential(canonical_json(document))


def test_the_file_is_the_one_that_holders_download() -> None:
    assert forms().credential == _sample()


JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(sorted(_document())), JSON_VALUES)
def test_any_value_in_any_place_is_read_or_the_rooms_own_error(name: str, value: Json) -> None:
    document = {**_document(), name: value}
    try:
        data = canonical_json(document)
        parse_credential(data)
    except SigningError:
        return


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_the_rooms_own_error(data: bytes) -> None:
    with pytest.raises(SigningError):
        parse_credential(data)
