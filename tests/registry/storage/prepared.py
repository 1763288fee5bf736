"""A PostgreSQL database as an operator sets it up: an owner, a writer and a reader, who may connect."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from registry.storage.rights import Role
from registry.storage.roles import prepare_database
from registry.storage.sql import open_engine
from tests.contracts.postgres import PostgresCluster

OWNER = "owner"


@dataclass(frozen=True)
class SetUp:
    """The database and the names of its roles."""

    cluster: PostgresCluster
    database: str

    @property
    def roles(self) -> dict[Role, str]:
        """Who writes and who reads."""
        return {role: self.name(role) for role in Role}

    def name(self, role: str) -> str:
        """Roles belong to the whole cluster: each database has its own."""
        return f"{self.database}_{role}"

    def url(self, role: str) -> str:
        """Where a role connects."""
        return self.cluster.address(self.database, self.name(role))

    def prepare(self, *, by: str = OWNER, roles: dict[Role, str] | None = None) -> None:
        """Prepares the database, as its owner unless somebody else tries."""
        engine = open_engine(self.url(by))
        try:
            prepare_database(engine, self.roles if roles is None else roles)
        finally:
            engine.dispose()

    def connect(self, role: str) -> "psycopg.Connection[tuple[object, ...]]":
        """A connection of a role, outside of transactions."""
        return psycopg.connect(self.url(role), autocommit=True)

    def administer(self, statement: str) -> None:
        """One statement of the superuser in this database."""
        self.cluster.administer(statement, self.database)


@contextmanager
def set_up(cluster: PostgresCluster) -> Iterator[SetUp]:
    """A database that nobody has prepared yet."""
    made = SetUp(cluster, cluster.new_database())
    names = [made.name(OWNER), *made.roles.values()]
    for name in names:
        cluster.administer(f"CREATE ROLE {name} LOGIN")
    cluster.administer(f"ALTER DATABASE {made.database} OWNER TO {names[0]}")
    yield made
    cluster.drop_database(made.database)
    for name in names:
        cluster.administer(f"DROP ROLE {name}")
