"""A PostgreSQL of the tests' own: one cluster a session, a fresh database a test, nothing left behind.

The fixture `database` runs a test on each of the two databases that the register supports: its value is the
address of an empty PostgreSQL database, or "" for SQLite files.
"""

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")
_OWNERS = ("postgres", "nobody")
_USER = "skillcert"
_START_SECONDS = 60


class PostgresMissing(Exception):
    """PostgreSQL is not installed on this machine."""


@dataclass
class PostgresCluster:
    """A running server on a socket in a directory of its own. It refuses root, who lends it to another."""

    binaries: Path
    directory: Path
    owner: str | None
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def data(self) -> Path:
        """The server's own directory."""
        return self.directory / "data"

    def address(self, database: str, user: str = _USER) -> str:
        """The address of one of its databases, for the superuser or another role."""
        return f"postgresql://{user}@/{database}?host={self.directory}"

    def new_database(self, template: str = "template0") -> str:
        """A fresh database, or a copy of one that nobody is connected to; returns its name."""
        name = f"test_{next(self._numbers)}"
        self.administer(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Removes a database with whoever is still connected to it."""
        self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    def start(self) -> None:
        """Makes the cluster and waits until it answers."""
        self._run(
            "initdb",
            "--no-sync",
            "-D",
            str(self.data),
            "-U",
            _USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        )
        # These tests kill programs, not machines: what fsync protects against does not happen here.
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.directory}' -c fsync=off"
        self._run(
            "pg_ctl", "-D", str(self.data), "-o", options, "-l", str(self.directory / "log"), "-w",
            "-t", str(_START_SECONDS), "start",
        )  # fmt: skip

    def restart_at_once(self) -> None:
        """Ends the server as a crash would, every session with it, and starts it again."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "-t", str(_START_SECONDS), "-l",
                  str(self.directory / "log"), "restart")  # fmt: skip

    def stop(self) -> None:
        """Ends the server and removes its files."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")
        shutil.rmtree(self.directory)

    def administer(self, statement: str, database: str = "postgres") -> None:
        """Runs one statement as the superuser."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.binaries / program, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=self.directory,
            user=self.owner,
            group=self.owner and pwd.getpwnam(self.owner).pw_gid,
            extra_groups=[] if self.owner else None,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"},
        )


def _binaries() -> Path:
    found = [path for pattern in _PLACES for path in Path("/").glob(pattern.removeprefix("/"))]
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).resolve().parent)
    usable = [path for path in found if (path / "initdb").exists() and (path / "postgres").exists()]
    if not usable:
        raise PostgresMissing
    return max(usable, key=lambda path: [int(part) for part in path.parts if part.isdigit()])


def _owner() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in _OWNERS if name in known)


@cache
def running_cluster() -> PostgresCluster:
    """The session's cluster, stopped when the tests' process ends. Raises: PostgresMissing."""
    cluster = new_cluster()
    atexit.register(cluster.stop)
    return cluster


def new_cluster() -> PostgresCluster:
    """A cluster that the caller stops. Raises: PostgresMissing."""
    binaries, owner = _binaries(), _owner()
    directory = Path(tempfile.mkdtemp(prefix="skillcert-pg-"))
    if owner is not None:
        shutil.chown(directory, owner)
    cluster = PostgresCluster(binaries, directory, owner)
    try:
        cluster.start()
    except subprocess.CalledProcessError:
        shutil.rmtree(directory)
        raise
    return cluster


@pytest.fixture(scope="session")
def postgres_cluster() -> PostgresCluster:
    """One server for all tests of the session. Without one, tests are skipped, but never under CI."""
    try:
        return running_cluster()
    except PostgresMissing:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL is not installed, and CI=true does not allow its tests to be skipped")
        pytest.skip("POSTGRESQL IS NOT INSTALLED, nothing runs on it here: apt-get install postgresql")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database: "" for SQLite, whose files lie in the test's own directory."""
    if request.param == "sqlite":
        yield ""
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    name = cluster.new_database()
    yield cluster.address(name)
    cluster.drop_database(name)
