"""What the log says about keys and filings as of a size, kept up to date entry by entry."""

from typing import Protocol

from registry.filing.book import FilingBook
from registry.ledger.entries import EntryType, parse_entry
from registry.ledger.key_history import KeyHistory

_FOLDED = (EntryType.KEY.value, EntryType.FILING.value)


class Landmarks(Protocol):
    """Where entries are found by type."""

    def landmarks(self, types: tuple[str, ...], start: int, end: int) -> list[tuple[int, bytes]]:
        """(index, body) in order."""
        ...


class LogFolds:
    """The key history and the filing book, as of `size` entries."""

    def __init__(self, log_origin: str) -> None:
        self.size = 0
        self.keys = KeyHistory(log_origin)
        self.filings = FilingBook()

    def advance(self, log: Landmarks, size: int) -> None:
        """Folds in what was appended since."""
        if size <= self.size:
            return
        for index, body in log.landmarks(_FOLDED, self.size, size):
            entry = parse_entry(body)
            if entry["type"] == EntryType.KEY:
                self.keys.apply(index, entry)
            else:
                self.filings.apply(entry, index)
        self.size = size
