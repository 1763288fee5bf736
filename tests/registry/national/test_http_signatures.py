"""HTTP Message Signatures and Content-Digest against the published vectors, and against forgers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.national.errors import SignatureFault, SignatureRefused
from registry.national.http_signatures import (
    Message,
    Verified,
    check_content_digest,
    check_fresh,
    content_digest,
    request_message,
    response_message,
    sign,
    signature_base,
    verify_message,
)
from registry.national.structured_fields import InnerList, Item, Text, parse_dictionary, serialise
from signing.encoding import b64url_decode
from signing.errors import WrongKeyRole
from signing.keys import KeyRole, SigningKey
from tests.registry.national.row_builders import NOON, PROVINCE_KEY

# RFC 9421, Appendix B.1.4 (test-key-ed25519), B.2 (test-request) and B.2.6 (signing it with ed25519):
# https://www.rfc-editor.org/rfc/rfc9421#appendix-B.2.6 . Ed25519 is deterministic, so the signature must
# come out byte for byte.
RFC_KEY = SigningKey.from_seed(
    KeyRole.NATIONAL, b64url_decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU", length=32)
)
RFC_PUBLIC = b64url_decode("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs", length=32)
RFC_BODY = b'{"hello": "world"}'
RFC_DIGEST = (
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
)
RFC_INPUT = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
RFC_SIGNATURE = (
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
)
RFC_BASE = b"""\
"date": Tue, 20 Apr 2021 02:07:55 GMT
"@method": POST
"@path": /foo
"@authority": example.com
"content-type": application/json
"content-length": 18
"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")\
;created=1618884473;keyid="test-key-ed25519\""""
RFC_COVERED = ("date", "@method", "@path", "@authority", "content-type", "content-length")

COVERED = ("@method", "@authority", "@path", "content-type", "content-digest")
KEYS = {PROVINCE_KEY.key_id: PROVINCE_KEY.public}


def rfc_request(*more: tuple[str, str]) -> Message:
    fields = [
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Digest", RFC_DIGEST),
        ("Content-Length", "18"),
        *more,
    ]
    return request_message("POST", "Example.com:443", "/foo", scheme="https", fields=fields)


def signed_request(body: bytes = b"body", *, tag: str = "t", label: str = "sig") -> Message:
    fields = {"content-type": "text/plain", "content-digest": content_digest(body)}
    message = request_message("POST", "network.example", "/v1", scheme="http", fields=fields.items())
    signed = sign(message, COVERED, PROVINCE_KEY, NOON, tag=tag, label=label)
    return replace(message, fields={**message.fields, **signed})


def refusal(message: Message, *, tag: str = "t", required: tuple[str, ...] = COVERED) -> SignatureFault:
    with pytest.raises(SignatureRefused) as refused:
        verify_message(message, required, KEYS, tag=tag)
    return refused.value.reason


def test_the_published_key_pair_belongs_together() -> None:
    assert RFC_KEY.public == RFC_PUBLIC


def test_the_published_signature_base_comes_out() -> None:
    member = parse_dictionary(RFC_INPUT)["sig-b26"]
    assert isinstance(member, InnerList)
    assert signature_base(rfc_request(), member) == RFC_BASE


def test_the_published_signature_is_reproduced() -> None:
    created_at = datetime.fromtimestamp(1618884473, UTC)
    made = sign(rfc_request(), RFC_COVERED, RFC_KEY, created_at, label="sig-b26", keyid="test-key-ed25519")
    assert made == {"signature-input": RFC_INPUT, "signature": RFC_SIGNATURE}


def test_the_published_signature_verifies() -> None:
    message = rfc_request(("Signature-Input", RFC_INPUT), ("Signature", RFC_SIGNATURE))
    verified = verify_message(message, RFC_COVERED, {"test-key-ed25519": RFC_PUBLIC})
    assert verified == Verified("test-key-ed25519", datetime.fromtimestamp(1618884473, UTC))


def test_published_content_digests_hold() -> None:
    """RFC 9421 Appendix B.2 (sha-512) and RFC 9530 Appendix B.1 (sha-256, body with a line feed)."""
    check_content_digest(rfc_request(), RFC_BODY)
    assert content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"


