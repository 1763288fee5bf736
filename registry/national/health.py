"""How the network is answering, for those who watch: one row that every outcome brings up to date."""

from datetime import datetime

from sqlalchemy.engine import Connection

from registry.storage.sql import for_dialect
from signing.encoding import rfc3339

_ROW = (
    "INSERT INTO national_health (id, last_answer_at, failing_since, fault, next_at) "
    "VALUES (1, '', '', '', '') ON CONFLICT (id) DO NOTHING"
)
_ANSWERED = (
    "UPDATE national_health SET last_answer_at = ?, failing_since = '', fault = '', next_at = '' WHERE id = 1"
)
_FAILING = (
    "UPDATE national_health SET fault = ?, next_at = '', "
    "failing_since = CASE WHEN failing_since = '' THEN ? ELSE failing_since END WHERE id = 1"
)
_NEXT = "UPDATE national_health SET next_at = ? WHERE id = 1"


def note_answer(connection: Connection, now: datetime) -> None:
    """It answered, and what failed before is over."""
    _set(connection, _ANSWERED, rfc3339(now))


def note_failing(connection: Connection, fault: str, now: datetime) -> None:
    """It gives no answer that settles anything: why, and since when."""
    _set(connection, _FAILING, fault, rfc3339(now))


def note_next(connection: Connection, moment: datetime) -> None:
    """When the sender means to begin again."""
    _set(connection, _NEXT, rfc3339(moment))


def _set(connection: Connection, statement: str, *values: str) -> None:
    connection.exec_driver_sql(_ROW)
    connection.exec_driver_sql(for_dialect(statement, connection.dialect.name), values)
