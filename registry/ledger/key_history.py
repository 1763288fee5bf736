"""Every key that ever signed for the register, folded from the log's `key` entries.

The first entry of a log introduces the province root, which signs itself; every later key, a second root too,
is introduced and retired under the signature of a root that was active then, with a proof that somebody holds
it. A key may sign entries from its introduction and its `valid_from` on, until it is retired or expires.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from registry.ledger.entries import Entry, number, possession_message, root_message, text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from signing.algorithms import ALGORITHMS, Algorithm
from signing.encoding import Json, b64url_decode, b64url_encode, parse_rfc3339
from signing.errors import BadSignature, MalformedEncoding
from signing.keys import KeyRole, SigningKey, key_id
from signing.notes import Checkpoint


class Custody(StrEnum):
    """Who holds a key: the bureau itself, or the register's operator in its name."""

    BUREAU = "bureau"
    REGISTER = "register"


class RetirementReason(StrEnum):
    """Why a key signs no more. What it signed before stays good, unless it was compromised."""

    ROTATED = "rotated"
    COMPROMISED = "compromised"
    ENDED = "ended"


@dataclass(frozen=True)
class KnownKey:
    """A key as the log knows it. `bureau` is "" unless it is a bureau's key."""

    role: KeyRole
    key_id: str
    public: bytes
    algorithm: Algorithm
    custody: Custody
    bureau: str
    valid_from: datetime
    valid_until: datetime | None
    introduced_index: int
    retired_index: int | None = None
    retired_at: datetime | None = None
    retired_for: RetirementReason | None = None

    @property
    def active(self) -> bool:
        """Not retired."""
        return self.retired_index is None

    @property
    def revoked_at(self) -> datetime | None:
        """Since when it is not believed at all: only a key that leaked is."""
        return self.retired_at if self.retired_for is RetirementReason.COMPROMISED else None

    def refusal_at(self, at: datetime) -> Refusal | None:
        """Why it may not sign an entry of that moment; None if it may."""
        if not self.active:
            return Refusal.KEY_RETIRED
        if at < self.valid_from:
            return Refusal.KEY_NOT_YET_VALID
        if self.valid_until is not None and at > self.valid_until:
            return Refusal.KEY_EXPIRED
        return None

    def could_sign(self, at: datetime) -> bool:
        """Whether it might sign at that moment, looked at from later on: it may have been retired since."""
        begun = self.valid_from <= at and (self.valid_until is None or at <= self.valid_until)
        return begun and (self.retired_at is None or at <= self.retired_at)


