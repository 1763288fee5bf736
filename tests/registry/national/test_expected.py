"""What the network must hold as of entry N, and what it need not hold yet."""

import pytest

from registry.ledger.merkle import merge
from registry.national import expected as module
from registry.national.comparing import root_of
from registry.national.findings import ExceptionGroup, Waiting
from registry.national.holdings import leaf
from registry.national.rows import RowState
from signing.inclusion import EMPTY_ROOT
from tests.registry.national.held_builders import ONLINE, TURNED_BACK, WAITING, a_held, a_register
from tests.registry.national.row_builders import Holdings


def test_the_latest_confirmed_version_of_each_ref_must_be_held() -> None:
    log = [
        (a_held(1), ONLINE),
        (a_held(2), ONLINE),
        (a_held(1, 2, RowState.ANNULLED), ONLINE),
        (a_held(2, 2), TURNED_BACK),
        (a_held(3), WAITING),
    ]
    with a_register(log) as ours:
        must = Holdings([a_held(1, 2, RowState.ANNULLED), a_held(2)])
        assert ours.range() == must.range()
        assert list(ours.held()) == must.held()
        assert ours.registered() == 3


def test_an_erased_certificate_stays_in_count_and_root() -> None:
    erased = a_held(1, 2, RowState.ERASED)
    with a_register([(a_held(1), ONLINE), (a_held(2), ONLINE), (erased, ONLINE)]) as ours:
        assert ours.range() == Holdings([a_held(2), erased]).range()
        assert ours.exceptions() == ()


def test_what_comes_after_the_entry_counts_for_nothing() -> None:
    log = [(a_held(1), ONLINE), (a_held(2), ONLINE), (a_held(1, 2), ONLINE)]
    with a_register(log, size=3) as ours:
        assert ours.range() == Holdings([a_held(1), a_held(2)]).range()


def test_exceptions_are_told_by_state_reason_and_what_the_network_has() -> None:
    log = [
        (a_held(1), ONLINE),
        (a_held(1, 2), WAITING),
        (a_held(2), WAITING),
        (a_held(3), TURNED_BACK),
        (a_held(4), TURNED_BACK),
        (a_held(5), TURNED_BACK),
        (a_held(5, 2), ONLINE),
    ]
    with a_register(log) as ours:
        assert ours.exceptions() == (
            ExceptionGroup(Waiting.PENDING, "", False, (3,)),
            ExceptionGroup(Waiting.PENDING, "", True, (2,)),
            ExceptionGroup(Waiting.REJECTED, "holder_under_16", False, (4, 5)),
        )


def test_an_empty_register_must_be_held_empty() -> None:
    with a_register([]) as ours:
        assert (ours.range().count, ours.range().root) == (0, EMPTY_ROOT)


@pytest.mark.parametrize("prefix", ["", "3", "3f", "f"])
def test_a_prefix_has_its_own_count_and_root(prefix: str) -> None:
    held = [a_held(serial) for serial in range(300)]
    with a_register([(each, ONLINE) for each in held]) as ours:
        assert ours.range(prefix) == Holdings(held).range(prefix)


def test_the_log_is_read_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAGE", 7)
    held = [a_held(serial) for serial in range(50)]
    with a_register([(each, ONLINE) for each in held]) as ours:
        assert ours.range() == Holdings(held).range()


@pytest.mark.parametrize("count", [0, 1, 4_095, 4_096, 4_097, 12_289])
def test_a_root_taken_in_pieces_is_the_root(count: int) -> None:
    leaves = [leaf(a_held(serial)) for serial in range(count)]
    assert root_of(iter(leaves)) == (count, merge(leaves))
