"""Whose keys lie where: the province root, the register, and each bureau, each with its own passphrase.

KEY_DIR/root/            the province root
KEY_DIR/register/        the register's own keys, one a purpose, and its symmetric secrets
KEY_DIR/bureaus/430100/  the key of one bureau, opened apart from the register's
KEY_DIR/certificates/    the X.509 chain of the sheet's signature (public)
KEY_DIR/guard.json       the rollback guard
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from registry.references import References
from registry.storage.vault import Place, Vault, forgotten
from signing.errors import KeyFileLocked, MalformedEncoding
from signing.key_files import KeyDirectory, SecretPurpose
from signing.keys import KeyRole, SigningKey

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

    @property
    def root_certificate(self) -> Path:
        """The self-signed X.509 certificate of the province root."""
        return self.path / "certificates" / "root.pem"

    @property
    def sheet_certificate(self) -> Path:
        """The X.509 certificate of the sheet's signing key."""
        return self.path / "certificates" / "sheet.pem"


class RegisterKeys:
    """The register's own keys, each opened when it is first needed."""

    def __init__(self, places: KeyPlaces, passphrase: bytes) -> None:
        self.places = places
        self._directory = places.register
        self._passphrase = passphrase
        self._opened: dict[KeyRole, SigningKey] = {}

    def __getitem__(self, role: KeyRole) -> SigningKey:
        """Raises: KeyFileMissing, KeyFileExposed, KeyFileLocked."""
        if role not in self._opened:
            self._opened[role] = self._directory.unlock(role, self._passphrase)
        return self._opened[role]

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
