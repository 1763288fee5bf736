"""Holdings: counts and roots over ranges of references, and the question about them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger.merkle import merge
from registry.national.errors import MalformedMessage, ReceiptFault, ReceiptRefused
from registry.national.holdings import LONGEST_PREFIX, Range, bounds, children, is_prefix, leaf, summarise
from registry.national.holdings_messages import (
    MAX_LEAVES,
    MAX_PREFIXES,
    Detail,
    HeldRange,
    HoldingsAnswer,
    HoldingsQuestion,
    check_holdings,
    holdings_bytes,
    holdings_question,
    parse_holdings,
    parse_holdings_question,
)
from registry.national.objects import BatchId
from registry.national.rows import Held, Reference, RowState
from signing.commitment import Commitment
from signing.encoding import b64url_encode, canonical_json
from signing.inclusion import EMPTY_ROOT, leaf_hash
from tests.registry.national.row_builders import NOON, Holdings, a_row, held_ranges

NONCE = bytes(range(16))
BATCH = BatchId(b64url_encode(bytes(16)))
HELD = [a_row(serial).held for serial in range(1, 40)]

# Few first bytes, so that ranges have something in them.
_REFERENCES = st.builds(
    lambda head, rest: Reference(bytes([head]) + rest),
    st.sampled_from([0x00, 0x0F, 0xA0, 0xA1, 0xFF]),
    st.binary(min_size=15, max_size=15),
)
_HELD = st.builds(
    Held,
    _REFERENCES,
    st.integers(1, 2**53 - 1),
    st.builds(Commitment, st.binary(min_size=32, max_size=32)),
    st.sampled_from(RowState),
)
_SIDES = st.lists(_HELD, max_size=24, unique_by=lambda held: held.ref)
_PREFIXES = st.text("0123456789abcdef", max_size=3) | st.sampled_from(["", "a", "a0", "f" * 32])


@given(_HELD)
def test_a_leaf_is_of_the_canonical_json_of_what_is_held(held: Held) -> None:
    said = [b64url_encode(held.ref), held.version, b64url_encode(held.commitment), held.state.value]
    assert leaf(held) == leaf_hash(canonical_json(said))


@given(_SIDES, _PREFIXES)
def test_a_range_is_all_references_that_begin_so_in_order(side: list[Held], prefix: str) -> None:
    holdings = Holdings(side)
    part = summarise(holdings.held(), prefix)
    assert part == holdings.range(prefix)
    assert (part.count == 0) == (part.root == EMPTY_ROOT)


@given(_SIDES, _PREFIXES)
def test_the_children_of_a_range_share_it_out(side: list[Held], prefix: str) -> None:
    holdings = Holdings(side)
    parts = children(prefix)
    if len(prefix) == LONGEST_PREFIX:
        assert parts == ()
        assert holdings.range(prefix).count <= 1
        return
    assert [held for part in parts for held in holdings.held(part)] == list(holdings.held(prefix))


@given(_SIDES, st.data())
def test_sides_that_differ_in_one_version_find_it_in_as_many_steps_as_a_reference_has_digits(
    side: list[Held], data: st.DataObject
) -> None:
    if not side:
        assert Holdings(side).range() == Range("", 0, EMPTY_ROOT)
        return
    at = data.draw(st.integers(0, len(side) - 1))
    other = [*side[:at], replace(side[at], version=side[at].version % 2**52 + 1), *side[at + 1 :]]
    if other == side:
        return
    ours, theirs, differing = Holdings(side), Holdings(other), [""]
    for _ in range(LONGEST_PREFIX):
        differing = [
            part
            for prefix in differing
            for part in children(prefix)
            if ours.range(part) != theirs.range(part)
        ]
        assert len(differing) == 1
    assert differing == [side[at].ref.hex()]


@pytest.mark.parametrize(
    "over", [{"version": 2}, {"commitment": bytes(31) + b"1"}, {"state": RowState.ANNULLED}]
)
def test_every_part_of_a_leaf_counts(over: dict[str, object]) -> None:
    held = Held(Reference(bytes(16)), 1, Commitment(bytes(32)), RowState.VALID)
    changed = replace(held, **over)  # type: ignore[arg-type]  # each case names its field
    assert summarise([held]).root != summarise([changed]).root


def test_a_prefix_is_spelled_in_one_way() -> None:
    assert all(map(is_prefix, ["", "0", "af", "0" * 32]))
    assert not any(map(is_prefix, ["A", "g", " ", "0x", "0" * 33, "\uff10"]))
    assert bounds("a") == (b"\xa0" + bytes(15), b"\xaf" + b"\xff" * 15)


def _answer(question: HoldingsQuestion, held: Sequence[Held] = HELD) -> HoldingsAnswer:
    return HoldingsAnswer(question.nonce, held_ranges(Holdings(held), question), 3, BATCH, NOON)


@given(_SIDES, st.lists(_PREFIXES, min_size=1, max_size=5), st.sampled_from(Detail))
def test_question_and_answer_are_read_back(side: list[Held], prefixes: list[str], detail: Detail) -> None:
    question = HoldingsQuestion(NONCE, tuple(prefixes), detail)
    assert parse_holdings_question(holdings_question(question)) == question
    answer = _answer(question, side)
    read = parse_holdings(holdings_bytes(answer))
    assert read == answer
    check_holdings(read, question)
    assert all((each.leaves is not None) == (detail is Detail.LEAVES) for each in read.ranges)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (HoldingsQuestion(bytes(16), ("", "a")), ReceiptFault.NONCE),
        (HoldingsQuestion(NONCE, ("a", "")), ReceiptFault.RANGES),
        (HoldingsQuestion(NONCE, ("",)), ReceiptFault.RANGES),
        (HoldingsQuestion(NONCE, ("", "a", "a")), ReceiptFault.RANGES),
    ],
)
def test_an_answer_to_another_question_is_refused(asked: HoldingsQuestion, fault: ReceiptFault) -> None:
    answer = _answer(HoldingsQuestion(NONCE, ("", "a")))
    with pytest.raises(ReceiptRefused) as refused:
        check_holdings(answer, asked)
    assert refused.value.reason is fault


def test_leaves_that_nobody_asked_for_are_refused() -> None:
    answer = _answer(HoldingsQuestion(NONCE, ("",), Detail.LEAVES))
    with pytest.raises(ReceiptRefused):
        check_holdings(answer, HoldingsQuestion(NONCE, ("",)))


def _told(prefix: str, leaves: Sequence[Held], summed: Sequence[Held]) -> bytes:
    """An answer with these leaves beside the count and root of those."""
    part = Range(prefix, len(summed), merge([leaf(each) for each in summed]))
    return holdings_bytes(HoldingsAnswer(NONCE, (HeldRange(part, tuple(leaves)),), 3, BATCH, NOON))


def test_leaves_in_another_order_or_twice_or_of_another_range_are_refused_though_they_add_up() -> None:
    first, second = Holdings(HELD[:2]).held()
    parse_holdings(_told("", [first, second], [first, second]))
    prefix = first.ref.hex()
    for told in (
        _told("", [second, first], [second, first]),
        _told("", [first, first], [first, first]),
        _told(prefix, [first, second], [first, second]),
        _told(prefix, [first, second], [first]),
        _told("", [first], [first, second]),
    ):
        with pytest.raises(MalformedMessage):
            parse_holdings(told)


def test_more_leaves_than_an_answer_holds_are_refused() -> None:
    question = HoldingsQuestion(NONCE, ("",), Detail.LEAVES)
    (whole,) = _answer(question).ranges
    times = MAX_LEAVES // len(HELD)
    answer = HoldingsAnswer(NONCE, (whole,) * times, 3, BATCH, NOON)
    assert parse_holdings(holdings_bytes(answer)) == answer
    with pytest.raises(MalformedMessage):
        parse_holdings(holdings_bytes(replace(answer, ranges=(whole,) * (times + 1))))


def test_so_many_ranges_are_asked_for_and_no_more() -> None:
    for prefixes in ((), ("0",) * (MAX_PREFIXES + 1)):
        with pytest.raises(MalformedMessage):
            parse_holdings_question(holdings_question(HoldingsQuestion(NONCE, prefixes)))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(body: bytes) -> None:
    for parse in (parse_holdings, parse_holdings_question):
        with pytest.raises(MalformedMessage):
            parse(body)
