"""A signed act is in the log once, wherever the worker died over it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from registry.ledger.chain import ChainState
from registry.requests.asking import standing_of
from registry.requests.model import RequestState
from tests.registry.filled import HOLDERS, Story
from tests.registry.requests.offices import REISSUE, Offices
from tests.registry.review.test_publishing import Killed, killed_at

_TAKE_LEASE, _BEGIN, _FINISH = 1, 2, 3


def _is_reissued_once(offices: Offices, identity: str) -> bool:
    """The next worker, a minute later, ends what the dead one began."""
    offices.scene.clock.now += timedelta(minutes=1)
    offices.work()
    head = standing_of(offices.scene.register.look_up, HOLDERS[Story.PLAIN].number).chain.head
    is_once = (head.state, head.printing) == (ChainState.VALID, 2)
    return is_once and offices.requests.get(identity).state is RequestState.DONE


@pytest.mark.parametrize("after", [False, True], ids=["with", "behind"])
@pytest.mark.parametrize("commit", [1, 2])
def test_a_kill_at_any_commit_of_the_register_reissues_once(
    offices: Offices, commit: int, after: bool
) -> None:
    request = offices.ask(REISSUE)
    offices.accept(request)
    with killed_at(offices.scene, commit, after=after), pytest.raises(Killed):
        offices.work()
    assert offices.requests.get(request.id).state is RequestState.ACCEPTED
    assert _is_reissued_once(offices, request.id)


def test_a_kill_over_the_status_list_leaves_the_annulment_and_the_next_worker_lists_it(
    offices: Offices,
) -> None:
    request = offices.ask()
    offices.accept(request)
    with killed_at(offices.scene, 3, after=False), pytest.raises(Killed):
        offices.work()
    acts = len(standing_of(offices.scene.register.look_up, request.wish.number).chain.links)
    offices.scene.clock.now += timedelta(minutes=1)
    offices.work()
    assert offices.state() is ChainState.ANNULLED
    assert len(standing_of(offices.scene.register.look_up, request.wish.number).chain.links) == acts
    assert offices.requests.get(request.id).state is RequestState.DONE


@pytest.mark.parametrize("commit", [_TAKE_LEASE, _BEGIN, _FINISH])
def test_a_kill_at_any_commit_of_the_desk_reissues_once(offices: Offices, commit: int) -> None:
    request = offices.ask(REISSUE)
    offices.accept(request)
    seen = 0

    def dies(_: sa.Connection) -> None:
        nonlocal seen
        seen += 1
        if seen == commit:
            raise Killed

    engine = offices.scene.register.desk_engine
    sa.event.listen(engine, "commit", dies)
    try:
        with pytest.raises(Killed):
            offices.work()
    finally:
        sa.event.remove(engine, "commit", dies)
    assert _is_reissued_once(offices, request.id)
