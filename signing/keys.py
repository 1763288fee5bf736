"""Ed25519 keys with one purpose each.

Source: RFC 8032.
"""

from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from signing.algorithms import ED25519, Algorithm
from signing.errors import MalformedEncoding, WrongKeyRole
from signing.points import is_public_key


class KeyRole(StrEnum):
    """What a key may sign. One key, one purpose."""

    LOG = "log"
    CREDENTIAL = "credential"
    STATUS = "status"
    QR = "qr"
    RECEIPT = "receipt"
    SHEET = "sheet"
    NATIONAL = "national"
    BUREAU = "bureau"
    WITNESS = "witness"
    ROOT = "root"


def key_id(public: bytes) -> str:
    """The name of a public key: 16 lower-case hex digits of its SHA-256."""
    return sha256(public).hexdigest()[:16]


def public_key(data: bytes) -> bytes:
    """The bytes of a key, once they are the one encoding of a sound one. Raises: MalformedEncoding."""
    if not is_public_key(data):
        raise MalformedEncoding("public key")
    return data


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Shows that the Ed25519 key signed exactly these bytes. Raises: BadSignature."""
    ED25519.verify(public, message, signature)


class SigningKey:
    """An unlocked private key of one role. It signs and never shows itself."""

    algorithm: Algorithm = ED25519

    def __init__(self, role: KeyRole, private: Ed25519PrivateKey) -> None:
        self.role = role
        self._private = private

    @classmethod
    def from_seed(cls, role: KeyRole, seed: bytes) -> "SigningKey":
        """The key of a 32-byte RFC 8032 seed."""
        return cls(role, Ed25519PrivateKey.from_private_bytes(seed))

    @cached_property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._private.public_key().public_bytes_raw()

    @cached_property
    def key_id(self) -> str:
        """See `key_id`."""
        return key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature of `message`."""
        return self._private.sign(message)

    def require(self, role: KeyRole) -> "SigningKey":
        """This key, if it was made for `role`. Raises: WrongKeyRole."""
        if self.role is not role:
            raise WrongKeyRole(self.role, role)
        return self

    def __repr__(self) -> str:
        return f"<SigningKey {self.role} {self.key_id}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not pickled")
