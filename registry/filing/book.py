"""All filings at once: what the `filing` entries of the log add up to."""

from collections.abc import Iterable, Iterator, Mapping

from registry.filing.entries import apply_filing_entry
from registry.filing.errors import MalformedFilingEntry
from registry.filing.model import Filing
from signing.encoding import Json


class FilingBook:
    """The filings by number prefix, as of the last entry applied."""

    def __init__(self, entries: Iterable[Mapping[str, Json]] = ()) -> None:
        self._filings: dict[str, Filing] = {}
        self._prefixes: dict[str, set[str]] = {}
        for entry in entries:
            self.apply(entry)

    def apply(self, entry: Mapping[str, Json]) -> None:
        """Take in the next `filing` entry of the log.

        Raises:
            MalformedFilingEntry: it describes no change of the filing it names; the book stays as it was.
        """
        prefix = entry.get("number_prefix")
        if not isinstance(prefix, str):
            raise MalformedFilingEntry("number_prefix")
        before = self._filings.get(prefix)
        after = apply_filing_entry(before, entry)
        if before is not None:
            self._prefixes[before.credit_code].discard(prefix)
        self._filings[prefix] = after
        self._prefixes.setdefault(after.credit_code, set()).add(prefix)

    def by_prefix(self, prefix: str) -> Filing | None:
        """The filing whose certificates begin with these thirteen characters."""
        return self._filings.get(prefix)

    def by_credit_code(self, credit_code: str) -> tuple[Filing, ...]:
        """The filings of one legal person, in the order of their prefixes."""
        return tuple(self._filings[prefix] for prefix in sorted(self._prefixes.get(credit_code, ())))

    def __iter__(self) -> Iterator[Filing]:
        """The filings in the order of their prefixes."""
        return (self._filings[prefix] for prefix in sorted(self._filings))

    def __len__(self) -> int:
        return len(self._filings)
