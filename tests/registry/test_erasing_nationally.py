"""An erasure reaches the national network, whenever it happens; then the number is forgotten here as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.erasing import forget_removed
from registry.national.reconcile import Equal, confirmed, reconcile
from registry.national.sync import LEASE, Sender, sync_once
from registry.outbox import LogOutbox
from registry.storage.erasure_rows import removal_place
from tests.registry.filled import HOLDERS, Scene, Story
from tests.registry.national.builders import Switch, World, a_world, served
from tests.registry.test_erasing import first_index

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


def erase(scene: Scene) -> int:
    """Erases the certificate, and says where it begins."""
    certificate = first_index(scene, GONE)
    scene.erase(GONE)
    return certificate


def forget(scene: Scene, world: World) -> int:
    """What the worker does after each run."""
    forgotten = forget_removed(world.sender, scene.register.ledger.erasures, scene.register.engine)
    scene.finish()
    return forgotten


def assert_equal(world: World, count: int) -> None:
    """Both sides hold the same, so many certificates."""
    result = reconcile(world.sender)
    assert isinstance(result, Equal), result
    assert result.ours.holdings.count == count
    assert ADA.number not in world.held() or count == len(Story)


def assert_removed(scene: Scene, world: World, certificate: int) -> None:
    """The network let go of the record, and here nothing leads to the number."""
    found = world.network.look_up(name=ADA.name, id_number=ADA.id_number, number=ADA.number)
    assert found is None
    assert forget(scene, world) == 1
    assert scene.register.ledger.erasures.removal_of(certificate) is None
    assert scene.register.keys.vault.has_forgotten(removal_place(certificate))
    assert forget(scene, world) == 0


def test_what_was_online_is_removed(scene: Scene, world: World) -> None:
    sync_once(world.sender)
    assert_equal(world, len(Story))
    certificate = erase(scene)
    assert_equal(world, len(Story))  # the network does not know yet, and holds what it confirmed
    assert sync_once(world.sender).online == 1
    assert_equal(world, len(Story) - 1)
    assert_removed(scene, world, certificate)
    assert_equal(world, len(Story) - 1)
    assert sync_once(world.sender).online == 0


def test_what_was_never_sent_is_told_without_a_record(scene: Scene, world: World) -> None:
    certificate = erase(scene)
    rows = [each.row for each in world.sender.outbox.after(0, 1000) if each.row.number == ADA.number]
    assert [(row.version, row.record) for row in rows] == [(1, None), (2, None), (3, None)]
    sync_once(world.sender)
    assert_equal(world, len(Story) - 1)
    assert_removed(scene, world, certificate)
    assert_equal(world, len(Story) - 1)


def test_a_batch_in_flight_is_taken_back_and_told_anew(scene: Scene, switch: Switch, world: World) -> None:
    # Everything is written down as sent; whether it came is unknown.
    world.clock.meanwhile = lambda: True
    switch.fails_over = lambda path, _: path.endswith("batches")
    sync_once(world.sender)
    assert world.store.in_flight() is not None
    certificate = erase(scene)
    assert world.store.in_flight() is not None
    switch.fails_over = lambda *_: False
    world.clock.meanwhile = lambda: False
    sync_once(world.sender)
    assert_equal(world, len(Story) - 1)
    assert_removed(scene, world, certificate)
    assert_equal(world, len(Story) - 1)


def test_positions_of_what_was_removed_disappear_and_no_others(scene: Scene, world: World) -> None:
    before = [each.seq for each in world.sender.outbox.after(0, 1000)]
    own = {each.seq for each in world.sender.outbox.after(0, 1000) if each.row.number == ADA.number}
    certificate = erase(scene)
    sync_once(world.sender)
    assert_removed(scene, world, certificate)
    after = [each.seq for each in world.sender.outbox.after(0, 1000)]
    assert after == [seq for seq in before if seq not in own]
    paged: list[int] = []
    while page := world.sender.outbox.after(paged[-1] if paged else 0, 1):
        paged += [each.seq for each in page]
    assert paged == after


def test_a_number_is_kept_until_the_network_has_confirmed(scene: Scene, world: World) -> None:
    sync_once(world.sender)
    certificate = erase(scene)
    assert forget(scene, world) == 0
    sealed = scene.register.ledger.erasures.removal_of(certificate)
    assert sealed is not None
    number = scene.register.keys.vault.open(*removal_place(certificate), sealed).decode()
    assert number == ADA.number


def test_nobody_forgets_a_number_while_another_sends_or_compares(scene: Scene, world: World) -> None:
    erase(scene)
    sync_once(world.sender)
    assert world.store.take_lease("another", world.clock.now(), LEASE)
    assert forget(scene, world) == 0
    world.store.release_lease("another")
    assert confirmed(world.sender).holdings.count == len(Story) - 1
    world.store.release_lease(world.sender.holder)
    assert forget(scene, world) == 1
