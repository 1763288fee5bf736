"""REF, the unguessable address of a certificate's version, as it stands in a QR code.

A REF is one AES-256 block: the version's entry index behind eight zero bytes, under a key used for nothing
else. To whoever lacks the key it is 128 random bits; to the register it needs no table, so a restored backup
never forgets the codes on printed paper. Eight wrong bytes after decryption are a REF that was never given.

Source: FIPS 197 (AES as a pseudorandom permutation).
"""

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB

from signing.encoding import b64url_decode, b64url_encode

_ZEROS = bytes(8)
REF_BYTES = 16


class References:
    """Makes and resolves REFs."""

    def __init__(self, key: bytes) -> None:
        # ECB over a single block is the bare permutation, which is what is wanted here.
        self._cipher = Cipher(AES256(key), ECB())  # noqa: S305 - one block, no mode

    def make(self, index: int) -> str:
        """The REF of the version whose commitment stands in that entry: 22 characters of base64url."""
        block = self._cipher.encryptor().update(_ZEROS + index.to_bytes(8, "big"))
        return b64url_encode(block)

    def resolve(self, text: str) -> int | None:
        """The entry index, or None for a REF that was never given. Raises: MalformedEncoding."""
        block = self._cipher.decryptor().update(b64url_decode(text, length=REF_BYTES))
        return int.from_bytes(block[8:], "big") if block[:8] == _ZEROS else None
