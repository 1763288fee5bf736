"""`skillcert database prepare`, and a register on PostgreSQL whose processes run in their roles."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.ledger.admission import PROVINCE
from registry.ledger.lock import AdvisoryLock
from registry.storage.errors import NotPermitted
from registry.storage.rights import Role
from registry.storage.sql import open_engine
from registry.verdict import Result
from tests.contracts.postgres import PostgresCluster, postgres_cluster
from tests.registry.storage.prepared import OWNER, SetUp, set_up
from tests.web_cli.commands import Commands
from tests.web_cli.house import BUREAU, PASSPHRASES, PREFIX, House
from web.cli.opening import opened, read_settings

__all__ = ["postgres_cluster"]
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


@pytest.fixture
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    """A database with its roles, as an operator made it."""
    with set_up(postgres_cluster) as done:
        yield done


@pytest.fixture
def fresh(tmp_path: Path) -> House:
    """The directory of a register that was not begun."""
    house = House(tmp_path / "fresh")
    house.directory.mkdir()
    for name, text in PASSPHRASES.items():
        house.passphrase(name).write_text(f"{text}\n", encoding="utf-8")
    return house


@pytest.fixture
def command(
    fresh: House, made: SetUp, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Commands:
    """`skillcert` as the writer."""
    commands = Commands(monkeypatch, fresh.directory / "data", capsys).own(fresh.directory)
    commands.set("DATABASE_URL", made.url(Role.WRITER))
    return commands


def prepare(command: Commands, made: SetUp, *, by: str = OWNER) -> tuple[str, ...]:
    roles = [part for role in Role for part in (f"--{role}", made.name(role))]
    return ("database", "prepare", "--owner-url", made.url(by), *roles)


def test_an_operators_way_to_a_register_on_postgresql(command: Commands, made: SetUp, fresh: House) -> None:
    root = ("--root-passphrase-file", fresh.passphrase("root.txt"))
    bureau = ("--bureau-passphrase-file", fresh.passphrase("bureau.txt"))
    early = command("keys", "begin", *root)
    assert (early.code, early.error) == (2, "schema_outdated")
    for _ in range(2):
        assert command(*prepare(command, made)).code == 0
    assert command("keys", "begin", *root).code == 0
    assert command("keys", "bureau", BUREAU, *root, *bureau).code == 0
    assert command("keys", "bureau", PROVINCE, *root, *fresh.province_passphrase).code == 0
    assert command("institutions", "import", fresh.institutions(), *fresh.province_passphrase).code == 0
    form5, form4 = fresh.forms(fresh.row(1))
    received = command("intake", form5, "--form4", form4, "--institution", PREFIX, "--json")
    assert command("review", received.value["batch"], "--approve", *bureau).code == 0
    command.set("DATABASE_URL", made.url(Role.DESK))
    answer(fresh.number(1))
    command.set("DATABASE_URL", made.url(Role.READER))
    assert command("verify", fresh.number(1), "--json").value["result"] == "valid"
    assert command("audit", "--json").value["finding"] is None
    answer(fresh.number(1))
    refused = command("intake", form5, "--form4", form4, "--institution", PREFIX)
    assert (refused.code, refused.error) == (2, "database_not_permitted")


def answer(number: str) -> None:
    """Everything that the pages ask of a register, over the database that the environment names."""
    with opened(read_settings()) as register:
        verdict = register.verdict(number)
        assert verdict.result is Result.VALID
        assert register.verify_number(number, name=None, id_number=None).steps
        assert register.person_matches(number, name="no such name", id_number=None) is False
        assert register.filings().by_prefix(PREFIX) is not None
        assert register.status_list("revocation-0")
        assert register.trust_files()
        assert register.did_document()
        assert register.vkey()
        assert register.checkpoint()
        assert register.tile(0, 0, register.ready())
        assert register.entry_bundle(0, register.ready())


def test_what_the_page_says_to_paste_sets_the_server_up(
    postgres_cluster: PostgresCluster, tmp_path: Path
) -> None:
    (block,) = re.findall(r"```sql\n(.*?)```", OPERATIONS.read_text(encoding="utf-8"), re.DOTALL)
    database = postgres_cluster.new_database()
    postgres_cluster.drop_database(database)
    before, _, after = block.replace("skillcert", database).partition(f"\\connect {database}\n")
    for statement in before.split(";")[:-1]:
        postgres_cluster.administer(statement)
    for statement in re.sub("^--.*", "", after, flags=re.MULTILINE).split(";")[:-1]:
        postgres_cluster.administer(statement, database)
    pasted = SetUp(postgres_cluster, database)
    pasted.prepare()
    engines = {role: open_engine(pasted.url(role)) for role in Role}
    with AdvisoryLock(engines[Role.WRITER]).held():
        pass
    for role in (Role.DESK, Role.READER):
        with pytest.raises(NotPermitted), AdvisoryLock(engines[role]).held():
            pytest.fail("somebody else holds up the writers")
    for engine in engines.values():
        engine.dispose()
    postgres_cluster.drop_database(database)
    for role in (OWNER, *Role):
        postgres_cluster.administer(f"DROP ROLE {pasted.name(role)}")


def test_what_the_owner_gets_wrong_is_one_sentence(command: Commands, made: SetUp) -> None:
    ran = command(*prepare(command, made, by=Role.WRITER))
    assert (ran.code, ran.error) == (1, "not_the_owner")
    ran = command(*prepare(command, made)[:-1], "nobody_of_that_name")
    assert (ran.code, ran.error) == (1, "role_missing")
    ran = command(*prepare(command, made)[:-2])
    assert (ran.code, ran.error) == (2, "command_line_fault")


def test_a_desk_that_was_lost_is_made_anew(act: Commands, house: House) -> None:
    for file in house.register_file.parent.glob("desk.sqlite*"):
        file.unlink()
    ran = act("verify", house.number(901))
    assert (ran.code, ran.error) == (2, "schema_outdated")
    assert act("database", "prepare").code == 0
    assert act("verify", house.number(901), "--json").value["result"] == "valid"


def test_on_sqlite_there_is_nothing_to_grant(act: Commands) -> None:
    assert act("database", "prepare").code == 0
    ran = act("database", "prepare", "--writer", "one", "--desk", "two", "--reader", "three")
    assert (ran.code, ran.error) == (1, "no_roles")
