"""Personal data at rest: sealed with AES-256-GCM, and found again only through keyed hashes.

Every value has a key of its own, derived from one that can forget (`puncture`): what was erased can't be
opened from any copy of its bytes. A sealed value is bound to its table, row, column and key by the associated
data as well, so it can't be moved to another row or read as another column. Identity numbers are low-entropy:
what finds a person is an HMAC under a key of its own, never a plain hash.

Source: NIST SP 800-38D (GCM); RFC 2104 (HMAC); 个人信息保护法 art. 51.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping
from hashlib import blake2b, sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.storage.errors import Erased, SealBroken
from registry.storage.puncture import LEVELS, PuncturableKey
from signing.commitment import FIELDS, SEED_BYTES, Record, Seed, record_values
from signing.encoding import canonical_json, parse_json
from signing.errors import MalformedEncoding

_NONCE_BYTES = 12
_KEY_ID_BYTES = 4
_BLIND_BYTES = 16
_REFERENCE_BYTES = 16
CLEAR_MAC_BYTES = 16
_SEPARATOR = "\x1f"
_LEAF = b"skillcert/leaf/v1\x00"


class Place(NamedTuple):
    """Where a sealed value lies, and what it is bound to. A place is sealed to once and never again."""

    table: str
    row: bytes
    column: str


class Vault:
    """Seals under the newest of its keys, opens under any. A key is a state of a `PuncturableKey`."""

    def __init__(self, *, record_keys: Mapping[str, bytes], blind_key: bytes) -> None:
        states = {name: PuncturableKey.from_bytes(key) for name, key in record_keys.items()}
        self._keys = {key.identity: key for key in states.values()}
        # Keys are named by number: the tenth is newer than the ninth.
        self._newest = states[max(states, key=lambda name: (len(name), name))].identity
        self._blind_key = blind_key
        self._clear_key = hmac.digest(blind_key, b"skillcert/clear-columns/v1", "sha256")
        self._network_key = hmac.digest(blind_key, b"skillcert/network-reference/v1", "sha256")

    def seal(self, table: str, row: bytes, column: str, value: bytes) -> bytes:
        """key id || nonce || ciphertext and tag. Raises: Erased for a place that was erased before."""
        bound = _bound(table, row, column)
        key = self._keys[self._newest].key(_leaf(bound))
        if key is None:
            raise Erased(table, column)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return self._newest + nonce + AESGCM(key).encrypt(nonce, value, bound + self._newest)

    def open(self, table: str, row: bytes, column: str, sealed: bytes) -> bytes:
        """The value. Raises: Erased, SealBroken."""
        identity = sealed[:_KEY_ID_BYTES]
        nonce = sealed[_KEY_ID_BYTES : _KEY_ID_BYTES + _NONCE_BYTES]
        keys = self._keys.get(identity)
        if keys is None or len(nonce) != _NONCE_BYTES:
            raise SealBroken(table, column)
        bound = _bound(table, row, column)
        key = keys.key(_leaf(bound))
        if key is None:
            raise Erased(table, column)
        try:
            return AESGCM(key).decrypt(nonce, sealed[_KEY_ID_BYTES + _NONCE_BYTES :], bound + identity)
        except InvalidTag as fault:
            raise SealBroken(table, column) from fault

    def forget(self, places: Iterable[Place]) -> None:
        """Whatever was sealed at these places can't be opened by this vault any more."""
        leaves = [_leaf(_bound(*place)) for place in places]
        self._keys = {identity: key.without(leaves) for identity, key in self._keys.items()}

    def has_forgotten(self, place: Place) -> bool:
        """Whether nothing that was sealed at this place can be opened, whatever its bytes."""
        leaf = _leaf(_bound(*place))
        return all(key.key(leaf) is None for key in self._keys.values())

    def seal_record(self, table: str, row: bytes, record: Record, seed: Seed) -> bytes:
        """A record with its seed, sealed as one value. Raises: MalformedEncoding for what would not open."""
        values = _SEPARATOR.join(record_values(record))
        if values.count(_SEPARATOR) != len(FIELDS) - 1:
            raise MalformedEncoding("record")
        return self.seal(table, row, "sealed", seed + values.encode())

    def open_record(self, table: str, row: bytes, sealed: bytes) -> tuple[Record, Seed]:
        """The record and its seed. Raises: Erased, SealBroken."""
        plain = self.open(table, row, "sealed", sealed)
        return Record(*plain[SEED_BYTES:].decode().split(_SEPARATOR)), Seed(plain[:SEED_BYTES])

    def seal_json(self, table: str, row: bytes, column: str, value: object) -> bytes:
        """Any JSON value, sealed."""
        return self.seal(table, row, column, canonical_json(value))

    def open_json(self, table: str, row: bytes, column: str, sealed: bytes) -> object:
        """The JSON value. Raises: Erased, SealBroken."""
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

    def erased_number(self, number: str) -> bytes:
        """What remains of an erased number: enough to know it again, and nothing to read it from."""
        return hmac.digest(self._blind_key, b"erased-number\x00" + number.encode(), "sha256")

    def network_reference(self, number_mac: bytes) -> bytes:
        """By what the national network knows a certificate, from its `erased_number`.

        The same before an erasure and after it, so nobody has to keep a number to speak of it. The network
        has no key, so it leads back neither to a number nor to what is stored here.
        """
        return hmac.digest(self._network_key, number_mac, "sha256")[:_REFERENCE_BYTES]

    def file_mac(self, salt: bytes, data: bytes) -> bytes:
        """The keyed hash of an uploaded file that an approval names: HMAC under a random salt."""
        return hmac.digest(salt, data, "sha256")

    def document_mac(self, certificate: int, previous: int, document: bytes) -> bytes:
        """What the log says of the paper behind an act: HMAC under a salt of that act's own."""
        return hmac.digest(self.document_salt(certificate, previous), document, "sha256")

    def document_salt(self, certificate: int, previous: int) -> bytes:
        """The salt of `document_mac`: who is given it can check that one paper, and no other act's."""
        place = certificate.to_bytes(8, "big") + previous.to_bytes(8, "big")
        return hmac.digest(self._blind_key, b"act-document\x00" + place, "sha256")

    def reference_mac(self, reference: str) -> bytes:
        """What finds a request by the reference that its asker was given."""
        return self._blind("request-reference", reference)

    def share_mac(self, code: str) -> bytes:
        """What finds a share by its code."""
        return self._blind("share-code", code)

    def request_key(self, number: str, key: str) -> bytes:
        """The request that a key of a caller's own stands for: keyed, for the log is public."""
        return self._blind("act-request", number, key)

    def upload_mac(self, said: bytes) -> bytes:
        """The keyed hash by which the same upload is known again."""
        return hmac.digest(self._blind_key, b"upload\x00" + said, "sha256")

    def clear_mac(self, table: str, row: bytes, column: str, value: bytes) -> bytes:
        """The keyed hash that binds a value kept in clear to its table, row and column.

        Source: RFC 7693 section 2.9. There are several a row, and it takes a third of the time of HMAC.
        """
        message = _bound(table, row, column) + b"\x00" + value
        return blake2b(message, key=self._clear_key, digest_size=CLEAR_MAC_BYTES).digest()

    def _blind(self, *parts: str) -> bytes:
        message = "".join(f"{len(part)}:{part}," for part in parts).encode()
        return hmac.digest(self._blind_key, message, "sha256")[:_BLIND_BYTES]


def forgotten(state: bytes, places: Iterable[Place]) -> bytes:
    """The state of a key without these places, as bytes for its file. Raises: MalformedEncoding."""
    return PuncturableKey.from_bytes(state).without(_leaf(_bound(*place)) for place in places).to_bytes()


def _bound(table: str, row: bytes, column: str) -> bytes:
    return b"\x00".join((table.encode(), row.hex().encode(), column.encode(), b""))


def _leaf(bound: bytes) -> str:
    return sha256(_LEAF + bound).hexdigest()[:LEVELS]
