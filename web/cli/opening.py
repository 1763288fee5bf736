"""Opens the register that the environment (or `--data`) describes."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from registry.places import Places
from registry.register import Register
from signing.errors import KeyFileMissing
from signing.keys import KeyRole, SigningKey
from web.settings import Settings

REGISTER_NAME = "湖南省职业技能等级证书登记平台"
_BUREAU_PASSPHRASE_FILE = "SKILLCERT_BUREAU_PASSPHRASE_FILE"


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings. Raises: SettingsFault with every fault at once."""
    return Settings.from_env(environment)


def places_of(settings: Settings) -> Places:
    """Where the register of these settings lives."""
    return Places(
        data_dir=settings.data_dir,
        key_dir=settings.key_dir,
        log_origin=settings.log_origin,
        web_origin=settings.origin,
        database_url=settings.database_url or "",
        register_name=REGISTER_NAME,
        font_dir=settings.font_dir,
    )


def read_passphrase(path: Path | None) -> bytes:
    """The passphrase in a file, without the newline at its end. Raises: KeyFileMissing."""
    if path is None or not path.is_file():
        raise KeyFileMissing("passphrase")
    return path.read_bytes().rstrip(b"\r\n")


def open_register(settings: Settings) -> Register:
    """The register of these settings, with its own keys unlocked on use."""
    return Register(places_of(settings), read_passphrase(settings.key_passphrase_file))


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Register]:
    """The register, closed at the end."""
    register = open_register(settings or read_settings())
    try:
        yield register
    finally:
        register.close()


def unlock_bureau(register: Register, bureau: str, passphrase_file: Path | None) -> SigningKey:
    """A bureau's key, by that bureau's own passphrase: never by the register's.

    The file is the option's, else the environment's, else the one that the demo wrote beside the key.
    """
    named = os.environ.get(_BUREAU_PASSPHRASE_FILE)
    path = passphrase_file or (Path(named) if named else None)
    directory = register.places.keys.bureau(bureau)
    return directory.unlock(KeyRole.BUREAU, read_passphrase(path or directory.path / "passphrase"))
