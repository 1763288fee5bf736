"""Every key that ever signed for the register, folded from the log's `key` entries.

The first entry of a log introduces the province root, which signs itself; every later key is introduced and
retired under the root's signature, with a proof that somebody holds it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from registry.ledger.entries import Entry, possession_message, root_message, text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from signing.encoding import Json, b64url_decode, b64url_encode
from signing.errors import BadSignature, MalformedEncoding
from signing.keys import KeyRole, SigningKey, key_id, verify


class Custody(StrEnum):
    """Who holds a key: the bureau itself, or the register's operator in its name."""

    BUREAU = "bureau"
    REGISTER = "register"


@dataclass(frozen=True)
class KnownKey:
    """A key as the log knows it. `bureau` is "" unless it is a bureau's key."""

    role: KeyRole
    key_id: str
    public: bytes
    custody: Custody
    bureau: str
    introduced_index: int
    retired_index: int | None = None

    @property
    def active(self) -> bool:
        """Not retired."""
        return self.retired_index is None


class KeyHistory:
    """The fold. `apply` admits an entry or refuses it; what it holds is what was admitted."""

    def __init__(self, log_origin: str) -> None:
        self._origin = log_origin
        self._keys: dict[str, KnownKey] = {}

    def copy(self) -> "KeyHistory":
        """A history that can be tried out without changing this one."""
        other = KeyHistory(self._origin)
        other._keys = dict(self._keys)
        return other

    def __iter__(self) -> Iterator[KnownKey]:
        return iter(self._keys.values())

    def get(self, identity: str) -> KnownKey | None:
        """The key with that id, active or retired."""
        return self._keys.get(identity)

    def root(self) -> KnownKey | None:
        """The active province root."""
        return next((each for each in self if each.role is KeyRole.ROOT and each.active), None)

    def bureau_key(self, identity: str, bureau: str) -> KnownKey:
        """The active key of that bureau. Raises: NotAdmitted with the reason it is not one."""
        key = self._keys.get(identity)
        if key is None:
            raise NotAdmitted(Refusal.KEY_UNKNOWN)
        if key.role is not KeyRole.BUREAU:
            raise NotAdmitted(Refusal.KEY_OF_ANOTHER_ROLE)
        if key.bureau != bureau:
            raise NotAdmitted(Refusal.KEY_OF_ANOTHER_BUREAU)
        if not key.active:
            raise NotAdmitted(Refusal.KEY_RETIRED)
        return key

    def apply(self, index: int, entry: Entry) -> KnownKey:
        """Admits a `key` entry. Raises: NotAdmitted, MalformedEntry."""
        action = text(entry, "action")
        if action == "introduced":
            return self._introduce(index, entry)
        if action == "retired":
            return self._retire(index, entry)
        raise MalformedEntry("action")

    def _introduce(self, index: int, entry: Entry) -> KnownKey:
        try:
            public = b64url_decode(text(entry, "public"), length=32)
            key = KnownKey(
                role=KeyRole(text(entry, "role")),
                key_id=key_id(public),
                public=public,
                custody=Custody(text(entry, "custody")),
                bureau=text(entry, "bureau"),
                introduced_index=index,
            )
            possession = b64url_decode(text(entry, "possession"), length=64)
        except (MalformedEncoding, ValueError) as fault:
            raise MalformedEntry("key") from fault
        if text(entry, "algorithm") != "Ed25519" or (key.role is KeyRole.BUREAU) != bool(key.bureau):
            raise MalformedEntry("key")
        if key.key_id in self._keys:
            raise NotAdmitted(Refusal.KEY_RETIRED)
        try:
            verify(public, possession_message(self._origin, entry), possession)
        except BadSignature as fault:
            raise NotAdmitted(Refusal.PROOF_OF_POSSESSION_WRONG) from fault
        root = self.root()
        if root is None and (self._keys or key.role is not KeyRole.ROOT):
            # Only the log's first entry may vouch for itself: after a root was retired, a newcomer may not.
            raise NotAdmitted(Refusal.KEY_UNKNOWN)
        self._require_root_signature(entry, root.public if root else public)
        self._keys[key.key_id] = key
        return key

    def _retire(self, index: int, entry: Entry) -> KnownKey:
        key, root = self._keys.get(text(entry, "key")), self.root()
        if key is None or root is None or not key.active:
            raise NotAdmitted(Refusal.KEY_UNKNOWN)
        self._require_root_signature(entry, root.public)
        retired = replace(key, retired_index=index)
        self._keys[key.key_id] = retired
        return retired

    def _require_root_signature(self, entry: Entry, root_public: bytes) -> None:
        try:
            signature = b64url_decode(text(entry, "signature"), length=64)
            verify(root_public, root_message(self._origin, entry), signature)
        except (BadSignature, MalformedEncoding) as fault:
            raise NotAdmitted(Refusal.SIGNATURE_WRONG) from fault


def introduction(
    *, log_origin: str, key: SigningKey, root: SigningKey, custody: Custody, valid_from: str, bureau: str = ""
) -> dict[str, Json]:
    """The content of a `key` entry that introduces `key`, signed by it and by the root."""
    root.require(KeyRole.ROOT)
    content: dict[str, Json] = {
        "type": "key",
        "action": "introduced",
        "role": key.role.value,
        "algorithm": "Ed25519",
        "public": b64url_encode(key.public),
        "custody": custody.value,
        "bureau": bureau,
        "valid_from": valid_from,
    }
    content["possession"] = b64url_encode(key.sign(possession_message(log_origin, content)))
    return _signed_by_root(content, log_origin, root)


def retirement(*, log_origin: str, identity: str, root: SigningKey, reason: str) -> dict[str, Json]:
    """The content of a `key` entry that retires a key."""
    content: dict[str, Json] = {"type": "key", "action": "retired", "key": identity, "reason": reason}
    return _signed_by_root(content, log_origin, root.require(KeyRole.ROOT))


def _signed_by_root(content: Mapping[str, Json], log_origin: str, root: SigningKey) -> dict[str, Json]:
    signature = root.sign(root_message(log_origin, content))
    return {**content, "signature": b64url_encode(signature)}
