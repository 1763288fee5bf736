"""Personal data at rest: sealed with AES-256-GCM, and found again only through keyed hashes.

A sealed value is bound to its table, row, column and key by the associated data, so it can't be moved to
another row or read as another column. Identity numbers are low-entropy: what finds a person is an HMAC under
a key of its own, never a plain hash.

Source: NIST SP 800-38D (GCM); RFC 2104 (HMAC); 个人信息保护法 art. 51.
"""

import hmac
import secrets
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.storage.errors import SealBroken
from signing.commitment import FIELDS, SEED_BYTES, Record, Seed, record_values
from signing.encoding import canonical_json, parse_json
from signing.errors import MalformedEncoding

_NONCE_BYTES = 12
_KEY_ID_BYTES = 4
_BLIND_BYTES = 16
CLEAR_MAC_BYTES = 16
_SEPARATOR = "\x1f"


class Vault:
    """Seals under the newest of its keys, opens under any."""

    def __init__(self, *, record_keys: Mapping[str, bytes], blind_key: bytes) -> None:
        self._ciphers = {sha256(key).digest()[:_KEY_ID_BYTES]: AESGCM(key) for key in record_keys.values()}
        # Keys are named by number: the tenth is newer than the ninth.
        newest = record_keys[max(record_keys, key=lambda name: (len(name), name))]
        self._newest = sha256(newest).digest()[:_KEY_ID_BYTES]
        self._blind_key = blind_key
        self._clear_key = hmac.digest(blind_key, b"skillcert/clear-columns/v1", "sha256")

    def seal(self, table: str, row: bytes, column: str, value: bytes) -> bytes:
        """key id || nonce || ciphertext and tag."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound = _bound(table, row, column, self._newest)
        return self._newest + nonce + self._ciphers[self._newest].encrypt(nonce, value, bound)

    def open(self, table: str, row: bytes, column: str, sealed: bytes) -> bytes:
        """The value. Raises: SealBroken."""
        identity = sealed[:_KEY_ID_BYTES]
        nonce = sealed[_KEY_ID_BYTES : _KEY_ID_BYTES + _NONCE_BYTES]
        cipher = self._ciphers.get(identity)
        if cipher is None or len(nonce) != _NONCE_BYTES:
            raise SealBroken(table, column)
        try:
            return cipher.decrypt(
                nonce, sealed[_KEY_ID_BYTES + _NONCE_BYTES :], _bound(table, row, column, identity)
            )
        except InvalidTag as fault:
            raise SealBroken(table, column) from fault

    def seal_record(self, table: str, row: bytes, record: Record, seed: Seed) -> bytes:
        """A record with its seed, sealed as one value. Raises: MalformedEncoding for what would not open."""
        values = _SEPARATOR.join(record_values(record))
        if values.count(_SEPARATOR) != len(FIELDS) - 1:
            raise MalformedEncoding("record")
        return self.seal(table, row, "sealed", seed + values.encode())

    def open_record(self, table: str, row: bytes, sealed: bytes) -> tuple[Record, Seed]:
        """The record and its seed. Raises: SealBroken."""
        plain = self.open(table, row, "sealed", sealed)
        return Record(*plain[SEED_BYTES:].decode().split(_SEPARATOR)), Seed(plain[:SEED_BYTES])

    def seal_json(self, table: str, row: bytes, column: str, value: object) -> bytes:
        """Any JSON value, sealed."""
        return self.seal(table, row, column, canonical_json(value))

    def open_json(self, table: str, row: bytes, column: str, sealed: bytes) -> object:
        """The JSON value. Raises: SealBroken."""
        try:
            return parse_json(self.open(table, row, column, sealed))
        except MalformedEncoding as fault:
            raise SealBroken(table, column) from fault

    def person(self, id_type: str, canonical_id: str) -> bytes:
        """What finds all certificates of one identity document."""
        return self._blind("person", id_type, canonical_id)

    def named_person(self, id_type: str, canonical_id: str, name: str) -> bytes:
        """As `person`, with the name: what tells whether a name belongs to the document."""
        return self._blind("named-person", id_type, canonical_id, name)

    def file_mac(self, salt: bytes, data: bytes) -> bytes:
        """The keyed hash of an uploaded file that an approval names: HMAC under a random salt."""
        return hmac.digest(salt, data, "sha256")

    def clear_mac(self, table: str, row: bytes, column: str, value: bytes) -> bytes:
        """The keyed hash that binds a value kept in clear to its table, row and column."""
        message = _bound(table, row, column, b"") + b"\x00" + value
        return hmac.digest(self._clear_key, message, "sha256")[:CLEAR_MAC_BYTES]

    def _blind(self, *parts: str) -> bytes:
        message = "".join(f"{len(part)}:{part}," for part in parts).encode()
        return hmac.digest(self._blind_key, message, "sha256")[:_BLIND_BYTES]


def _bound(table: str, row: bytes, column: str, identity: bytes) -> bytes:
    return b"\x00".join((table.encode(), row.hex().encode(), column.encode(), identity.hex().encode()))
