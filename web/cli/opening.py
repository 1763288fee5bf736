"""Opens the register that the environment describes, or the file `skillcert.env` in its data directory."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path

import structlog

from registry.custody.officers import unlock_bureau_key
from registry.places import Places
from registry.register import Register
from registry.staff.trail import Trail, by_command
from registry.witnessing.policy import NO_WITNESSES
from registry.witnessing.quorum import Terms, Witnessed
from signing.durable import write_whole
from signing.errors import KeyFileMissing
from signing.keys import SigningKey
from web.errors import FileUnreadable, PassphraseUnfit
from web.logging import configure_logging
from web.settings import PREFIX, Settings

REGISTER_NAME = "湖南省职业技能等级证书登记平台"
SETTINGS_FILE = "skillcert.env"
BESIDE_THE_KEY = "passphrase"
SHORTEST_PASSPHRASE = 12
_DATA_DIR = f"{PREFIX}DATA_DIR"
_log = structlog.get_logger("skillcert.witnesses")


def read_settings(data_dir: Path | None = None, *, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings: the environment's, and below them what the data directory's own file says.

    Raises: SettingsFault with every fault at once.
    """
    named = {_DATA_DIR: str(data_dir)} if data_dir else {}
    directory = Path(named.get(_DATA_DIR) or environment.get(_DATA_DIR) or "data")
    return Settings.from_env({**_read_file(directory / SETTINGS_FILE), **environment, **named})


def write_settings(data_dir: Path, values: Mapping[str, str]) -> None:
    """Writes the data directory's own settings, names without prefix."""
    lines = [f"{PREFIX}{name}={value}" for name, value in values.items()]
    (data_dir / SETTINGS_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


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
        legacy_before=settings.legacy_before,
        viewer_signature=settings.viewer_signature,
        witnessing=Terms(
            settings.witnesses or NO_WITNESSES, settings.witness_failure, settings.witness_seconds
        ),
    )


def read_file(path: Path) -> bytes:
    """The bytes of a file that the command line names. Raises: FileUnreadable."""
    if not path.is_file():
        # A device or a pipe may have no end.
        raise FileUnreadable(path.name)
    try:
        return path.read_bytes()
    except OSError as fault:
        raise FileUnreadable(path.name) from fault


def write_file(path: Path, content: bytes) -> None:
    """Writes a file that the command line names, whole or not at all. Raises: FileUnreadable."""
    try:
        write_whole(path, content)
    except OSError as fault:
        raise FileUnreadable(path.name) from fault


def read_passphrase(path: Path) -> bytes:
    """The passphrase in a file, without the newline at its end. Raises: KeyFileMissing, FileUnreadable."""
    if not path.is_file():
        raise KeyFileMissing(BESIDE_THE_KEY)
    return read_file(path).rstrip(b"\r\n")


def passphrase_or_ask(path: Path | None, prompt: str, *, anew: bool = False) -> bytes:
    """The passphrase in a file, else what somebody types unseen; a new one twice.

    Raises: KeyFileMissing, FileUnreadable, PassphraseUnfit.
    """
    if path is not None:
        return read_passphrase(path)
    if not sys.stdin.isatty():
        # A program that asks where nobody sits would wait for ever.
        raise KeyFileMissing(BESIDE_THE_KEY)
    typed = getpass(prompt)
    if anew and (len(typed) < SHORTEST_PASSPHRASE or getpass("再输入一次：") != typed):
        raise PassphraseUnfit
    return typed.encode()


def register_passphrase(settings: Settings) -> bytes:
    """The register's own passphrase: of the file that is set, else of the one beside its keys."""
    beside = places_of(settings).keys.register.path / BESIDE_THE_KEY
    return read_passphrase(settings.key_passphrase_file or beside)


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Register]:
    """The register of these settings, its keys unlocked on use, closed at the end.

    Raises: SchemaOutdated, SchemaTooNew, DatabaseUnavailable, KeyFileMissing.
    """
    chosen = settings or read_settings()
    register = Register(places_of(chosen), register_passphrase(chosen), witnessed=_report)
    try:
        register.require_prepared()
        yield register
    finally:
        register.close()


def _report(witnessed: Witnessed) -> None:
    """One event for a checkpoint that a witness did not cosign; the others are in no need of words."""
    if not witnessed.failures:
        return
    if not structlog.is_configured():
        # A command's own answer is on standard output, and stays alone there.
        configure_logging()
    event = "witness_missing" if witnessed.is_met else "checkpoint_without_quorum"
    _log.warning(event, size=witnessed.size, cosigned=witnessed.cosigned, failures=witnessed.failures)


def note(register: Register, act: str, subject: str) -> None:
    """Leaves a trail of what was done at the command line. Raises: DatabaseUnavailable."""
    Trail(register.desk_engine).write(by_command(register.clock(), act, subject=subject))


def unlock_bureau(register: Register, bureau: str, passphrase_file: Path | None) -> SigningKey:
    """The bureau's key that the passphrase opens: an officer's own or the bureau's, never the register's.

    The file is the option's, else the setting's, else the one beside the key.
    """
    directory = register.places.keys.bureau(bureau)
    path = passphrase_file or read_settings().bureau_passphrase_file or directory.path / BESIDE_THE_KEY
    return unlock_bureau_key(register, bureau, read_passphrase(path))


def _read_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
