"""Takes a list of filings over into the log: what is new, what changed, and nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.filing.entries import filing_entries
from registry.filing.model import Filing
from registry.filing.revise import revised
from registry.ledger.append import append_filings
from registry.ledger.entries import Entry
from registry.ledger.read import LedgerReader
from registry.ledger.writer import LogWriter


@dataclass(frozen=True)
class Recorded:
    """How many filings of a list were new, changed, or already so."""

    new: int
    changed: int
    unchanged: int


def record_filings(ledger: LedgerReader, writer: LogWriter, listed: Sequence[Filing], on: date) -> Recorded:
    """Appends the entries that bring the register from what it knows to what the list says, in one append."""
    entries: list[Entry] = []
    new = changed = 0
    book = ledger.folds().filings
    for filing in listed:
        before = book.by_prefix(filing.number_prefix)
        made = filing_entries(before, revised(before, filing, on) if before else filing)
        entries.extend(made)
        new += before is None
        changed += before is not None and bool(made)
    if entries:
        append_filings(writer, entries)
    return Recorded(new, changed, len(listed) - new - changed)
