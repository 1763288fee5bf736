"""Where one register lives: its databases, its keys, and the names under which outsiders know it."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.engine import Engine

from registry.custody.keys import KeyPlaces
from registry.ledger.errors import LogNotFound, RegisterMissing
from registry.ledger.lock import AdvisoryLock, FileLock, WriterLock
from registry.storage.sql import open_engine, sqlite_url
from registry.witnessing.quorum import Terms


@dataclass(frozen=True)
class Places:
    """`database_url` empty: two SQLite files in `data_dir`. `web_origin` has no slash at its end.

    `legacy_before`: from that day on no certificate is from before the register; None: from its first day on.
    `viewer_signature`: sheets bear an ECDSA signature for PDF viewers before the register's own.
    """

    data_dir: Path
    key_dir: Path
    log_origin: str
    web_origin: str
    database_url: str = ""
    register_name: str = ""
    font_dir: Path | None = None
    legacy_before: date | None = None
    viewer_signature: bool = False
    witnessing: Terms = field(default_factory=Terms)

    @property
    def keys(self) -> KeyPlaces:
        """Where the keys lie."""
        return KeyPlaces(self.key_dir)

    @property
    def register_file(self) -> Path:
        """The register's SQLite file, where it has one."""
        return self.data_dir / "register.sqlite"

    @property
    def on_sqlite(self) -> bool:
        """Whether the register is an SQLite file."""
        return not self.database_url or self.database_url.startswith("sqlite")

    def register_engine(self, *, create: bool = False) -> Engine:
        """The register's database; only whoever begins a register makes its file."""
        return open_engine(self.database_url or sqlite_url(self.register_file, create=create))

    def require_register(self) -> None:
        """The register's file is there. Raises: RegisterMissing (it was once), LogNotFound (never begun)."""
        if self.on_sqlite and not _holds_something(self.register_file):
            raise RegisterMissing if _holds_something(self.keys.guard) else LogNotFound

    def desk_engine(self) -> Engine:
        """The desk's database: a file of its own, so that a long append blocks no one."""
        return open_engine(self.database_url or sqlite_url(self.data_dir / "desk.sqlite"))

    def writer_lock(self, engine: Engine) -> WriterLock:
        """What keeps a second writer out."""
        return FileLock(self.data_dir / "writer.lock") if self.on_sqlite else AdvisoryLock(engine)


def _holds_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0
