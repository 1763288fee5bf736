"""Shares on a server: the desk's role makes, uses and stops them, the writer's removes them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registry.holders.disclosing import disclose, forget_shares, shares_of
from registry.holders.share_errors import ShareUnknown
from registry.holders.share_model import ShareItem, ShareState, with_implied
from registry.holders.shares import NewShare
from registry.storage.errors import NotPermitted
from registry.storage.rights import Role
from registry.verdict import Result
from tests.contracts.postgres import PostgresCluster
from tests.registry import filled
from tests.registry.filled import HOLDERS, Story
from tests.registry.storage.prepared import SetUp, set_up


@pytest.fixture
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    with set_up(postgres_cluster) as done:
        done.prepare()
        yield done


def test_the_desk_shares_and_the_writer_removes(made: SetUp, tmp_path: Path) -> None:
    writer = filled.begin(tmp_path / "register", made.url(Role.WRITER))
    writer.approve(writer.receive([HOLDERS[Story.PLAIN].row()]).id)
    desk = replace(writer, database_url=made.url(Role.DESK))
    shares = shares_of(desk.register)
    version = desk.register.ledger.records.versions(HOLDERS[Story.PLAIN].number)[-1]
    wanted = NewShare(
        person=b"p" * 16,
        certificate=version.certificate,
        entry=version.index,
        choices=with_implied([ShareItem.LEVEL]),
        ends_at=writer.clock.now + timedelta(days=30),
        note="示例备注",
        once="1",
    )
    first, again, other = shares.make(wanted), shares.make(wanted), shares.make(replace(wanted, once="2"))
    assert (first.id, first.code) == (again.id, again.code)
    assert disclose(desk.register.look_up, shares.use(first.code)).result is Result.VALID
    assert shares.get(first.id).use_count == 1
    shares.stop(first.id)
    assert shares.get(first.id).state(writer.clock.now) is ShareState.STOPPED
    with pytest.raises(ShareUnknown):
        shares.use(first.code)
    with pytest.raises(NotPermitted):
        shares.remove_of(version.certificate)
    on_writer = shares_of(writer.register)
    assert on_writer.remove_ended(writer.clock.now + timedelta(days=1)) == 1
    forget_shares(writer.register, version.certificate)
    with pytest.raises(ShareUnknown):
        shares.get(other.id)
    desk.register.close()
    writer.register.close()
