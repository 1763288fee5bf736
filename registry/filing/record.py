"""Takes changes of filings over into the log, under the province's signature, and nothing twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from registry.filing.entries import filing_entries
from registry.filing.model import ChangeKind, Filing, FilingChange
from registry.filing.revise import revised
from registry.ledger.append import append_filings
from registry.ledger.entries import Entry, EntryType, signed_by
from registry.ledger.read import LedgerReader
from registry.ledger.writer import LogWriter
from signing.keys import SigningKey


@dataclass(frozen=True)
class Recorded:
    """How many filings of a list were new, changed, or already so."""

    new: int
    changed: int
    unchanged: int


def signed_entries(
    before: Filing | None, after: Filing, *, version: int, province_key: SigningKey, log_origin: str
) -> list[Entry]:
    """The entries that turn `before`, which has `version` entries, into `after`, as the province signs them.

    Raises: FilingEntryTooLarge, MalformedFilingEntry, WrongKeyRole.
    """
    signed: list[Entry] = []
    for sequence, change in enumerate(filing_entries(before, after), start=version):
        content = {**change, "type": EntryType.FILING.value, "sequence": sequence}
        signed.append(signed_by(province_key, content, log_origin))
    return signed


def record_filings(
    ledger: LedgerReader,
    writer: LogWriter,
    listed: Sequence[Filing],
    on: date,
    *,
    province_key: SigningKey,
) -> Recorded:
    """Appends the entries that bring the register from what it knows to what the list says, in one append."""
    entries: list[Entry] = []
    new = changed = 0
    book = ledger.folds().filings
    for filing in listed:
        before = book.by_prefix(filing.number_prefix)
        made = signed_entries(
            before,
            as_listed(before, filing, on),
            version=book.version(filing.number_prefix),
            province_key=province_key,
            log_origin=writer.origin,
        )
        entries.extend(made)
        new += before is None
        changed += before is not None and bool(made)
    if entries:
        append_filings(writer, entries)
    return Recorded(new, changed, len(listed) - new - changed)


def as_listed(before: Filing | None, listed: Filing, on: date) -> Filing:
    """The filing after the list was taken over; a list that says nothing new changes nothing."""
    after = revised(before, listed, on) if before else listed
    if after == before:
        return after
    change = FilingChange(ChangeKind.LISTED, on, listed.states[-1].instrument)
    return replace(after, changes=(*after.changes, change))
