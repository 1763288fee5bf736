"""Introducing the next key of a role, and retiring one: what a rotation consists of.

Between the two both keys are active. Log keys then both sign every checkpoint; of the others the newest
signs, and what the older one signed stays good. Only a key that leaked is disbelieved.
"""

from dataclasses import dataclass
from datetime import datetime

from registry.custody.beginning import introduce_keys
from registry.custody.certifying import certify
from registry.custody.keys import REGISTER_ROLES, KeyPlaces, unlock_newest
from registry.custody.offline_key import KeyRequest
from registry.errors import RegistryError
from registry.ledger.append import append_keys
from registry.ledger.entries import text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.key_history import (
    Custody,
    KeyHistory,
    KnownKey,
    RetirementReason,
    certified,
    retirement,
)
from registry.register import Register
from signing.encoding import b64url_decode
from signing.errors import MalformedEncoding
from signing.key_files import KeyDirectory
from signing.keys import KeyRole, SigningKey, key_id

# Without a key of each of these the register can't go on; a bureau can do without one for a while.
NEEDED_ROLES = frozenset({*REGISTER_ROLES, KeyRole.ROOT})


class LastKey(RegistryError):
    """The only key of a role that the register needs: its successor must be introduced first."""

    code = "last_key"

    def __init__(self, role: KeyRole) -> None:
        super().__init__(role)
        self.role = role


@dataclass(frozen=True)
class NextKey:
    """Which key is to be introduced. `valid_from` None means at once; `valid_until` "" means no end.

    `officer` is the login of the officer for whom a bureau's key is made.
    """

    role: KeyRole
    custody: Custody = Custody.REGISTER
    bureau: str = ""
    valid_from: datetime | None = None
    valid_until: str = ""
    officer: str = ""


def unlock_root(register: Register, passphrase: bytes, *, other_than: str = "") -> SigningKey:
    """The newest province root that may sign. Raises: NoActiveKey, KeyFileMissing, KeyFileLocked."""
    active = register.ledger.key_history().signers(KeyRole.ROOT, register.clock())
    candidates = [key for key in active if key.key_id != other_than]
    return unlock_newest(register.places.keys.root, candidates, KeyRole.ROOT, passphrase)


def introduce_next(register: Register, wanted: NextKey, *, passphrase: bytes, root: SigningKey) -> SigningKey:
    """Makes the next key file of a role, certifies the key where it needs that, and introduces it.

    A file that an earlier run made and did not introduce is taken up again.
    Raises: NotAdmitted, LogKeyUnavailable, KeyFileLocked, WriterBusy, GuardMismatch, GuardMissing.
    """
    now = register.clock()
    directory = _directory(register.places.keys, wanted.role, wanted.bureau)
    key = _waiting_or_new(directory, wanted, passphrase, register.ledger.key_history())
    certify(register.places, key, root, now)
    # The writer is opened after the file was made: a new log key signs the checkpoint that introduces it.
    introduce_keys(
        register.writer(),
        [key],
        root=root,
        custody=wanted.custody,
        now=wanted.valid_from or now,
        bureau=wanted.bureau,
        valid_until=wanted.valid_until,
    )
    return key


def certify_request(register: Register, request: KeyRequest, root: SigningKey) -> str:
    """Introduces a key that its bureau made and keeps; its id. What is known already stays as it is.

    Raises: NotAdmitted if the proof of possession is wrong or made for another log; MalformedEntry.
    """
    if request.origin != register.places.log_origin:
        raise NotAdmitted(Refusal.PROOF_OF_POSSESSION_WRONG)
    identity = key_id(_public(request))
    if register.ledger.key_history().get(identity) is None:
        append_keys(register.writer(), [certified(request.content, request.origin, root)])
    return identity


def retire_key(
    register: Register, identity: str, reason: RetirementReason, *, root_passphrase: bytes
) -> KnownKey:
    """Retires a key under the signature of a root other than itself.

    Raises: LastKey, NotAdmitted, KeyFileLocked, WriterBusy, GuardMismatch, GuardMissing.
    """
    history, now = register.ledger.key_history(), register.clock()
    key = history.get(identity)
    if key is None:
        raise NotAdmitted(Refusal.KEY_UNKNOWN)
    if not key.active:
        raise NotAdmitted(Refusal.KEY_RETIRED)
    files = _directory(register.places.keys, key.role, key.bureau).of_role(key.role)
    here = {file.public for file in files}
    others = [each for each in history.signers(key.role, now, key.bureau) if each.key_id != identity]
    if key.role in NEEDED_ROLES and not any(each.public in here for each in others):
        raise LastKey(key.role)
    root = unlock_root(register, root_passphrase, other_than=identity)
    origin = register.places.log_origin
    append_keys(
        register.writer(),
        [retirement(log_origin=origin, identity=identity, root=root, reason=reason.value)],
    )
    return key


def _public(request: KeyRequest) -> bytes:
    try:
        return b64url_decode(text(request.content, "public"))
    except MalformedEncoding as fault:
        raise MalformedEntry("public") from fault


def _directory(keys: KeyPlaces, role: KeyRole, bureau: str) -> KeyDirectory:
    if role is KeyRole.ROOT:
        return keys.root
    return keys.bureau(bureau) if role is KeyRole.BUREAU else keys.register


def _waiting_or_new(
    directory: KeyDirectory, wanted: NextKey, passphrase: bytes, history: KeyHistory
) -> SigningKey:
    role = wanted.role
    for file in directory.of_role(role):
        if history.get(key_id(file.public)) is None and file.officer == wanted.officer:
            return directory.unlock(role, passphrase, name=file.name)
    return directory.create(role, passphrase, name=directory.next_name(role), officer=wanted.officer)
