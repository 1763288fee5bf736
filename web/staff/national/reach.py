"""Whose rejections an account sees, and what each is about.

An account sees what is under the filings within its reach. What names no institution, since the certificate
was erased, is for those who see everything.
"""

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request

from registry.filing.book import FilingBook
from registry.ledger.entries import EntryType, number, stored_entry, text
from registry.ledger.read import LedgerReader
from registry.national.handling import Handling, handling_of
from registry.national.queue import SendingState
from registry.requests.model import CaseRequest
from registry.staff.model import StaffRole
from registry.staff.reach import filings_in_reach
from registry.storage.national_desk_reads import StoredRejection
from web.staff.certificates.within import requests_of
from web.staff.desk import account_of, office_of
from web.staff.office import Office
from web.staff.statistics.tables import institution_name

EVERYTHING = frozenset({StaffRole.PROVINCE, StaffRole.AUDITOR})


class Stage(StrEnum):
    """How far somebody is with a rejection. 待处理 · 已申请更正 · 等待结果 · 已办结."""

    OPEN = "open"
    ASKED = "asked"
    CHANGED = "changed"
    AGAIN = "again"
    SETTLED = "settled"


@dataclass(frozen=True)
class RejectedItem:
    """A rejection as a work item. `number` is "" for a filing, and for what was erased.

    `asked` is an open request about the certificate; `sent_again` whether what settled it was the row itself.
    """

    rejection: StoredRejection
    handling: Handling
    stage: Stage
    number: str
    institution: str
    is_filing: bool
    asked: CaseRequest | None

    @property
    def sent_again(self) -> bool:
        """Whether the network took the same row after all, and not a later version."""
        return self.rejection.settled_by == self.rejection.seq


def prefixes_in_reach(request: Request) -> list[str] | None:
    """The number prefixes whose rejections the account sees, None for all."""
    office, account = office_of(request), account_of(request)
    if account.role in EVERYTHING:
        return None
    return [each.number_prefix for each in filings_in_reach(account, office.register.filings())]


def item_of(office: Office, rejection: StoredRejection) -> RejectedItem:
    """What a rejection is about, and how far somebody is with it."""
    ledger, filings = office.register.ledger, office.register.filings()
    certificate = _certificate_of(ledger, rejection.seq)
    if certificate is None:
        return _item(rejection, filings, _stage(rejection, rejection.state))
    size, _ = ledger.published()
    head = ledger.chain(certificate, size).head.index
    state = office.national_counts().states([head])[head].state
    asked = next(
        (each for each in requests_of(office).of_certificate(certificate) if each.state.is_open), None
    )
    stage = _stage(rejection, state, changed=head != rejection.seq, asked=asked is not None)
    return _item(
        rejection, filings, stage, ledger.records.number_of(certificate) or "", asked=asked, is_filing=False
    )


def _item(
    rejection: StoredRejection,
    filings: FilingBook,
    stage: Stage,
    certificate: str = "",
    *,
    asked: CaseRequest | None = None,
    is_filing: bool = True,
) -> RejectedItem:
    name = institution_name(filings, rejection.institution) if rejection.institution else ""
    return RejectedItem(rejection, handling_of(rejection.reason), stage, certificate, name, is_filing, asked)


def _stage(
    rejection: StoredRejection, newest: SendingState, *, changed: bool = False, asked: bool = False
) -> Stage:
    if rejection.settled_at is not None:
        return Stage.SETTLED
    if changed and newest is not SendingState.REJECTED:
        return Stage.CHANGED
    if not changed and newest is not SendingState.REJECTED:
        return Stage.AGAIN
    return Stage.ASKED if asked else Stage.OPEN


def _certificate_of(ledger: LedgerReader, seq: int) -> int | None:
    """The certificate that a position is about, None for a filing."""
    entry = stored_entry(ledger.body(seq))
    match EntryType(text(entry, "type")):
        case EntryType.ACT:
            return number(entry, "index")
        case EntryType.CERTIFICATE:
            return seq
        case _:
            return None
