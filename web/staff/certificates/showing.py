"""One certificate as the staff see it: its record, its chain, what may be done, and what was asked."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from itertools import pairwise

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import filing_on
from registry.ledger.chain import Link
from registry.ledger.entries import stored_entry, text
from registry.rules.bureaus import parse_bureau
from registry.rules.identity_types import IdentityType
from registry.rules.masks import mask_identity_number
from signing.encoding import b64url_encode, parse_rfc3339
from web.language import language_of
from web.staff.certificates.within import Shown, requests_of, shown_certificate
from web.staff.desk import form_of, office_of, staff_page
from web.staff.national.reach import item_of
from web.staff.national.words import next_text, reason_text
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


@dataclass(frozen=True)
class PaperCheck:
    """What became of comparing a paper: the act that rests on it, with the salt, or none."""

    link: Link | None
    salt: str = ""


def show(request: Request) -> Response:
    """The certificate's page. Raises: CertificateUnknown."""
    return _page(request, shown_certificate(request))


def check_paper(request: Request) -> Response:
    """Whether an act on the certificate rests on the paper that was chosen. Raises: CertificateUnknown."""
    shown, paper = shown_certificate(request), form_of(request).file("paper")
    if paper is None:
        return _page(request, shown)
    digest, vault = sha256(paper).digest(), office_of(request).register.keys.vault
    chain = shown.standing.chain
    for before, link in pairwise(chain.links):
        place = chain.first.index, before.index
        if link.document == b64url_encode(vault.document_mac(*place, digest)):
            return _page(request, shown, PaperCheck(link, b64url_encode(vault.document_salt(*place))))
    return _page(request, shown, PaperCheck(None))


def _page(request: Request, shown: Shown, paper: PaperCheck | None = None) -> Response:
    office = office_of(request)
    look_up, record = office.register.look_up, shown.standing.record
    asked = requests_of(office).of_certificate(shown.standing.chain.first.index)
    on_issue_date = filing_on(shown.filing, date.fromisoformat(record.issued_on))
    verdict, language = look_up.verdict(shown.number).certificate, language_of(request)
    head = office.national().of(shown.standing.chain.head.index)
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
        national=verdict.national if verdict else None,
        rejected=item_of(office, head) if head is not None else None,
        reason_text=lambda reason: reason_text(reason, language),
        next_text=lambda reason: next_text(reason, language),
        paper=paper,
        has_papers=any(link.document for link in shown.standing.chain.links),
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
