"""The database's own refusal to change what the register holds.

SQLite: a trigger each against UPDATE and DELETE, and one before INSERT for every unique key, because
`INSERT OR REPLACE` deletes without asking the delete trigger on connections that did not switch
`recursive_triggers` on. The hidden rowid is a unique key as well, so no append-only table has one: its key is
the rowid (`columns.counting_key`), or the table is made WITHOUT ROWID.

PostgreSQL: triggers against UPDATE, DELETE and TRUNCATE, which `ON CONFLICT DO UPDATE` meets as well.
"""

from collections.abc import Iterator, Sequence

_MESSAGE = "append-only"


def sqlite_triggers(table: str, unique_keys: Sequence[Sequence[str]]) -> Iterator[str]:
    """The statements that make an SQLite table append-only."""
    for event in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        )
    for position, key in enumerate(unique_keys, start=1):
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        yield (
            f"CREATE TRIGGER {table}_no_replace_{position} BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}: {table}.{position}'); END"
        )


def postgresql_function() -> str:
    """The function behind the triggers of PostgreSQL."""
    return (
        "CREATE FUNCTION skillcert_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )


def postgresql_triggers(table: str) -> Iterator[str]:
    """The statements that make a PostgreSQL table append-only."""
    yield (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION skillcert_append_only()"
    )
    yield (
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION skillcert_append_only()"
    )


def sqlite_only_where(table: str, found: str) -> Iterator[str]:
    """The statements that let a row of an append-only table go where the query `found` finds something."""
    yield f"DROP TRIGGER {table}_no_delete"
    yield (
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT EXISTS ({found}) "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    )


def postgresql_only_where(table: str, found: str) -> Iterator[str]:
    """As `sqlite_only_where`. Updating stays forbidden, and so does emptying the table.

    The function looks into our schema only: else a table of the same name in a schema of the caller's, or a
    temporary one, would open the way.
    """
    yield f"DROP TRIGGER {table}_append_only ON {table}"
    yield (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION skillcert_append_only()"
    )
    yield (
        f"CREATE FUNCTION skillcert_{table}_may_go() RETURNS trigger LANGUAGE plpgsql "
        f"SET search_path = public, pg_temp AS $$ BEGIN IF EXISTS ({found}) THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    yield (
        f"CREATE TRIGGER {table}_may_go BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION skillcert_{table}_may_go()"
    )
