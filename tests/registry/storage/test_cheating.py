"""Every way around the ledger that PostgreSQL knows, tried as each role: by grants alone, by triggers alone.

Triggers are switched off for what is tried as writer and reader: the grants must hold by themselves. What is
tried as the owner finds the triggers alone. What the owner does after switching them off, the audit finds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from registry.ledger.audit import audit
from registry.ledger.audit_report import Finding
from registry.storage.metadata import DESK_METADATA
from registry.storage.register_rows import RegisterTable
from registry.storage.rights import Role, tables
from registry.storage.sql import KeptReader, open_engine
from tests.contracts.postgres import PostgresCluster
from tests.registry.ledger.builders import ORIGIN, SmallRegister
from tests.registry.ledger.lived_in import lived_in
from tests.registry.storage.prepared import OWNER, SetUp, set_up
from tests.registry.storage.test_append_only import TABLES as APPEND_ONLY

Connection = psycopg.Connection[tuple[object, ...]]
REGISTER = [table.name for table in RegisterTable.metadata.sorted_tables]
NOT_ALLOWED = psycopg.errors.InsufficientPrivilege


@dataclass(frozen=True)
class Lived:
    """A register in which everything happened, on a database with three roles."""

    made: SetUp
    register: SmallRegister

    def contents(self) -> dict[str, object]:
        """Every table of the register, as a digest of its rows, and who may do what with it."""
        told: dict[str, object] = {}
        with self.made.connect(OWNER) as owner:
            for table in REGISTER:
                rows = f"SELECT count(*), md5(string_agg(r::text, '' ORDER BY r::text)) FROM {table} AS r"
                told[table] = owner.execute(rows.encode()).fetchone()
            access = "SELECT relname, relacl::text FROM pg_class WHERE relname = ANY(%s) ORDER BY relname"
            told["rights"] = owner.execute(access, (REGISTER,)).fetchall()
        return told

    def audited(self) -> Finding | None:
        """What the audit finds, as the reader."""
        engine = open_engine(self.made.url(Role.READER))
        try:
            report = audit(engine, log_origin=ORIGIN, guard=self.register.guard, vault=self.register.vault)
        finally:
            engine.dispose()
        return report.finding

    @contextmanager
    def without_triggers(self) -> Iterator[Connection]:
        """The owner's connection while no trigger fires."""
        with self.made.connect(OWNER) as owner:
            for table in REGISTER:
                owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
            yield owner
            for table in REGISTER:
                owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())


