"""What a comparison with the network comes to, in the words of its report.

Everything is named by the index of a log entry, which says nothing to who lacks the register; what the
register never had is named by the network's own reference.
"""

from dataclasses import dataclass
from enum import StrEnum


class ComparisonOutcome(StrEnum):
    """完全一致 · 除所列外一致 · 不一致."""

    EXACT = "exact"
    EXACT_BUT_FOR = "exact_but_for"
    DIFFERS = "differs"


class Waiting(StrEnum):
    """Why the newest version of something is not at the network. 待上报 · 被退回."""

    PENDING = "pending"
    REJECTED = "rejected"


class DifferenceKind(StrEnum):
    """How what the network holds differs from what it must hold, in one place."""

    MISSING = "missing"
    OLDER = "older"
    NEWER = "newer"
    OTHER_CONTENT = "other_content"
    SURPLUS = "surplus"


class Remedy(StrEnum):
    """What is done about a difference."""

    RESENT = "resent"
    WAITING = "waiting"
    REPORTED = "reported"


@dataclass(frozen=True)
class ExceptionGroup:
    """Entries that the network did not confirm yet, for one reason ("" where they only wait).

    `earlier_online`: it confirmed an earlier version of them. So they are in the count; the others are not.
    """

    state: Waiting
    reason: str
    earlier_online: bool
    entries: tuple[int, ...]


@dataclass(frozen=True)
class DifferenceGroup:
    """Where the sides differ in one way: our entries, or the network's references of what we never had."""

    kind: DifferenceKind
    remedy: Remedy
    entries: tuple[int, ...]
    references: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """In how many places."""
        return len(self.entries) + len(self.references)
