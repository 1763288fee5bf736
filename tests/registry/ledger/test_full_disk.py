"""A full or read-only disk: refused by its name, nothing half done, and the same append works afterwards."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from registry.national.memory import InFlight
from registry.national.objects import BatchId
from registry.national.protocol import make_batch
from registry.national.queue import PENDING
from registry.national.rows import row_bytes
from registry.storage.errors import DatabaseUnavailable, DiskFull, DiskReadOnly
from registry.storage.sql import sqlite_url
from signing.encoding import b64url_encode
from tests.contracts.postgres import PostgresCluster
from tests.registry.ledger.appender import Appender, appending_program
from tests.registry.ledger.builders import SmallRegister, a_record
from tests.registry.ledger.conftest import copied
from tests.registry.national.builders import desk_store
from tests.registry.national.row_builders import NOON, a_row
from tests.small_disk import SmallDisk, small_disk

BATCH = [a_record(serial) for serial in range(1, 13)]
STEP = 8 * 1024
ENOUGH = 640 * 1024


@pytest.fixture(scope="module")
def appender() -> Iterator[Appender]:
    with appending_program() as running:
        yield running


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", mebibytes=4) as mounted:
        yield mounted


def laid(begun: SmallRegister, *, data_dir: Path, key_dir: Path) -> SmallRegister:
    """A copy of the register with its data and its keys in these places."""
    shutil.copytree(begun.places.data_dir, data_dir)
    shutil.copytree(begun.places.key_dir, key_dir)
    places = replace(begun.places, data_dir=data_dir, key_dir=key_dir)
    return replace(begun, places=places, engines=[]).reopened()


def attempt(register: SmallRegister, batch: int) -> bool:
    """Whether the batch was registered."""
    try:
        register.approve(BATCH[:6], batch)
    except DatabaseUnavailable:
        # Not always DiskFull: for a write-ahead log that it can't even open, SQLite has no such word.
        return False
    return True


def test_whatever_room_is_left_an_append_is_whole_or_absent(
    nearly_full_on_sqlite: SmallRegister, disk: SmallDisk, directory: Path
) -> None:
    """From no free byte upwards: the disk runs full at another place each time."""
    seen = set[tuple[bool, bool, bool]]()
    for number, leaving in enumerate(range(0, ENOUGH, STEP)):
        register = laid(
            nearly_full_on_sqlite, data_dir=disk.path / "data", key_dir=directory / f"keys-{number}"
        )
        # Somebody reads all the while, as the web server does.
        with register.reader() as reader:
            size = reader.published()[0]
            disk.fill(leaving)
            registered = attempt(register, 1)
            disk.make_room()
            stored, published = register.stored_size(), register.published_size()
            assert stored in (size, size + 7)
            assert published in (size, stored)
            assert published == stored or not registered
            seen.add((stored > size, published > size, registered))
            assert register.audited().clean
        again = register.reopened()
        again.writer.recover()
        if stored == size:
            again.approve(BATCH[:6], 1)
        assert again.approve(BATCH[6:], 2).first_index == size + 7
        assert register.audited().clean
        register.close()
        shutil.rmtree(register.places.data_dir)
        if registered:
            break
    assert {(False, False, False), (True, True, True)} <= seen


@pytest.mark.parametrize("kibibytes", [1, 33, 48, 64])
def test_a_file_that_may_not_grow_is_a_full_disk(
    on_sqlite: SmallRegister, appender: Appender, kibibytes: int
) -> None:
    """For machines where no file system can be mounted: a limit on the size of the write-ahead log."""
    size = on_sqlite.published_size()
    appender.start(on_sqlite, first_serial=1, appends=1, count=60, largest_file=kibibytes * 1024)
    answers = appender.read_to_end()
    assert [word for word, _ in answers if word in ("failed", "published")] == ["failed"]
    assert on_sqlite.audited().clean
    again = on_sqlite.reopened()
    again.writer.recover()
    assert on_sqlite.stored_size() == on_sqlite.published_size()
    assert on_sqlite.stored_size() - size in (0, 61)
    again.approve([a_record(900)], 900)


def test_a_full_disk_under_the_desk_leaves_its_queue_as_it_was(disk: SmallDisk) -> None:
    store, engine = desk_store(sqlite_url(disk.path / "desk.sqlite"))
    assert store.take_lease("worker", NOON, timedelta(seconds=60))
    lines = [row_bytes(a_row(seq)) for seq in range(1, 400)]
    batch = make_batch(BatchId(b64url_encode(bytes(16))), BatchId(""), 1, 399, lines)
    flight = InFlight(batch.manifest, tuple(range(1, 400)))
    with closing(sqlite3.connect(disk.path / "desk.sqlite")) as kept_open:
        kept_open.execute("SELECT 1 FROM national_lease").fetchone()
        disk.fill(4096)
        with pytest.raises(DiskFull):
            store.record_sent(flight, "worker", NOON)
        disk.make_room()
        assert store.in_flight() == ()
        assert store.state_of([1]) == {1: PENDING}
        store.record_sent(flight, "worker", NOON)
        assert store.in_flight() == (flight,)
    engine.dispose()


def test_a_full_disk_under_the_guard_publishes_nothing(
    begun_on_sqlite: SmallRegister, disk: SmallDisk, directory: Path
) -> None:
    register = laid(begun_on_sqlite, data_dir=directory / "data", key_dir=disk.path / "keys")
    size = register.published_size()
    disk.fill()
    with pytest.raises(DiskFull):
        register.approve(BATCH, 1)
    assert (register.stored_size(), register.published_size()) == (size + 13, size)
    disk.make_room()
    assert register.audited().clean
    register.writer.recover()
    assert register.published_size() == size + 13
    register.approve([a_record(99)], 2)
    assert register.audited().clean
    register.close()


def test_a_read_only_disk_answers_and_takes_nothing(
    begun_on_sqlite: SmallRegister, disk: SmallDisk, directory: Path
) -> None:
    register = laid(begun_on_sqlite, data_dir=disk.path / "data", key_dir=directory / "keys")
    with register.reader() as reader:
        size = reader.published()[0]
        with disk.read_only():
            with pytest.raises(DatabaseUnavailable):
                register.approve(BATCH, 1)
            assert reader.published()[0] == size
            assert reader.tree(size).root()
    register.approve(BATCH, 1)
    assert register.published_size() == size + 13
    assert register.audited().clean
    register.close()


def test_a_guard_that_cannot_be_written_publishes_nothing(
    begun_on_sqlite: SmallRegister, disk: SmallDisk, directory: Path
) -> None:
    register = laid(begun_on_sqlite, data_dir=directory / "data", key_dir=disk.path / "keys")
    size = register.published_size()
    with disk.read_only(), pytest.raises(DiskReadOnly):
        register.approve(BATCH, 1)
    assert register.published_size() == size
    register.writer.recover()
    assert register.published_size() == size + 13
    assert register.audited().clean
    register.close()


def test_a_full_disk_under_postgresql(
    begun_on_postgresql: SmallRegister, postgres_cluster: PostgresCluster, directory: Path
) -> None:
    """The database lies in a tablespace of its own, so that the server itself has room to go on."""
    with (
        small_disk(postgres_cluster.directory / "small", mebibytes=16) as disk,
        database_on(disk, begun_on_postgresql, postgres_cluster) as address,
    ):
        register = copied(begun_on_postgresql, directory / "register", address)
        size = register.published_size()
        disk.fill(STEP)
        with pytest.raises(DiskFull):
            append_without_end(register)
        registered = register.published_size() - size
        assert (register.stored_size() - size - registered) in (0, 100)
        assert register.audited().clean
        disk.make_room()
        again = register.reopened()
        again.writer.recover()
        assert again.published_size() == again.stored_size()
        again.approve([a_record(9_999)], 9_999)
        assert register.audited().clean
        register.close()


def append_without_end(register: SmallRegister) -> None:
    for batch in range(50):
        register.approve([a_record(batch * 100 + at) for at in range(1, 100)], batch)


@contextmanager
def database_on(disk: SmallDisk, begun: SmallRegister, cluster: PostgresCluster) -> Iterator[str]:
    """The address of a copy of that register's database which lies on the disk."""
    space = disk.path / "tablespace"
    space.mkdir()
    if cluster.owner is not None:
        shutil.chown(space, cluster.owner)
    template = begun.places.database_url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(cluster.address("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{space}'".encode())
        connection.execute(f"CREATE DATABASE on_small TEMPLATE {template} TABLESPACE small".encode())
        yield cluster.address("on_small")
        connection.execute(b"DROP DATABASE on_small WITH (FORCE)")
        connection.execute(b"DROP TABLESPACE small")
