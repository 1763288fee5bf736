"""The encrypted files that keys rest in, one directory a custodian.

A key directory belongs to one custodian (the register, one bureau, the province's root) and opens with that
custodian's passphrase; in a bureau's directory each officer may have files under an own passphrase. Each file
holds one key, encrypted under a key derived from the passphrase; role, name, public key and officer are
authenticated beside it, so a file renamed to another purpose or person does not open.

Source: scrypt RFC 7914; AES-256-GCM NIST SP 800-38D.
"""

import os
import secrets
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from signing.encoding import Json, b64url_decode, b64url_encode, canonical_json, parse_canonical_json
from signing.errors import KeyFileExists, KeyFileExposed, KeyFileLocked, KeyFileMissing, MalformedEncoding
from signing.key_replacement import locked, replace, wipe_leftovers
from signing.keys import KeyRole, SigningKey

_VERSION = 1
_KDF_FILE = "kdf.json"
_SEED_BYTES = 32
_KDF_COST = 1 << 15
_MAX_KDF_COST = 1 << 20
_KEY_FIELDS = {"v", "role", "name", "public", "officer", "nonce", "sealed"}
_KDF_FIELDS = {"v", "kdf", "n", "salt"}


class SecretPurpose(StrEnum):
    """What a symmetric key is for."""

    RECORDS = "records"
    BLIND_INDEX = "blind-index"
    REFERENCES = "references"
    LINKS = "links"
    VIEWER = "viewer"


@dataclass(frozen=True)
class KeyFile:
    """What a key file says without being opened. `officer`: the login of the one it was made for."""

    role: str
    name: str
    public: bytes
    officer: str = ""


