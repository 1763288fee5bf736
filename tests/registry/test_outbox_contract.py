"""What every queue to the network does: one suite over the one in memory and the log on both databases."""

from collections.abc import Iterator

import pytest

from registry.national.queue import Outbox
from registry.national.rows import Held, InstitutionRow, Reference, Row, RowAct, RowState, row_bytes
from registry.outbox import LogOutbox
from tests.contracts.postgres import PostgresCluster
from tests.registry.filled import ASKED_AT, Scene, Story, copy_of, fill
from tests.registry.ledger.builders import StepClock
from tests.registry.national.row_builders import ListOutbox, a_row, an_institution

_ALL = 1_000


@pytest.fixture(scope="module", params=["list", "sqlite", "postgresql"])
def outbox(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outbox]:
    """A queue with an institution, certificates with and without acts, and an erased one."""
    if request.param == "list":
        erased = a_row(2, 2, RowState.ERASED, RowAct.ERASED)
        yield ListOutbox([an_institution(), *map(a_row, range(1, 9)), erased])
        return
    directory = tmp_path_factory.mktemp("queue") / "register"
    if request.param == "sqlite":
        scene = copy_of(request.getfixturevalue("filled_directory"), directory)
    else:
        cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
        address = cluster.address(cluster.new_database())
        fill(directory, address)
        scene = Scene(directory, StepClock(now=ASKED_AT), database_url=address)
    scene.erase(Story.CORRECTED)
    yield LogOutbox(lambda: scene.register.look_up)
    scene.close()


@pytest.fixture
def rows(outbox: Outbox) -> list[Row]:
    """All of the queue at once."""
    return list(outbox.after(0, _ALL))


def test_positions_ascend_from_one_within_what_is_published(outbox: Outbox, rows: list[Row]) -> None:
    positions = [row.entry for row in rows]
    assert positions == sorted(set(positions))
    assert 1 <= positions[0] <= positions[-1] < outbox.published()[0]
    assert outbox.after(positions[-1], _ALL) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 17, 18])
def test_pages_put_together_are_the_whole_queue(outbox: Outbox, rows: list[Row], limit: int) -> None:
    paged: list[Row] = []
    while page := outbox.after(paged[-1].entry if paged else 0, limit):
        assert len(page) <= limit
        paged += page
    assert paged == rows


def test_versions_of_a_reference_come_in_their_order_and_institutions_first(rows: list[Row]) -> None:
    versions: dict[Reference, list[int]] = {}
    institutions = set()
    for row in rows:
        versions.setdefault(row.ref, []).append(row.version)
        if isinstance(row, InstitutionRow):
            institutions.add(row.institution)
        assert row.institution in {*institutions, ""}
    assert any(len(each) > 1 for each in versions.values())
    assert all(each == list(range(1, 1 + len(each))) for each in versions.values())


def test_rows_are_found_at_their_positions_and_nothing_at_others(outbox: Outbox, rows: list[Row]) -> None:
    places = range(outbox.published()[0] + 5)
    assert outbox.at(places) == rows
    assert outbox.at([each.entry for each in reversed(rows)][::3]) == list(reversed(rows[::-3]))
    assert [row for place in places for row in outbox.at([place])] == rows
    assert outbox.at([]) == []


@pytest.mark.parametrize("limit", [1, 3, _ALL])
def test_what_is_held_is_what_the_rows_say(outbox: Outbox, rows: list[Row], limit: int) -> None:
    size, _ = outbox.published()
    paged: list[tuple[int, Held]] = []
    while page := outbox.held_after(paged[-1][0] if paged else 0, limit, size):
        assert len(page) <= limit
        paged += page
    assert paged == [(row.entry, row.held) for row in rows]


def test_what_is_held_as_of_an_earlier_size_is_what_was_told_until_then(
    outbox: Outbox, rows: list[Row]
) -> None:
    for row in rows:
        before = [(each.entry, each.held) for each in rows if each.entry < row.entry]
        assert outbox.held_after(0, _ALL, row.entry) == before


def test_every_row_can_be_sent(rows: list[Row]) -> None:
    assert len({row_bytes(row) for row in rows}) == len(rows)
