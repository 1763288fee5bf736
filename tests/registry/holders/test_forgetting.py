"""A holder of whom nothing is left is forgotten; log-ins that are over go."""

import pytest

from registry.holders.entry import log_in, person_in
from registry.holders.forgetting import forget_strangers
from registry.holders.room import HolderRoom
from registry.retention import Removable, apply_retention
from registry.rules.retention import USUAL_DAYS
from tests.registry.filled import HOLDERS, Scene, Story
from tests.registry.holders.rooms import Place, recognised


def take(room: HolderRoom, story: Story) -> tuple[str, str]:
    """The person of a story takes the secret and logs in: (secret, token)."""
    holder = HOLDERS[story]
    found = room.register.look_up.current(holder.number)
    assert found is not None
    _, secret = room.holders.take_secret(person_in(room, found[2]))
    _, token = log_in(room, name=holder.name, id_number=holder.id_number, secret=secret, network="here")
    return secret, token


def stored(scene: Scene) -> tuple[int, int]:
    """How many holders and sessions the desk has."""
    with scene.register.desk_engine.connect() as connection:
        counts = [
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
            for table in ("holder", "holder_session")
        ]
    return int(counts[0]), int(counts[1])


def test_nobody_is_forgotten_while_anything_of_theirs_is_registered(scene: Scene) -> None:
    room = Place(scene).room
    for story in (Story.PLAIN, Story.ANNULLED, Story.CORRECTED, Story.SUPERSEDED):
        assert recognised(room, HOLDERS[story].name, HOLDERS[story].id_number) is not None
    assert forget_strangers(scene.register) == 0
    assert stored(scene)[0] == 4


def test_who_has_nothing_left_is_forgotten_with_the_sessions(scene: Scene) -> None:
    room = Place(scene).room
    _, gone = take(room, Story.PLAIN)
    _, kept = take(room, Story.REISSUED)
    scene.erase(Story.PLAIN)

    assert forget_strangers(scene.register, dry_run=True) == 1
    assert stored(scene) == (2, 2)
    assert forget_strangers(scene.register) == 1
    assert stored(scene) == (1, 1)
    assert room.sessions.visit(gone) is None
    assert room.sessions.visit(kept) is not None
    assert forget_strangers(scene.register) == 0


def test_who_has_another_certificate_left_is_not_forgotten(scene: Scene) -> None:
    place = Place(scene)
    other = place.register(HOLDERS[Story.PLAIN], 904)
    secret, _ = take(place.room, Story.PLAIN)
    scene.erase(Story.PLAIN)
    assert forget_strangers(scene.register) == 0
    assert log_in(place.room, name=other.name, id_number=other.id_number, secret=secret, network="here")


@pytest.mark.parametrize("dry_run", [True, False])
def test_retention_removes_log_ins_that_are_over_and_holders_without_anything(
    scene: Scene, dry_run: bool
) -> None:
    place = Place(scene)
    take(place.room, Story.PLAIN)
    take(place.room, Story.REISSUED)
    scene.erase(Story.REISSUED)
    assert apply_retention(scene.register, USUAL_DAYS, dry_run=True).removed[Removable.HOLDER_SESSIONS] == 0
    place.clock.pass_(hours=1)
    scene.clock.now = place.clock.now
    removed = apply_retention(scene.register, USUAL_DAYS, dry_run=dry_run).removed

    assert (removed[Removable.HOLDERS], removed[Removable.HOLDER_SESSIONS]) == (1, 2)
    assert stored(scene) == ((2, 2) if dry_run else (1, 0))
