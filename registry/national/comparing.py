"""Which refs the network holds otherwise than it must, found without reading what is equal.

1. Everything is compared by count and root.
2. Where they differ, the sixteen parts of a range are asked for, those of many ranges in one question.
3. A range of few leaves is read, and compared leaf by leaf.

The network is not trusted: all answers must be of one moment, parts must add up to their range, and one that
differs must differ somewhere below. In the end it is shown that everything was found: our side with these
differences in it must have the count and the root that were answered first. So a comparison ends in the exact
difference, or in a reason why there was none.

Source: the product's own protocol v2 (docs/national-protocol.md).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, TypeAlias

from registry.ledger.merkle import merge
from registry.national.errors import HoldingsFault, HoldingsRefused
from registry.national.holdings import LONGEST_PREFIX, Range, children
from registry.national.holdings_messages import (
    MAX_LEAVES,
    MAX_PREFIXES,
    Detail,
    HeldRange,
    HoldingsAnswer,
)
from registry.national.rows import Held, Reference
from signing.inclusion import EMPTY_ROOT, Hash

FEW = 64
"""So many leaves are read rather than divided further."""
MOST_QUESTIONS = 20_000
_PARTS = 16
# A power of two, so that the roots of the pieces are complete subtrees of the whole.
_PIECE = 4_096

Ask: TypeAlias = Callable[[Sequence[str], Detail], HoldingsAnswer]
"""One question and its checked answer. Raises: NationalError."""


@dataclass(frozen=True)
class Found:
    """A ref that both sides do not hold alike; None is a side that does not hold it at all."""

    ref: Reference
    ours: Held | None
    theirs: Held | None


class OurSide(Protocol):
    """What must be held, and where what is held otherwise is kept, however much it is."""

    def range(self, prefix: str = "") -> Range:
        """Count and root under a prefix."""
        ...

    def held(self, prefix: str = "") -> Iterable[Held]:
        """What is held under a prefix, in order of ref."""
        ...

    def note(self, found: Iterable[Found]) -> None:
        """Keeps what the other side holds otherwise."""
        ...

    def other_side(self) -> Range:
        """Everything, with what was noted in the place of ours."""
        ...


class OneMoment:
    """The other side as it was at the first answer, over everything; `asked` counts the questions.

    Raises, at each question: HoldingsRefused, and what `ask` raises.
    """

    def __init__(self, first: HoldingsAnswer, ask: Ask) -> None:
        self._ask = ask
        self.asked = 1
        self.first = first

    @property
    def everything(self) -> Range:
        """The range over all that is held."""
        return self.first.ranges[0].range

    def ranges(self, prefixes: Sequence[str]) -> list[Range]:
        """The ranges under these prefixes."""
        return [each.range for each in self._answered(prefixes, Detail.SUMMARY)]

    def leaves(self, ranges: Sequence[Range]) -> list[tuple[Held, ...]]:
        """The leaves of ranges that were answered before."""
        answered = self._answered([each.prefix for each in ranges], Detail.LEAVES)
        found = [each.leaves for each in answered if each.leaves is not None]
        if [each.range for each in answered] != list(ranges) or len(found) != len(ranges):
            raise HoldingsRefused(HoldingsFault.LEAVES)
        return found

    def _answered(self, prefixes: Sequence[str], detail: Detail) -> tuple[HeldRange, ...]:
        if self.asked == MOST_QUESTIONS:
            raise HoldingsRefused(HoldingsFault.ENDLESS)
        self.asked += 1
        answer = self._ask(prefixes, detail)
        if (answer.sequence, answer.last_batch) != (self.first.sequence, self.first.last_batch):
            raise HoldingsRefused(HoldingsFault.MOVED)
        return answer.ranges


def compare(ours: OurSide, other: OneMoment) -> None:
    """Notes every ref that both sides do not hold alike, and nothing else.

    Raises: HoldingsRefused, and what asking raises.
    """
    if ours.range() == other.everything:
        return
    ours.note(_differences(ours, other))
    if ours.other_side() != other.everything:
        raise HoldingsRefused(HoldingsFault.ROOT)


def _differences(ours: OurSide, other: OneMoment) -> Iterator[Found]:
    differing = _differing(ours, [other.everything])
    while differing:
        for each in differing:
            if each.count == 0:
                yield from (Found(held.ref, held, None) for held in ours.held(each.prefix))
        yield from _read(ours, [each for each in differing if 0 < each.count <= FEW], other)
        differing = _below(ours, [each for each in differing if each.count > FEW], other)


def root_of(leaves: Iterable[Hash]) -> tuple[int, Hash]:
    """How many leaves, and MTH over them, with never more than a piece of them in memory."""
    count, roots, left = 0, list[Hash](), iter(leaves)
    while piece := list(islice(left, _PIECE)):
        count += len(piece)
        roots.append(merge(piece))
    return count, merge(roots)


def _differing(ours: OurSide, ranges: Sequence[Range]) -> list[Range]:
    """Those of the ranges that are not as ours."""
    found = []
    for theirs in ranges:
        room = _PARTS ** (LONGEST_PREFIX - len(theirs.prefix))
        if (theirs.count == 0) != (theirs.root == EMPTY_ROOT) or theirs.count > room:
            raise HoldingsRefused(HoldingsFault.COUNT)
        if ours.range(theirs.prefix).root != theirs.root:
            found.append(theirs)
    return found


def _below(ours: OurSide, parents: Sequence[Range], other: OneMoment) -> list[Range]:
    """Those parts that differ: each range's parts make it up, and one of them differs if it does."""
    found, together = list[Range](), MAX_PREFIXES // _PARTS
    for start in range(0, len(parents), together):
        some = parents[start : start + together]
        answered = other.ranges([part for parent in some for part in children(parent.prefix)])
        for place, parent in enumerate(some):
            parts = answered[_PARTS * place : _PARTS * (place + 1)]
            if sum(part.count for part in parts) != parent.count:
                raise HoldingsRefused(HoldingsFault.COUNT)
            differing = _differing(ours, parts)
            if not differing:
                raise HoldingsRefused(HoldingsFault.ROOT)
            found += differing
    return found


def _read(ours: OurSide, ranges: Sequence[Range], other: OneMoment) -> Iterator[Found]:
    for some in _questions(ranges):
        for theirs, leaves in zip(some, other.leaves(some), strict=True):
            yield from _apart(ours.held(theirs.prefix), leaves)


def _questions(ranges: Sequence[Range]) -> Iterator[list[Range]]:
    """As many ranges at a time as one answer may hold."""
    some, total = list[Range](), 0
    for each in ranges:
        if some and (len(some) == MAX_PREFIXES or total + each.count > MAX_LEAVES):
            yield some
            some, total = [], 0
        some.append(each)
        total += each.count
    if some:
        yield some


def _apart(ours: Iterable[Held], theirs: Iterable[Held]) -> Iterator[Found]:
    """Where two runs of leaves are not the same."""
    by_ref = {each.ref: each for each in theirs}
    for own in ours:
        other = by_ref.pop(own.ref, None)
        if other != own:
            yield Found(own.ref, own, other)
    yield from (Found(other.ref, None, other) for other in by_ref.values())
