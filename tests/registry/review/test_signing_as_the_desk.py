"""On a server of PostgreSQL: the desk's role signs and hands in, and only the writer's role appends."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from registry.jobs.handlers import HANDLERS
from registry.jobs.runner import run_all
from registry.review.publishing import publish_decision, submit_decision
from registry.storage.errors import NotPermitted
from registry.storage.rights import Role
from signing.errors import KeyFileLocked
from tests.contracts.postgres import PostgresCluster
from tests.registry import filled
from tests.registry.filled import Scene
from tests.registry.review.deciding import LATE, LIU, a_return, an_approval, introduce, receive
from tests.registry.review.test_publishing import jobs_of, signed
from tests.registry.review.test_signing import signed_here
from tests.registry.storage.prepared import set_up


@pytest.fixture
def writer_and_desk(postgres_cluster: PostgresCluster, tmp_path: Path) -> Iterator[tuple[Scene, Scene]]:
    with set_up(postgres_cluster) as made:
        made.prepare()
        writer = filled.begin(tmp_path / "register", made.url(Role.WRITER))
        desk = replace(writer, database_url=made.url(Role.DESK))
        yield writer, desk
        assert writer.audit().finding is None
        desk.close()
        writer.close()


def test_the_desk_signs_and_the_writer_appends(writer_and_desk: tuple[Scene, Scene]) -> None:
    writer, desk = writer_and_desk
    introduce(writer)
    proposal = an_approval(writer, receive(writer, 801, 802).id)
    returned = a_return(writer, receive(writer, 803).id)
    desk.clock.now = LATE
    with pytest.raises(KeyFileLocked):
        signed_here(desk, proposal, b"a guess")
    for each in (proposal, returned):
        record = signed(desk, each)
        with pytest.raises(NotPermitted):
            publish_decision(desk.register, record)
        asked = submit_decision(jobs_of(desk), record, LIU.id)
        run_all(writer.register, HANDLERS)
        done = jobs_of(desk).get(asked.id)
        assert done is not None
        assert done.result["kind"] == record["kind"]
