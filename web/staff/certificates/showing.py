"""One certificate as the staff see it: its record, its chain, what may be done, and what was asked."""

from dataclasses import dataclass
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import filing_on
from registry.ledger.chain import Link
from registry.ledger.entries import stored_entry, text
from registry.requests.model import RequestState
from registry.rules.bureaus import parse_bureau
from registry.rules.identity_types import IdentityType
from registry.rules.masks import mask_identity_number
from signing.encoding import parse_rfc3339
from web.staff.certificates.within import Shown, requests_of, shown_certificate
from web.staff.desk import office_of, staff_page
from web.staff.office import Office


@dataclass(frozen=True)
class ChainLine:
    """One entry of the chain: what was done, by whom, on which word, under which custody."""

    act: str
    at: datetime
    index: int
    reason: str
    authority: str
    bureau: str
    custody: str
    document: str
    version: int
    printing: int


def show(request: Request) -> Response:
    """The certificate's page. Raises: CertificateUnknown."""
    shown = shown_certificate(request)
    office = office_of(request)
    look_up, record = office.register.look_up, shown.standing.record
    asked = requests_of(office).of_certificate(shown.standing.chain.first.index)
    on_issue_date = filing_on(shown.filing, date.fromisoformat(record.issued_on))
    national = look_up.verdict(shown.number).certificate
    return staff_page(
        request,
        "staff/certificate.html",
        shown=shown,
        record=record,
        identity=mask_identity_number(record.id_number),
        identity_type=IdentityType(record.id_type).label,
        issued_on=date.fromisoformat(record.issued_on),
        institution=on_issue_date.name,
        today=filing_on(shown.filing, office.today()),
        bureau=parse_bureau(shown.standing.bureau).office,
        lines=chain_lines(office, shown),
        asked=asked,
        open_requests=[each for each in asked if each.state.is_open],
        national=national.national if national else None,
        done=RequestState.DONE,
    )


def chain_lines(office: Office, shown: Shown) -> list[ChainLine]:
    """The chain with who signed each entry: newest first."""
    ledger = office.register.ledger
    keys, chain = ledger.key_history(), shown.standing.chain
    _, approval = ledger.approval_of(chain.first.index)
    lines = []
    for link in chain.links:
        entry = approval if link.act is None else stored_entry(ledger.body(link.index))
        key = keys.get(text(entry, "key"))
        lines.append(_line(link, text(entry, "bureau"), key.custody.value if key else ""))
    return lines[::-1]


def _line(link: Link, bureau: str, custody: str) -> ChainLine:
    return ChainLine(
        act=link.act.value if link.act else "registered",
        at=parse_rfc3339(link.at),
        index=link.index,
        reason=link.reason,
        authority=link.authority,
        bureau=parse_bureau(bureau).office,
        custody=custody,
        document=link.document,
        version=link.version,
        printing=link.printing,
    )
