"""The published examples of RFC 9421 and RFC 9530 that a profile with Ed25519 can meet: by us, and by others.

Source: https://www.rfc-editor.org/rfc/rfc9421 sections 2.1, 2.2 and 2.5, appendices B.1.4, B.2 and B.4;
https://www.rfc-editor.org/rfc/rfc9530 appendices B and D. What they sign with RSA, ECDSA or HMAC is compared
as the bytes to be signed; what needs a component that this protocol lacks is refused.
"""

from collections.abc import Mapping

import pytest

from registry.national.errors import SignatureRefused
from registry.national.http_signatures import (
    Message,
    check_content_digest,
    combined_fields,
    content_digest,
    request_message,
    response_message,
    signature_base,
    verify_message,
)
from registry.national.structured_fields import InnerList, parse_dictionary
from signing.encoding import b64url_decode
from tests.outside.message_signers import Others, Purpose, Wire
from tests.registry.national.row_builders import NOON

ED25519 = b64url_decode("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs", length=32)
KEYID = "test-key-ed25519"
HELLO = b'{"hello": "world"}'
HELLO_SHA512 = (
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
)
REQUEST_FIELDS = {
    "host": "example.com",
    "date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "content-type": "application/json",
    "content-digest": HELLO_SHA512,
    "content-length": "18",
}
RESPONSE_FIELDS = {
    "date": "Tue, 20 Apr 2021 02:07:56 GMT",
    "content-type": "application/json",
    "content-digest": (
        "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:"
    ),
    "content-length": "23",
}
# B.2.6, over the request of B.2.
SIGNED = {
    "signature-input": (
        'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
        f';created=1618884473;keyid="{KEYID}"'
    ),
    "signature": (
        "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
    ),
}
# B.4: one signature, and what may and may not happen to its request on the way.
TRANSFORMED = {
    "signature-input": (
        f'transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="{KEYID}"'
    ),
    "signature": (
        "transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:"
    ),
}
_DATE = ("Date", "Fri, 15 Jul 2022 14:24:55 GMT")
_QUERY = "name1=Value1&Name2=value2"
_JSON_OR_ANY = [("Accept", "application/json"), ("Accept", "*/*")]
HARMLESS = {
    "as it was sent": ("GET", "example.org", _QUERY, [_DATE, *_JSON_OR_ANY]),
    "more of a query and another field": (
        "GET",
        "example.org",
        _QUERY + "&param=added",
        [_DATE, *_JSON_OR_ANY, ("Accept-Language", "en-US,en;q=0.5")],
    ),
    "a field gone, one added, two joined": (
        "GET",
        "example.org",
        _QUERY,
        [("Referer", "https://developer.example.org/demo"), ("Accept", "application/json, */*")],
    ),
    "fields in another order": ("GET", "example.org", _QUERY, [*_JSON_OR_ANY, _DATE]),
}
HARMFUL = {
    "another method and host": ("POST", "example.com", _QUERY, [_DATE, *_JSON_OR_ANY]),
    "one field's lines in another order": ("GET", "example.org", _QUERY, [_DATE, *reversed(_JSON_OR_ANY)]),
}


def rfc_request(**more: str) -> Message:
    fields = {**REQUEST_FIELDS, **more}
    return request_message("POST", "example.com", "/foo", scheme="https", fields=fields.items())


def base(message: Message, signature_input: str) -> str:
    member = parse_dictionary(f"sig={signature_input}")["sig"]
    assert isinstance(member, InnerList)
    return signature_base(message, member).decode()


def transformed(method: str, host: str, query: str, lines: list[tuple[str, str]]) -> Wire:
    fields = {"host": host, **combined_fields(lines), **TRANSFORMED}
    return Wire(fields, b"", method=method, url=f"https://{host}/demo?{query}")


def we_verify(message: Wire, path: str) -> bool:
    host = message.fields["host"]
    ours = request_message(message.method, host, path, scheme="https", fields=message.fields.items())
    try:
        verify_message(ours, (), {KEYID: ED25519})
    except SignatureRefused:
        return False
    return True


def test_the_published_request_verifies_with_others_and_with_us(others: Others) -> None:
    """B.2.6. Its digest is not covered, so it is left out where a digest must be."""
    fields = {name: value for name, value in REQUEST_FIELDS.items() if name != "content-digest"}
    message = Wire(
        {**fields, **SIGNED}, b"", method="POST", url="https://example.com/foo?param=Value&Pet=dog"
    )
    assert others.believes(message, Purpose(KEYID, "", ()), ED25519, NOON)
    assert we_verify(message, "/foo")


@pytest.mark.parametrize("what", HARMLESS)
def test_what_may_happen_on_the_way_changes_nothing(others: Others, what: str) -> None:
    message = transformed(*HARMLESS[what])
    assert others.believes(message, Purpose(KEYID, "", ()), ED25519, NOON)
    assert we_verify(message, "/demo")


@pytest.mark.parametrize("what", HARMFUL)
def test_what_may_not_happen_on_the_way_is_refused(others: Others, what: str) -> None:
    message = transformed(*HARMFUL[what])
    assert not others.believes(message, Purpose(KEYID, "", ()), ED25519, NOON)
    assert not we_verify(message, "/demo")


