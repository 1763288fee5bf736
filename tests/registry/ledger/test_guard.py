"""The rollback guard: what does not extend what was signed before is refused before anything is signed."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from registry.ledger.errors import (
    GuardFault,
    GuardMismatch,
    GuardMissing,
    LedgerError,
    LogFrozen,
    LogNotFound,
    RegisterMissing,
)
from registry.ledger.guard import Guard, TreeHead
from registry.ledger.writer import Addition
from registry.storage.errors import DatabaseUnavailable
from registry.storage.migrate import Schema, migrate
from signing.inclusion import EMPTY_ROOT
from tests.contracts.postgres import PostgresCluster
from tests.registry.ledger.builders import ORIGIN, SmallRegister, a_record
from tests.registry.ledger.conftest import copied
from tests.registry.ledger.faults import FLUSH_GUARD, Fault, Step, faulty

GUARD_CHECKED = 3


def steps_of(register: SmallRegister, expected: type[LedgerError]) -> list[Step]:
    """Which steps beyond looking at the guard an append that must be refused had begun when it was."""
    begun: list[Step] = []
    with faulty(register, Fault(watch=begun.append)) as refused, pytest.raises(expected):
        refused.approve([a_record(900)], 900)
    with pytest.raises(expected):
        register.reopened().writer.recover()
    return [step for step in begun if step.number > GUARD_CHECKED]


def database(register: SmallRegister) -> Path:
    return register.places.register_file


def backup(register: SmallRegister, to: Path) -> None:
    """A consistent copy of the SQLite files, as they lie while nobody writes."""
    register.close()
    to.mkdir()
    for file in register.places.data_dir.glob("register.sqlite*"):
        shutil.copy(file, to / file.name)


def restore(register: SmallRegister, copy: Path) -> None:
    register.close()
    for file in register.places.data_dir.glob("register.sqlite*"):
        file.unlink()
    for file in copy.iterdir():
        shutil.copy(file, register.places.data_dir / file.name)


def test_a_restored_backup_signs_nothing(unaudited: SmallRegister, tmp_path: Path) -> None:
    unaudited.approve([a_record(1)], 1)
    backup(unaudited, tmp_path / "backup")
    unaudited.approve([a_record(2)], 2)
    restore(unaudited, tmp_path / "backup")
    size = unaudited.stored_size()
    assert steps_of(unaudited, GuardMismatch) == []
    assert (unaudited.stored_size(), unaudited.published_size()) == (size, size)


def test_a_backup_that_is_not_behind_goes_on(on_sqlite: SmallRegister, tmp_path: Path) -> None:
    on_sqlite.approve([a_record(1)], 1)
    backup(on_sqlite, tmp_path / "backup")
    restore(on_sqlite, tmp_path / "backup")
    on_sqlite.reopened().approve([a_record(2)], 2)


def test_a_fork_of_the_same_size_signs_nothing(unaudited: SmallRegister, tmp_path: Path) -> None:
    """Two copies went on from one backup with different entries; the guard knows only one of them."""
    backup(unaudited, tmp_path / "backup")
    unaudited.approve([a_record(1)], 1)
    guard = unaudited.places.keys.guard.read_bytes()
    restore(unaudited, tmp_path / "backup")
    before = TreeHead(ORIGIN, unaudited.stored_size(), _root(unaudited))
    unaudited.guard.write(before)
    unaudited.reopened().approve([a_record(2)], 2)
    unaudited.places.keys.guard.write_bytes(guard)
    assert steps_of(unaudited, GuardMismatch) == []


def test_a_writer_that_is_running_notices_too(unaudited: SmallRegister, tmp_path: Path) -> None:
    backup(unaudited, tmp_path / "backup")
    unaudited.approve([a_record(1)], 1)
    restore(unaudited, tmp_path / "backup")
    with pytest.raises(GuardMismatch):
        unaudited.approve([a_record(2)], 2)


def test_a_missing_guard_beside_a_log_signs_nothing(unaudited: SmallRegister) -> None:
    unaudited.places.keys.guard.unlink()
    assert steps_of(unaudited, GuardMissing) == []
    assert not unaudited.places.keys.guard.exists()


def test_a_missing_guard_without_a_log_means_that_none_was_begun(tmp_path: Path) -> None:
    with pytest.raises(LogNotFound):
        Guard(tmp_path / "guard.json").read(log_is_empty=True)


def test_an_emptied_database_beside_its_guard_signs_nothing(unaudited: SmallRegister, tmp_path: Path) -> None:
    unaudited.guard.begin(ORIGIN)
    assert unaudited.guard.read(log_is_empty=True).size == unaudited.stored_size()
    empty = replace(unaudited, places=replace(unaudited.places, data_dir=tmp_path / "empty"))
    backup(unaudited, tmp_path / "backup")
    restore(unaudited, tmp_path / "backup")
    empty.places.data_dir.mkdir()
    _migrate(empty)
    with pytest.raises(GuardMismatch):
        empty.reopened().introduce(empty.root)
    empty.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"null",
        b"\xff",
        b'{"origin":"log.example/skills","root":"AA","size":1}',
        b'{"origin":"log.example/skills","root":1,"size":1}',
        b'{"origin":"log.example/skills","root":"%s","size":-1}' % (b"A" * 43),
        b'{"origin":"log.example/skills","root":"%s","size":true}' % (b"A" * 43),
        b'{"origin":"log.example/skills","root":"%s","size":"1"}' % (b"A" * 43),
    ],
)
def test_a_guard_that_cannot_be_read_is_a_missing_one(unaudited: SmallRegister, content: bytes) -> None:
    unaudited.places.keys.guard.write_bytes(content)
    assert steps_of(unaudited, GuardMissing) == []
    assert unaudited.places.keys.guard.read_bytes() == content


def test_another_logs_guard_signs_nothing(unaudited: SmallRegister) -> None:
    head = unaudited.guard.read(log_is_empty=False)
    for wrong, kind in (
        (replace(head, origin="log.example/another"), GuardFault.OTHER_LOG),
        (replace(head, root=bytes(32)), GuardFault.LOG_DIFFERS),
        (replace(head, size=head.size - 1), GuardFault.LOG_DIFFERS),
        (replace(head, size=head.size + 1), GuardFault.LOG_BEHIND),
        (replace(head, size=0), GuardFault.LOG_DIFFERS),
    ):
        unaudited.guard.write(wrong)
        assert steps_of(unaudited, GuardMismatch) == []
        with pytest.raises(GuardMismatch) as refused:
            unaudited.writer.recover()
        assert refused.value.kind is kind
    unaudited.guard.write(head)
    unaudited.approve([a_record(1)])
    assert unaudited.audited().clean


def test_a_guard_that_is_behind_what_is_stored_is_caught_up(on_sqlite: SmallRegister) -> None:
    """The process died between the database's commit and the guard's write."""
    before = on_sqlite.guard.read(log_is_empty=False)
    with pytest.raises(DatabaseUnavailable), faulty(on_sqlite, Fault(FLUSH_GUARD)) as dying:
        dying.approve([a_record(1)], 1)
    assert on_sqlite.guard.read(log_is_empty=False) == before
    on_sqlite.reopened().approve([a_record(2)], 2)
    assert on_sqlite.guard.read(log_is_empty=False).size == on_sqlite.published_size()


def test_an_older_copy_of_the_guard_signs_nothing(on_sqlite: SmallRegister) -> None:
    """It is behind what was published, which no crash leaves: with it an old database would pass too."""
    older = on_sqlite.places.keys.guard.read_bytes()
    on_sqlite.approve([a_record(1)], 1)
    newest = on_sqlite.places.keys.guard.read_bytes()
    for writer in (on_sqlite.writer, on_sqlite.reopened().writer):
        on_sqlite.places.keys.guard.write_bytes(older)
        size = on_sqlite.stored_size()
        with pytest.raises(GuardMismatch) as refused:
            writer.append(lambda head: Addition([]))
        assert refused.value.kind is GuardFault.GUARD_BEHIND
        assert on_sqlite.stored_size() == size
    assert steps_of(on_sqlite, GuardMismatch) == []
    on_sqlite.places.keys.guard.write_bytes(newest)
    on_sqlite.reopened().approve([a_record(2)], 2)


def test_a_register_whose_file_is_gone_is_missing_and_never_made_anew(unaudited: SmallRegister) -> None:
    unaudited.approve([a_record(1)], 1)
    unaudited.close()
    file = unaudited.places.register_file
    for beside in unaudited.places.data_dir.glob("register.sqlite*"):
        beside.unlink()
    with pytest.raises(RegisterMissing):
        unaudited.places.require_register()
    with pytest.raises(DatabaseUnavailable):
        unaudited.approve([a_record(2)], 2)
    assert not file.exists()
    file.touch()
    with pytest.raises(RegisterMissing):
        unaudited.places.require_register()


@pytest.mark.parametrize("behind", ["restored from a dump", "a replica that lacks the last appends"])
def test_a_postgresql_that_is_behind_signs_nothing(
    begun_on_postgresql: SmallRegister, directory: Path, postgres_cluster: PostgresCluster, behind: str
) -> None:
    """A copy taken before the last appends takes the database's place, by either way."""
    begun = begun_on_postgresql.places.database_url.partition("@/")[2].partition("?")[0]
    primary = postgres_cluster.new_database(begun)
    register = copied(begun_on_postgresql, directory / "register", postgres_cluster.address(primary))
    register.approve([a_record(1)], 1)
    register.close()
    if behind == "restored from a dump":
        copy = postgres_cluster.new_database()
        _dump_and_restore(postgres_cluster, primary, copy)
    else:
        copy = postgres_cluster.new_database(primary)
    register.reopened().approve([a_record(2)], 2)
    address = postgres_cluster.address(copy)
    late = replace(register, places=replace(register.places, database_url=address), engines=[])
    size = late.stored_size()
    assert steps_of(late, GuardMismatch) == []
    with pytest.raises(GuardMismatch) as refused:
        late.writer.recover()
    assert (refused.value.kind, refused.value.log_size) == (GuardFault.LOG_BEHIND, size)
    assert (late.stored_size(), late.published_size()) == (size, size)
    late.close()
    register.close()
    for name in (primary, copy):
        postgres_cluster.drop_database(name)


