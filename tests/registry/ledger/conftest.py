"""Registers to write to. Each of these fixtures ends with the audit: whatever a test did, the log holds."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contracts.postgres import PostgresCluster
from tests.memory import MEMORY
from tests.registry.ledger.builders import SmallRegister, a_record, small_register
from tests.registry.ledger.lived_in import lived_in
from tests.registry.ledger.tampering import owned_copy


@pytest.fixture
def directory() -> Iterator[Path]:
    """A directory in memory where there is one: these tests kill programs, not machines."""
    with tempfile.TemporaryDirectory(prefix="skillcert-", dir=MEMORY) as made:
        yield Path(made)


@pytest.fixture(scope="session")
def begun_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> SmallRegister:
    """A small register that is only copied."""
    register = small_register(tmp_path_factory.mktemp("begun") / "sqlite")
    register.close()
    return register


@pytest.fixture(scope="session")
def begun_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres_cluster: PostgresCluster
) -> SmallRegister:
    """The same on PostgreSQL."""
    address = postgres_cluster.address(postgres_cluster.new_database())
    register = small_register(tmp_path_factory.mktemp("begun") / "postgresql", database_url=address)
    register.close()
    return register


@pytest.fixture(params=["sqlite", "postgresql"])
def register(request: pytest.FixtureRequest, directory: Path) -> Iterator[SmallRegister]:
    """A small register on each database in turn, audited at the end."""
    if request.param == "sqlite":
        yield from _audited_copy(request.getfixturevalue("begun_on_sqlite"), directory, "")
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    yield from _audited_database(request.getfixturevalue("begun_on_postgresql"), directory, cluster)


@pytest.fixture(scope="session")
def nearly_full_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> SmallRegister:
    """A register whose last tile lacks a few entries, only copied."""
    register = small_register(tmp_path_factory.mktemp("nearly-full") / "sqlite")
    _fill_tile(register)
    return register


@pytest.fixture(scope="session")
def nearly_full_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres_cluster: PostgresCluster
) -> SmallRegister:
    """The same on PostgreSQL."""
    address = postgres_cluster.address(postgres_cluster.new_database())
    register = small_register(tmp_path_factory.mktemp("nearly-full") / "postgresql", database_url=address)
    _fill_tile(register)
    return register


def _fill_tile(register: SmallRegister) -> None:
    room = 256 - register.stored_size() - 6
    register.approve([a_record(1000 + serial) for serial in range(room)], batch=1000)
    register.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def nearly_full_tile(request: pytest.FixtureRequest, directory: Path) -> Iterator[SmallRegister]:
    """A register whose last tile lacks five entries, on each database in turn, audited at the end."""
    begun: SmallRegister = request.getfixturevalue(f"nearly_full_on_{request.param}")
    if request.param == "sqlite":
        yield from _audited_copy(begun, directory, "")
        return
    cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
    yield from _audited_database(begun, directory, cluster)


@pytest.fixture
def on_postgresql(
    begun_on_postgresql: SmallRegister, directory: Path, postgres_cluster: PostgresCluster
) -> Iterator[SmallRegister]:
    """A small register on PostgreSQL, audited at the end."""
    yield from _audited_database(begun_on_postgresql, directory, postgres_cluster)


@pytest.fixture
def on_sqlite(begun_on_sqlite: SmallRegister, directory: Path) -> Iterator[SmallRegister]:
    """A small register in SQLite files, audited at the end."""
    yield from _audited_copy(begun_on_sqlite, directory, "")


@pytest.fixture
def unaudited(begun_on_sqlite: SmallRegister, directory: Path) -> Iterator[SmallRegister]:
    """A small register in SQLite files that the test is going to break."""
    register = copied(begun_on_sqlite, directory / "register", "")
    yield register
    register.close()


@pytest.fixture(scope="session")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallRegister]:
    """A register in which everything happened, which is only read."""
    register = lived_in(tmp_path_factory.mktemp("lived-in") / "register")
    yield register
    register.close()


@pytest.fixture
def owned(original: SmallRegister, directory: Path) -> Iterator[SmallRegister]:
    """A copy that the test alters."""
    register = owned_copy(original, directory / "owned")
    yield register
    register.close()


def copied(begun: SmallRegister, directory: Path, database_url: str) -> SmallRegister:
    """The register of a directory in another one."""
    source = begun.places.data_dir.parent
    shutil.copytree(source, directory)
    places = replace(
        begun.places, data_dir=directory / "data", key_dir=directory / "keys", database_url=database_url
    )
    return replace(begun, places=places, engines=[]).reopened()


def _audited_database(
    begun: SmallRegister, directory: Path, cluster: PostgresCluster
) -> Iterator[SmallRegister]:
    name = cluster.new_database(begun.places.database_url.partition("@/")[2].partition("?")[0])
    yield from _audited_copy(begun, directory, cluster.address(name))
    cluster.drop_database(name)


def _audited_copy(begun: SmallRegister, directory: Path, database_url: str) -> Iterator[SmallRegister]:
    register = copied(begun, directory / "register", database_url)
    yield register
    report = register.audited()
    register.close()
    assert report.finding is None, report.finding
