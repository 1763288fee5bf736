"""Multibase text and the Multikey form of an Ed25519 public key, decoded strictly.

Source: W3C Controlled Identifiers v1.0 sections 2.2.2 (Multikey) and 2.4 (Multibase); base58btc alphabet.
"""

from signing.encoding import b64url_decode, b64url_encode
from signing.errors import MalformedEncoding
from signing.keys import public_key

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_ED25519_PUBLIC = b"\xed\x01"
_MAX_BASE58 = 200


def base58_encode(data: bytes) -> str:
    """Multibase `z`: base58btc."""
    number = int.from_bytes(data, "big")
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    zeros = len(data) - len(data.lstrip(b"\x00"))
    return "z" + _ALPHABET[0] * zeros + digits


def base58_decode(text: str, *, length: int) -> bytes:
    """The bytes behind multibase `z`, of exactly that length. Raises: MalformedEncoding."""
    # Long input is refused first: reading base58 takes quadratic time.
    if not text.startswith("z") or len(text) > _MAX_BASE58 or not set(text[1:]) <= _VALUES.keys():
        raise MalformedEncoding("base58")
    number = 0
    for character in text[1:]:
        number = number * 58 + _VALUES[character]
    if number.bit_length() > 8 * length:
        raise MalformedEncoding("base58")
    data = number.to_bytes(length, "big")
    if base58_encode(data) != text:
        raise MalformedEncoding("base58")
    return data


def base64url_multibase_encode(data: bytes) -> str:
    """Multibase `u`: base64url without padding."""
    return "u" + b64url_encode(data)


def base64url_multibase_decode(text: str) -> bytes:
    """The bytes behind multibase `u`. Raises: MalformedEncoding."""
    if not text.startswith("u"):
        raise MalformedEncoding("multibase")
    return b64url_decode(text[1:])


def multikey(public: bytes) -> str:
    """An Ed25519 public key as `publicKeyMultibase`."""
    return base58_encode(_ED25519_PUBLIC + public)


def parse_multikey(text: str) -> bytes:
    """The 32 bytes of an Ed25519 `publicKeyMultibase`. Raises: MalformedEncoding."""
    data = base58_decode(text, length=34)
    if not data.startswith(_ED25519_PUBLIC):
        raise MalformedEncoding("multikey")
    return public_key(data[2:])
