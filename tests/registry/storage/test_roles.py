"""Writer, desk and reader on PostgreSQL: who prepares the database, what each may do, and who is refused."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.ledger.audit import audit
from registry.ledger.entries import ActKind
from registry.ledger.errors import WriterBusy
from registry.ledger.lock import AdvisoryLock
from registry.storage.errors import (
    NoRoles,
    NotPermitted,
    NotTheOwner,
    RoleMissing,
    RoleTooMighty,
    SchemaOutdated,
)
from registry.storage.migrate import Schema, migrate, require_current
from registry.storage.rights import Role, rights, tables
from registry.storage.roles import prepare_database
from registry.storage.sql import KeptReader, open_engine, sqlite_url
from tests.contracts.postgres import PostgresCluster
from tests.registry.ledger.builders import ORIGIN, a_record, small_register
from tests.registry.ledger.lived_in import lived_in
from tests.registry.storage.prepared import OWNER, SetUp, set_up

EVERY_RIGHT = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")


@pytest.fixture
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    """A database with three roles, not prepared."""
    with set_up(postgres_cluster) as done:
        yield done


def held(made: SetUp, role: Role) -> dict[str, set[str]]:
    """What the server says that a role may do with each table that is there."""
    found: dict[str, set[str]] = {}
    with made.connect(OWNER) as connection:
        for (table,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            asked = "SELECT has_table_privilege(%s, %s, %s)"
            found[str(table)] = {
                right
                for right in EVERY_RIGHT
                if connection.execute(asked, (made.name(role), table, right)).fetchone() == (True,)
            }
    return found


def test_every_table_has_a_decision_for_each_role() -> None:
    for role in Role:
        named = {name for name in rights(role) if not name.startswith("migration_")}
        assert named == {table.name for table in tables()}


def test_each_role_has_its_rights_and_no_others_however_often_it_is_prepared(made: SetUp) -> None:
    made.prepare()
    for role in Role:
        assert held(made, role) == rights(role)
    writer = made.name(Role.WRITER)
    made.administer(f"GRANT UPDATE ON entry TO {writer}")
    made.administer("GRANT DELETE ON record TO PUBLIC")
    made.administer(f"GRANT UPDATE (body) ON entry TO {writer}")
    made.prepare()
    for role in Role:
        assert held(made, role) == rights(role)


def test_a_register_lives_as_its_writer_and_answers_as_its_reader(made: SetUp, tmp_path: Path) -> None:
    """The owner prepares; the writer begins, uploads, approves and corrects; the reader reads and audits."""
    made.prepare()
    register = lived_in(tmp_path / "register", database_url=made.url(Role.WRITER))
    reader = open_engine(made.url(Role.READER))
    report = audit(reader, log_origin=ORIGIN, guard=register.guard, vault=register.vault)
    assert report.clean
    assert report.counts["batch"] == 3
    reader.dispose()
    register.close()


def test_the_reader_writes_nothing_and_is_told_so(made: SetUp, tmp_path: Path) -> None:
    made.prepare()
    register = small_register(tmp_path / "register", database_url=made.url(Role.WRITER))
    register.approve([a_record(1)])
    written = replace(register, places=replace(register.places, database_url=made.url(Role.READER)))
    with pytest.raises(NotPermitted):
        written.approve([a_record(2)], batch=2)
    with pytest.raises(NotPermitted):
        written.act(register.stored_size() - 1, ActKind.REISSUED)
    assert written.audited().clean
    written.close()
    assert register.approve([a_record(2)], batch=2).size == register.stored_size()
    register.close()


def test_who_may_not_migrate_is_told_whom_to_ask(made: SetUp) -> None:
    made.prepare()
    made.administer("DROP INDEX ix_tile_root")
    made.administer("UPDATE migration_register SET version_num = 'register_0001'")
    for role in Role:
        engine = open_engine(made.url(role))
        with pytest.raises(SchemaOutdated):
            migrate(engine, Schema.REGISTER)
        with pytest.raises(SchemaOutdated):
            require_current(engine, Schema.REGISTER)
        migrate(engine, Schema.DESK)
        require_current(engine, Schema.DESK)
        engine.dispose()


def test_a_database_that_nobody_prepared_is_outdated_for_its_roles(made: SetUp) -> None:
    engine = open_engine(made.url(Role.WRITER))
    for schema in Schema:
        with pytest.raises(SchemaOutdated):
            migrate(engine, schema)
        with pytest.raises(SchemaOutdated):
            require_current(engine, schema)
    engine.dispose()


def test_a_table_that_was_not_granted_is_not_called_unavailable(made: SetUp) -> None:
    made.prepare()
    made.administer(f"REVOKE ALL ON entry FROM {made.name(Role.READER)}")
    engine = open_engine(made.url(Role.READER))
    with closing(KeptReader(engine)) as reader, pytest.raises(NotPermitted):
        reader.rows("SELECT 1 FROM entry")
    engine.dispose()


def test_only_the_owner_prepares(made: SetUp) -> None:
    with pytest.raises(NotTheOwner):
        made.prepare(by=Role.WRITER)
    made.prepare()
    with pytest.raises(NotTheOwner):
        made.prepare(by=Role.READER)


def test_roles_are_made_by_the_operator(ungranted: SetUp) -> None:
    with pytest.raises(RoleMissing) as missing:
        ungranted.prepare(roles={**ungranted.roles, Role.WRITER: "nobody_of_that_name"})
    assert missing.value.args == ("nobody_of_that_name",)


@pytest.fixture(scope="module")
def ungranted(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    """A database whose roles are not granted anything: every test of it ends in a refusal."""
    with set_up(postgres_cluster) as done:
        yield done


# What makes a role mighty, and what takes it back.
MIGHTY = {
    "a superuser": ("ALTER ROLE {writer} SUPERUSER", "ALTER ROLE {writer} NOSUPERUSER"),
    "who makes roles": ("ALTER ROLE {writer} CREATEROLE", "ALTER ROLE {writer} NOCREATEROLE"),
    "who replicates": ("ALTER ROLE {writer} REPLICATION", "ALTER ROLE {writer} NOREPLICATION"),
    "a member of the owner": ("GRANT {owner} TO {writer}", "REVOKE {owner} FROM {writer}"),
    "a member that does not inherit": (
        "ALTER ROLE {writer} NOINHERIT; GRANT {owner} TO {writer}",
        "REVOKE {owner} FROM {writer}; ALTER ROLE {writer} INHERIT",
    ),
    "who writes everywhere": (
        "GRANT pg_write_all_data TO {writer}",
        "REVOKE pg_write_all_data FROM {writer}",
    ),
    "who runs programs": (
        "GRANT pg_execute_server_program TO {writer}",
        "REVOKE pg_execute_server_program FROM {writer}",
    ),
    "who switches triggers off": (
        "GRANT SET ON PARAMETER session_replication_role TO {writer}",
        "REVOKE SET ON PARAMETER session_replication_role FROM {writer}",
    ),
    "a desk that is the writer too": ("GRANT {writer} TO {desk}", "REVOKE {writer} FROM {desk}"),
    "a reader who is the writer too": ("GRANT {writer} TO {reader}", "REVOKE {writer} FROM {reader}"),
}


@pytest.mark.parametrize(("before", "after"), MIGHTY.values(), ids=MIGHTY)
def test_a_role_that_may_more_is_refused_and_nothing_is_granted(
    ungranted: SetUp, before: str, after: str
) -> None:
    names = {role: ungranted.name(role) for role in (OWNER, *Role)}
    for each in before.split("; "):
        ungranted.administer(each.format(**names))
    with pytest.raises(RoleTooMighty):
        ungranted.prepare()
    for each in after.split("; "):
        ungranted.administer(each.format(**names))
    assert not any(held(ungranted, Role.READER).values())


def test_one_role_is_not_both(ungranted: SetUp) -> None:
    writer = ungranted.name(Role.WRITER)
    with pytest.raises(RoleTooMighty):
        ungranted.prepare(roles={**ungranted.roles, Role.READER: writer})
    with pytest.raises(RoleTooMighty):
        ungranted.prepare(roles={**ungranted.roles, Role.WRITER: ungranted.name(OWNER)})


def test_nobody_else_may_even_connect(made: SetUp) -> None:
    made.prepare()
    stranger = made.name("stranger")
    made.administer(f"CREATE ROLE {stranger} LOGIN")
    with pytest.raises(sa.exc.OperationalError, match="permission denied"):
        sa.create_engine(open_engine(made.url("stranger")).url).connect()
    made.administer(f"DROP ROLE {stranger}")


def test_sqlite_has_no_roles(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "register.sqlite"))
    with pytest.raises(NoRoles):
        prepare_database(engine, {Role.WRITER: "writer", Role.READER: "reader"})
    engine.dispose()


def test_a_reader_that_takes_the_lock_only_delays(made: SetUp) -> None:
    """Any role may take an advisory lock until a superuser forbids it, as the operations page says."""
    made.prepare()
    engine, reader = open_engine(made.url(Role.WRITER)), open_engine(made.url(Role.READER))
    lock = AdvisoryLock(engine, patience_seconds=0.05)
    with AdvisoryLock(reader).held(), pytest.raises(WriterBusy), lock.held():
        pytest.fail("two hold the lock")
    with lock.held():
        pass
    engine.dispose()
    reader.dispose()