class KeyHistory:
    """The fold. `apply` admits an entry or refuses it; what it holds is what was admitted."""

    def __init__(self, log_origin: str) -> None:
        self._origin = log_origin
        self._keys: dict[str, KnownKey] = {}
        # The frozen log that this one continues, if it continues one.
        self.predecessor: Checkpoint | None = None

    def copy(self) -> "KeyHistory":
        """A history that can be tried out without changing this one."""
        other = KeyHistory(self._origin)
        other._keys = dict(self._keys)
        other.predecessor = self.predecessor
        return other

    def __iter__(self) -> Iterator[KnownKey]:
        return iter(self._keys.values())

    def get(self, identity: str) -> KnownKey | None:
        """The key with that id, active or retired."""
        return self._keys.get(identity)

    def signers(self, role: KeyRole, at: datetime, bureau: str = "") -> list[KnownKey]:
        """The keys of a role that may sign at that moment, the newest first."""
        found = [key for key in self if (key.role, key.bureau) == (role, bureau)]
        return [key for key in reversed(found) if key.refusal_at(at) is None]

    def require(self, identity: str, role: KeyRole, at: datetime) -> KnownKey:
        """The key with that id, if it may sign in that role. Raises: NotAdmitted with the reason."""
        key = self._keys.get(identity)
        if key is None:
            raise NotAdmitted(Refusal.KEY_UNKNOWN)
        if key.role is not role:
            raise NotAdmitted(Refusal.KEY_OF_ANOTHER_ROLE)
        if (refusal := key.refusal_at(at)) is not None:
            raise NotAdmitted(refusal)
        return key

    def bureau_key(self, identity: str, bureau: str, at: datetime) -> KnownKey:
        """A key of that bureau that may sign at that moment. Raises: NotAdmitted with the reason."""
        key = self._keys.get(identity)
        if key is not None and key.role is KeyRole.BUREAU and key.bureau != bureau:
            raise NotAdmitted(Refusal.KEY_OF_ANOTHER_BUREAU)
        return self.require(identity, KeyRole.BUREAU, at)

    def apply(self, index: int, entry: Entry) -> KnownKey:
        """Admits a `key` entry. Raises: NotAdmitted, MalformedEntry."""
        action = text(entry, "action")
        if action == "introduced":
            return self._introduce(index, entry)
        if action == "retired":
            return self._retire(index, entry)
        raise MalformedEntry("action")

    def _introduce(self, index: int, entry: Entry) -> KnownKey:
        key, at = _introduced_key(index, entry), _moment(entry, "at")
        possession = _bytes(entry, "possession", key.algorithm.signature_bytes)
        if "predecessor" in entry and index != 0:
            raise MalformedEntry("predecessor")
        if key.key_id in self._keys:
            raise NotAdmitted(Refusal.KEY_RETIRED)
        try:
            key.algorithm.verify(key.public, possession_message(self._origin, entry), possession)
        except BadSignature as fault:
            raise NotAdmitted(Refusal.PROOF_OF_POSSESSION_WRONG) from fault
        # Only the log's first entry may vouch for itself: after a root was retired, a newcomer may not.
        vouching = self.signers(KeyRole.ROOT, at) if self._keys else [key]
        if not vouching or vouching[0].role is not KeyRole.ROOT:
            raise NotAdmitted(Refusal.KEY_UNKNOWN)
        if (refusal := vouching[0].refusal_at(at)) is not None:
            raise NotAdmitted(refusal)
        self._require_root_signature(entry, vouching)
        self._keys[key.key_id] = key
        self.predecessor = self.predecessor or _predecessor(entry)
        return key

    def _retire(self, index: int, entry: Entry) -> KnownKey:
        at = _moment(entry, "at")
        key, roots = self._keys.get(text(entry, "key")), self.signers(KeyRole.ROOT, at)
        try:
            reason = RetirementReason(text(entry, "reason"))
        except ValueError as fault:
            raise MalformedEntry("reason") from fault
        if key is None or not roots or not key.active:
            raise NotAdmitted(Refusal.KEY_UNKNOWN)
        self._require_root_signature(entry, roots)
        retired = replace(key, retired_index=index, retired_at=at, retired_for=reason)
        self._keys[key.key_id] = retired
        return retired

    def _require_root_signature(self, entry: Entry, roots: list[KnownKey]) -> None:
        """One of these roots signed the entry; during a rotation there are two."""
        try:
            signature = b64url_decode(text(entry, "signature"))
        except MalformedEncoding as fault:
            raise NotAdmitted(Refusal.SIGNATURE_WRONG) from fault
        for root in roots:
            try:
                root.algorithm.verify(root.public, root_message(self._origin, entry), signature)
            except BadSignature:
                continue
            return
        raise NotAdmitted(Refusal.SIGNATURE_WRONG)