@pytest.fixture(scope="module")
def lived(postgres_cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """Every table has rows; each test leaves them as they were, and in the end the audit is clean."""
    with set_up(postgres_cluster) as made:
        made.prepare()
        register = lived_in(tmp_path_factory.mktemp("cheating"), database_url=made.url(Role.WRITER))
        with made.connect(Role.WRITER) as writer:
            writer.execute("INSERT INTO cursor VALUES ('search', 1)")
        told = Lived(made, register)
        before = told.contents()
        yield told
        assert told.contents() == before
        assert told.audited() is None
        register.close()


def changes(table: str) -> list[str]:
    """Statements that change or remove a row of the table."""
    columns = [column.name for column in RegisterTable.metadata.tables[table].columns]
    keys = ", ".join(f'"{column.name}"' for column in RegisterTable.metadata.tables[table].primary_key)
    last = f'"{columns[-1]}"'
    merge = f"MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN"
    return [
        f"UPDATE {table} SET {last} = {last}",
        f"DELETE FROM {table}",
        f"WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
        f"TRUNCATE {table}",
        f"TRUNCATE {table} CASCADE",
        f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1 "
        f"ON CONFLICT ({keys}) DO UPDATE SET {last} = EXCLUDED.{last}",
        f"{merge} DELETE",
        f"{merge} UPDATE SET {last} = {table}.{last}",
        f"SELECT * FROM {table} FOR UPDATE",
    ]


def belongs_to_erasing(role: Role, table: str, statement: str) -> bool:
    """Whether an erasure needs that right: there the grants alone don't help, and the audit does.

    Whoever may delete or update may lock the table as well.
    """
    wanted = {"record": "DELETE", "batch_row": "DELETE", "batch": "UPDATE"}.get(table)
    return role is Role.WRITER and wanted is not None and (wanted in statement or "LOCK" in statement)


def test_the_writer_deletes_no_record_that_was_not_erased(lived: Lived) -> None:
    with lived.made.connect(Role.WRITER) as writer:
        for statement in changes("record"):
            with pytest.raises((psycopg.errors.IntegrityConstraintViolation, NOT_ALLOWED)):
                writer.execute(statement.encode())


@pytest.mark.parametrize("role", Role)
def test_grants_alone_keep_every_row_as_it_is(lived: Lived, role: Role) -> None:
    with lived.without_triggers(), lived.made.connect(role) as connection:
        for table in REGISTER:
            for statement in changes(table):
                if not belongs_to_erasing(role, table, statement):
                    with pytest.raises(NOT_ALLOWED):
                        connection.execute(statement.encode())
            with pytest.raises(psycopg.errors.UniqueViolation if role is Role.WRITER else NOT_ALLOWED):
                copy_over(connection, table)


def test_triggers_alone_keep_every_row_as_it_is(lived: Lived) -> None:
    with lived.made.connect(OWNER) as owner:
        for table in APPEND_ONLY:
            # To lock rows changes none; the owner may.
            for statement in changes(table)[:-1]:
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
                    owner.execute(statement.encode())
            with pytest.raises(psycopg.errors.UniqueViolation):
                copy_over(owner, table)


def copy_over(connection: Connection, table: str) -> None:
    """Copies a row that is there into the table once more."""
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT * FROM {table} LIMIT 1) TO STDOUT".encode()) as out:
            row = b"".join(bytes(part) for part in out)
        with cursor.copy(f"COPY {table} FROM STDIN".encode()) as into:
            into.write(row)


# The table is each of the register's in turn, `me` the role that tries.
BUILDING = [
    "DROP TRIGGER {table}_append_only ON {table}",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "ALTER TABLE {table} ADD COLUMN more int",
    "ALTER TABLE {table} RENAME TO other",
    "ALTER TABLE {table} OWNER TO {me}",
    "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {table} SET SCHEMA pg_temp",
    "CREATE POLICY mine ON {table} USING (false)",
    "CREATE RULE mine AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE INDEX mine ON {table} ((1))",
    "DROP TABLE {table}",
    "DROP TABLE {table} CASCADE",
    "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
    "COPY {table} FROM PROGRAM 'true'",
    "COPY {table} TO '/tmp/mine'",
]
ONCE = [
    "SET session_replication_role = replica",
    "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "CREATE OR REPLACE FUNCTION public.skillcert_append_only() RETURNS trigger LANGUAGE plpgsql "
    "AS $$ BEGIN RETURN NEW; END $$",
    "ALTER FUNCTION public.skillcert_append_only() SET search_path = pg_temp",
    "DROP FUNCTION public.skillcert_append_only() CASCADE",
    "CREATE TABLE public.mine (x int)",
    "CREATE VIEW public.mine AS SELECT 1",
    "CREATE TEMPORARY TABLE entry (idx bigint, body bytea)",
    "CREATE SCHEMA mine",
    "CREATE SCHEMA {me}",
    "CREATE EXTENSION pgcrypto",
    "CREATE ROLE mine",
    "ALTER ROLE {me} SUPERUSER",
    "GRANT {owner} TO {me}",
    "ALTER SYSTEM SET fsync = off",
    "ALTER DATABASE {database} SET session_replication_role = replica",
    "DROP DATABASE {database}",
    "DROP OWNED BY {owner}",
    "REASSIGN OWNED BY {owner} TO {me}",
    "UPDATE pg_trigger SET tgenabled = 'D'",
    "UPDATE migration_register SET version_num = 'x'",
    "DO LANGUAGE plpgsql $$ BEGIN DELETE FROM public.entry; END $$",
]


