"""The walk through two sides' holdings: exact, short, and never taken in by answers that cannot be true."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.national import comparing
from registry.national.comparing import FEW, Found, OneMoment, compare
from registry.national.errors import HoldingsFault, HoldingsRefused
from registry.national.holdings import Range
from registry.national.holdings_messages import (
    MAX_LEAVES,
    Detail,
    HeldRange,
    HoldingsAnswer,
    HoldingsQuestion,
    check_holdings,
    holdings_bytes,
    parse_holdings,
)
from registry.national.objects import BatchId
from registry.national.rows import Held, RowState
from signing.inclusion import EMPTY_ROOT, Hash
from tests.registry.national.held_builders import ONLINE, a_held, a_register
from tests.registry.national.row_builders import NOON, Holdings, held_ranges


def true_ranges(held: Iterable[Held]) -> Callable[[HoldingsQuestion], tuple[HeldRange, ...]]:
    holdings = Holdings(held)
    return lambda question: held_ranges(holdings, question)


@dataclass
class Network:
    """Answers over the bytes of the protocol, with the ranges and the sequence that it is given."""

    ranges: Callable[[HoldingsQuestion], tuple[HeldRange, ...]]
    sequence: Callable[[int], int] = lambda asked: 7
    asked: list[Sequence[str]] = field(default_factory=list)

    def __call__(self, prefixes: Sequence[str], detail: Detail) -> HoldingsAnswer:
        self.asked.append(prefixes)
        question = HoldingsQuestion(bytes(16), tuple(prefixes), detail)
        sequence = self.sequence(len(self.asked))
        answer = HoldingsAnswer(bytes(16), self.ranges(question), sequence, BatchId(""), NOON)
        read = parse_holdings(holdings_bytes(answer))
        check_holdings(read, question)
        return read


def compared(ours: Sequence[Held], network: Network) -> list[Found]:
    with a_register([(each, ONLINE) for each in ours]) as own:
        compare(own, OneMoment(network([""], Detail.SUMMARY), network))
        return [found for found, _ in own.found()]


def symmetric_difference(ours: Iterable[Held], theirs: Iterable[Held]) -> set[Found]:
    own, other = ({each.ref: each for each in side} for side in (ours, theirs))
    return {
        Found(ref, own.get(ref), other.get(ref))
        for ref in own.keys() | other.keys()
        if own.get(ref) != other.get(ref)
    }


# Under one prefix, so that a handful of leaves already lies deep in the tree.
PREFIXES = st.sampled_from(["", "0", "f", "aa", "aaaaaaaa", "a" * 30])
LEAVES = st.builds(
    lambda serial, version, state, under: a_held(serial, version, state, under=under),
    st.integers(0, 300),
    st.integers(1, 3),
    st.sampled_from(RowState),
    PREFIXES,
)
SIDES = st.lists(LEAVES, max_size=150, unique_by=lambda held: held.ref)


@given(SIDES, SIDES, st.sampled_from([1, 3, 64]))
@settings(deadline=None, max_examples=150)
def test_any_two_sides_are_told_apart_exactly(ours: list[Held], theirs: list[Held], few: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(comparing, "FEW", few)
        found = compared(ours, Network(true_ranges(theirs)))
    assert len(found) == len(set(found))
    assert set(found) == symmetric_difference(ours, theirs)


def test_equal_sides_take_one_question() -> None:
    held = [a_held(serial) for serial in range(500)]
    network = Network(true_ranges(held))
    assert compared(held, network) == []
    assert network.asked == [[""]]


@pytest.mark.parametrize(("depth", "lost"), [(2, 1), (2, 40), (3, 1), (3, 7), (3, 40)])
def test_k_differences_among_n_take_few_questions_times_the_logarithm_of_n(depth: int, lost: int) -> None:
    """At each digit of a ref one question for leaves, and one for the parts of sixteen ranges that differ."""
    ours = [a_held(serial) for serial in range(16**depth)]
    network = Network(true_ranges(ours[lost:]))
    found = compared(ours, network)
    assert {each.ours for each in found} == set(ours[:lost])
    assert len(network.asked) <= 1 + depth * (1 + ceil(lost / 16))


def test_a_network_that_lost_everything_is_known_at_once() -> None:
    ours = [a_held(serial) for serial in range(300)]
    network = Network(true_ranges([]))
    assert {each.ours for each in compared(ours, network)} == set(ours)
    assert len(network.asked) == 1


def test_leaves_are_read_as_many_as_an_answer_may_hold() -> None:
    ours = [a_held(serial) for serial in range(4_500)]
    theirs = [replace(each, version=2) for each in ours]
    network = Network(true_ranges(theirs))
    assert set(compared(ours, network)) == symmetric_difference(ours, theirs)
    # Everything, 16 parts of 280, 256 parts of 18 in one question; then leaves, as many as there is room for.
    assert len(network.asked) <= 1 + 1 + 1 + ceil(4_500 / (MAX_LEAVES - FEW))


def lying(
    held: Sequence[Held], prefix: str, lie: Callable[[Range], Range]
) -> Callable[[HoldingsQuestion], tuple[HeldRange, ...]]:
    """The true ranges, except that the range of that prefix is lied about; so is whether it has leaves."""
    true = true_ranges(held)

    def ranges(question: HoldingsQuestion) -> tuple[HeldRange, ...]:
        return tuple(
            HeldRange(lie(each.range)) if each.range.prefix == prefix else each for each in true(question)
        )

    return ranges


def one_more(true: Range) -> Range:
    return replace(true, count=true.count + 1)


def another_root(true: Range) -> Range:
    return replace(true, root=Hash(sha256(true.root).digest()))


def nothing_but_its_root(true: Range) -> Range:
    return replace(true, count=0)


def no_root(true: Range) -> Range:
    return replace(true, root=EMPTY_ROOT)


HELD = [a_held(serial) for serial in range(3_000)]
LOST = HELD[0]
DIGITS = LOST.ref.hex()


@pytest.mark.parametrize("lie", [one_more, nothing_but_its_root, no_root])
@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("beside", [False, True])
def test_a_range_that_cannot_be_true_is_no_difference(
    lie: Callable[[Range], Range], depth: int, *, beside: bool
) -> None:
    """The lie is told of the way to the ref that was lost, or of another way."""
    digit = format(int(DIGITS[depth - 1], 16) ^ beside, "x") if depth else ""
    prefix = DIGITS[: depth - 1] + digit if depth else ""
    network = Network(lying(HELD[1:], prefix, lie))
    with pytest.raises(HoldingsRefused):
        compared(HELD, network)


def test_a_false_root_where_nothing_differs_is_no_difference() -> None:
    beside = format(int(DIGITS[0], 16) ^ 1, "x")
    with pytest.raises(HoldingsRefused, match=HoldingsFault.ROOT):
        compared(HELD, Network(lying(HELD[1:], beside, another_root)))


@pytest.mark.parametrize("lost", [0, 1])
def test_a_root_of_everything_that_the_leaves_do_not_make_is_no_difference(lost: int) -> None:
    with pytest.raises(HoldingsRefused, match=HoldingsFault.ROOT):
        compared(HELD, Network(lying(HELD[lost:], "", another_root)))


def test_parts_of_another_moment_are_no_difference() -> None:
    network = Network(true_ranges(HELD[1:]), sequence=lambda asked: 7 if asked < 3 else 8)
    with pytest.raises(HoldingsRefused, match=HoldingsFault.MOVED):
        compared(HELD, network)


def test_a_network_that_withholds_its_leaves_is_no_difference() -> None:
    true = true_ranges(HELD[1:])
    network = Network(lambda question: tuple(HeldRange(each.range) for each in true(question)))
    with pytest.raises(HoldingsRefused, match=HoldingsFault.LEAVES):
        compared(HELD, network)


def test_leaves_of_another_range_than_was_said_before_are_no_difference() -> None:
    neighbour = next(each for each in HELD[1:] if each.ref.hex()[:2] == DIGITS[:2])
    before, later = true_ranges(HELD[1:]), true_ranges(set(HELD[1:]) - {neighbour})
    network = Network(lambda asked: (before if asked.detail is Detail.SUMMARY else later)(asked))
    with pytest.raises(HoldingsRefused, match=HoldingsFault.LEAVES):
        compared(HELD, network)


def test_a_tree_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each range has its parts, and all of them differ: nothing contradicts, and nothing is ever read."""
    monkeypatch.setattr(comparing, "MOST_QUESTIONS", 50)

    def ranges(question: HoldingsQuestion) -> tuple[HeldRange, ...]:
        return tuple(
            HeldRange(Range(each, 16 ** (12 - len(each)), Hash(sha256(f"/{each}".encode()).digest())))
            for each in question.prefixes
        )

    with pytest.raises(HoldingsRefused, match=HoldingsFault.ENDLESS):
        compared(HELD, Network(ranges))


