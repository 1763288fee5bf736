"""The machine that is measured on."""

import os
import platform
import sqlite3
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa

from registry.storage.sql import open_engine, reading, sqlite_url


@dataclass(frozen=True)
class Machine:
    """What a figure depends on. `load` is what else the machine was doing when the run began."""

    cores: int
    model: str
    memory_mb: int
    system: str
    python: str
    sqlite: str
    load: float
    durability: str

    def value(self) -> dict[str, object]:
        """For programs."""
        return asdict(self)

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"机器    {self.model}，{self.cores} 核，内存 {self.memory_mb:,} MB，{self.system}",
            f"软件    Python {self.python}，SQLite {self.sqlite}",
            f"持久性  {self.durability}",
            f"负载    开始时 {self.load}（同机其他进程也在用处理器时，请只看比值）",
        ]


def this_machine(database_url: str = "") -> Machine:
    """The machine, and the durability with which the product opens that database, or an SQLite file."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        model=_model(),
        memory_mb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        load=round(os.getloadavg()[0], 2),
        durability=_durability_of_server(database_url) if database_url else _durability(),
    )


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _durability_of_server(url: str) -> str:
    engine = open_engine(url)
    names = ("server_version", "fsync", "synchronous_commit", "shared_buffers", "max_wal_size")
    try:
        with reading(engine) as connection:
            version, *shown = [connection.execute(sa.text(f"SHOW {name}")).scalar_one() for name in names]
    finally:
        engine.dispose()
    told = ", ".join(f"{name}={value}" for name, value in zip(names[1:], shown, strict=True))
    return f"PostgreSQL {version}: {told}"


def _durability() -> str:
    """What an engine of the product says of itself, not what the source says that it sets."""
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory:
        engine = open_engine(sqlite_url(Path(directory) / "durability.sqlite"))
        try:
            with reading(engine) as connection:
                journal = connection.execute(sa.text("PRAGMA journal_mode")).scalar_one()
                level = int(connection.execute(sa.text("PRAGMA synchronous")).scalar_one())
        finally:
            engine.dispose()
    names = ("OFF", "NORMAL", "FULL", "EXTRA")
    return f"SQLite journal_mode={journal}, synchronous={names[level]}"
