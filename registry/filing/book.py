"""All filings at once: what the `filing` entries of the log add up to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.filing.entries import apply_filing_entry
from registry.filing.errors import MalformedFilingEntry
from registry.filing.model import Filing, FilingChange
from signing.encoding import Json


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """One entry of a filing as the log holds it: where, since when, what it did, under which key.

    `changes` is empty where an entry only carries on a change too large for the one before it.
    """

    index: int
    at: str
    changes: tuple[FilingChange, ...]
    key_id: str


class FilingBook:
    """The filings by number prefix, as of the last entry applied."""

    def __init__(self, entries: Iterable[Mapping[str, Json]] = ()) -> None:
        self._filings: dict[str, Filing] = {}
        self._prefixes: dict[str, frozenset[str]] = {}
        self._entries: dict[str, tuple[RecordedEntry, ...]] = {}
        for entry in entries:
            self.apply(entry)

    def copy(self) -> "FilingBook":
        """A book that can be tried out without changing this one."""
        other = FilingBook()
        other._filings = dict(self._filings)
        other._prefixes = dict(self._prefixes)
        other._entries = dict(self._entries)
        return other

    def apply(self, entry: Mapping[str, Json], index: int = -1) -> None:
        """Take in the next `filing` entry of the log, which stands at `index`.

        Raises:
            MalformedFilingEntry: it describes no change of the filing it names, or names a successor that
                is no other filing of the book; the book stays as it was.
        """
        prefix = entry.get("number_prefix")
        if not isinstance(prefix, str):
            raise MalformedFilingEntry("number_prefix")
        before = self._filings.get(prefix)
        after = apply_filing_entry(before, entry)
        if after.successor and (before is None or after.successor != before.successor):
            self._require_successor(after)
        if before is not None:
            self._prefixes[before.credit_code] -= {prefix}
        self._filings[prefix] = after
        self._prefixes[after.credit_code] = self._prefixes.get(after.credit_code, frozenset()) | {prefix}
        added = after.changes[len(before.changes) if before else 0 :]
        recorded = RecordedEntry(index, _text(entry, "at"), added, _text(entry, "key"))
        self._entries[prefix] = (*self._entries.get(prefix, ()), recorded)

    def by_prefix(self, prefix: str) -> Filing | None:
        """The filing whose certificates begin with these thirteen characters."""
        return self._filings.get(prefix)

    def by_credit_code(self, credit_code: str) -> tuple[Filing, ...]:
        """The filings of one legal person, in the order of their prefixes."""
        return tuple(self._filings[prefix] for prefix in sorted(self._prefixes.get(credit_code, ())))

    def version(self, prefix: str) -> int:
        """How many entries the filing has: the `sequence` that its next one must carry."""
        return len(self._entries.get(prefix, ()))

    def entries(self, prefix: str) -> tuple[RecordedEntry, ...]:
        """The entries of a filing in the order of the log."""
        return self._entries.get(prefix, ())

    def successors(self, prefix: str) -> tuple[Filing, ...]:
        """Who answers for this filing after mergers, the nearest first; empty if it was merged into none."""
        found: list[Filing] = []
        filing = self._filings.get(prefix)
        while filing is not None and filing.successor:
            filing = self._filings[filing.successor]
            found.append(filing)
        return tuple(found)

    def predecessors(self, prefix: str) -> tuple[Filing, ...]:
        """The filings for which this one answers since they were merged into it, directly or in turn."""
        merged = [each for each in self if each.successor]
        return tuple(
            each
            for each in merged
            if any(later.number_prefix == prefix for later in self.successors(each.number_prefix))
        )

    def __iter__(self) -> Iterator[Filing]:
        """The filings in the order of their prefixes."""
        return (self._filings[prefix] for prefix in sorted(self._filings))

    def __len__(self) -> int:
        return len(self._filings)

    def _require_successor(self, after: Filing) -> None:
        """The successor is known, and does not lead back: mergers form no circle."""
        later = self._filings.get(after.successor)
        while later is not None and later.number_prefix != after.number_prefix:
            if not later.successor:
                return
            later = self._filings.get(later.successor)
        raise MalformedFilingEntry("successor")


def _text(entry: Mapping[str, Json], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