def _introduced_key(index: int, entry: Entry) -> KnownKey:
    """The key that an entry introduces, every field read strictly. Raises: MalformedEntry."""
    try:
        algorithm = ALGORITHMS[text(entry, "algorithm")]
        public = b64url_decode(text(entry, "public"), length=algorithm.public_bytes)
        key = KnownKey(
            role=KeyRole(text(entry, "role")),
            key_id=key_id(public),
            public=public,
            algorithm=algorithm,
            custody=Custody(text(entry, "custody")),
            bureau=text(entry, "bureau"),
            valid_from=_moment(entry, "valid_from"),
            valid_until=_moment(entry, "valid_until") if "valid_until" in entry else None,
            introduced_index=index,
        )
    except (MalformedEncoding, ValueError, KeyError) as fault:
        raise MalformedEntry("key") from fault
    if (key.role is KeyRole.BUREAU) != bool(key.bureau):
        raise MalformedEntry("bureau")
    # A root that expired by itself would leave nobody to introduce the next one.
    if key.valid_until is not None and (key.role is KeyRole.ROOT or key.valid_until <= key.valid_from):
        raise MalformedEntry("valid_until")
    return key


def _predecessor(entry: Entry) -> Checkpoint | None:
    named = entry.get("predecessor")
    if named is None:
        return None
    if not isinstance(named, dict):
        raise MalformedEntry("predecessor")
    return Checkpoint(text(named, "origin"), number(named, "size"), _bytes(named, "root", 32))


def _bytes(entry: Mapping[str, Json], name: str, length: int) -> bytes:
    try:
        return b64url_decode(text(entry, name), length=length)
    except MalformedEncoding as fault:
        raise MalformedEntry(name) from fault


def _moment(entry: Mapping[str, Json], name: str) -> datetime:
    try:
        return parse_rfc3339(text(entry, name))
    except MalformedEncoding as fault:
        raise MalformedEntry(name) from fault


def introduction(
    *,
    log_origin: str,
    key: SigningKey,
    root: SigningKey,
    custody: Custody,
    valid_from: str,
    valid_until: str = "",
    bureau: str = "",
    predecessor: Checkpoint | None = None,
) -> dict[str, Json]:
    """The content of a `key` entry that introduces `key`, signed by it and by the root."""
    root.require(KeyRole.ROOT)
    request = key_request(
        log_origin=log_origin,
        key=key,
        custody=custody,
        valid_from=valid_from,
        valid_until=valid_until,
        bureau=bureau,
        predecessor=predecessor,
    )
    return certified(request, log_origin, root)


def key_request(
    *,
    log_origin: str,
    key: SigningKey,
    custody: Custody,
    valid_from: str,
    valid_until: str = "",
    bureau: str = "",
    predecessor: Checkpoint | None = None,
) -> dict[str, Json]:
    """What whoever holds a key asks the province to certify, with the proof that somebody holds it."""
    content: dict[str, Json] = {
        "type": "key",
        "action": "introduced",
        "role": key.role.value,
        "algorithm": key.algorithm.name,
        "public": b64url_encode(key.public),
        "custody": custody.value,
        "bureau": bureau,
        "valid_from": valid_from,
    }
    if valid_until:
        content["valid_until"] = valid_until
    if predecessor is not None:
        before, digest = predecessor, b64url_encode(predecessor.root)
        content["predecessor"] = {"origin": before.origin, "size": before.size, "root": digest}
    content["possession"] = b64url_encode(key.sign(possession_message(log_origin, content)))
    return content


def certified(request: Mapping[str, Json], log_origin: str, root: SigningKey) -> dict[str, Json]:
    """A request under the root's signature: the content of the `key` entry."""
    return _signed_by_root(request, log_origin, root.require(KeyRole.ROOT))


def retirement(*, log_origin: str, identity: str, root: SigningKey, reason: str) -> dict[str, Json]:
    """The content of a `key` entry that retires a key; `reason` is a `RetirementReason`."""
    content: dict[str, Json] = {"type": "key", "action": "retired", "key": identity, "reason": reason}
    return _signed_by_root(content, log_origin, root.require(KeyRole.ROOT))


def _signed_by_root(content: Mapping[str, Json], log_origin: str, root: SigningKey) -> dict[str, Json]:
    signature = root.sign(root_message(log_origin, content))
    return {**content, "signature": b64url_encode(signature)}
