"""From the register to cells: what each certificate counts as now.

Whatever position of the log a certificate is met at, it is counted as what it is at the newest published
entry; so a step that is repeated, late or done twice ends in the same counts.
"""

from dataclasses import astuple
from datetime import date
from functools import lru_cache

from registry.intake.checks_reading import UPLOAD_WORKING_DAYS
from registry.ledger.chain import Chain, ChainState
from registry.ledger.entries import Entry, text
from registry.lookup import LookUp
from registry.rules.working_days import WorkCalendar
from registry.storage.decision_rows import DecisionRows
from registry.storage.errors import DatabaseUnavailable
from registry.storage.record_rows import StoredApproval, StoredVersion
from registry.storage.tally_rows import Step
from registry.tally.cells import Cell, Upload
from registry.versions import positions_after
from signing.encoding import b64url_decode


class CertificateCells:
    """Finds the cells of certificates. One belongs to one thread, as its look-up does."""

    def __init__(self, look_up: LookUp, decisions: DecisionRows, calendar: WorkCalendar) -> None:
        self._look_up = look_up
        self._decisions = decisions
        self._approval: tuple[StoredApproval, Entry, str] | None = None
        self._due = lru_cache(maxsize=4096)(
            lambda day: calendar.add_working_days(day, UPLOAD_WORKING_DAYS).on
        )

    def step(self, start: int, limit: int) -> tuple[Step, int]:
        """The certificates that were registered or acted on behind `start`, and the position reached.

        Raises: DatabaseUnavailable, also where a record is gone that was not erased.
        """
        ledger = self._look_up.ledger
        size, _ = ledger.published()
        positions = positions_after(self._look_up, start, limit, size)
        end = positions[-1][0] if len(positions) == limit else max(size - 1, start)
        certificates = sorted({certificate for _, certificate in positions})
        chains = {each: ledger.chain(each, size) for each in sorted(ledger.records.acted(certificates))}
        plain = [each for each in certificates if each not in chains]
        cells = {
            each.index: self._cell(each.index, each, ChainState.VALID) for each in ledger.records.at(plain)
        }
        for certificate in sorted({*certificates} - {*cells}):
            chain = chains.get(certificate) or ledger.chain(certificate, size)
            cells[certificate] = self._after_acts(certificate, chain)
        acts = {
            index: (certificate, _state_after(chains[certificate], index))
            for index, certificate in positions
            if index != certificate
        }
        return Step({each: astuple(cell) for each, cell in cells.items()}, acts), end

    def _after_acts(self, certificate: int, chain: Chain) -> Cell:
        ledger = self._look_up.ledger
        if chain.head.state is ChainState.ERASED:
            return self._erased(certificate)
        version = ledger.records.version_at(chain.content_index)
        if version is not None:
            return self._cell(certificate, version, chain.head.state)
        # Erased since that size was published, and counted as such when the erasure is met.
        if ledger.erasures.of_certificate(certificate) is None:
            raise DatabaseUnavailable("a certificate without its record")
        return self._erased(certificate)

    def _erased(self, certificate: int) -> Cell:
        _, entry, _ = self._approval_of(certificate)
        prefix, bureau = text(entry, "institution"), text(entry, "bureau")
        return Cell(prefix, bureau, "", 0, "", "", "", "", ChainState.ERASED.value)

    def _cell(self, certificate: int, version: StoredVersion, state: ChainState) -> Cell:
        record, _ = self._look_up.open(version)
        _, entry, received_on = self._approval_of(certificate)
        return Cell(
            prefix=record.institution,
            bureau=text(entry, "bureau"),
            month=record.issued_on[:7],
            level=int(record.level),
            occupation_code=record.occupation_code,
            occupation=record.occupation,
            job=record.job,
            upload=self._upload(record.issued_on, received_on, legacy=entry.get("legacy") is True).value,
            state=state.value,
        )

    def _upload(self, issued_on: str, received_on: str, *, legacy: bool) -> Upload:
        if legacy:
            return Upload.LEGACY
        if not received_on:
            return Upload.UNKNOWN
        in_time = date.fromisoformat(received_on) <= self._due(date.fromisoformat(issued_on))
        return Upload.ON_TIME if in_time else Upload.LATE

    def _approval_of(self, certificate: int) -> tuple[StoredApproval, Entry, str]:
        """Certificates of one approval stand behind each other, so the last one asked for is kept."""
        kept = self._approval
        if kept is None or not kept[0].index < certificate <= kept[0].index + kept[0].count:
            approval, entry = self._look_up.ledger.approval_of(certificate)
            batch = b64url_decode(text(entry, "batch"))
            kept = self._approval = (approval, entry, self._decisions.received_on(batch))
        return kept


def _state_after(chain: Chain, index: int) -> str:
    return next(each.state.value for each in chain.links if each.index == index)