def test_a_signed_request_verifies_among_other_signatures() -> None:
    message = signed_request()
    other = signed_request(tag="other", label="proxy")
    both = {
        name: f"{other.fields[name]}, {message.fields[name]}" for name in ("signature-input", "signature")
    }
    verified = verify_message(replace(message, fields={**message.fields, **both}), COVERED, KEYS, tag="t")
    assert verified == Verified(PROVINCE_KEY.key_id, NOON)


@pytest.mark.parametrize("name", ["@method", "@authority", "@path"])
def test_a_request_moved_elsewhere_is_refused(name: str) -> None:
    message = signed_request()
    assert refusal(replace(message, derived={**message.derived, name: "x"})) is SignatureFault.WRONG


@pytest.mark.parametrize("name", ["content-type", "content-digest"])
def test_a_changed_field_is_refused(name: str) -> None:
    message = signed_request()
    assert refusal(replace(message, fields={**message.fields, name: "x"})) is SignatureFault.WRONG


def test_what_is_not_covered_is_refused() -> None:
    assert refusal(signed_request(), required=(*COVERED, "date")) is SignatureFault.NOT_COVERED


def test_a_covered_field_that_is_gone_is_refused() -> None:
    message = signed_request()
    left = {name: value for name, value in message.fields.items() if name != "content-type"}
    assert refusal(replace(message, fields=left)) is SignatureFault.NOT_COVERED


def test_a_signature_for_another_purpose_is_refused() -> None:
    assert refusal(signed_request(tag="other")) is SignatureFault.MISSING
    assert refusal(signed_request(tag="t"), tag="") is SignatureFault.MISSING


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(SignatureRefused) as refused:
        verify_message(signed_request(), COVERED, {"0" * 16: PROVINCE_KEY.public}, tag="t")
    assert refused.value.reason is SignatureFault.UNKNOWN_KEY


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("signature-input", "", SignatureFault.MALFORMED),
        ("signature-input", "sig=1", SignatureFault.MALFORMED),
        ("signature-input", 'sig=("@method");tag="t"', SignatureFault.MALFORMED),
        ("signature-input", 'sig=("@method");created=1;keyid=k;tag="t"', SignatureFault.MALFORMED),
        ("signature-input", 'sig=();created=1;keyid="k";alg="rsa";tag="t"', SignatureFault.UNSUPPORTED),
        ("signature-input", 'other=();created=1;keyid="k";tag="t"', SignatureFault.MALFORMED),
        ("signature", "sig=1", SignatureFault.MALFORMED),
        ("signature", "sig=:AAAA:", SignatureFault.WRONG),
    ],
)
def test_malformed_signature_fields_are_refused(name: str, value: str, reason: SignatureFault) -> None:
    message = signed_request()
    assert refusal(replace(message, fields={**message.fields, name: value})) is reason


def test_component_parameters_are_refused_not_guessed() -> None:
    message = signed_request()
    covered = " ".join(f'"{name}"' for name in COVERED)
    signature_input = f'sig=({covered} "@path";req);created=1;keyid="{PROVINCE_KEY.key_id}";tag="t"'
    fields = {**message.fields, "signature-input": signature_input}
    assert refusal(replace(message, fields=fields)) is SignatureFault.UNSUPPORTED


def test_a_line_break_in_a_value_is_refused() -> None:
    message = response_message(200, [("content-type", 'x\n"@method": POST')])
    with pytest.raises(SignatureRefused) as refused:
        sign(message, ("content-type",), PROVINCE_KEY, NOON)
    assert refused.value.reason is SignatureFault.MALFORMED


def test_a_component_named_twice_is_refused() -> None:
    with pytest.raises(SignatureRefused) as refused:
        sign(response_message(200, []), ("@status", "@status"), PROVINCE_KEY, NOON)
    assert refused.value.reason is SignatureFault.MALFORMED


def test_only_a_national_key_signs() -> None:
    with pytest.raises(WrongKeyRole):
        sign(response_message(200, []), ("@status",), SigningKey.from_seed(KeyRole.LOG, bytes(32)), NOON)


def test_field_lines_of_one_name_are_one_value() -> None:
    message = response_message(200, [("X-A", " 1 "), ("x-a", "2")])
    assert message.component("x-a") == "1, 2"


