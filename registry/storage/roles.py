"""Grants the rights of writer, desk and reader on PostgreSQL, and proves that they have no others.

A role may more than it was granted if it is a superuser, owns something, is a member of another role, or if
everyone may. So in the end the server itself is asked what each role may do, with every role that it could
become by SET ROLE; a single right too many and nothing is granted.

Source: PostgreSQL 15 documentation, chapters 5.7 (Privileges), 22.3 (Role Membership) and 22.5 (Predefined
Roles).
"""

from collections.abc import Iterator, Mapping

from sqlalchemy.engine import Connection, Engine

from registry.storage.errors import NoRoles, NotTheOwner, RoleMissing, RoleTooMighty
from registry.storage.migrate import Schema, migrate
from registry.storage.rights import Role, rights
from registry.storage.sql import reading, writing

# With these a role can become a superuser, or read the files that keys may lie in.
_DANGEROUS = "'pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files'"
_ON_COLUMNS = ("SELECT", "INSERT", "UPDATE", "REFERENCES")
_ON_TABLES = ("DELETE", "TRUNCATE", "TRIGGER")


def prepare_database(owner: Engine, roles: Mapping[Role, str]) -> None:
    """Migrates as the owner and grants the roles their rights. Running it again changes nothing.

    Steps:
    1. the connection is the owner's, and the roles are there
    2. both schemas are brought to this program
    3. everyone else, and the roles too, lose all rights on the database and its tables
    4. each role is granted its own
    5. nobody may more than that; otherwise 3 and 4 are taken back

    Raises: NoRoles, NotTheOwner, RoleMissing, RoleTooMighty, SchemaTooNew, DatabaseUnavailable.
    """
    if owner.dialect.name != "postgresql":
        raise NoRoles
    # 1
    with reading(owner) as connection:
        _require_owner(connection)
        for name in roles.values():
            _require_role(connection, name)
    # 2
    for schema in Schema:
        migrate(owner, schema)
    # 3, 4, 5
    with writing(owner) as connection:
        for statement in grants(connection, roles):
            connection.exec_driver_sql(statement)
        for role, name in roles.items():
            _require_no_more(connection, role, name)


def grants(connection: Connection, roles: Mapping[Role, str]) -> Iterator[str]:
    """The statements of steps 3 and 4."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    database = quote(str(connection.exec_driver_sql("SELECT current_database()").scalar()))
    everyone = ", ".join(["PUBLIC", *map(quote, roles.values())])
    all_of_them = ", ".join(map(quote, roles.values()))
    # Without TEMPORARY nobody can put a table of his own before one of the register's.
    yield f"REVOKE ALL ON DATABASE {database} FROM {everyone}"
    yield f"REVOKE ALL ON SCHEMA public FROM {everyone}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everyone}"
    yield f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM {everyone}"
    yield f"GRANT CONNECT ON DATABASE {database} TO {all_of_them}"
    yield f"GRANT USAGE ON SCHEMA public TO {all_of_them}"
    for role, name in roles.items():
        for table, allowed in rights(role).items():
            if not allowed:
                continue
            yield f"GRANT {', '.join(sorted(allowed))} ON {quote(table)} TO {quote(name)}"


def _require_owner(connection: Connection) -> None:
    owns = (
        "SELECT pg_has_role(current_user, datdba, 'USAGE') "
        "FROM pg_database WHERE datname = current_database()"
    )
    if not connection.exec_driver_sql(owns).scalar():
        raise NotTheOwner


def _require_role(connection: Connection, name: str) -> None:
    if connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).scalar() is None:
        raise RoleMissing(name)


def _require_no_more(connection: Connection, role: Role, name: str) -> None:
    """Asks about the role and every role that it is a member of, at whatever remove."""
    mighty = (
        "SELECT count(*) FROM pg_roles WHERE pg_has_role(%s, oid, 'MEMBER') AND (rolsuper OR rolcreaterole "
        f"OR rolreplication OR rolname IN ({_DANGEROUS}) "
        "OR has_database_privilege(oid, current_database(), 'CREATE, TEMPORARY') "
        "OR has_schema_privilege(oid, 'public', 'CREATE') "
        "OR has_parameter_privilege(oid, 'session_replication_role', 'SET'))"
    )
    if connection.exec_driver_sql(mighty, (name,)).scalar():
        raise RoleTooMighty(name)
    for table, allowed in rights(role).items():
        for right in (*_ON_COLUMNS, *_ON_TABLES):
            may = "has_any_column_privilege" if right in _ON_COLUMNS else "has_table_privilege"
            holders = (
                f"SELECT count(*) FROM pg_roles WHERE pg_has_role(%s, oid, 'MEMBER') AND {may}(oid, %s, %s)"
            )
            held = connection.exec_driver_sql(holders, (name, table, right)).scalar()
            if held and right not in allowed:
                raise RoleTooMighty(name)
