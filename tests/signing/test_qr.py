"""The QR token: checked here, by an unrelated implementation, and against every altered byte."""

import pytest
from cwt import COSE, COSEKey
from cwt import decode as cwt_decode
from cwt.cose_key_interface import COSEKeyInterface
from cwt.exceptions import VerifyError
from hypothesis import given
from hypothesis import strategies as st

from signing.cbor import Cbor, Tagged, decode, encode
from signing.encoding import b64url_decode, b64url_encode
from signing.errors import BadSignature, SigningError, WrongKeyRole
from signing.form_errors import MalformedToken
from signing.keys import KeyRole
from signing.qr import parse_qr_text, qr_text
from tests.signing.sample_forms import DID, KEYS, ORIGIN, RECORD, REGISTERED_AT, statement

QR_KEY = KEYS[KeyRole.QR]
TEXT = qr_text(statement(), QR_KEY)
START, _, ENCODED = TEXT.partition("#")
TOKEN = b64url_decode(ENCODED)


def _text(token: bytes) -> str:
    return f"{START}#{b64url_encode(token)}"


def _parts() -> tuple[bytes, bytes, bytes]:
    value = decode(TOKEN)
    assert isinstance(value, Tagged)
    match value.value:
        case [bytes() as protected, dict(), bytes() as payload, bytes() as signature]:
            return protected, payload, signature
    raise AssertionError("not a COSE_Sign1")


def _third_party_key() -> COSEKeyInterface:
    okp, eddsa, ed25519 = 1, -8, 6
    return COSEKey.new({1: okp, 2: bytes.fromhex(QR_KEY.key_id), 3: eddsa, -1: ed25519, -2: QR_KEY.public})


def test_the_token_says_what_the_statement_says() -> None:
    read = parse_qr_text(TEXT)
    read.check(QR_KEY.public)
    assert (read.number, read.masked_name, read.occupation_code) == (
        RECORD.number,
        "示**",
        RECORD.occupation_code,
    )
    assert (read.level, read.issued_on.isoformat(), read.version) == ("3", RECORD.issued_on, 1)
    assert (read.commitment, read.entry_index, read.ordinal) == (statement().commitment, 1, 1)
    assert (read.issuer, read.registered_at, read.names_its_address) == (DID, REGISTERED_AT, True)


def test_the_full_name_and_identity_number_are_not_in_the_code() -> None:
    for secret in (RECORD.name, RECORD.id_number, statement().identity_salt):
        assert secret.encode() not in TOKEN
        assert secret not in TEXT


def test_a_server_that_is_asked_for_the_page_learns_nothing_but_the_reference() -> None:
    assert f"{ORIGIN}/q/{statement().ref}" == START


def test_an_unrelated_implementation_accepts_the_token() -> None:
    claims = cwt_decode(TOKEN, [_third_party_key()])
    assert isinstance(claims, dict)
    assert (claims[1], claims[6]) == (DID, int(REGISTERED_AT.timestamp()))
    header, _, _ = COSE.new().decode_with_headers(TOKEN, [_third_party_key()])
    assert header[16] == "skillcert-qr"


def test_an_unrelated_implementation_rejects_an_altered_token() -> None:
    altered = TOKEN.replace(b"S000043990001253000001", b"S000043990001253000002")
    assert altered != TOKEN
    with pytest.raises(VerifyError):
        cwt_decode(altered, [_third_party_key()])


def test_only_a_qr_key_signs_codes() -> None:
    with pytest.raises(WrongKeyRole):
        qr_text(statement(), KEYS[KeyRole.CREDENTIAL])


@pytest.mark.parametrize("bit", [0x01, 0x02, 0x20, 0x80])
def test_a_changed_byte_anywhere_is_noticed(bit: int) -> None:
    for position, byte in enumerate(TEXT.encode()):
        changed = TEXT.encode()[:position] + bytes([byte ^ bit]) + TEXT.encode()[position + 1 :]
        try:
            read = parse_qr_text(changed.decode("latin-1"))
            read.check(QR_KEY.public)
        except (MalformedToken, BadSignature):
            continue
        # Another scheme or host that still reads well: the token does not name it.
        assert not read.names_its_address, position


@pytest.mark.parametrize(
    "change",
    [
        lambda protected, payload, signature: Tagged(18, [protected, {4: b"x"}, payload, signature]),
        lambda protected, payload, signature: Tagged(17, [protected, {}, payload, signature]),
        lambda protected, payload, signature: Tagged(18, [protected, {}, payload, signature, 0]),
        lambda protected, payload, signature: Tagged(18, [protected, {}, payload]),
        lambda protected, payload, signature: Tagged(18, [protected, {}, payload, signature[:63]]),
        lambda protected, payload, signature: Tagged(18, Tagged(18, [protected, {}, payload, signature])),
        lambda protected, payload, signature: [protected, {}, payload, signature],
        lambda _, payload, signature: Tagged(18, [b"", {}, payload, signature]),
        lambda _, payload, signature: Tagged(
            18, [encode({1: -8, 16: "skillcert-qr"}), {}, payload, signature]
        ),
        lambda _, payload, signature: Tagged(
            18, [encode({1: -7, 4: bytes(8), 16: "skillcert-qr"}), {}, payload, signature]
        ),
        lambda _, payload, signature: Tagged(
            18, [encode({1: -8, 4: bytes(8), 16: "jwt"}), {}, payload, signature]
        ),
    ],
)
def test_a_token_of_another_shape_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(MalformedToken):
        parse_qr_text(_text(encode(change(*_parts()))))


@pytest.mark.parametrize(
    ("label", "value"),
    [(1, 1), (2, -1), (3, b"x"), (5, "3"), (6, 2**62), (6, "2025"), (7, b"x" * 31), (9, 2**63), (10, 1)],
)
def test_a_claim_of_another_kind_is_refused(label: int, value: Cbor) -> None:
    protected, payload, signature = _parts()
    claims = decode(payload)
    assert isinstance(claims, dict)
    table = claims[-65537]
    assert isinstance(table, dict)
    table[label] = value
    with pytest.raises(MalformedToken):
        parse_qr_text(_text(encode(Tagged(18, [protected, {}, encode(claims), signature]))))


def test_a_token_behind_another_address_is_noticed() -> None:
    for start in (
        "https://skills.example.evil/q/" + statement().ref,
        f"{ORIGIN}/q/" + b64url_encode(bytes(16)),
    ):
        read = parse_qr_text(f"{start}#{ENCODED}")
        read.check(QR_KEY.public)
        assert not read.names_its_address


@pytest.mark.parametrize(
    "text",
    [
        "",
        TEXT + "=",
        TEXT + " ",
        START,
        START + "#",
        TEXT.replace("#", "?"),
        TEXT + "A",
        "#" + ENCODED,
        TEXT * 9,
    ],
)
def test_another_spelling_of_the_text_is_refused(text: str) -> None:
    with pytest.raises(MalformedToken):
        parse_qr_text(text)


@given(st.binary(max_size=120))
def test_arbitrary_tokens_are_the_rooms_own_error(token: bytes) -> None:
    with pytest.raises(SigningError):
        parse_qr_text(_text(token))
