"""The answer about one number: what the register holds, and what makes it checkable.

The hot path of the product. Everything is read by driver SQL on a kept connection; what can't change (full
tiles, approvals, a filing on a day as of one tree) is kept in memory.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Protocol

from registry.filing.model import FilingOnDay, filing_on
from registry.ledger.admission import CIVIL_TIME
from registry.ledger.chain import Chain, ChainState
from registry.ledger.entries import Entry, optional_text, text
from registry.ledger.errors import OutOfRange
from registry.ledger.folds import LogFolds
from registry.ledger.read import LedgerReader
from registry.national.queue import NationalState
from registry.storage.record_rows import StoredVersion
from registry.storage.vault import Vault
from registry.verdict import (
    CertificateVerdict,
    EntryEvidence,
    HistoryItem,
    Result,
    Verdict,
    VerdictInstitution,
)
from signing.commitment import PUBLIC_FIELDS, Record, Seed, opening
from signing.encoding import b64_encode, parse_rfc3339

_RESULTS = {
    ChainState.VALID: Result.VALID,
    ChainState.SUPERSEDED: Result.SUPERSEDED,
    ChainState.ANNULLED: Result.ANNULLED,
    ChainState.ERASED: Result.ERASED,
}
REGISTERED = "registered"
# All entries of an approval bear one moment.
_moment = lru_cache(maxsize=4096)(parse_rfc3339)


class NationalStates(Protocol):
    """Where positions of the queue stand at the national network."""

    def state_of(self, seqs: Sequence[int]) -> Mapping[int, NationalState]:
        """One state for each position."""
        ...


class LookUp:
    """Answers about numbers and REFs. One belongs to one thread, as its reader does."""

    def __init__(
        self, ledger: LedgerReader, vault: Vault, national: NationalStates, clock: Callable[[], datetime]
    ) -> None:
        self.ledger = ledger
        self.vault = vault
        self._national = national
        self.now = clock

    def verdict(self, number: str) -> Verdict:
        """The answer about a well-formed number. Raises: DatabaseUnavailable, LogNotFound."""
        size, checkpoint = self.ledger.published()
        versions = [each for each in self.ledger.records.versions(number) if each.index < size]
        if not versions:
            # Asked last, so that it costs nothing where there is a certificate.
            erased = self.ledger.erasures.of_number(self.vault.erased_number(number)) is not None
            return Verdict(number, Result.ERASED if erased else Result.NOT_FOUND, size, self.now(), None)
        chain = self._chain(versions, size)
        return self._verdict(number, chain, versions, size, checkpoint)

    def verdict_of_version(self, index: int) -> Verdict:
        """The answer about the version in entry `index`: superseded if a later one replaced it."""
        size, _ = self.ledger.published()
        version = self.ledger.records.version_at(index) if index < size else None
        if version is None:
            result = Result.ERASED if index < size and self._is_erased(index) else Result.NOT_FOUND
            return Verdict("", result, size, self.now(), None)
        verdict = self.verdict(version.number)
        replaced = verdict.certificate is not None and verdict.certificate.version != version.version
        if replaced and verdict.result is Result.VALID:
            return replace(verdict, result=Result.SUPERSEDED)
        return verdict

    def current(self, number: str) -> tuple[Chain, StoredVersion, Record, Seed] | None:
        """The chain, the current version and its record; None if no certificate has that number."""
        size, _ = self.ledger.published()
        versions = [each for each in self.ledger.records.versions(number) if each.index < size]
        if not versions:
            return None
        chain = self._chain(versions, size)
        return chain, versions[-1], *self.open(versions[-1])

    def certificate_or_another(self, number: str) -> tuple[bool, Chain, StoredVersion, Record] | None:
        """As `current`; for a number that nobody has some other certificate, by the same reads and work.

        The first value tells whether it is the one that was asked for. None only where there is none at all.
        Another one depends on the number alone, so that asking again meets the same.
        """
        size, _ = self.ledger.published()
        records = self.ledger.records
        is_there = number in records.registered([number])
        anywhere = int.from_bytes(self.vault.erased_number(number)[:8], "big") % max(1, size)
        # Both are read, needed or not.
        others = [records.number_after(each, size) for each in (anywhere, -1)]
        another = next((each for each in others if each is not None), number)
        read = records.versions(number if is_there else another)
        versions = [each for each in read if each.index < size]
        if not versions:
            return None
        return is_there, self._chain(versions, size), versions[-1], self.open(versions[-1])[0]

    def open(self, version: StoredVersion) -> tuple[Record, Seed]:
        """Record and seed of a version. Raises: SealBroken."""
        return self.vault.open_record("record", version.commitment, version.sealed)

    def filing_on(self, prefix: str, day: date) -> FilingOnDay:
        """What the filing of that prefix was on a day. Raises: OutOfRange for an unknown prefix."""
        return _filing_of(self.ledger.folds(), prefix, day)

    def _is_erased(self, index: int) -> bool:
        """Whether that entry holds a version of an erased certificate."""
        try:
            certificate = self.ledger.certificate_of(index)
        except OutOfRange:
            return False
        return self.ledger.erasures.of_certificate(certificate) is not None

    def _chain(self, versions: Sequence[StoredVersion], size: int) -> Chain:
        first = versions[0]
        return self.ledger.chain_of(first.certificate, first.entry, size)

    def _verdict(
        self, number: str, chain: Chain, versions: Sequence[StoredVersion], size: int, checkpoint: bytes
    ) -> Verdict:
        now = self.now()
        result = _RESULTS[chain.head.state]
        if result is Result.ERASED:
            return Verdict(number, result, size, now, None)
        version = versions[-1]
        record, seed = self.open(version)
        folds = self.ledger.folds_at(size)
        _, approval = self.ledger.approval_of(chain.first.index)
        certificate = CertificateVerdict(
            masked_name=record.masked_name,
            occupation_code=record.occupation_code,
            occupation=record.occupation,
            job=record.job,
            level=int(record.level),
            issued_on=date.fromisoformat(record.issued_on),
            institution=_institution(folds, record, now),
            entry=self._evidence(version, record, seed, size, checkpoint),
            version=version.version,
            history=_history(chain),
            replaced_by=self.ledger.records.number_of(chain.head.by) if chain.head.by is not None else None,
            legacy=bool(approval.get("legacy", False)),
            earlier_review=optional_text(approval, "earlier_review"),
            approved_by=text(approval, "bureau"),
            custody=_custody(folds, approval),
            national=self._national.state_of([chain.head.index])[chain.head.index],
        )
        return Verdict(number, result, size, now, certificate)

    def _evidence(
        self, version: StoredVersion, record: Record, seed: Seed, size: int, checkpoint: bytes
    ) -> EntryEvidence:
        proof = self.ledger.tree(size).inclusion_proof(version.index)
        return EntryEvidence(
            index=version.index,
            leaf=version.entry.decode(),
            opening=opening(record, seed, PUBLIC_FIELDS),
            proof=tuple(b64_encode(each) for each in proof),
            checkpoint=checkpoint.decode(),
        )


def _institution(folds: LogFolds, record: Record, now: datetime) -> VerdictInstitution:
    on_issue_date = _filing_of(folds, record.institution, date.fromisoformat(record.issued_on))
    today = _filing_of(folds, record.institution, now.astimezone(CIVIL_TIME).date())
    return VerdictInstitution(record.institution, on_issue_date.name, on_issue_date, today)


def _custody(folds: LogFolds, approval: Entry) -> str:
    key = folds.keys.get(text(approval, "key"))
    return key.custody.value if key else ""


def _filing_of(folds: LogFolds, prefix: str, day: date) -> FilingOnDay:
    return _filing_on(folds, folds.size, prefix, day)


@lru_cache(maxsize=4096)
def _filing_on(folds: LogFolds, _size: int, prefix: str, day: date) -> FilingOnDay:
    filing = folds.filings.by_prefix(prefix)
    if filing is None:
        raise OutOfRange
    return filing_on(filing, day)


def _history(chain: Chain) -> tuple[HistoryItem, ...]:
    return tuple(
        HistoryItem(
            link.act.value if link.act else REGISTERED,
            link.reason,
            _moment(link.at),
            link.index,
            link.version,
            link.authority,
            link.document,
        )
        for link in chain.links
    )
