"""Holders on a server: the desk serves them, the writer forgets them, and of several at once one is first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa

from registry.erasing import erase
from registry.holders.certificates import certificates_of
from registry.holders.entry import known_persons, log_in, person_in, replace_secret
from registry.holders.errors import SecretExists
from registry.holders.forgetting import forget_strangers
from registry.ledger.append_erasure import Order
from registry.rules.legal_grounds import LegalGround
from registry.storage.batch_rows import BatchRows
from registry.storage.rights import Role
from registry.storage.sql import KeptReader
from tests.contracts.postgres import PostgresCluster
from tests.registry import filled
from tests.registry.filled import HOLDERS, Scene, Story
from tests.registry.holders.rooms import Place
from tests.registry.ledger.builders import CHANGSHA
from tests.registry.storage.prepared import SetUp, set_up

ADA = HOLDERS[Story.PLAIN]


@pytest.fixture
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    with set_up(postgres_cluster) as done:
        done.prepare()
        yield done


def take(place: Place) -> str:
    """The secret that was taken, "" where somebody else was first."""
    found = place.room.register.look_up.current(ADA.number)
    assert found is not None
    try:
        return place.room.holders.take_secret(person_in(place.room, found[2]))[1]
    except SecretExists:
        return ""


def taken_by_several(place: Place) -> str:
    """The one secret that one of several who come at once is given."""
    with ThreadPoolExecutor(4) as pool:
        secrets = list(pool.map(lambda _: take(place), range(4)))
    (secret,) = [each for each in secrets if each]
    return secret


def test_of_several_at_once_one_takes_the_secret(scene: Scene) -> None:
    taken_by_several(Place(scene))
    with scene.register.desk_engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM holder").scalar_one() == 1


def test_the_desk_serves_holders_and_the_writer_forgets_them(made: SetUp, tmp_path: Path) -> None:
    writer = filled.begin(tmp_path / "register", made.url(Role.WRITER))
    writer.approve(writer.receive([ADA.row()]).id)
    desk = replace(writer, database_url=made.url(Role.DESK))
    place = Place(desk)
    secret = taken_by_several(place)
    who = {"name": ADA.name, "id_number": ADA.id_number}
    session, token = log_in(place.room, **who, secret=secret, network="here")
    new = replace_secret(place.room, session, secret)
    assert place.room.sessions.visit(token) is not None
    log_in(place.room, **who, secret=new, network="here")
    assert place.room.sessions.end_others(session) == 1
    (holder,) = place.room.holders.among(known_persons(place.room, **who))
    assert place.room.holders.void(holder).sessions == 1

    assert [each.number for each in certificates_of(desk.register.look_up, holder)] == [ADA.number]
    with desk.register.desk_engine.begin() as connection, pytest.raises(sa.exc.ProgrammingError):
        connection.execute(sa.text("DELETE FROM holder"))

    assert forget_strangers(writer.register) == 0
    with closing(KeptReader(writer.register.engine)) as reader:
        erase(
            writer.register.look_up,
            writer.register.writer(),
            BatchRows(reader),
            ADA.number,
            Order(LegalGround.CONSENT_WITHDRAWN, sha256(b"an order").digest()),
            bureau_key=writer.keys[CHANGSHA],
            bureau=CHANGSHA,
        )
    assert forget_strangers(writer.register) == 1
    assert place.room.holders.among(known_persons(place.room, **who)) == []
    desk.register.close()
    writer.close()
