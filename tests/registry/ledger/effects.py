"""What a program does to the world: files, locks, networks, keys and the database, as Python sees it.

For a process of its own: what watches can't be taken out again.
"""

import os
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from signing.keys import KeyRole, SigningKey
from tests.registry.ledger.faults import Fault

_EVENTS = frozenset(
    {
        "os.rename",
        "os.remove",
        "os.mkdir",
        "os.truncate",
        "fcntl.flock",
        "socket.connect",
        "subprocess.Popen",
    }
)
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "COPY", "COMMIT")


def tell_effects_outside(fault: Fault, tell: Callable[[str], None]) -> None:
    """Tells every effect from now on that happens while no step is under way."""

    def seen(effect: str) -> None:
        if fault.under_way is None:
            tell(effect)

    def audited(event: str, arguments: tuple[Any, ...]) -> None:
        writes = (
            event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        )
        if event in _EVENTS or writes:
            seen(event)

    sys.addaudithook(audited)
    _tell_before(os, "fsync", lambda *_: True, seen)
    _tell_before(SigningKey, "sign", lambda key, _: key.role is KeyRole.LOG, seen)
    sa.event.listen(Engine, "connect", lambda connection, _: _trace(connection, seen))
    sa.event.listen(Engine, "before_cursor_execute", lambda *told: _statement(told[2], seen))


def _trace(connection: Any, seen: Callable[[str], None]) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.set_trace_callback(lambda statement: _statement(statement, seen))


def _statement(statement: str, seen: Callable[[str], None]) -> None:
    if statement.lstrip().upper().startswith(_WRITES):
        seen(" ".join(statement.split()[:3]))


def _tell_before(owner: Any, name: str, counts: Callable[..., bool], seen: Callable[[str], None]) -> None:
    real = getattr(owner, name)

    def told(*arguments: Any) -> Any:
        if counts(*arguments):
            seen(name)
        return real(*arguments)

    setattr(owner, name, told)
