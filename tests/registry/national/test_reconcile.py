"""Whether the network holds what it confirmed: equal, different, or not to be known now."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registry.national.patience import Patience
from registry.national.reconcile import CouldNotCheck, Differs, Equal
from registry.national.rows import RowAct, RowState
from registry.national.stand_in.faults import Fault, scripted
from registry.national.sync import sync_once
from signing.inclusion import EMPTY_ROOT
from tests.builders.records import a_record
from tests.registry.national.builders import Switch, a_world
from tests.registry.national.row_builders import NOON, a_row


def test_two_empty_sides_are_equal(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running) as world:
        result = world.reconciled()
        assert isinstance(result, Equal)
        assert (result.ours.holdings.count, result.ours.holdings.root) == (0, EMPTY_ROOT)


def test_what_waits_or_was_turned_back_is_counted_beside(running: tuple[Switch, str], tmp_path: Path) -> None:
    refused = a_row(2, record=a_record(number=a_row(2).number, id_type="299"))
    with a_world(tmp_path, *running, rows=[a_row(1), refused]) as world:
        sync_once(world.sender)
        world.outbox.rows += [a_row(3), a_row(1, 2, RowState.ANNULLED, RowAct.ANNULLED)]
        result = world.reconciled()
        assert isinstance(result, Equal)
        assert (result.ours.holdings.count, result.ours.pending, result.ours.rejected) == (1, 2, 1)
        assert result.last_batch == world.store.position().batch


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM certificate WHERE number LIKE '%000001'",
        "UPDATE certificate SET state = 'annulled' WHERE number LIKE '%000001'",
        "UPDATE certificate SET version = 2 WHERE number LIKE '%000001'",
        "UPDATE certificate SET commitment = zeroblob(32) WHERE number LIKE '%000001'",
    ],
)
def test_damage_on_the_other_side_is_seen(running: tuple[Switch, str], tmp_path: Path, damage: str) -> None:
    with a_world(tmp_path, *running, rows=[a_row(1), a_row(2)]) as world:
        sync_once(world.sender)
        assert isinstance(world.reconciled(), Equal)
        connection = sqlite3.connect(tmp_path / "network.sqlite")
        assert connection.execute(damage).rowcount == 1
        connection.commit()
        connection.close()
        result = world.reconciled()
        assert isinstance(result, Differs)
        assert result.ours.holdings.count == 2
        assert result.theirs.root != result.ours.holdings.root


def test_nothing_is_compared_while_a_batch_is_in_flight(running: tuple[Switch, str], tmp_path: Path) -> None:
    faults = scripted([Fault.DROP_AFTER_COMMIT])
    with a_world(tmp_path, *running, rows=[a_row()], faults=faults, patience=Patience(attempts=1)) as world:
        sync_once(world.sender)
        assert world.reconciled() == CouldNotCheck("batch_in_flight")
        sync_once(world.sender)
        assert isinstance(world.reconciled(), Equal)


def test_nothing_is_compared_while_another_sender_is_at_work(
    running: tuple[Switch, str], tmp_path: Path
) -> None:
    with a_world(tmp_path, *running) as world:
        assert world.store.take_lease("worker-2", NOON, timedelta(seconds=60))
        assert world.reconciled() == CouldNotCheck("sender_lease_lost")


def test_a_network_that_is_away_is_no_difference(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running, patience=Patience(attempts=2)) as world:
        running[0].fails_over = lambda path, body: True
        assert world.reconciled() == CouldNotCheck("http_500")
        again = replace(world.sender, holder="worker-2")
        assert again.store.take_lease("worker-2", world.clock.now(), timedelta(seconds=1))