@pytest.mark.parametrize("role", Role)
def test_neither_role_may_build_or_tear_down(lived: Lived, role: Role) -> None:
    made = lived.made
    names = {"me": made.name(role), "owner": made.name(OWNER), "database": made.database}
    per_table = [
        each.format(table=table, **names)
        for table in REGISTER
        for each in BUILDING
        if not belongs_to_erasing(role, table, each)
    ]
    # On tables without triggers there is none to drop.
    tried = [
        each for each in per_table if not each.endswith((" batch", " batch_row")) or "DROP TRIG" not in each
    ]
    with made.connect(role) as connection:
        for statement in tried:
            with pytest.raises(NOT_ALLOWED), connection.transaction():
                connection.execute(statement.encode())
        for statement in ONCE:
            with pytest.raises(NOT_ALLOWED):
                connection.execute(statement.format(**names).encode())


@pytest.mark.parametrize("role", Role)
def test_a_role_cannot_pass_on_what_it_was_not_given(lived: Lived, role: Role) -> None:
    """PostgreSQL only warns; the fixture compares the rights in the end."""
    with lived.made.connect(role) as connection:
        for table in REGISTER:
            connection.execute(f"GRANT ALL ON {table} TO {lived.made.name(role)}".encode())
            if not belongs_to_erasing(role, table, "DELETE"):
                with pytest.raises(NOT_ALLOWED):
                    connection.execute(f"DELETE FROM {table}".encode())


def test_the_desk_changes_its_own_tables_and_not_what_the_worker_keeps(lived: Lived) -> None:
    """Whoever takes the web server over does no job, nor alters or forgets one that was asked for."""
    columns = DESK_METADATA.tables["job"].columns
    # Texts and numbers alike are cast from what stands in quotes.
    values = ", ".join("''" if str(column.type) in ("VARCHAR", "BLOB") else "'1'" for column in columns)
    asked = f"INSERT INTO job VALUES ({values})"
    with lived.made.connect(Role.DESK) as desk, lived.made.connect(Role.WRITER) as writer:
        desk.execute(asked.encode())
        desk.execute(b"INSERT INTO job_file VALUES ('1', 'form5', '')")
        for statement in (
            "UPDATE job SET state = 'done'",
            "DELETE FROM job",
            "DELETE FROM job_file",
            "INSERT INTO job_lease VALUES (1, 'me', '')",
            "UPDATE cursor SET position = 0",
            "DELETE FROM national_progress",
        ):
            with pytest.raises(NOT_ALLOWED):
                desk.execute(statement.encode())
        writer.execute(b"DELETE FROM job")
        writer.execute(b"DELETE FROM job_file")


def test_the_reader_sees_nothing_of_the_desk_but_how_far_the_national_network_got(lived: Lived) -> None:
    """What was turned back and what a comparison found is for the staff."""
    seen = {"cursor", "national_progress", "national_batch", "national_health", "national_lease"}
    with lived.made.connect(Role.READER) as reader:
        for table in DESK_METADATA.sorted_tables:
            if table.name in seen:
                reader.execute(f"SELECT * FROM {table.name}".encode())
            else:
                with pytest.raises(NOT_ALLOWED):
                    reader.execute(f"SELECT * FROM {table.name}".encode())


def test_the_reader_writes_no_table_of_the_desk_either(lived: Lived) -> None:
    with lived.made.connect(Role.READER) as reader:
        for table in tables():
            with pytest.raises(NOT_ALLOWED):
                reader.execute(f"DELETE FROM {table.name}".encode())
            with pytest.raises(NOT_ALLOWED):
                reader.execute(f"INSERT INTO {table.name} SELECT * FROM {table.name}".encode())


