"""What a holder who is logged in asked for about the own certificates, how far it is, and asking anew."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from registry.holders.certificates import HeldCertificate, certificates_of, held_certificate, held_since
from registry.requests.deciding import desk_of, withdraw
from registry.requests.errors import RequestUnknown
from registry.requests.model import CaseRequest, Party, RequestState, Who, Wish
from registry.rules.identity_documents import IdentityType
from registry.rules.masks import mask_identity_number
from web.errors import LinkInvalid
from web.holder.gate import holder_page, see_other, visit_of
from web.numerals import read_number
from web.pages.corrections import form_page, note, subject_of
from web.staff.desk import office_of

AT = "/holder/corrections"
_LAST_INDEX = 2**53


@dataclass(frozen=True)
class OwnRequest:
    """One request with the certificate it is about; `claims` are what the holder typed, item by item.

    `is_earlier`: asked while the certificate stood under another document. How far it is, is shown; what was
    said then may be another person's, and is not.
    """

    case: CaseRequest
    certificate: HeldCertificate
    claims: tuple[tuple[str, str], ...]
    is_earlier: bool = False


def show_list(request: Request) -> Response:
    """All requests of the holder, newest first, and for which certificates one can ask."""
    office, visit = office_of(request), visit_of(request)
    held = certificates_of(office.register.look_up, visit.holder)
    requests = desk_of(office.register)
    own = [
        _own(request, case, certificate)
        for certificate in held
        for case in requests.of_certificate(certificate.index)
        if case.asked_by.party is Party.HOLDER
    ]
    own.sort(key=lambda each: each.case.asked_at, reverse=True)
    return holder_page(request, "correction_list.html", own=own, certificates=held)


def start(request: Request) -> Response:
    """The form about one of the holder's certificates. Raises: RequestUnknown."""
    office = office_of(request)
    index = read_number(request.query_params.get("certificate", ""), most=_LAST_INDEX)
    look_up, holder = office.register.look_up, visit_of(request).holder
    found = held_certificate(look_up, holder, index) if index is not None else None
    if found is None:
        raise RequestUnknown
    try:
        return form_page(request, subject_of(office, found.index))
    except LinkInvalid as fault:
        # Replaced by another number: what is wrong is asked about there.
        raise RequestUnknown from fault


def show(request: Request) -> Response:
    """One request: what was asked, how far it is, and what was answered. Raises: RequestUnknown."""
    return holder_page(request, "correction_own.html", own=_found(request))


def take_back(request: Request) -> Response:
    """Withdraws a request that nobody has decided on yet. Raises: RequestUnknown, RequestDecided."""
    office, own = office_of(request), _found(request)
    if own.case.state is not RequestState.WITHDRAWN:
        withdraw(desk_of(office.register), own.case, Who(Party.HOLDER))
        note(office, "request.taken_back", own.case)
    return see_other(f"{AT}/{own.case.id}")


def _found(request: Request) -> OwnRequest:
    office, holder = office_of(request), visit_of(request).holder
    identity = request.path_params["id"]
    if not identity.isalnum():
        # Some databases keep no text with a NUL in it, and would call the question a fault.
        raise RequestUnknown
    case = desk_of(office.register).get(identity)
    certificate = held_certificate(office.register.look_up, holder, case.certificate)
    if certificate is None or case.asked_by.party is not Party.HOLDER:
        raise RequestUnknown
    return _own(request, case, certificate)


def _own(request: Request, case: CaseRequest, certificate: HeldCertificate) -> OwnRequest:
    look_up, holder = office_of(request).register.look_up, visit_of(request).holder
    if certificate.version > 1 and case.asked_at < held_since(look_up, holder, certificate):
        return OwnRequest(replace(case, wish=Wish("", ""), answer=""), certificate, (), is_earlier=True)
    claims = dict(case.wish.changes)
    if "id_number" in claims:
        claims["id_number"] = mask_identity_number(claims["id_number"])
    if claims.get("id_type") in set(IdentityType):
        claims["id_type"] = IdentityType(claims["id_type"]).label
    return OwnRequest(case, certificate, tuple(claims.items()))