@pytest.mark.parametrize(
    ("signature_input", "lines"),
    [
        # B.2.1, nothing covered
        ('();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"', []),
        # B.2.5
        (
            '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
            [
                '"date": Tue, 20 Apr 2021 02:07:55 GMT',
                '"@authority": example.com',
                '"content-type": application/json',
            ],
        ),
    ],
)
def test_the_published_bytes_to_be_signed_come_out(signature_input: str, lines: list[str]) -> None:
    assert base(rfc_request(), signature_input) == "\n".join(
        [*lines, f'"@signature-params": {signature_input}']
    )


def test_the_published_bytes_of_a_response_come_out() -> None:
    """B.2.4, signed with ECDSA there."""
    signature_input = (
        '("@status" "content-type" "content-digest" "content-length")'
        ';created=1618884473;keyid="test-key-ecc-p256"'
    )
    digest = RESPONSE_FIELDS["content-digest"]
    assert base(response_message(200, RESPONSE_FIELDS.items()), signature_input) == (
        f'"@status": 200\n"content-type": application/json\n"content-digest": {digest}\n'
        f'"content-length": 23\n"@signature-params": {signature_input}'
    )


@pytest.mark.parametrize(
    "signature_input",
    [
        # B.2.2 and B.2.3
        '("@authority" "content-digest" "@query-param";name="Pet");created=1618884473',
        '("date" "@method" "@path" "@query" "@authority" "content-type");created=1618884473',
        # Section 2.1 and 2.4
        '("content-digest";sf);created=1618884473',
        '("content-digest";key="sha-512");created=1618884473',
        '("content-digest";bs);created=1618884473',
        '("@method";req);created=1618884473',
    ],
)
def test_components_that_this_protocol_lacks_are_refused(signature_input: str) -> None:
    with pytest.raises(SignatureRefused):
        base(rfc_request(), signature_input)


def test_fields_are_read_as_published() -> None:
    """Section 2.1; the folded line comes unfolded from every server of today."""
    fields = combined_fields(
        [
            ("Host", "www.example.com"),
            ("Date", "Tue, 20 Apr 2021 02:07:56 GMT"),
            ("X-OWS-Header", "   Leading and trailing whitespace.   "),
            ("Cache-Control", "max-age=60"),
            ("X-Empty-Header", ""),
            ("Cache-Control", "   must-revalidate"),
            ("Example-Dict", " a=1,    b=2;x=1;y=2,   c=(a   b   c)"),
        ]
    )
    assert fields == {
        "host": "www.example.com",
        "date": "Tue, 20 Apr 2021 02:07:56 GMT",
        "x-ows-header": "Leading and trailing whitespace.",
        "cache-control": "max-age=60, must-revalidate",
        "x-empty-header": "",
        "example-dict": "a=1,    b=2;x=1;y=2,   c=(a   b   c)",
    }


def test_components_are_derived_as_published() -> None:
    """Sections 2.2.1 (@method), 2.2.3 (@authority), 2.2.6 (@path) and 2.2.9 (@status)."""
    request = request_message("POST", "www.EXAMPLE.com:443", "/path", scheme="https", fields=[])
    assert [request.component(each) for each in ("@method", "@authority", "@path")] == [
        "POST",
        "www.example.com",
        "/path",
    ]
    assert request_message("GET", "h", "", scheme="https", fields=[]).component("@path") == "/"
    assert response_message(200, []).component("@status") == "200"


@pytest.mark.parametrize(
    ("content", "digest"),
    [
        # RFC 9530 appendix B.1, B.2 (no content), B.3 (a part of it), and D.
        (HELLO + b"\n", "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="),
        (b"", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        (b'"world"}\n', "jjcgBDWNAtbYUXI37CVG3gRuGOAjaaDRGpIUFsdyepQ="),
        (HELLO, "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
    ],
)
def test_published_digests_come_out(content: bytes, digest: str) -> None:
    assert content_digest(content) == f"sha-256=:{digest}:"
    check_content_digest(response_message(200, [("Content-Digest", f"sha-256=:{digest}:")]), content)


@pytest.mark.parametrize(
    ("field", "holds"),
    [
        # RFC 9421 appendix B.2, and RFC 9530 appendix D; an algorithm that is not known is passed over.
        ({"content-digest": HELLO_SHA512}, True),
        ({"content-digest": f"sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, {HELLO_SHA512}"}, True),
        ({"content-digest": f"md5=:Sd/dVLAcvNLSq16eXua5uQ==:, {HELLO_SHA512}"}, True),
        ({"content-digest": "md5=:Sd/dVLAcvNLSq16eXua5uQ==:"}, False),
        (
            {"content-digest": f"sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:, {HELLO_SHA512}"},
            False,
        ),
    ],
)
def test_published_digests_hold_all_or_not_at_all(field: Mapping[str, str], holds: bool) -> None:
    message = response_message(200, field.items())
    if holds:
        check_content_digest(message, HELLO)
    else:
        with pytest.raises(SignatureRefused):
            check_content_digest(message, HELLO)