def test_more_leaves_than_there_can_be_under_a_prefix_are_no_difference() -> None:
    """A hundred under a prefix that one reference fills, on a way where everything adds up."""

    def ranges(question: HoldingsQuestion) -> tuple[HeldRange, ...]:
        return tuple(
            HeldRange(Range(each, 100, Hash(sha256(f"/{each}".encode()).digest())))
            if set(each) <= {"0"}
            else HeldRange(Range(each, 0, EMPTY_ROOT))
            for each in question.prefixes
        )

    with pytest.raises(HoldingsRefused, match=HoldingsFault.COUNT):
        compared([], Network(ranges))


CALLS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 255), st.sampled_from([one_more, another_root, no_root])),
    min_size=1,
    max_size=4,
)


@given(CALLS, st.integers(0, 40))
@settings(deadline=None, max_examples=60)
def test_whatever_is_said_below_there_is_the_exact_difference_or_none(
    lies: list[tuple[int, int, Callable[[Range], Range]]], lost: int
) -> None:
    """A lie about a range whose parts are told truly changes nothing; any other ends the comparison."""
    ours = [a_held(serial) for serial in range(400)]
    theirs = ours[lost + 1 :]
    true = true_ranges(theirs)
    network = Network(true)

    def ranges(question: HoldingsQuestion) -> tuple[HeldRange, ...]:
        said = list(true(question))
        for question_at, place, lie in lies:
            if question_at + 2 == len(network.asked):
                place %= len(said)
                said[place] = HeldRange(lie(said[place].range))
        return tuple(said)

    network.ranges = ranges
    try:
        found = compared(ours, network)
    except HoldingsRefused:
        return
    assert set(found) == symmetric_difference(ours, theirs)
