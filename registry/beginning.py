"""How a register begins: its schema, its keys, and the first entries of its log.

Every step is made only where it is missing, so a beginning that was cut off is simply run again.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from registry.custody import REGISTER_ROLES, KeyPlaces
from registry.ledger.append import append_keys
from registry.ledger.entries import Entry
from registry.ledger.guard import Guard
from registry.ledger.key_history import Custody, introduction
from registry.ledger.read import LedgerReader
from registry.ledger.writer import LogWriter
from registry.places import Places
from registry.storage.migrate import Schema, migrate
from signing.certificates import Subject, from_pem, issue_root, issue_sheet_certificate, to_pem
from signing.encoding import rfc3339
from signing.errors import KeyFileMissing
from signing.key_files import KeyDirectory, SecretPurpose
from signing.keys import KeyRole, SigningKey

_CERTIFICATE_YEARS = timedelta(days=3650)
_BACKDATE = timedelta(minutes=5)


def migrate_all(places: Places) -> None:
    """Brings both databases to the schema of this program."""
    places.data_dir.mkdir(parents=True, exist_ok=True)
    for engine, schema in ((places.register_engine(), Schema.REGISTER), (places.desk_engine(), Schema.DESK)):
        try:
            migrate(engine, schema)
        finally:
            engine.dispose()


def begin_register(
    places: Places, *, passphrase: bytes, root_passphrase: bytes, clock: Callable[[], datetime]
) -> None:
    """Makes keys, guard and certificates, and introduces the root and the register's keys to the log."""
    keys = places.keys
    root, register = _key(keys.root, KeyRole.ROOT, root_passphrase), keys.register
    signers = {role: _key(register, role, passphrase) for role in REGISTER_ROLES}
    for purpose in SecretPurpose:
        _secret(register, purpose, passphrase)
    _certify(keys, root, signers[KeyRole.SHEET], places.register_name, clock())
    migrate_all(places)
    guard = Guard(keys.guard)
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
        )
        introduce_keys(writer, [root, *signers.values()], root=root, custody=Custody.REGISTER, now=clock())
    finally:
        engine.dispose()


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
) -> None:
    """Appends `key` entries for those keys that the log does not know yet."""

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
                bureau=bureau,
            )
            for key in keys
            if known.get(key.key_id) is None
        ]

    if contents := missing():
        append_keys(writer, contents)


def _key(directory: KeyDirectory, role: KeyRole, passphrase: bytes) -> SigningKey:
    try:
        return directory.unlock(role, passphrase)
    except KeyFileMissing:
        return directory.create(role, passphrase)


def _secret(directory: KeyDirectory, purpose: SecretPurpose, passphrase: bytes) -> bytes:
    try:
        return directory.unlock_secret(purpose, passphrase)
    except KeyFileMissing:
        return directory.create_secret(purpose, passphrase)


def _certify(places: KeyPlaces, root: SigningKey, sheet: SigningKey, name: str, now: datetime) -> None:
    begins, ends = now.astimezone(UTC) - _BACKDATE, now.astimezone(UTC) + _CERTIFICATE_YEARS
    places.root_certificate.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not places.root_certificate.exists():
        subject = Subject(f"{name} 根证书", name)
        der = issue_root(root, subject, valid_from=begins, valid_until=ends)
        places.root_certificate.write_bytes(to_pem(der))
    if not places.sheet_certificate.exists():
        authority = from_pem(places.root_certificate.read_bytes())
        subject = Subject(f"{name} 电子证书签名", name)
        der = issue_sheet_certificate(
            sheet.public, subject, root, authority, valid_from=begins, valid_until=ends
        )
        places.sheet_certificate.write_bytes(to_pem(der))
