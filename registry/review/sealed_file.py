"""A file under a passphrase, written and read in pieces: whoever lacks the passphrase sees its length.

    "skillcert/bundle/v1\\n" || salt (16) || pieces of 65,536 bytes, each with its tag, the last one shorter
    key = scrypt(passphrase, salt, n = 2^15, r = 8, p = 1)
    nonce = number of the piece (11 bytes) || whether it is the last (1 byte)

The number in the nonce keeps pieces in order, the mark of the last one tells a file that was cut short from a
whole one. The salt is new for each file, so no nonce is used twice under one key.

Source: the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015); scrypt RFC 7914; AES-256-GCM
NIST SP 800-38D.
"""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from registry.review.errors import BundleDamaged, BundleLocked

_MAGIC = b"skillcert/bundle/v1\n"
_SALT_BYTES, _TAG_BYTES = 16, 16
_PIECE_BYTES, _KEY_BYTES = 1 << 16, 32


@dataclass(frozen=True)
class FileKey:
    """What a passphrase became: whoever holds it writes one file, and never learns the passphrase.

    Two files under one key would use every nonce twice: one of them must never leave the process.
    """

    salt: bytes
    key: bytes

    def to_bytes(self) -> bytes:
        """Both, one behind the other."""
        return self.salt + self.key

    @classmethod
    def from_bytes(cls, data: bytes) -> "FileKey":
        """What `to_bytes` gave."""
        assert len(data) == _SALT_BYTES + _KEY_BYTES
        return cls(data[:_SALT_BYTES], data[_SALT_BYTES:])


def new_file_key(passphrase: bytes) -> FileKey:
    """A key for one file, under a new salt."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return FileKey(salt, _derived(passphrase, salt))


def sealed(key: FileKey, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The file, piece by piece, as the content comes."""
    cipher = AESGCM(key.key)
    yield _MAGIC + key.salt
    number, waiting = 0, bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= _PIECE_BYTES:
            yield cipher.encrypt(_nonce(number), bytes(waiting[:_PIECE_BYTES]), None)
            del waiting[:_PIECE_BYTES]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), None)


def unsealed(passphrase: bytes, data: bytes) -> Iterator[bytes]:
    """The content, piece by piece. Raises: BundleDamaged, BundleLocked (at the first piece)."""
    begin = len(_MAGIC) + _SALT_BYTES
    if not data.startswith(_MAGIC) or len(data) < begin + _TAG_BYTES:
        raise BundleDamaged
    cipher = AESGCM(_derived(passphrase, data[len(_MAGIC) : begin]))
    pieces = range(begin, len(data), _PIECE_BYTES + _TAG_BYTES)
    for number, start in enumerate(pieces):
        piece = data[start : start + _PIECE_BYTES + _TAG_BYTES]
        is_last = len(piece) < _PIECE_BYTES + _TAG_BYTES
        try:
            yield cipher.decrypt(_nonce(number, last=is_last), piece, None)
        except InvalidTag as fault:
            raise BundleDamaged if number else BundleLocked from fault
        if is_last:
            return
    # Every piece is a full one: the last is missing.
    raise BundleDamaged


def _derived(passphrase: bytes, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_KEY_BYTES, n=1 << 15, r=8, p=1).derive(passphrase)


def _nonce(number: int, *, last: bool = False) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
