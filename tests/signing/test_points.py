"""Which public keys are refused before a signature under them is looked at, and why that is needed."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from signing.errors import BadSignature, MalformedEncoding
from signing.keys import KeyRole, SigningKey, public_key, verify
from signing.multibase import multikey, parse_multikey
from signing.notes import VerifierKey, parse_vkey
from signing.points import is_public_key

P = (1 << 255) - 19
ORDER = (1 << 252) + 27742317777372353535851937790883648493
HONEST = SigningKey.from_seed(KeyRole.LOG, bytes(range(32)))

# The eight points of small order, each in every encoding that a lenient decoder takes for it.
SMALL_ORDER = [
    number.to_bytes(32, "little")
    for number in (
        *(each | sign for each in (0, 1, P - 1, P, P + 1) for sign in (0, 1 << 255)),
        *(
            int.from_bytes(bytes.fromhex(each), "little")
            for each in (
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            )
        ),
    )
]

# The vectors of "Taming the Many EdDSAs" table 6. Some of them the verifying library takes by itself.
SPECCHECK = json.loads((Path(__file__).parent / "vectors" / "ed25519" / "speccheck.json").read_bytes())
LIBRARY_ACCEPTS = {0, 1, 2, 3, 11}


@pytest.mark.parametrize("seed", range(20))
def test_the_key_of_every_seed_is_sound(seed: int) -> None:
    assert is_public_key(SigningKey.from_seed(KeyRole.LOG, bytes([seed]) * 32).public)


@pytest.mark.parametrize(
    "public", ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "58" + "66" * 31]
)
def test_published_keys_are_sound(public: str) -> None:
    """RFC 8032 section 7.1 test 1, and the base point of section 5.1."""
    assert is_public_key(bytes.fromhex(public))


@pytest.mark.parametrize("public", SMALL_ORDER, ids=bytes.hex)
def test_a_key_of_small_order_is_refused_wherever_a_key_is_read(public: bytes) -> None:
    assert not is_public_key(public)
    for read in (public_key, lambda key: parse_vkey(str(VerifierKey("n", 1, key)))):
        with pytest.raises(MalformedEncoding):
            read(public)
    with pytest.raises(MalformedEncoding):
        parse_multikey(multikey(public))


def test_under_the_neutral_element_anyone_signs_anything() -> None:
    """What the check is for: the library by itself accepts this for every message."""
    neutral, forged = (1).to_bytes(32, "little"), (1).to_bytes(32, "little") + bytes(32)
    Ed25519PublicKey.from_public_bytes(neutral).verify(forged, b"whatever")
    with pytest.raises(BadSignature):
        verify(neutral, b"whatever", forged)


@pytest.mark.parametrize("vector", range(12))
def test_signatures_that_verifiers_disagree_about_are_refused(vector: int) -> None:
    """Small and mixed keys, S beyond the order, encodings of R and of the key that are not canonical."""
    case = SPECCHECK[vector]
    key, said, signed = (bytes.fromhex(case[each]) for each in ("pub_key", "message", "signature"))
    if vector in LIBRARY_ACCEPTS:
        Ed25519PublicKey.from_public_bytes(key).verify(signed, said)
    else:
        with pytest.raises(InvalidSignature):
            Ed25519PublicKey.from_public_bytes(key).verify(signed, said)
    with pytest.raises(BadSignature):
        verify(key, said, signed)


def test_what_is_no_point_or_not_32_bytes_is_no_key() -> None:
    assert not is_public_key((2).to_bytes(32, "little"))
    for public in (b"", HONEST.public[:-1], HONEST.public + b"\x00", bytes(64), b"\xff" * 32):
        assert not is_public_key(public)


def test_a_point_has_one_encoding() -> None:
    """y + p fits into 255 bits for y < 19 only."""
    for y in range(19):
        for sign in (0, 1 << 255):
            assert not is_public_key((y + P | sign).to_bytes(32, "little"))


def test_a_second_s_is_refused() -> None:
    """RFC 8032 section 5.1.7: S has to be below the order, or S + L would sign the same message."""
    signature = HONEST.sign(b"message")
    verify(HONEST.public, b"message", signature)
    s = int.from_bytes(signature[32:], "little")
    for other in (s + ORDER, s | 1 << 255, s + 2 * ORDER):
        with pytest.raises(BadSignature):
            verify(HONEST.public, b"message", signature[:32] + other.to_bytes(32, "little"))
