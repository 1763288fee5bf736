"""Ending a log that can't go on under its name, and what its successor takes from it.

The statement is written once and never replaced. From then on every writer refuses; readers go on.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime

from registry.custody.guarding import CheckpointFault, CheckpointRefused, log_checkpoint
from registry.custody.keys import KeyPlaces, unlock_newest
from registry.errors import RegistryError
from registry.ledger.errors import LogNotFound, RegisterMissing
from registry.ledger.guard import Guard
from registry.ledger.key_history import KeyHistory
from registry.ledger.read import LedgerReader
from registry.places import Places
from registry.storage.errors import DatabaseUnavailable
from registry.storage.sql import translated_faults
from signing.algorithms import ED25519
from signing.durable import write_whole
from signing.errors import KeyFileMissing, SigningError
from signing.frozen import FreezeReason, FrozenLog, frozen_statement, parse_frozen
from signing.keys import KeyRole, SigningKey
from signing.notes import Checkpoint, VerifierKey, parse_checkpoint, parse_note, verified_checkpoint


class CheckpointNeeded(RegistryError):
    """The database can't say what was published last: the newest checkpoint that outsiders hold has to."""

    code = "checkpoint_needed"


class NotThePredecessor(RegistryError):
    """The statement does not end a log that this one may continue."""

    code = "not_the_predecessor"


def freeze_log(
    places: Places,
    reason: FreezeReason,
    *,
    root_passphrase: bytes,
    clock: Callable[[], datetime],
    successor: str = "",
    checkpoint: bytes | None = None,
) -> FrozenLog:
    """Writes the statement that ends the log. `checkpoint` is the newest one that outsiders hold.

    Without it the database says what was published last; where data was lost, it can't.
    Raises: LogFrozen, CheckpointNeeded, CheckpointRefused, KeyFileMissing, KeyFileLocked, WriterBusy.
    """
    guard = Guard(places.keys.guard)
    guard.refuse_frozen()
    # The writer lock is held until the statement lies there: no append slips in behind what it names.
    with _stored(places) as (published, history):
        if checkpoint is not None:
            last = _held(checkpoint, places, history)
        elif reason is FreezeReason.DATA_LOST or published is None:
            raise CheckpointNeeded
        else:
            last = published
        now = clock().replace(microsecond=0)
        root = _root(places.keys, history, root_passphrase, now)
        frozen = FrozenLog(last, reason, successor, now, root.public)
        with translated_faults():
            write_whole(guard.frozen_path, frozen_statement(frozen, root))
    return frozen


def predecessor_of(statement: bytes, log_origin: str) -> Checkpoint:
    """The last tree head of the log that ended, for the first entry of its successor.

    Raises: NotThePredecessor.
    """
    try:
        frozen = parse_frozen(statement)
    except SigningError as fault:
        raise NotThePredecessor from fault
    if frozen.checkpoint.origin == log_origin or frozen.successor not in ("", log_origin):
        raise NotThePredecessor
    return frozen.checkpoint


@contextmanager
def _stored(places: Places) -> Iterator[tuple[Checkpoint | None, KeyHistory | None]]:
    """The newest published checkpoint and the keys, as far as the database can still be read."""
    with ExitStack() as stack:
        try:
            places.require_register()
            engine = places.register_engine()
            stack.callback(engine.dispose)
            stack.enter_context(places.writer_lock(engine).held())
            reader = stack.enter_context(closing(LedgerReader(engine, places.log_origin)))
            found: tuple[Checkpoint | None, KeyHistory | None] = _last(reader), reader.key_history()
        except (LogNotFound, RegisterMissing, DatabaseUnavailable):
            found = None, None
        yield found


def _last(reader: LedgerReader) -> Checkpoint:
    return parse_checkpoint(parse_note(reader.published()[1]).text)


def _held(note: bytes, places: Places, history: KeyHistory | None) -> Checkpoint:
    """A checkpoint under a key that the log names, or, where the log is gone, that lies here."""
    if history is not None:
        return log_checkpoint(note, history, places.log_origin)
    for file in places.keys.register.of_role(KeyRole.LOG):
        try:
            return verified_checkpoint(note, VerifierKey(places.log_origin, ED25519.note_type, file.public))
        except SigningError:
            continue
    raise CheckpointRefused(CheckpointFault.NOT_SIGNED)


def _root(keys: KeyPlaces, history: KeyHistory | None, passphrase: bytes, now: datetime) -> SigningKey:
    if history is not None:
        return unlock_newest(keys.root, history.signers(KeyRole.ROOT, now), KeyRole.ROOT, passphrase)
    files = keys.root.of_role(KeyRole.ROOT)
    if not files:
        raise KeyFileMissing(KeyRole.ROOT)
    return keys.root.unlock(KeyRole.ROOT, passphrase, name=files[0].name)
