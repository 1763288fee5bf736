"""How a register begins: its schema, its keys, and the first entries of its log.

Every step is made only where it is missing, so a beginning that was cut off is simply run again.
"""

from collections.abc import Callable
from datetime import datetime

from registry.custody.certifying import certify
from registry.custody.keys import REGISTER_ROLES
from registry.ledger.append import append_keys
from registry.ledger.entries import Entry
from registry.ledger.errors import LogNotFound, RegisterMissing
from registry.ledger.guard import Guard
from registry.ledger.key_history import Custody, introduction
from registry.ledger.read import LedgerReader
from registry.ledger.writer import LogWriter
from registry.places import Places
from registry.storage.migrate import Schema, migrate
from registry.witnessing.quorum import open_quorum
from signing.encoding import rfc3339
from signing.errors import KeyFileMissing
from signing.key_files import KeyDirectory, SecretPurpose
from signing.keys import KeyRole, SigningKey
from signing.notes import Checkpoint

# The key for PDF viewers is made only where somebody wants it.
_NEEDED_SECRETS = tuple(each for each in SecretPurpose if each is not SecretPurpose.VIEWER)


def migrate_all(places: Places) -> None:
    """Brings both databases to the schema of this program.

    Raises: RegisterMissing where a log was begun whose file is gone: an empty one would only hide that.
    """
    _refuse_lost(places, Guard(places.keys.guard))
    places.data_dir.mkdir(parents=True, exist_ok=True)
    engines = ((places.register_engine(create=True), Schema.REGISTER), (places.desk_engine(), Schema.DESK))
    for engine, schema in engines:
        try:
            migrate(engine, schema)
        finally:
            engine.dispose()


def begin_register(
    places: Places,
    *,
    passphrase: bytes,
    root_passphrase: bytes,
    clock: Callable[[], datetime],
    predecessor: Checkpoint | None = None,
) -> None:
    """Makes keys, guard and certificates, and introduces the root and the register's keys to the log.

    `predecessor` is the last tree head of the frozen log that this one continues; the first entry names it.
    Raises: RegisterMissing where a log was begun whose file is gone.
    """
    keys, guard = places.keys, Guard(places.keys.guard)
    guard.refuse_frozen()
    _refuse_lost(places, guard)
    root, register = _key(keys.root, KeyRole.ROOT, root_passphrase), keys.register
    signers = {role: _key(register, role, passphrase) for role in REGISTER_ROLES}
    for purpose in _NEEDED_SECRETS:
        _secret(register, purpose, passphrase)
    certify(places, root, root, clock())
    certify(places, signers[KeyRole.SHEET], root, clock())
    migrate_all(places)
    quorum = open_quorum(places.witnessing)
    places.witnessing.policy.require_others_than([signers[KeyRole.LOG].public])
    engine = places.register_engine()
    try:
        if LedgerReader(engine, places.log_origin).log.stored_size() == 0:
            guard.begin(places.log_origin)
        writer = LogWriter(
            engine,
            origin=places.log_origin,
            keys=[signers[KeyRole.LOG]],
            guard=guard,
            lock=places.writer_lock(engine),
            clock=clock,
            witnesses=quorum,
        )
        introduce_keys(
            writer,
            [root, *signers.values()],
            root=root,
            custody=Custody.REGISTER,
            now=clock(),
            predecessor=predecessor,
        )
    finally:
        engine.dispose()
        if quorum is not None:
            quorum.close()


def _refuse_lost(places: Places, guard: Guard) -> None:
    """A guard that remembers entries stands beside the file that holds them."""
    try:
        places.require_register()
    except LogNotFound:
        return
    except RegisterMissing:
        if guard.read(log_is_empty=True).size:
            raise


def begin_bureau(places: Places, bureau: str, passphrase: bytes) -> SigningKey:
    """The key of a bureau, made if it has none. It enters the log by `introduce_keys`."""
    return _key(places.keys.bureau(bureau), KeyRole.BUREAU, passphrase)


def introduce_keys(
    writer: LogWriter,
    keys: list[SigningKey],
    *,
    root: SigningKey,
    custody: Custody,
    now: datetime,
    bureau: str = "",
    valid_until: str = "",
    predecessor: Checkpoint | None = None,
) -> None:
    """Appends `key` entries for those keys that the log does not know yet, valid from `now` on."""

    def missing() -> list[Entry]:
        with writer.reader() as ledger:
            known = ledger.key_history()
        return [
            introduction(
                log_origin=writer.origin,
                key=key,
                root=root,
                custody=custody,
                valid_from=rfc3339(now),
                valid_until=valid_until,
                predecessor=predecessor if key.role is KeyRole.ROOT and not list(known) else None,
                bureau=bureau,
            )
            for key in keys
            if known.get(key.key_id) is None
        ]

    with writer.reader() as ledger:
        published = ledger.log.published()
        waiting = ledger.log.stored_size() > (0 if published is None else published[0])
    if waiting:
        # What an earlier run stored and could not publish would look as if it were missing.
        writer.recover()
    if contents := missing():
        append_keys(writer, contents)


def _key(directory: KeyDirectory, role: KeyRole, passphrase: bytes) -> SigningKey:
    """The newest key of that role, made if there is none."""
    files = directory.of_role(role)
    if files:
        return directory.unlock(role, passphrase, name=files[0].name)
    return directory.create(role, passphrase, name="1")


def _secret(directory: KeyDirectory, purpose: SecretPurpose, passphrase: bytes) -> bytes:
    try:
        return directory.unlock_secret(purpose, passphrase)
    except KeyFileMissing:
        return directory.create_secret(purpose, passphrase)
