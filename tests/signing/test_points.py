"""Which public keys are refused before a signature under them is looked at, and why that is needed."""

import pytest
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

# github.com/novifinancial/ed25519-speccheck cases.json, the vectors of "Taming the Many EdDSAs" table 6:
# (vector, message, public key, signature), and whether the library that verifies here accepts it by itself.
SPECCHECK = [
    (
        0,
        "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
        "0000000000000000000000000000000000000000000000000000000000000000",
        True,
    ),
    (
        1,
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        True,
    ),
    (
        2,
        "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
        "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
        "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
        True,
    ),
    (
        3,
        "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f"
        "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
        True,
    ),
    (
        4,
        "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
        "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
        "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
        "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
        False,
    ),
    (
        6,
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
        "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e"
        "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
        False,
    ),
    (
        7,
        "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
        "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
        "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942"
        "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
        False,
    ),
    (
        11,
        "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
        "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
        True,
    ),
]


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


@pytest.mark.parametrize(("vector", "message", "public", "signature", "library_accepts"), SPECCHECK)
def test_signatures_that_verifiers_disagree_about_are_refused(
    vector: int, message: str, public: str, signature: str, library_accepts: bool
) -> None:
    key, said, signed = (bytes.fromhex(each) for each in (public, message, signature))
    if library_accepts:
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
