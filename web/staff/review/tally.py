"""The rows of a batch in numbers: how they stand, by what was found in them."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.review.drafts import Word
from registry.storage.draft_changes import DrawnRow
from registry.storage.draft_reads import GroupCount


@dataclass(frozen=True)
class FlagGroup:
    """Flagged rows with exactly the same findings: they are decided together or one by one."""

    flags: str
    kinds: tuple[str, ...]
    undecided: int
    accepted: int
    rejected: int

    @property
    def rows(self) -> int:
        """All of them."""
        return self.undecided + self.accepted + self.rejected


@dataclass(frozen=True)
class Tally:
    """The batch as it stands. `refused_kinds` counts rows by what keeps them out, most first."""

    rows: int
    refused: int
    undecided: int
    accepted: int
    rejected: int
    groups: tuple[FlagGroup, ...]
    refused_kinds: tuple[tuple[str, int], ...]

    @property
    def entering(self) -> int:
        """How many would enter as it stands; the undecided ones would not."""
        return self.rows - self.refused - self.undecided - self.rejected


@dataclass(frozen=True)
class SampleTally:
    """A sample in numbers."""

    drawn: int
    inspected: int
    discrepancies: int

    @property
    def open(self) -> int:
        """How many nobody has looked at."""
        return self.drawn - self.inspected


def tally(counts: Iterable[GroupCount]) -> Tally:
    """The numbers that a page shows."""
    known = list(counts)
    words = {
        word: sum(each.count for each in known if each.word == word and not each.refused) for word in Word
    }
    undecided = sum(each.count for each in known if each.flagged and not each.refused and not each.word)
    kinds: dict[str, int] = {}
    for each in known:
        if each.refused:
            for kind in each.flags.split():
                kinds[kind] = kinds.get(kind, 0) + each.count
    flags = dict.fromkeys(each.flags for each in known if each.flagged and not each.refused)
    groups = [_group(each, known) for each in flags]
    return Tally(
        rows=sum(each.count for each in known),
        refused=sum(each.count for each in known if each.refused),
        undecided=undecided,
        accepted=words[Word.ACCEPTED],
        rejected=words[Word.REJECTED],
        groups=tuple(sorted(groups, key=lambda group: (-group.rows, group.flags))),
        refused_kinds=tuple(sorted(kinds.items(), key=lambda item: (-item[1], item[0]))),
    )


def sample_tally(drawn: Iterable[DrawnRow]) -> SampleTally:
    """A sample in numbers."""
    rows = list(drawn)
    return SampleTally(len(rows), sum(bool(row.result) for row in rows), sum(bool(row.note) for row in rows))


def _group(flags: str, counts: Iterable[GroupCount]) -> FlagGroup:
    of_group = {each.word: each.count for each in counts if each.flags == flags and not each.refused}
    return FlagGroup(
        flags,
        tuple(flags.split()),
        of_group.get(Word.NONE, 0),
        of_group.get(Word.ACCEPTED, 0),
        of_group.get(Word.REJECTED, 0),
    )
