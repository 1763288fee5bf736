"""Institutions as the network is told of them: one row for every `filing` entry of the log.

A row is the whole filing as it stands once that entry stands, in the words of the entries themselves, so the
network needs no history to read it. The rows are folded once, entry by entry, and made when they are asked
for; only what was appended since is read again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from registry.filing.book import FilingBook
from registry.filing.entries import whole_filing
from registry.filing.model import Filing
from registry.ledger.entries import EntryType, parse_entry
from registry.ledger.folds import Landmarks
from registry.national.rows import InstitutionRow, institution_row
from signing.encoding import Json


@dataclass(frozen=True, slots=True, eq=False)
class _Version:
    index: int
    version: int
    filing: Filing


class InstitutionRows:
    """The rows by position, as of the size it was advanced to. One belongs to one thread."""

    def __init__(self) -> None:
        self._book = FilingBook()
        self._versions: list[_Version] = []
        self._indexes: list[int] = []
        self._size = 0

    def advance(self, log: Landmarks, size: int) -> None:
        """Folds in what was appended since. Raises: MalformedEntry, MalformedFilingEntry."""
        if size <= self._size:
            return
        for index, body in log.landmarks((EntryType.FILING.value,), self._size, size):
            entry = parse_entry(body)
            self._book.apply(entry, index)
            self._take(index, entry)
        self._size = size

    def after(self, index: int, limit: int, size: int) -> Sequence[InstitutionRow]:
        """At most `limit` rows behind `index`, in order, within the first `size` entries."""
        start = bisect_right(self._indexes, index)
        end = min(start + limit, bisect_left(self._indexes, size))
        return [_row(each) for each in self._versions[start:end]]

    def at(self, index: int) -> InstitutionRow | None:
        """The row at that position, None if it is no filing entry."""
        place = bisect_left(self._indexes, index)
        found = self._versions[place : place + 1]
        return _row(found[0]) if found and found[0].index == index else None

    def _take(self, index: int, entry: Mapping[str, Json]) -> None:
        prefix = str(entry["number_prefix"])
        filing = self._book.by_prefix(prefix)
        assert filing is not None
        self._versions.append(_Version(index, self._book.version(prefix), filing))
        self._indexes.append(index)


@lru_cache(maxsize=1024)
def _row(version: _Version) -> InstitutionRow:
    return institution_row(version.version, version.index, whole_filing(version.filing))
