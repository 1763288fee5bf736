"""Keys have one purpose, rest encrypted in files that only their owner reads, and are never shown."""

import copy
import json
import pickle
from pathlib import Path

import pytest

from signing.encoding import canonical_json
from signing.errors import (
    BadSignature,
    KeyFileExists,
    KeyFileExposed,
    KeyFileLocked,
    KeyFileMissing,
    WrongKeyRole,
)
from signing.key_files import KeyDirectory, SecretPurpose
from signing.keys import KeyRole, SigningKey, key_id, verify
from tests.signing.mutations import JSON_SPELLINGS

PASSPHRASE = b"correct horse"


@pytest.fixture
def keys(tmp_path: Path) -> KeyDirectory:
    return KeyDirectory(tmp_path / "keys")


def test_a_signature_holds_for_one_key_and_one_message() -> None:
    key, other = (SigningKey.from_seed(KeyRole.LOG, bytes([number]) * 32) for number in (1, 2))
    signature = key.sign(b"message")
    verify(key.public, b"message", signature)
    for public, message, signed in (
        (other.public, b"message", signature),
        (key.public, b"massage", signature),
        (key.public, b"message", signature[:-1]),
        (key.public, b"message", bytes(64)),
        (key.public[:31], b"message", signature),
        (b"", b"message", signature),
    ):
        with pytest.raises(BadSignature):
            verify(public, message, signed)


def test_a_key_is_named_by_its_public_half() -> None:
    key = SigningKey.from_seed(KeyRole.LOG, bytes(32))
    assert key.key_id == key_id(key.public)
    assert len(key.key_id) == 16
    assert int(key.key_id, 16) >= 0


def test_a_key_does_what_it_was_made_for() -> None:
    key = SigningKey.from_seed(KeyRole.QR, bytes(32))
    assert key.require(KeyRole.QR) is key
    for role in KeyRole:
        if role is not KeyRole.QR:
            with pytest.raises(WrongKeyRole):
                key.require(role)


def test_a_key_comes_back_from_its_file(keys: KeyDirectory) -> None:
    made = keys.create(KeyRole.LOG, PASSPHRASE)
    opened = KeyDirectory(keys.path).unlock(KeyRole.LOG, PASSPHRASE)
    assert (opened.role, opened.public) == (KeyRole.LOG, made.public)
    assert opened.sign(b"x") == made.sign(b"x")
    secret = keys.create_secret(SecretPurpose.RECORDS, PASSPHRASE)
    assert KeyDirectory(keys.path).unlock_secret(SecretPurpose.RECORDS, PASSPHRASE) == secret
    assert len(secret) == 32
    assert [(each.role, each.name, each.public) for each in keys.files()] == [
        ("log", "1", made.public),
        ("records", "1", b""),
    ]


def test_files_are_for_their_owner_only(keys: KeyDirectory) -> None:
    keys.create(KeyRole.LOG, PASSPHRASE)
    assert keys.path.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in keys.path.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_may_read_is_refused(keys: KeyDirectory, mode: int) -> None:
    keys.create(KeyRole.LOG, PASSPHRASE)
    (keys.path / "log-1.key").chmod(mode)
    with pytest.raises(KeyFileExposed):
        keys.unlock(KeyRole.LOG, PASSPHRASE)


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o701])
def test_a_directory_that_others_may_enter_is_refused(keys: KeyDirectory, mode: int) -> None:
    keys.create(KeyRole.LOG, PASSPHRASE)
    keys.path.chmod(mode)
    with pytest.raises(KeyFileExposed):
        keys.unlock(KeyRole.LOG, PASSPHRASE)
    with pytest.raises(KeyFileExposed):
        keys.create(KeyRole.QR, PASSPHRASE)
    assert not (keys.path / "qr-1.key").exists()


def test_another_passphrase_does_not_open(keys: KeyDirectory) -> None:
    keys.create(KeyRole.LOG, PASSPHRASE)
    for wrong in (b"", b"correct hors", PASSPHRASE + b" "):
        with pytest.raises(KeyFileLocked):
            KeyDirectory(keys.path).unlock(KeyRole.LOG, wrong)
    keys.unlock(KeyRole.LOG, PASSPHRASE)


def test_a_file_renamed_to_another_purpose_does_not_open(keys: KeyDirectory) -> None:
    keys.create(KeyRole.LOG, PASSPHRASE)
    keys.create_secret(SecretPurpose.RECORDS, PASSPHRASE)
    (keys.path / "log-1.key").rename(keys.path / "qr-1.key")
    (keys.path / "records-1.key").rename(keys.path / "links-1.key")
    with pytest.raises(KeyFileLocked):
        keys.unlock(KeyRole.QR, PASSPHRASE)
    with pytest.raises(KeyFileLocked):
        keys.unlock_secret(SecretPurpose.LINKS, PASSPHRASE)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "qr"),
        ("name", "2"),
        ("public", "AAAA"),
        ("nonce", "AAAA"),
        ("sealed", "AAAA"),
        ("sealed", "?"),
        ("public", 1),
        ("v", 2),
        ("v", True),
        ("note", ""),
    ],
)
def test_a_file_whose_header_was_altered_does_not_open(keys: KeyDirectory, field: str, value: object) -> None:
    keys.create(KeyRole.LOG, PASSPHRASE)
    content = json.loads((keys.path / "log-1.key").read_bytes()) | {field: value}
    role = content["role"] if field == "role" else "log"
    name = content["name"] if field == "name" else "1"
    (keys.path / "log-1.key").unlink()
    altered = keys.path / f"{role}-{name}.key"
    altered.write_bytes(canonical_json(content))
    altered.chmod(0o600)
    with pytest.raises(KeyFileLocked):
        keys.unlock(KeyRole(role), PASSPHRASE, name=name)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"null"])