def test_the_default_port_belongs_to_the_scheme() -> None:
    def authority(host: str, scheme: str) -> str:
        return request_message("GET", host, "", scheme=scheme, fields=[]).component("@authority")

    assert authority("A.example:80", "http") == "a.example"
    assert authority("a.example:443", "http") == "a.example:443"


def test_a_stale_or_early_signature_is_refused() -> None:
    verified = Verified("k", NOON)
    check_fresh(verified, NOON + timedelta(seconds=299), timedelta(minutes=5))
    for apart in (timedelta(seconds=301), timedelta(seconds=-301)):
        with pytest.raises(SignatureRefused) as refused:
            check_fresh(verified, NOON + apart, timedelta(minutes=5))
        assert refused.value.reason is SignatureFault.STALE


def test_a_signature_that_expired_is_refused_however_fresh_it_is() -> None:
    ended = Verified("k", NOON, NOON + timedelta(seconds=10))
    check_fresh(ended, NOON + timedelta(seconds=10), timedelta(minutes=5))
    with pytest.raises(SignatureRefused) as refused:
        check_fresh(ended, NOON + timedelta(seconds=11), timedelta(minutes=5))
    assert refused.value.reason is SignatureFault.STALE


def test_the_end_of_a_signature_is_among_what_it_covers() -> None:
    fields = {"content-digest": content_digest(b"")}
    message = response_message(200, fields.items())
    parameters = (
        ("created", int(NOON.timestamp())),
        ("expires", int(NOON.timestamp()) + 10),
        ("keyid", Text(PROVINCE_KEY.key_id)),
    )
    named = InnerList((Item(Text("content-digest")),), parameters)
    made = serialise(Item(PROVINCE_KEY.sign(signature_base(message, named))))
    keys = {PROVINCE_KEY.key_id: PROVINCE_KEY.public}

    def verified(signature_input: str) -> Verified:
        signed = {**fields, "signature-input": f"sig={signature_input}", "signature": f"sig={made}"}
        return verify_message(response_message(200, signed.items()), ["content-digest"], keys)

    assert verified(serialise(named)).expires_at == NOON + timedelta(seconds=10)
    for other in (
        InnerList(named.items, (parameters[0], parameters[2])),
        InnerList(named.items, (parameters[0], ("expires", Text("never")), parameters[2])),
    ):
        with pytest.raises(SignatureRefused):
            verified(serialise(other))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, SignatureFault.DIGEST_MISSING),
        ("", SignatureFault.DIGEST_MISSING),
        ("md5=:AAAA:", SignatureFault.DIGEST_MISSING),
        ("sha-256=1", SignatureFault.DIGEST_DIFFERS),
        (content_digest(b"other"), SignatureFault.DIGEST_DIFFERS),
        (f"{content_digest(b'body')}, sha-512=:AAAA:", SignatureFault.DIGEST_DIFFERS),
    ],
)
def test_a_digest_that_does_not_hold_is_refused(value: str | None, reason: SignatureFault) -> None:
    fields = [] if value is None else [("content-digest", value)]
    with pytest.raises(SignatureRefused) as refused:
        check_content_digest(response_message(200, fields), b"body")
    assert refused.value.reason is reason


@given(st.sampled_from(["signature-input", "signature"]), st.data())
def test_any_changed_character_of_the_signature_fields_is_refused(name: str, data: st.DataObject) -> None:
    message = signed_request()
    value = message.fields[name]
    place = data.draw(st.integers(0, len(value) - 1))
    character = data.draw(
        st.characters(min_codepoint=0x21, max_codepoint=0x7E).filter(lambda c: c != value[place])
    )
    changed = value[:place] + character + value[place + 1 :]
    with pytest.raises(SignatureRefused):
        verify_message(replace(message, fields={**message.fields, name: changed}), COVERED, KEYS, tag="t")


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_signature_fields_are_verified_or_refused(signature_input: str, signature: str) -> None:
    message = response_message(200, [("signature-input", signature_input), ("signature", signature)])
    with pytest.raises(SignatureRefused):
        verify_message(message, (), KEYS, tag="t")
