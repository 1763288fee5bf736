"""Requests on a server: the desk's role asks and decides, the writer's appends, and each decision is one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registry.jobs.runner import run_all
from registry.ledger.chain import ChainState
from registry.requests.asking import standing_of
from registry.requests.deciding import JOB_KIND, forget_requests, perform, refuse
from registry.requests.desk import Reach
from registry.requests.errors import RequestDecided
from registry.requests.model import RequestState
from registry.storage.errors import NotPermitted
from registry.storage.rights import Role
from tests.contracts.postgres import PostgresCluster
from tests.registry import filled
from tests.registry.filled import HOLDERS, Story
from tests.registry.requests.offices import BUREAU, REISSUE, THE_PROVINCE, introduce_officers, offices_of
from tests.registry.storage.prepared import SetUp, set_up


@pytest.fixture
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    with set_up(postgres_cluster) as done:
        done.prepare()
        yield done


def test_the_desk_asks_and_decides_and_the_writer_appends(made: SetUp, tmp_path: Path) -> None:
    writer = filled.begin(tmp_path / "register", made.url(Role.WRITER))
    writer.approve(writer.receive([HOLDERS[Story.PLAIN].row()]).id)
    introduce_officers(writer)
    writer.clock.now += timedelta(hours=1)
    offices = offices_of(replace(writer, database_url=made.url(Role.DESK)))
    register = offices.scene.register
    request, other = offices.ask(REISSUE), offices.ask()
    assert offices.ask(REISSUE).id == request.id
    refuse(offices.requests, other, THE_PROVINCE, "示例理由")
    with pytest.raises(RequestDecided):
        refuse(offices.requests, other, BUREAU, "示例理由")
    offices.accept(request)
    with pytest.raises(NotPermitted):
        run_all(register, {JOB_KIND: perform})
    run_all(writer.register, {JOB_KIND: perform})
    assert offices.requests.get(request.id).state is RequestState.DONE
    head = standing_of(register.look_up, request.wish.number).chain.head
    assert (head.state, head.printing) == (ChainState.VALID, 2)
    assert offices.requests.count(Reach(everything=True), list(RequestState)) == 2
    on_writer = offices_of(writer).requests
    assert on_writer.blank_ended(writer.clock() + timedelta(days=1), dry_run=True) == 2
    forget_requests(writer.register, request.certificate)
    assert on_writer.blank_ended(writer.clock() + timedelta(days=1)) == 0
    assert writer.audit().finding is None
    register.close()
    writer.register.close()