def test_a_file_that_is_no_key_file_does_not_open(keys: KeyDirectory, content: bytes) -> None:
    keys.create(KeyRole.LOG, PASSPHRASE)
    (keys.path / "log-1.key").write_bytes(content)
    with pytest.raises(KeyFileLocked):
        keys.unlock(KeyRole.LOG, PASSPHRASE)
    with pytest.raises(KeyFileLocked):
        list(keys.files())


WEAKENED: list[dict[str, object]] = [
    {"n": 2},
    {"n": 1 << 14},
    {"n": 1 << 21},
    {"n": (1 << 15) + 1},
    {"n": "32768"},
    {"n": 32768.5},
    {"n": None},
    {"salt": "AAAA"},
    {"salt": "A" * 21 + "B"},
    {"salt": 1},
    {"kdf": "pbkdf2"},
    {"v": 2},
    {"v": True},
    {"note": ""},
]


def test_a_weakened_or_respelled_derivation_is_refused(keys: KeyDirectory) -> None:
    keys.create(KeyRole.LOG, PASSPHRASE)
    path = keys.path / "kdf.json"
    honest = json.loads(path.read_bytes())
    for altered in WEAKENED:
        path.write_bytes(canonical_json(honest | altered))
        with pytest.raises(KeyFileLocked):
            KeyDirectory(keys.path).unlock(KeyRole.LOG, PASSPHRASE)


@pytest.mark.parametrize("name", ["kdf.json", "log-1.key"])
def test_a_key_file_has_one_spelling(keys: KeyDirectory, name: str) -> None:
    keys.create(KeyRole.LOG, PASSPHRASE)
    honest = (keys.path / name).read_bytes()
    for respelled in JSON_SPELLINGS.values():
        altered = respelled(honest)
        assert altered != honest
        (keys.path / name).write_bytes(altered)
        with pytest.raises(KeyFileLocked):
            KeyDirectory(keys.path).unlock(KeyRole.LOG, PASSPHRASE)


def test_a_lost_derivation_file_is_not_made_anew(keys: KeyDirectory) -> None:
    """A fresh salt would open nothing, and stand in the way of the one that a backup brings back."""
    keys.create(KeyRole.LOG, PASSPHRASE)
    kept = (keys.path / "kdf.json").read_bytes()
    (keys.path / "kdf.json").unlink()
    other = KeyDirectory(keys.path)
    with pytest.raises(KeyFileLocked):
        other.unlock(KeyRole.LOG, PASSPHRASE)
    with pytest.raises(KeyFileLocked):
        other.create(KeyRole.QR, PASSPHRASE)
    assert not (keys.path / "kdf.json").exists()
    (keys.path / "kdf.json").write_bytes(kept)
    other.unlock(KeyRole.LOG, PASSPHRASE)


def test_a_key_is_never_overwritten(keys: KeyDirectory) -> None:
    made = keys.create(KeyRole.LOG, PASSPHRASE)
    with pytest.raises(KeyFileExists):
        keys.create(KeyRole.LOG, PASSPHRASE)
    assert keys.unlock(KeyRole.LOG, PASSPHRASE).public == made.public
    second = keys.create(KeyRole.LOG, PASSPHRASE, name="2")
    assert keys.unlock(KeyRole.LOG, PASSPHRASE, name="2").public == second.public != made.public


def test_a_key_that_is_not_there_is_missing(keys: KeyDirectory) -> None:
    with pytest.raises(KeyFileMissing):
        keys.unlock(KeyRole.LOG, PASSPHRASE)
    with pytest.raises(KeyFileMissing):
        keys.unlock_secret(SecretPurpose.RECORDS, PASSPHRASE)
    assert list(keys.files()) == []
    assert not keys.path.exists()


def test_private_bytes_are_not_shown_copied_or_pickled(keys: KeyDirectory) -> None:
    seed = bytes(range(32))
    key = SigningKey.from_seed(KeyRole.LOG, seed)
    for shown in (repr(key), str(key), f"{key}", repr([key]), repr(keys), str(vars(keys))):
        assert seed.hex() not in shown
        assert "0x00" not in shown
    assert repr(key) == f"<SigningKey log {key.key_id}>"
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(TypeError):
        copy.deepcopy(key)


def test_files_hold_no_private_bytes(keys: KeyDirectory) -> None:
    secret = keys.create_secret(SecretPurpose.RECORDS, PASSPHRASE)
    everything = b"".join(file.read_bytes() for file in keys.path.iterdir())
    assert secret not in everything
    assert secret.hex().encode() not in everything
    assert PASSPHRASE not in everything
