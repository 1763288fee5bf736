"""An erasure reaches the national network, whenever it happens, and although nobody here knows the number."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.erasing import clear_traces
from registry.ledger.entries import ActKind
from registry.national.findings import ComparisonOutcome
from registry.national.queue import SendingState
from registry.national.reconcile import Reconciled, reconcile
from registry.national.rows import CertificateRow, Reference, RowState
from registry.national.sync import Sender, SyncOutcome, sync_once
from registry.outbox import LogOutbox
from registry.review.acts import ActReason
from tests.registry.filled import CORRECTED_NAME, HOLDERS, Scene, Story
from tests.registry.national.builders import Switch, World, a_world, served

GONE, ADA = Story.CORRECTED, HOLDERS[Story.CORRECTED]


@pytest.fixture
def switch() -> Switch:
    """What runs at the network's address."""
    return Switch()


@pytest.fixture
def world(scene: Scene, switch: Switch, tmp_path: Path) -> Iterator[World]:
    """The stand-in, and a sender that sends what the register holds."""
    with served(switch) as address, a_world(tmp_path, switch, address) as made:
        outbox = LogOutbox(lambda: scene.register.look_up)
        made.sender = Sender(outbox, made.store, made.client, "worker-1", made.clock.now)
        yield made


def reference(scene: Scene, story: Story = GONE) -> Reference:
    """By what the network knows the certificate of a story."""
    vault = scene.register.keys.vault
    return Reference(vault.network_reference(vault.erased_number(HOLDERS[story].number)))


def rows_of(scene: Scene, world: World) -> list[CertificateRow]:
    """What the network is told of the certificate, act by act."""
    rows = world.sender.outbox.after(0, 1000)
    ref = reference(scene)
    return [each for each in rows if isinstance(each, CertificateRow) and each.ref == ref]


def found_there(world: World) -> bool:
    """Whether the network answers about the person, as who asks for the certificate as it stands."""
    found = world.network.desk.store.look_up(name=CORRECTED_NAME, id_number=ADA.id_number, number=ADA.number)
    return found is not None


def assert_equal(world: World) -> None:
    """Both sides hold the same: every certificate, erased ones among them, and the institution."""
    result = reconcile(world.sender, heal=False)
    assert isinstance(result, Reconciled), result
    assert result.outcome is not ComparisonOutcome.DIFFERS
    assert result.ours.count == len(Story) + 1
    assert len(world.held()) == len(Story) + 1


def assert_removed(scene: Scene, world: World) -> None:
    """The network answers nobody about the person, counts a certificate without content, and confirmed it."""
    assert not found_there(world)
    held = world.held()[reference(scene)]
    assert held.state is RowState.ERASED
    erasure = scene.register.ledger.erasures.of_number(scene.register.keys.vault.erased_number(ADA.number))
    assert erasure is not None
    assert world.store.state_of([erasure.index])[erasure.index].state is SendingState.ONLINE
    assert_equal(world)


def test_what_was_online_is_removed(scene: Scene, world: World) -> None:
    sync_once(world.sender)
    assert found_there(world)
    assert_equal(world)
    scene.erase(GONE)
    assert_equal(world)  # the network does not know yet, and holds what it confirmed
    assert sync_once(world.sender).online == 1
    assert_removed(scene, world)
    assert sync_once(world.sender).online == 0


def test_what_was_never_sent_is_told_without_a_record(scene: Scene, world: World) -> None:
    commitments = [each.commitment for each in rows_of(scene, world)]
    scene.erase(GONE)
    rows = rows_of(scene, world)
    assert [(row.version, row.state, row.record) for row in rows] == [
        (1, RowState.VALID, None),
        (2, RowState.VALID, None),
        (3, RowState.ERASED, None),
    ]
    assert [each.commitment for each in rows] == [*commitments, commitments[-1]]
    sync_once(world.sender)
    assert_removed(scene, world)


def test_a_batch_in_flight_is_taken_back_and_told_anew(scene: Scene, switch: Switch, world: World) -> None:
    # Everything is written down as sent; whether it came is unknown.
    world.clock.meanwhile = lambda: True
    switch.fails_over = lambda path, _: path.endswith("batches")
    sync_once(world.sender)
    assert world.store.in_flight() is not None
    scene.erase(GONE)
    assert world.store.in_flight() is not None
    switch.fails_over = lambda *_: False
    world.clock.meanwhile = lambda: False
    sync_once(world.sender)
    assert_removed(scene, world)


def test_every_position_stays_and_only_its_own_say_nothing(scene: Scene, world: World) -> None:
    before = {each.entry: each for each in world.sender.outbox.after(0, 1000)}
    own = {each.entry for each in rows_of(scene, world)}
    published, _ = scene.erase(GONE)
    after = {each.entry: each for each in world.sender.outbox.after(0, 1000)}
    assert after.keys() == before.keys() | {published.first_index}
    assert {entry for entry, row in before.items() if after[entry] != row} == own
    assert not any(row.institution for entry, row in after.items() if entry in own | {published.first_index})


def erased_and_restored(scene: Scene, world: World, *, had_it: bool) -> int:
    """The network removes the certificate and goes back to before; how many rows it had taken before."""
    told = sync_once(world.sender).online
    if had_it:
        world.network.desk.database.back_up()
    scene.erase(GONE)
    assert clear_traces(scene.places, scene.register.engine, ADA.number)
    sync_once(world.sender)
    assert_removed(scene, world)
    world.network.desk.database.restore()
    assert found_there(world) is had_it
    assert (reference(scene) in world.held()) is had_it
    return told


@pytest.mark.parametrize("had_it", [True, False], ids=["that had it", "of an empty database"])
def test_a_network_that_restored_a_backup_is_told_again_with_the_next_batch(
    scene: Scene, world: World, tmp_path: Path, had_it: bool
) -> None:
    told = erased_and_restored(scene, world, had_it=had_it)
    scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    done = sync_once(world.sender)
    lost = 1 if had_it else told + 1
    assert (done.outcome, done.lost, done.online) == (SyncOutcome.DONE, lost, lost + 1)
    assert_removed(scene, world)
    assert "register.sqlite" not in files_with(tmp_path, ADA.number)


def test_a_network_that_restored_a_backup_is_told_again_when_both_sides_are_compared(
    scene: Scene, world: World, tmp_path: Path
) -> None:
    erased_and_restored(scene, world, had_it=True)
    result = reconcile(world.sender)
    assert isinstance(result, Reconciled), result
    assert result.outcome is not ComparisonOutcome.DIFFERS
    assert result.healed == 1
    assert_removed(scene, world)
    assert "register.sqlite" not in files_with(tmp_path, ADA.number)


def test_nothing_of_ours_leads_to_the_number_right_after_the_erasure(
    scene: Scene, world: World, tmp_path: Path
) -> None:
    sync_once(world.sender)
    assert files_with(tmp_path, ADA.number) == ["network.sqlite", "register.sqlite"]
    scene.erase(GONE)
    assert clear_traces(scene.places, scene.register.engine, ADA.number)
    assert files_with(tmp_path, ADA.number) == ["network.sqlite"]
    sync_once(world.sender)
    assert_removed(scene, world)
    assert "register.sqlite" not in files_with(tmp_path, ADA.number)


def files_with(directory: Path, number: str) -> list[str]:
    """Which files show the number anywhere, used or unused; a database's log counts as the database."""
    files = [each for each in directory.rglob("*") if each.is_file()]
    assert len(files) > 8
    return sorted({each.name.split("-")[0] for each in files if number.encode() in each.read_bytes()})