class KeyDirectory:
    """The key files of one custodian."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._derived: dict[bytes, bytes] = {}

    def create(self, role: KeyRole, passphrase: bytes, *, name: str = "1", officer: str = "") -> SigningKey:
        """Makes a key, writes its file durably and returns it unlocked. Raises: KeyFileExists."""
        seed = secrets.token_bytes(_SEED_BYTES)
        key = SigningKey.from_seed(role, seed)
        self._write(KeyFile(role, name, key.public, officer), seed, passphrase)
        return key

    def unlock(self, role: KeyRole, passphrase: bytes, *, name: str = "1") -> SigningKey:
        """Opens the key of that role. Raises: KeyFileMissing, KeyFileExposed, KeyFileLocked."""
        header, seed = self._read(role, name, passphrase)
        if len(seed) != _SEED_BYTES or (key := SigningKey.from_seed(role, seed)).public != header.public:
            raise KeyFileLocked(role, name)
        return key

    def create_secret(self, purpose: SecretPurpose, passphrase: bytes, *, name: str = "1") -> bytes:
        """Makes a random 32-byte symmetric key and writes its file."""
        secret = secrets.token_bytes(32)
        self._write(KeyFile(purpose, name, b""), secret, passphrase)
        return secret

    def unlock_secret(self, purpose: SecretPurpose, passphrase: bytes, *, name: str = "1") -> bytes:
        """Opens a symmetric key."""
        return self._read(purpose, name, passphrase)[1]

    def rewrite_secret(
        self,
        purpose: SecretPurpose,
        passphrase: bytes,
        change: Callable[[bytes], bytes],
        *,
        name: str = "1",
    ) -> bytes:
        """Replaces a symmetric secret by what `change` makes of it, durably, and wipes the old content.

        Nobody else changes it meanwhile. Raises: KeyFileMissing, KeyFileExposed, KeyFileLocked.
        """
        path = self._file(purpose, name)
        with locked(self.path):
            header, before = self._read(purpose, name, passphrase)
            wipe_leftovers(path)
            after = change(before)
            if after != before:
                replace(path, self._sealed(header, after, passphrase))
        return after

    def files(self) -> Iterator[KeyFile]:
        """What there is, in order of file name, without opening anything."""
        for path in sorted(self.path.glob("*.key")):
            yield _header(_load(path, _KEY_FIELDS))

    def of_role(self, role: KeyRole | SecretPurpose) -> list[KeyFile]:
        """The key files of one role, whose names are numbers, the newest first."""
        found = [_header(_load(path, _KEY_FIELDS)) for path in self.path.glob(f"{role}-*.key")]
        return sorted((each for each in found if each.name.isdecimal()), key=_number, reverse=True)

    def next_name(self, role: KeyRole | SecretPurpose) -> str:
        """The name of the next key file of a role: 1, 2, 3, …"""
        found = self.of_role(role)
        return str(_number(found[0]) + 1) if found else "1"

    def _file(self, role: str, name: str) -> Path:
        return self.path / f"{role}-{name}.key"

    def _write(self, header: KeyFile, secret: bytes, passphrase: bytes) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_exposed(self.path)
        self._begin()
        try:
            _write_new(self._file(header.role, header.name), self._sealed(header, secret, passphrase))
        except FileExistsError as fault:
            raise KeyFileExists(header.role, header.name) from fault

    def _sealed(self, header: KeyFile, secret: bytes, passphrase: bytes) -> bytes:
        """The content of a key file."""
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self._encryption_key(passphrase)).encrypt(nonce, secret, _authenticated(header))
        return canonical_json(
            {
                "v": _VERSION,
                "role": header.role,
                "name": header.name,
                "public": b64url_encode(header.public),
                "officer": header.officer,
                "nonce": b64url_encode(nonce),
                "sealed": b64url_encode(sealed),
            }
        )

    def _read(self, role: str, name: str, passphrase: bytes) -> tuple[KeyFile, bytes]:
        path = self._file(role, name)
        if not path.exists():
            raise KeyFileMissing(role, name)
        _refuse_exposed(self.path)
        _refuse_exposed(path)
        content = _load(path, _KEY_FIELDS)
        header = _header(content)
        if (header.role, header.name) != (role, name):
            raise KeyFileLocked(role, name)
        try:
            nonce = b64url_decode(_text(content, "nonce"), length=12)
            sealed = b64url_decode(_text(content, "sealed"))
            secret = AESGCM(self._encryption_key(passphrase)).decrypt(nonce, sealed, _authenticated(header))
        except (InvalidTag, MalformedEncoding) as fault:
            raise KeyFileLocked(role, name) from fault
        return header, secret

    def _begin(self) -> None:
        """Chooses the salt of a directory's first key. A lost one is not replaced: that opens nothing."""
        path = self.path / _KDF_FILE
        if not path.exists() and not any(self.path.glob("*.key")):
            salt = b64url_encode(secrets.token_bytes(16))
            _write_new(path, canonical_json({"v": _VERSION, "kdf": "scrypt", "n": _KDF_COST, "salt": salt}))

    def _encryption_key(self, passphrase: bytes) -> bytes:
        """scrypt is slow on purpose, so one derivation serves all files of the directory."""
        if passphrase not in self._derived:
            self._derived[passphrase] = self._derivation().derive(passphrase)
        return self._derived[passphrase]

    def _derivation(self) -> Scrypt:
        try:
            content = _load(self.path / _KDF_FILE, _KDF_FIELDS)
            salt = b64url_decode(_text(content, "salt"), length=16)
        except (FileNotFoundError, MalformedEncoding) as fault:
            raise KeyFileLocked(_KDF_FILE) from fault
        cost = content["n"]
        if content["kdf"] != "scrypt" or type(cost) is not int or not _KDF_COST <= cost <= _MAX_KDF_COST:
            raise KeyFileLocked(_KDF_FILE)
        if cost.bit_count() != 1:
            raise KeyFileLocked(_KDF_FILE)
        return Scrypt(salt=salt, length=32, n=cost, r=8, p=1)


def _number(file: KeyFile) -> int:
    return int(file.name)


def _authenticated(header: KeyFile) -> bytes:
    public = b64url_encode(header.public)
    return canonical_json(
        {"role": header.role, "name": header.name, "public": public, "officer": header.officer}
    )


def _header(content: dict[str, Json]) -> KeyFile:
    try:
        public = b64url_decode(_text(content, "public"))
    except MalformedEncoding as fault:
        raise KeyFileLocked from fault
    return KeyFile(_text(content, "role"), _text(content, "name"), public, _text(content, "officer"))


def _load(path: Path, fields: Collection[str]) -> dict[str, Json]:
    """A file of exactly these fields, in its one spelling. Raises: KeyFileLocked."""
    try:
        content = parse_canonical_json(path.read_bytes())
    except MalformedEncoding as fault:
        raise KeyFileLocked(path.name) from fault
    if not isinstance(content, dict) or content.keys() != fields or content["v"] is True:
        raise KeyFileLocked(path.name)
    if content["v"] != _VERSION:
        raise KeyFileLocked(path.name)
    return content


def _text(content: dict[str, Json], name: str) -> str:
    value = content[name]
    if not isinstance(value, str):
        raise KeyFileLocked(name)
    return value


def _refuse_exposed(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise KeyFileExposed(path.name)


def _write_new(path: Path, content: bytes) -> None:
    """Durably: a key that signed something and then vanished with the power is worse than none."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
