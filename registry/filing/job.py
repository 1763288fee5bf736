"""The job `filing`: appends what the province signed of one filing, once, and only if nothing came between.

Its content is the signed entries themselves. Each carries its place in the filing's history (`sequence`), so
a change that was prepared from a page of yesterday is refused, and an attempt after a death finds its own
entries in the log and is done.
"""

from collections.abc import Mapping, Sequence

from registry.filing.book import FilingBook
from registry.filing.errors import FilingMovedOn
from registry.jobs.model import JobContext
from registry.ledger.append import append_filings
from registry.ledger.entries import Entry, number, stored_entry, text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.read import LedgerReader
from signing.encoding import Json

JOB_KIND = "filing"


def filing_content(entries: Sequence[Entry]) -> dict[str, Json]:
    """The content of the job that appends these entries."""
    return {"entries": [*entries]}


def run_filing(context: JobContext) -> Mapping[str, Json]:
    """Does the job. Raises: FilingMovedOn, NotAdmitted, MalformedFilingEntry; then nothing was appended."""
    register, entries = context.register, _entries(context.job.content)
    # Whoever died between entries and checkpoint left them stored: they count as soon as they are published.
    register.publish_pending()
    if not _stands_already(register.ledger, register.filings(), entries):
        try:
            append_filings(register.writer(), entries)
        except NotAdmitted as fault:
            if fault.reason is Refusal.FILING_MOVED_ON:
                raise FilingMovedOn from fault
            raise
    prefixes = sorted({text(entry, "number_prefix") for entry in entries})
    return {"prefixes": [*prefixes], "entries": len(entries)}


def _stands_already(ledger: LedgerReader, book: FilingBook, entries: Sequence[Entry]) -> bool:
    """Whether the log holds exactly these entries: a signature is made once."""
    return all(_signature_at(ledger, book, entry) == text(entry, "signature") for entry in entries)


def _signature_at(ledger: LedgerReader, book: FilingBook, entry: Entry) -> str:
    """The signature of the entry that has this one's place; "" if none has it yet."""
    there, sequence = book.entries(text(entry, "number_prefix")), number(entry, "sequence")
    if sequence >= len(there):
        return ""
    return text(stored_entry(ledger.body(there[sequence].index)), "signature")


def _entries(content: Mapping[str, Json]) -> list[Entry]:
    entries = content.get("entries")
    if not isinstance(entries, list) or not entries:
        raise MalformedEntry("entries")
    found: list[Entry] = []
    for entry in entries:
        if not isinstance(entry, dict):
            raise MalformedEntry("entries")
        found.append(entry)
    return found
