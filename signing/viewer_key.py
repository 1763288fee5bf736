"""The P-256 key of the optional signature for PDF viewers that know no Ed25519.

It proves nothing to this product's own verification, which rests on the Ed25519 signature alone; it lets a
viewer see that the file is unchanged. Nonces are derived from key and message, so the same sheet has the same
bytes, and no source of chance can betray the key.

Source: FIPS 186-5; RFC 6979 (deterministic ECDSA); SEC 1 section 2.3.3 (points).
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha512
from typing import NoReturn

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from signing.keys import key_id

# The order of P-256.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_LABEL = b"skillcert/viewer-key/v1\0"


class ViewerKey:
    """An unlocked P-256 private key. It signs and never shows itself."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private

    @classmethod
    def from_secret(cls, secret: bytes) -> "ViewerKey":
        """The key of a 32-byte secret. Twice as many bits as the order has leave no bias."""
        wide = int.from_bytes(sha512(_LABEL + secret).digest(), "big")
        return cls(ec.derive_private_key(wide % (_ORDER - 1) + 1, ec.SECP256R1()))

    @cached_property
    def public(self) -> bytes:
        """The 65 bytes of the public point, uncompressed."""
        return self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @cached_property
    def key_id(self) -> str:
        """See `signing.keys.key_id`."""
        return key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """The DER signature over the SHA-256 of `message`."""
        return self._private.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True))

    def __repr__(self) -> str:
        return f"<ViewerKey {self.key_id}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not pickled")


@dataclass(frozen=True)
class ViewerSigner:
    """The key, and its certificate as DER."""

    key: ViewerKey
    certificate: bytes
