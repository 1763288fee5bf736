"""Institutions as the network is told of them: one row for every `filing` entry of the log.

A row is the whole filing as it stands once that entry stands, in the words of the entries themselves, so the
network needs no history to read it. The entries are folded once, each as it is published; a row is made when
it is asked for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from registry.filing.book import FilingBook
from registry.filing.entries import whole_filing
from registry.filing.model import Filing
from registry.ledger.entries import EntryType, parse_entry
from registry.ledger.folds import Landmarks
from registry.national.rows import Held, InstitutionRow, institution_row


@dataclass(frozen=True, slots=True)
class _Version:
    version: int
    filing: Filing


class InstitutionRows:
    """The rows by position, as of the size that it was advanced to. Threads may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._size = 0
        self._book = FilingBook()
        self._indexes: list[int] = []
        self._versions: dict[int, _Version] = {}
        self._held: dict[int, Held] = {}

    def advance(self, log: Landmarks, size: int) -> None:
        """Folds in what was published since. Raises: MalformedEntry, MalformedFilingEntry."""
        with self._lock:
            if size <= self._size:
                return
            for index, body in log.landmarks((EntryType.FILING.value,), self._size, size):
                entry = parse_entry(body)
                self._book.apply(entry, index)
                prefix = str(entry["number_prefix"])
                filing = self._book.by_prefix(prefix)
                assert filing is not None
                self._versions[index] = _Version(self._book.version(prefix), filing)
                self._indexes.append(index)
            self._size = size

    def after(self, index: int, limit: int, size: int) -> list[int]:
        """At most `limit` positions behind `index`, in order, within a tree of `size`."""
        start = bisect_right(self._indexes, index)
        return self._indexes[start : min(start + limit, bisect_left(self._indexes, size))]

    def among(self, indexes: Sequence[int]) -> list[int]:
        """Those of these entries that are positions, in order."""
        return sorted({each for each in indexes if each in self._versions})

    def row(self, index: int) -> InstitutionRow:
        """The row at a position."""
        version = self._versions[index]
        return institution_row(version.version, index, whole_filing(version.filing))

    def held(self, index: int) -> Held:
        """What the network holds once it took the row at a position."""
        held = self._held.get(index)
        if held is None:
            held = self._held[index] = self.row(index).held
        return held
