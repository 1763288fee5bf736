"""Of the keys that a provider publishes only those count that can check a signature of ours."""

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from registry.oidc.errors import AnswerRefused
from registry.oidc.keys import read_keys
from signing.encoding import Json, b64url_encode


def _number(value: int) -> str:
    return b64url_encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _rsa(bits: int) -> Json:
    numbers = generate_private_key(65537, bits).public_key().public_numbers()
    return {"kty": "RSA", "kid": str(bits), "n": _number(numbers.n), "e": _number(numbers.e)}


def _public(key: RSAKey | ECKey | OKPKey, **over: str) -> Json:
    return {**key.as_dict(private=False), **over}  # type: ignore[dict-item]  # a key's members are texts


_EC, _ED = ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")


def test_keys_for_signatures_are_taken() -> None:
    keys = read_keys({"keys": [_rsa(2048), _public(_EC), _public(_ED, use="sig")]})
    assert [key.key_type for key in keys] == ["RSA", "EC", "OKP"]


def test_what_can_check_no_signature_of_ours_is_passed_over() -> None:
    listed: list[Json] = [
        _rsa(1024),
        _public(_EC, use="enc"),
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {"kty": "EC", "crv": "P-9", "x": "AA", "y": "AA"},
        {"kty": "AKP", "alg": "ML-DSA-65", "pub": "AA"},
        {"kty": "oct", "k": str(OctKey.generate_key(256).as_dict(private=True)["k"])},
        {**_ED.as_dict(private=True)},  # type: ignore[dict-item]
        {},
        "示例",
    ]
    assert read_keys({"keys": [*listed, _public(_ED)]}) == read_keys({"keys": [_public(_ED)]})


@pytest.mark.parametrize("document", [{}, {"keys": {}}, {"keys": [{}] * 101}])
def test_what_is_no_set_of_keys_is_refused(document: dict[str, Json]) -> None:
    with pytest.raises(AnswerRefused, match="keys_malformed"):
        read_keys(document)
