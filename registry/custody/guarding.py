"""The rollback guard from outside: how it and the log stand, and a lost one written anew.

A guard is written anew only from a checkpoint that outsiders hold and a log key signed, and only where the
stored log extends it: otherwise an old database would be taken for the newest one.
"""

from dataclasses import dataclass
from enum import StrEnum

from registry.errors import RegistryError
from registry.ledger.errors import GuardFault, GuardMismatch, GuardMissing
from registry.ledger.guard import Guard, TreeHead, require_extension, require_not_behind
from registry.ledger.key_history import KeyHistory
from registry.register import Register
from signing.errors import SigningError
from signing.keys import KeyRole
from signing.notes import Checkpoint, VerifierKey, verified_checkpoint

# Faults of the guard itself, which a new one mends; the others are faults of the database.
_MENDED = frozenset({GuardFault.GUARD_BEHIND, GuardFault.OTHER_LOG})


class CheckpointFault(StrEnum):
    """Why a file is not the checkpoint that is asked for."""

    NOT_SIGNED = "not_signed"
    OTHER_LOG = "other_log"


class CheckpointRefused(RegistryError):
    """The file is no checkpoint of this log under one of its keys."""

    code = "checkpoint_refused"

    def __init__(self, kind: CheckpointFault) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class GuardState:
    """What the guard remembers, and what the database holds. `fault` is None where they fit."""

    head: TreeHead | None
    stored_size: int
    published_size: int
    fault: GuardMissing | GuardMismatch | None


def guard_state(register: Register) -> GuardState:
    """How guard and log stand now. Raises: LogNotFound, DatabaseUnavailable."""
    ledger, guard = register.ledger, Guard(register.places.keys.guard)
    stored = ledger.log.stored_size()
    published = ledger.published()[0]
    try:
        head = guard.read(log_is_empty=not stored)
    except GuardMissing as fault:
        return GuardState(None, stored, published, fault)
    try:
        require_extension(head, ledger.tree(stored), register.places.log_origin)
        require_not_behind(head, published)
    except GuardMismatch as fault:
        return GuardState(head, stored, published, fault)
    return GuardState(head, stored, published, None)


def log_checkpoint(note: bytes, keys: KeyHistory, origin: str) -> Checkpoint:
    """What a checkpoint says that one of the log's keys signed. Raises: CheckpointRefused."""
    log_keys = [key for key in keys if key.role is KeyRole.LOG and key.revoked_at is None]
    for key in log_keys:
        try:
            return verified_checkpoint(note, VerifierKey(origin, key.algorithm.note_type, key.public))
        except SigningError:
            continue
    foreign = not note.startswith(f"{origin}\n".encode())
    raise CheckpointRefused(CheckpointFault.OTHER_LOG if foreign else CheckpointFault.NOT_SIGNED)


def restore_guard(register: Register, note: bytes) -> TreeHead:
    """Writes the guard anew from a checkpoint that outsiders hold, and returns what it remembers now.

    Steps, under the writer lock:
    1. a guard that fits, or one that is ahead of the database, stays: then it is the database that is wrong
    2. one of the log's keys signed the checkpoint
    3. the stored log extends it
    4. the guard remembers it, or the newest published head if that is newer

    Raises: CheckpointRefused, GuardMismatch, LogFrozen, WriterBusy.
    """
    origin, guard = register.places.log_origin, Guard(register.places.keys.guard)
    guard.refuse_frozen()
    with register.places.writer_lock(register.engine).held():
        # 1
        state = guard_state(register)
        if isinstance(state.fault, GuardMismatch) and state.fault.kind not in _MENDED:
            raise state.fault
        if state.fault is None and state.head is not None:
            return state.head
        # 2
        held = log_checkpoint(note, register.ledger.key_history(), origin)
        # 3
        head = TreeHead(held.origin, held.size, held.root)
        require_extension(head, register.ledger.tree(state.stored_size), origin)
        # 4
        if held.size < state.published_size:
            size = state.published_size
            head = TreeHead(origin, size, register.ledger.tree(size).root())
        guard.write(head)
        return head
