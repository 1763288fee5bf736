"""The register's log as the follower's source: every certificate and every filing, as it is now.

Source of order: the index of the log entry. A document shows the newest state whichever entry it is asked
for at, so repeating a change does no harm.
"""

from collections.abc import Callable, Sequence
from datetime import date

from registry.filing.model import Filing, filing_on
from registry.ledger.admission import CIVIL_TIME
from registry.ledger.chain import ChainState
from registry.ledger.entries import EntryType, stored_entry
from registry.lookup import LookUp
from registry.rules.bureaus import parse_bureau
from registry.rules.masks import mask_identity_number
from registry.versions import RegisteredVersion, record_of, versions_after
from search.documents import (
    CertificateDocument,
    Document,
    InstitutionDocument,
    Kind,
    MaskedIdentity,
    MaskedName,
    OfferedOccupation,
    Removal,
)
from search.follower import Change


class RegisterChanges:
    """Implements `ChangeSource`. `look_up` gives the calling thread its own."""

    def __init__(self, look_up: Callable[[], LookUp]) -> None:
        self._look_up = look_up

    def changes_after(self, cursor: int, limit: int) -> Sequence[Change]:
        """See `ChangeSource`."""
        look_up = self._look_up()
        versions = versions_after(look_up, cursor, limit)
        size, _ = look_up.ledger.published()
        end = versions[-1].entry + 1 if len(versions) == limit else size
        changes = [Change(each.entry, _certificate(look_up, each)) for each in versions]
        changes += _filings(look_up, cursor + 1, end)
        return sorted(changes, key=lambda change: change.cursor)


def _certificate(look_up: LookUp, version: RegisteredVersion) -> Document | Removal:
    record = None if version.stands is ChainState.ERASED else record_of(look_up, version)
    if record is None:
        return Removal(Kind.CERTIFICATE, str(version.certificate))
    issued_on = date.fromisoformat(record.issued_on)
    filing = look_up.filing_on(record.institution, issued_on)
    bureau = parse_bureau(filing.bureau)
    return CertificateDocument(
        entry_index=version.certificate,
        number=record.number,
        masked_name=MaskedName(record.masked_name),
        masked_identity=MaskedIdentity(mask_identity_number(record.id_number)),
        occupation_code=record.occupation_code,
        occupation=record.occupation,
        job=record.job,
        level=int(record.level),
        issued_on=issued_on,
        institution=filing.name,
        institution_short=filing.short_name,
        bureau=bureau.code,
        city=bureau.name,
        state=version.stands.value,
    )


def _filings(look_up: LookUp, start: int, end: int) -> list[Change]:
    ledger = look_up.ledger
    book = ledger.folds().filings
    changes = []
    for index, body in ledger.log.landmarks((EntryType.FILING,), start, end):
        filing = book.by_prefix(str(stored_entry(body)["number_prefix"]))
        if filing is not None:
            changes.append(Change(index, _institution(look_up, filing)))
    return changes


def _institution(look_up: LookUp, filing: Filing) -> InstitutionDocument:
    today = filing_on(filing, look_up.now().astimezone(CIVIL_TIME).date())
    bureau = parse_bureau(today.bureau)
    offered = {(row.occupation_code, row.occupation, row.job) for row in filing.scope}
    return InstitutionDocument(
        prefix=filing.number_prefix,
        name=today.name,
        short_name=today.short_name,
        former_names=tuple(
            dict.fromkeys(period.name for period in filing.names if period.name != today.name)
        ),
        bureau=bureau.code,
        city=bureau.name,
        occupations=tuple(OfferedOccupation(*each) for each in sorted(offered)),
        state=today.state.value,
    )