def test_a_frozen_log_is_read_and_never_written(unaudited: SmallRegister) -> None:
    unaudited.approve([a_record(1)], 1)
    size = unaudited.published_size()
    for content in (b"", b"{}"):
        unaudited.guard.frozen_path.write_bytes(content)
        assert steps_of(unaudited, LogFrozen) == []
        with pytest.raises(LogFrozen):
            unaudited.approve([a_record(2)], 2)
    assert (unaudited.stored_size(), unaudited.published_size()) == (size, size)


def test_a_guard_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    guard = Guard(tmp_path / "keys" / "guard.json")
    guard.begin(ORIGIN)
    assert guard.read(log_is_empty=True) == TreeHead(ORIGIN, 0, EMPTY_ROOT)
    head = TreeHead(ORIGIN, 7, b"r" * 32)
    guard.write(head)
    (tmp_path / "keys" / "guard.new").write_bytes(b"half of a")
    guard.begin(ORIGIN)
    assert guard.read(log_is_empty=False) == head


def test_a_guard_that_cannot_be_read_or_written_stops_the_append(
    unaudited: SmallRegister, tmp_path: Path
) -> None:
    """A full or vanished disk is not a missing guard, and nothing is said to be published."""
    nowhere = Guard(tmp_path / "file" / "guard.json")
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(DatabaseUnavailable):
        nowhere.read(log_is_empty=False)
    with pytest.raises(DatabaseUnavailable):
        nowhere.write(TreeHead(ORIGIN, 0, EMPTY_ROOT))
    published = unaudited.published_size()
    (unaudited.places.keys.guard.with_suffix(".new")).mkdir()
    with pytest.raises(DatabaseUnavailable):
        unaudited.approve([a_record(1)], 1)
    assert unaudited.published_size() == published
    (unaudited.places.keys.guard.with_suffix(".new")).rmdir()
    unaudited.approve([a_record(2)], 2)
    assert unaudited.audited().clean


def _root(register: SmallRegister) -> bytes:
    with register.reader() as reader:
        return reader.tree(reader.log.stored_size()).root()


def _dump_and_restore(cluster: PostgresCluster, source: str, target: str) -> None:
    dumped = subprocess.run(
        [cluster.binaries / "pg_dump", cluster.address(source)], check=True, capture_output=True, timeout=60
    )
    subprocess.run(
        [cluster.binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1", cluster.address(target)],
        check=True,
        input=dumped.stdout,
        capture_output=True,
        timeout=60,
    )


def _migrate(register: SmallRegister) -> None:
    engine = register.places.register_engine(create=True)
    migrate(engine, Schema.REGISTER)
    engine.dispose()
