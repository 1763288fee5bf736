"""A source of changes and a store of cursors, in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from search.documents import Document, Removal
from search.follower import Change


@dataclass
class Ledger:
    """A `ChangeSource` over a list; `between` runs once, before the answer for a cursor."""

    changes: list[Change] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    between: dict[int, Callable[[], object]] = field(default_factory=dict)

    def append(self, *documents: Document | Removal) -> None:
        for document in documents:
            self.changes.append(Change(len(self.changes) + 1, document))

    def changes_after(self, cursor: int, limit: int) -> Sequence[Change]:
        self.asked.append(cursor)
        self.between.pop(cursor, lambda: None)()
        return [change for change in self.changes if change.cursor > cursor][:limit]


class Killed(BaseException):
    """What a test throws where a process would die."""


@dataclass
class Cursors:
    """A `CursorStore` in memory that can die instead of saving."""

    saved: dict[str, int] = field(default_factory=dict)
    saves_until_death: int | None = None

    def get(self, name: str) -> int | None:
        return self.saved.get(name)

    def set(self, name: str, cursor: int) -> None:
        if self.saves_until_death is not None:
            self.saves_until_death -= 1
            if self.saves_until_death < 0:
                raise Killed
        self.saved[name] = cursor
