"""Whose keys lie where: the province root, the register, and each bureau, each with its own passphrase.

KEY_DIR/root/            the province root
KEY_DIR/register/        the register's own keys, one a purpose, and its symmetric secrets
KEY_DIR/bureaus/430100/  the key of one bureau, opened apart from the register's
KEY_DIR/certificates/    the X.509 certificates of roots, sheet and viewer keys, named by key id (public)
KEY_DIR/guard.json       the rollback guard
KEY_DIR/frozen.json      the statement that ended the log, if it was ended (public)

Within a directory the keys of a role are numbered 1, 2, 3 …; the log says which of them may sign now.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from registry.errors import RegistryError
from registry.ledger.key_history import KeyHistory, KnownKey
from registry.references import References
from registry.storage.vault import Place, Vault, forgotten
from signing.certificates import one_from_pem
from signing.errors import KeyFileLocked, KeyFileMissing, MalformedEncoding
from signing.key_files import KeyDirectory, SecretPurpose
from signing.keys import KeyRole, SigningKey, key_id
from signing.viewer_key import ViewerKey, ViewerSigner

REGISTER_ROLES = (
    KeyRole.LOG,
    KeyRole.CREDENTIAL,
    KeyRole.STATUS,
    KeyRole.QR,
    KeyRole.RECEIPT,
    KeyRole.SHEET,
    KeyRole.NATIONAL,
)


@dataclass(frozen=True)
class KeyPlaces:
    """The directories and files of a key directory."""

    path: Path

    @property
    def guard(self) -> Path:
        """The rollback guard."""
        return self.path / "guard.json"

    @property
    def root(self) -> KeyDirectory:
        """The province root's directory."""
        return KeyDirectory(self.path / "root")

    @property
    def register(self) -> KeyDirectory:
        """The register's directory."""
        return KeyDirectory(self.path / "register")

    def bureau(self, code: str) -> KeyDirectory:
        """One bureau's directory."""
        return KeyDirectory(self.path / "bureaus" / code)

    def certificate(self, key: SigningKey | KnownKey) -> Path:
        """The X.509 certificate of a root or a sheet key."""
        return self.path / "certificates" / f"{key.role}-{key.key_id}.pem"

    def viewer_certificate(self, key_id: str) -> Path:
        """The X.509 certificate of the key that signs for PDF viewers."""
        return self.path / "certificates" / f"viewer-{key_id}.pem"

    def newest_viewer_key(self) -> str | None:
        """The name of the newest key file for PDF viewers; None if none was made."""
        files = self.register.of_role(SecretPurpose.VIEWER)
        return files[0].name if files else None


class NoActiveKey(RegistryError):
    """No key of that role may sign now: all are retired, or none is valid yet."""

    code = "no_active_key"

    def __init__(self, role: KeyRole) -> None:
        super().__init__(role)
        self.role = role


class ViewerKeyMissing(RegistryError):
    """The signature for PDF viewers is on, and no key was made for it, or its certificate is gone."""

    code = "viewer_key_missing"


@dataclass(frozen=True)
class Standing:
    """What the log says of keys, read anew, and the moment at which they are to sign."""

    history: Callable[[], KeyHistory]
    clock: Callable[[], datetime]


class RegisterSecrets:
    """The register's symmetric secrets, each opened when it is first needed."""

    def __init__(self, places: KeyPlaces, passphrase: bytes) -> None:
        self.places = places
        self._directory = places.register
        self._passphrase = passphrase

    @cached_property
    def vault(self) -> Vault:
        """What seals and finds personal data."""
        records = self._directory.unlock_secret(SecretPurpose.RECORDS, self._passphrase)
        blind = self._directory.unlock_secret(SecretPurpose.BLIND_INDEX, self._passphrase)
        try:
            return Vault(record_keys={"1": records}, blind_key=blind)
        except MalformedEncoding as fault:
            raise KeyFileLocked(SecretPurpose.RECORDS) from fault

    def forget(self, places: Sequence[Place]) -> None:
        """Takes the keys of these places out of the key file, durably, and out of this process's vault.

        Doing it again changes nothing. Raises: KeyFileMissing, KeyFileExposed, KeyFileLocked.
        """
        vault = self.vault
        self._directory.rewrite_secret(
            SecretPurpose.RECORDS, self._passphrase, lambda state: forgotten(state, places)
        )
        vault.forget(places)

    @cached_property
    def references(self) -> References:
        """What makes and resolves REFs."""
        return References(self._directory.unlock_secret(SecretPurpose.REFERENCES, self._passphrase))

    @cached_property
    def link_key(self) -> bytes:
        """What signs the holder's short-lived links."""
        return self._directory.unlock_secret(SecretPurpose.LINKS, self._passphrase)

    @cached_property
    def viewer(self) -> ViewerSigner:
        """What signs sheets for PDF viewers: the newest such key. Raises: ViewerKeyMissing."""
        newest = self.places.newest_viewer_key()
        if newest is None:
            raise ViewerKeyMissing
        secret = self._directory.unlock_secret(SecretPurpose.VIEWER, self._passphrase, name=newest)
        key = ViewerKey.from_secret(secret)
        path = self.places.viewer_certificate(key.key_id)
        if not path.is_file():
            raise ViewerKeyMissing
        return ViewerSigner(key, one_from_pem(path.read_bytes()))


class RegisterKeys(RegisterSecrets):
    """The register's own keys beside its secrets. A rotation is noticed at the next use."""

    def __init__(self, places: KeyPlaces, passphrase: bytes, standing: Standing) -> None:
        super().__init__(places, passphrase)
        self._standing = standing
        self._opened: dict[str, SigningKey] = {}

    def __getitem__(self, role: KeyRole) -> SigningKey:
        """The newest key of that role that may sign now and lies here.

        Raises: NoActiveKey, KeyFileMissing, KeyFileExposed, KeyFileLocked.
        """
        known = self._standing.history().signers(role, self._standing.clock())
        if not known or known[0].key_id not in self._opened:
            key = unlock_newest(self._directory, known, role, self._passphrase)
            self._opened[key.key_id] = key
            return key
        return self._opened[known[0].key_id]

    def log_keys(self) -> list[SigningKey]:
        """Every log key here that is not retired, for the writer, who asks the log itself which may sign.

        Raises: KeyFileMissing, KeyFileExposed, KeyFileLocked.
        """
        history, found = self._standing.history(), []
        for file in self._directory.of_role(KeyRole.LOG):
            known = history.get(key_id(file.public))
            if known is None or known.active:
                found.append(self._directory.unlock(KeyRole.LOG, self._passphrase, name=file.name))
        if not found:
            raise KeyFileMissing(KeyRole.LOG)
        return found


def unlock_known(directory: KeyDirectory, known: KnownKey, passphrase: bytes) -> SigningKey | None:
    """The key behind a public key that the log names, if its file lies in this directory.

    Raises: KeyFileExposed, KeyFileLocked.
    """
    for file in directory.of_role(known.role):
        if file.public == known.public:
            return directory.unlock(known.role, passphrase, name=file.name)
    return None


def unlock_newest(
    directory: KeyDirectory, candidates: list[KnownKey], role: KeyRole, passphrase: bytes
) -> SigningKey:
    """The first of these keys whose file lies in this directory.

    Raises: NoActiveKey, KeyFileMissing, KeyFileExposed, KeyFileLocked.
    """
    if not candidates:
        raise NoActiveKey(role)
    for known in candidates:
        if (key := unlock_known(directory, known, passphrase)) is not None:
            return key
    raise KeyFileMissing(role)