def test_a_table_of_the_same_name_elsewhere_is_not_read(lived: Lived) -> None:
    """Without a word of ours PostgreSQL looks first in a schema that is called as the role is."""
    writer = lived.made.name(Role.WRITER)
    with lived.made.connect(OWNER) as owner:
        owner.execute(f"CREATE SCHEMA {writer}".encode())
        owner.execute(f"CREATE TABLE {writer}.entry (idx bigint, body bytea)".encode())
        owner.execute(f"GRANT ALL ON SCHEMA {writer} TO {writer}".encode())
        owner.execute(f"GRANT ALL ON {writer}.entry TO {writer}".encode())
        with lived.made.connect(Role.WRITER) as plain:
            assert plain.execute("SELECT count(*) FROM entry").fetchone() == (0,)
            plain.execute(f"ALTER ROLE {writer} SET search_path = {writer}".encode())
        engine = open_engine(lived.made.url(Role.WRITER))
        reader = KeptReader(engine)
        assert reader.one("SELECT count(*) FROM entry") == (lived.register.stored_size(),)
        reader.close()
        engine.dispose()
        owner.execute(f"DROP SCHEMA {writer} CASCADE".encode())
    with lived.made.connect(Role.WRITER) as plain:
        plain.execute(f"ALTER ROLE {writer} RESET search_path".encode())


def test_a_table_of_the_same_name_elsewhere_lets_no_record_go(lived: Lived) -> None:
    """A record may go once its erasure is written down, and not in a table that merely is called so."""
    with lived.made.connect(OWNER) as owner:
        owner.execute(b"CREATE TEMPORARY TABLE erasure AS SELECT * FROM public.erasure")
        owner.execute(b"INSERT INTO erasure (certificate) SELECT DISTINCT certificate FROM record")
        for path in ("public", "pg_temp, public"):
            owner.execute(f"SET search_path = {path}".encode())
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
                owner.execute(b"DELETE FROM record")


FLIP = "set_byte({0}, 0, get_byte({0}, 0) # 255)"
# One change a table that undoes itself when it is made again.
OWNERS_CHANGES = {
    "entry": ("body", FLIP),
    "landmark": ("type", "reverse({0})"),
    "tile": ("root", FLIP),
    "checkpoint": ("note", FLIP),
    "approval": ("batch", FLIP),
    "act": ("certificate", "-{0}"),
    "record": ("sealed", FLIP),
    "status_list": ("body", FLIP),
    "batch": ("received_on", "reverse({0})"),
    "batch_row": ("flagged", "NOT {0}"),
    "decision": ("content", "reverse({0})"),
    "disposal": ("mac", FLIP),
    "erasure": ("document", FLIP),
    "erased_place": ("place_row", FLIP),
}


def test_what_the_owner_changes_is_found_in_every_table(lived: Lived) -> None:
    assert set(OWNERS_CHANGES) == set(REGISTER)
    with lived.without_triggers() as owner:
        for table, (column, changed) in OWNERS_CHANGES.items():
            statement = f"UPDATE {table} SET {column} = {changed.format(column)}".encode()
            owner.execute(statement)
            finding = lived.audited()
            owner.execute(statement)
            assert finding is not None, table
            assert finding.table == table


def test_a_trigger_that_was_emptied_hides_nothing(lived: Lived) -> None:
    body = "CREATE OR REPLACE FUNCTION skillcert_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    with lived.made.connect(OWNER) as owner:
        row = owner.execute("SELECT pg_get_functiondef('skillcert_append_only'::regproc)").fetchone()
        assert row is not None
        owner.execute(f"{body} $$ BEGIN RETURN NEW; END $$".encode())
        change = b"UPDATE record SET number = reverse(number)"
        owner.execute(change)
        finding = lived.audited()
        owner.execute(change)
        owner.execute(str(row[0]).encode())
    assert finding is not None
    assert (finding.table, finding.column) == ("record", "number")
