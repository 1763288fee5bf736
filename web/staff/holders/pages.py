"""Voiding a management secret for a person who stands at the counter.

Whoever holds a certificate's paper can be the first to take the secret, and people lose theirs. A bureau that
checked the person with the identity document in hand types the document and one certificate within its own
reach, sees since when there is a secret, and voids it: every log-in ends, every share stops, and the person
can take a new one. Nobody of the staff ever sees a secret.
"""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from registry.holders.entry import holders_in
from registry.holders.model import Holder
from registry.people import holds
from registry.requests.asking import Standing, standing_of
from registry.review.errors import CertificateUnknown
from registry.rules.certificate_number import MalformedNumber, parse_certificate_number
from registry.rules.identity_types import IdentityType
from registry.rules.masks import mask_identity_number
from registry.staff.model import StaffRole
from web.errors import LinkInvalid
from web.limits import Budget
from web.links import HolderLink, read_link, sign_link
from web.staff.addresses import StaffAddress
from web.staff.certificates.within import sees
from web.staff.desk import account_of, form_of, name_subject, note_outcome, office_of, staff_page

HOLDERS = "/staff/holders"
_MAX_NAME, _MAX_IDENTITY, _MAX_NUMBER = 120, 40, 60
_ROLES = frozenset({StaffRole.REVIEWER, StaffRole.PROVINCE})
_INCOMPLETE = 422


@dataclass(frozen=True)
class Found:
    """The person at the counter: by which certificate, and what there is to void."""

    standing: Standing
    identity: str
    holders: tuple[Holder, ...]
    sessions: int

    @property
    def taken(self) -> Holder | None:
        """The holder with a secret in force."""
        return next((each for each in self.holders if each.has_secret), None)


def ask(request: Request) -> Response:
    """The form."""
    return _page(request)


def find(request: Request) -> Response:
    """Who it is, and whether there is a secret. Whatever does not fit, the answer is the same."""
    form = form_of(request)
    id_type, id_number, name, number = (
        form.field(each) for each in ("id_type", "id_number", "name", "number")
    )
    # Until somebody is found, the trail says nothing about who was asked for.
    name_subject(request, "holder")
    if not (id_type and id_number and name and number):
        note_outcome(request, "malformed_request")
        return _page(request, status=_INCOMPLETE, fault="incomplete")
    standing = _standing(request, number[:_MAX_NUMBER])
    fits = len(name) <= _MAX_NAME and len(id_number) <= _MAX_IDENTITY
    if (
        standing is None
        or standing.record.id_type != id_type
        or not (fits and holds(standing.record, name=name, id_number=id_number))
    ):
        note_outcome(request, CertificateUnknown.code)
        return _page(request, fault="not_found")
    return _found_page(request, _found(request, standing))


def void(request: Request) -> Response:
    """Ends the secret and all that was opened with it. Raises: LinkInvalid, LinkExpired."""
    office, form = office_of(request), form_of(request)
    name_subject(request, "holder")
    secret, now = office.register.link_secret(), office.clock()
    link = read_link(form.field("permit"), secret, now)
    if link.form != _purpose(request):
        raise LinkInvalid
    number = office.register.ledger.records.number_of(link.index)
    standing = _standing(request, number) if number is not None else None
    if standing is None:
        raise LinkInvalid
    found = _found(request, standing)
    if form.field("checked") != "yes":
        note_outcome(request, "malformed_request")
        return _found_page(request, found, fault="unchecked")
    done = [office.holders.holders.void(each) for each in found.holders]
    sessions, shares = sum(each.sessions for each in done), sum(each.others for each in done)
    ids = " ".join(each.id for each in found.holders)
    name_subject(request, f"holder {ids}".strip(), ended=str(sessions), shares=str(shares))
    return _page(request, done=True, sessions=sessions, shares=shares)


def _standing(request: Request, number: str) -> Standing | None:
    """The certificate of that number, if it is within the reach of whoever asks."""
    office, account = office_of(request), account_of(request)
    try:
        standing = standing_of(office.register.look_up, parse_certificate_number(number).text)
    except (MalformedNumber, CertificateUnknown):
        return None
    filing = office.register.filings().by_prefix(standing.record.institution)
    in_reach = filing is not None and sees(office, account, filing, standing.bureau)
    return standing if in_reach else None


def _found(request: Request, standing: Standing) -> Found:
    room = office_of(request).holders
    holders = holders_in(room, standing.record)
    name_subject(request, f"certificate {standing.chain.first.index}")
    return Found(
        standing,
        mask_identity_number(standing.record.id_number),
        holders,
        sum(len(room.sessions.of_holder(each)) for each in holders),
    )


def _found_page(request: Request, found: Found, *, fault: str = "") -> Response:
    office = office_of(request)
    expires_at = office.clock() + timedelta(seconds=office.settings.link_seconds)
    link = HolderLink(found.standing.chain.first.index, _purpose(request), expires_at)
    permit = sign_link(link, office.register.link_secret())
    return _page(request, status=_INCOMPLETE if fault else 200, found=found, permit=permit, fault=fault)


def _purpose(request: Request) -> str:
    # For whoever looked the person up, and for no colleague.
    return f"void {account_of(request).id}"


def _page(
    request: Request,
    *,
    status: int = 200,
    fault: str = "",
    found: Found | None = None,
    permit: str = "",
    done: bool = False,
    sessions: int = 0,
    shares: int = 0,
) -> Response:
    return staff_page(
        request,
        "staff/holders.html",
        status=status,
        fault=fault,
        found=found,
        permit=permit,
        done=done,
        sessions=sessions,
        shares=shares,
        id_types=[(each.value, f"{each.label}（{each.value}）") for each in IdentityType],
    )


ADDRESSES = (
    StaffAddress(HOLDERS, ask, _ROLES),
    StaffAddress(HOLDERS, find, _ROLES, ("POST",), "holder.find", budget=Budget.LOGIN),
    StaffAddress(f"{HOLDERS}/void", void, _ROLES, ("POST",), "holder.void"),
)
