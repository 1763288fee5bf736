"""The stand-in killed before every single statement of its database, and in between: what is left goes on."""

import os
import signal
import sqlite3
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import NoReturn

import pytest

from registry.national.receipts import parse_receipt
from registry.national.rows import RowAct, RowState
from registry.national.stand_in.database import Connect, Database, open_file
from registry.national.stand_in.store import StandInStore
from tests.registry.national.network_builders import DATABASE, batch_id, batch_of
from tests.registry.national.row_builders import NOON, a_row, an_institution
from tests.registry.national.test_stand_in import signed

KILLED = 9
FIRST = batch_of(1, 0, an_institution(), a_row(1, entry=2))
SECOND = batch_of(2, 1, a_row(1, 2, RowState.ERASED, RowAct.ERASED, entry=3), a_row(2, entry=4))
HELD = (0, 2, 3)
Act = Callable[[Path, Connect], None]


def take_all(directory: Path, connect: Connect) -> None:
    store = StandInStore(Database(directory / DATABASE, connect))
    for batch in (FIRST, SECOND):
        store.take(batch, NOON, signed)


def copy_and_go_back(directory: Path, connect: Connect) -> None:
    database = Database(directory / DATABASE, connect)
    store = StandInStore(database)
    store.take(FIRST, NOON, signed)
    database.back_up()
    store.take(SECOND, NOON, signed)
    database.restore()


@pytest.mark.parametrize("act", [take_all, copy_and_go_back])
def test_killed_before_any_statement(tmp_path: Path, act: Act) -> None:
    for number in count(1):
        directory = tmp_path / str(number)
        child = os.fork()
        if child == 0:
            _dies_at(number, lambda connect: act(directory, connect))  # noqa: B023 - it ends in here
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            break
        assert os.waitstatus_to_exitcode(status) == KILLED
        _goes_on(directory)
    assert number > 30


def _unhurried(path: Path) -> sqlite3.Connection:
    """A kill loses nothing that was written, so what only a power cut needs is left out."""
    connection = open_file(path)
    connection.execute("PRAGMA synchronous=OFF")
    return connection


def _dies_at(number: int, act: Callable[[Connect], None]) -> NoReturn:
    """Ends this process before the statement of that number, or with 0 if there are fewer."""
    statements = count(1)

    def step(_statement: str) -> None:
        if next(statements) == number:
            os._exit(KILLED)

    def connect(path: Path) -> sqlite3.Connection:
        connection = _unhurried(path)
        connection.set_trace_callback(step)
        return connection

    try:
        act(connect)
        os._exit(0)
    finally:
        os._exit(1)


def _goes_on(directory: Path) -> None:
    """Started again it is whole, and both batches end up in it once, in their order."""
    database = Database(directory / DATABASE, _unhurried)
    store = _whole(database)
    position = store.position()
    assert position.last_batch == batch_id(position.sequence)
    # Rows and receipt stand together, or neither does.
    assert len(store.held()) == HELD[position.sequence]
    answers = [store.take(batch, NOON, signed)[0] for batch in (FIRST, SECOND)]
    assert [parse_receipt(answer.body).sequence for answer in answers] == [1, 2]
    assert len(store.held()) == 3
    database.back_up()
    database.restore()
    assert store.position().sequence == 2


def _whole(database: Database) -> StandInStore:
    with database.reading() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return StandInStore(database)


def test_killed_at_any_moment_while_it_takes_copies_and_goes_back(tmp_path: Path) -> None:
    for acts in range(1, 13):
        told, tells = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(told)
            _works(tmp_path, tells)
        os.close(tells)
        for _ in range(acts):
            assert os.read(told, 1)
        # It is busy with something else already, and does not get to the end of it.
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(told)
        store = _whole(Database(tmp_path / DATABASE))
        assert len(store.held()) == store.position().sequence


def _works(directory: Path, tells: int) -> NoReturn:
    """One batch after the other, each with one more; says so each time something is done."""
    database = Database(directory / DATABASE)
    store = StandInStore(database)
    for turn in count(1):
        sequence = store.position().sequence + 1
        row = an_institution() if sequence == 1 else a_row(sequence, entry=sequence)
        store.take(batch_of(sequence, sequence - 1, row), NOON, signed)
        os.write(tells, b".")
        if turn % 3 == 0:
            database.back_up()
        elif turn % 7 == 0:
            database.restore()
        os.write(tells, b".")
    os._exit(1)
