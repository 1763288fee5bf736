"""What of certificates and requests is within an account's reach, and as what the account acts.

What is out of reach raises what it raises where there is nothing of that number or id.
"""

from dataclasses import dataclass

from starlette.requests import Request

from registry.filing.model import Filing
from registry.ledger.entries import ActKind
from registry.requests.asking import Standing, standing_of
from registry.requests.deciding import desk_of
from registry.requests.desk import Reach, Requests
from registry.requests.errors import RequestUnknown
from registry.requests.model import (
    CaseRequest,
    Party,
    RequestKind,
    Who,
    may_decide_request,
    possible_acts,
)
from registry.review.errors import CertificateUnknown
from registry.rules.certificate_number import MalformedNumber, parse_certificate_number
from registry.staff.model import Account, StaffRole
from registry.staff.reach import filings_in_reach, may_see_filing
from web.errors import NoSuchPage
from web.staff.desk import account_of, name_subject, office_of
from web.staff.office import Office

SEEING = frozenset({StaffRole.INSTITUTION, StaffRole.REVIEWER, StaffRole.PROVINCE, StaffRole.AUDITOR})
ACTING = frozenset({StaffRole.INSTITUTION, StaffRole.REVIEWER, StaffRole.PROVINCE})
_PARTIES = {
    StaffRole.INSTITUTION: Party.INSTITUTION,
    StaffRole.REVIEWER: Party.BUREAU,
    StaffRole.PROVINCE: Party.PROVINCE,
}


@dataclass(frozen=True)
class Shown:
    """A certificate within reach: how it stands, its filing, and what this account may do."""

    number: str
    standing: Standing
    filing: Filing
    decides: bool
    acts: tuple[ActKind, ...]
    may_dispute: bool


def who_of(account: Account) -> Who | None:
    """As what an account asks and decides; None for those who only look."""
    party = _PARTIES.get(account.role)
    return None if party is None else Who(party, account.office, account.id)


def acting_as(request: Request) -> Who:
    """As what whoever asks acts. Raises: NoSuchPage for those who only look."""
    who = who_of(account_of(request))
    if who is None:
        raise NoSuchPage
    return who


def requests_of(office: Office) -> Requests:
    """The requests of the office's desk."""
    return desk_of(office.register)


def shown_certificate(request: Request) -> Shown:
    """The certificate in the address. The trail knows it by its entry in the log.

    Raises: CertificateUnknown for one that is not there or out of reach.
    """
    # Until it is known, the trail says nothing about what was asked for.
    name_subject(request, "certificate")
    try:
        number = parse_certificate_number(request.path_params["number"]).text
    except MalformedNumber as fault:
        raise CertificateUnknown from fault
    office, account = office_of(request), account_of(request)
    standing = standing_of(office.register.look_up, number)
    filing = office.register.filings().by_prefix(standing.record.institution)
    if filing is None or not sees(office, account, filing, standing.bureau):
        raise CertificateUnknown
    name_subject(request, f"certificate {standing.chain.first.index}")
    who, acts = who_of(account), possible_acts(standing.chain.head.state)
    decides = who is not None and may_decide_request(who, RequestKind.ACT, standing.bureau)
    disputes = who is not None and who.party is Party.INSTITUTION and ActKind.REINSTATED in acts
    return Shown(number, standing, filing, decides, acts if who else (), disputes)


def shown_request(request: Request) -> CaseRequest:
    """The request in the address. Raises: RequestUnknown, also for one out of reach."""
    office, account = office_of(request), account_of(request)
    found = requests_of(office).get(request.path_params["id"])
    filing = office.register.filings().by_prefix(found.prefix)
    if filing is None or not sees(office, account, filing, found.bureau):
        raise RequestUnknown
    name_subject(request, f"request {found.id}")
    return found


def sees(office: Office, account: Account, filing: Filing, bureau: str) -> bool:
    """Whether a certificate of that filing, which `bureau` approved, is within reach."""
    approved = account.role is StaffRole.REVIEWER and account.office == bureau
    later = office.register.filings().successors(filing.number_prefix)
    return approved or may_see_filing(account, filing, later)


def reach_of(office: Office, account: Account) -> Reach:
    """Which requests an account's list may hold."""
    if account.role in (StaffRole.PROVINCE, StaffRole.AUDITOR):
        return Reach(everything=True)
    filings = filings_in_reach(account, office.register.filings())
    own = frozenset(each.number_prefix for each in filings)
    return Reach(prefixes=own, bureau=account.office if account.role is StaffRole.REVIEWER else "")
