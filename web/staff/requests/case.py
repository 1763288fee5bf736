"""One request: what is asked, who decides, and the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import Response

from registry.jobs.model import Job
from registry.ledger.entries import ActKind
from registry.requests.asking import Standing, standing_of
from registry.requests.deciding import JOB_KIND, accept, accept_correction, refuse, reopen, withdraw
from registry.requests.errors import RequestDecided, RequestUnknown
from registry.requests.model import CaseRequest, Party, RequestKind, RequestState, Who, may_decide_request
from registry.review.correcting import CORRECTABLE
from registry.review.errors import CertificateUnknown
from registry.rules.bureaus import parse_bureau
from registry.rules.identity_documents import IdentityType
from registry.rules.masks import mask_identity_number
from registry.staff.model import Account, StaffRole
from web.staff.certificates.acting import Change, follow, seen_head, submit
from web.staff.certificates.faults import FAULTS, Fault, fault_of
from web.staff.certificates.within import acting_as, requests_of, shown_request, who_of
from web.staff.desk import account_of, form_of, office_of, see_other, staff_page
from web.staff.office import Office
from web.uploads import Form


@dataclass(frozen=True)
class Powers:
    """What whoever looks may do with a request now."""

    decide: bool
    withdraw: bool
    resume: bool
    read_words: bool
    read_contact: bool


def show(request: Request) -> Response:
    """The request's page. Raises: RequestUnknown."""
    return _page(request, shown_request(request))


def decide(request: Request) -> Response:
    """Signs and hands in what was asked for, or refuses it, as the form says.

    A second click of whoever decided leads to what became of the first. Raises: RequestUnknown.
    """
    case, form, office = shown_request(request), form_of(request), office_of(request)
    who, account = acting_as(request), account_of(request)
    requests = requests_of(office)
    if not may_decide_request(who, case.kind, case.bureau):
        raise RequestUnknown
    try:
        if form.field("decision") == "refuse":
            refuse(requests, case, who, form.field("answer"))
            return see_other(f"/staff/requests/{case.id}")
        _accept(request, case, who, form)
        submit(request, case)
    except RequestDecided:
        if requests.get(case.id).decided_by != account.id:
            raise
        # The second click of the same person leads to what became of the first.
    except FAULTS as error:
        return _page(request, case, fault_of(request, error), form.fields)
    return follow(request, case)


def _accept(request: Request, case: CaseRequest, who: Who, form: Form) -> None:
    office, account = office_of(request), account_of(request)
    requests, passphrase = requests_of(office), form.fields.get("passphrase", "").encode()
    head = seen_head(form)
    if case.kind is not RequestKind.CORRECTION:
        accept(office.register, requests, case, who, account, passphrase=passphrase, seen_head=head)
        return
    record = vars(standing_of(office.register.look_up, case.wish.number).record)
    typed = {name: form.field(f"new_{name}") for name in CORRECTABLE}
    changes = {name: value for name, value in typed.items() if value and value != record[name]}
    accept_correction(
        office.register,
        requests,
        case,
        who,
        account,
        changes=changes,
        passphrase=passphrase,
        seen_head=head,
    )


def take_back(request: Request) -> Response:
    """The office that asked takes its request back. Raises: RequestUnknown, RequestDecided."""
    case, who = shown_request(request), acting_as(request)
    withdraw(requests_of(office_of(request)), case, who)
    return see_other(f"/staff/requests/{case.id}")


def resume(request: Request) -> Response:
    """Hands a signed act in again whose job ended without it. Raises: RequestUnknown, RequestDecided."""
    case, who = shown_request(request), acting_as(request)
    if not may_decide_request(who, case.kind, case.bureau):
        raise RequestUnknown
    if case.state is not RequestState.ACCEPTED:
        raise RequestDecided
    submit(request, case)
    return follow(request, case)


def decide_anew(request: Request) -> Response:
    """Drops a signature that was not registered. Raises: RequestUnknown, RequestDecided."""
    case, who, office = shown_request(request), acting_as(request), office_of(request)
    if not may_decide_request(who, case.kind, case.bureau):
        raise RequestUnknown
    job = office.jobs.latest(JOB_KIND, case.id)
    if case.state is not RequestState.ACCEPTED or (job is not None and job.state.is_open):
        raise RequestDecided
    reopen(office.register, requests_of(office), case, who)
    return see_other(f"/staff/requests/{case.id}")


def document(request: Request) -> Response:
    """The paper that came with it. Raises: RequestUnknown."""
    case = shown_request(request)
    if not _powers(account_of(request), case, None).read_words:
        raise RequestUnknown
    content = requests_of(office_of(request)).document(case.id)
    if not content:
        raise RequestUnknown
    # Whatever it was called and whatever it claims to be: it is saved, never shown inside our pages.
    headers = {
        "content-disposition": f'attachment; filename="{case.id[:8]}.bin"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(content, 200, headers, "application/octet-stream")


def _page(
    request: Request,
    case: CaseRequest,
    fault: Fault | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    office, account = office_of(request), account_of(request)
    job = office.jobs.latest(JOB_KIND, case.id)
    standing = _standing(office, case)
    filing = office.register.filings().by_prefix(case.prefix)
    powers = _powers(account, case, job)
    return staff_page(
        request,
        "staff/request.html",
        status=fault.status if fault else 200,
        case=case,
        standing=standing,
        institution=filing.names[-1].name if filing else case.prefix,
        bureau=parse_bureau(case.bureau).office,
        asker=_asker_name(office, case),
        changes=_changes(case, standing, whole=powers.decide),
        items=_items(case, standing, typed) if powers.decide else [],
        id_types=[(each.value, each.label) for each in IdentityType],
        powers=powers,
        job=job,
        head=standing.chain.head.index if standing else -1,
        fault=fault,
        corrected=ActKind.CORRECTED,
    )


def _powers(account: Account, case: CaseRequest, job: Job | None) -> Powers:
    who: Who | None = who_of(account)
    decides = who is not None and may_decide_request(who, case.kind, case.bureau)
    asked = who is not None and (who.party, who.office) == (case.asked_by.party, case.asked_by.office)
    waits = case.state is RequestState.ASKED
    # What a holder wrote is for those who decide on certificates, not for whom it may accuse.
    theirs = (
        case.asked_by.party is Party.HOLDER
        and case.kind is RequestKind.DISPUTE
        and account.role is StaffRole.INSTITUTION
    )
    calls = case.kind is RequestKind.CORRECTION and account.role is StaffRole.REVIEWER
    return Powers(
        decide=decides and waits,
        withdraw=asked and waits,
        resume=decides and case.state is RequestState.ACCEPTED and (job is None or not job.state.is_open),
        read_words=not theirs,
        read_contact=calls or account.role is StaffRole.PROVINCE,
    )


def _standing(office: Office, case: CaseRequest) -> Standing | None:
    try:
        return standing_of(office.register.look_up, case.wish.number)
    except CertificateUnknown:
        # Erased since: then there is nothing left to decide on.
        return None


def _changes(case: CaseRequest, standing: Standing | None, *, whole: bool) -> list[Change]:
    """What a correction changes; a new identity number `whole` only for who decides on it now."""
    if standing is None:
        return []
    before = vars(standing.record)
    now = {**before, "id_number": mask_identity_number(before["id_number"])}
    after = dict(case.wish.changes)
    if "id_number" in after and not whole:
        after["id_number"] = mask_identity_number(after["id_number"])
    return [Change(name, now[name], value) for name, value in after.items()]


def _items(
    case: CaseRequest, standing: Standing | None, typed: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """What whoever decides may correct: the item, what stands there, and what the holder or they wrote."""
    if standing is None or case.kind is not RequestKind.CORRECTION:
        return []
    record = vars(standing.record)
    now = {
        **record,
        "id_type": IdentityType(record["id_type"]).label,
        "id_number": mask_identity_number(record["id_number"]),
    }
    wrote = {name: typed.get(f"new_{name}", "").strip() for name in CORRECTABLE} if typed else {}
    return [
        (name, now[name], wrote.get(name, "") if typed else case.wish.changes.get(name, ""))
        for name in CORRECTABLE
    ]


def _asker_name(office: Office, case: CaseRequest) -> str:
    who = case.asked_by
    if who.party is Party.HOLDER:
        return ""
    if who.party is Party.INSTITUTION:
        filing = office.register.filings().by_prefix(case.prefix)
        return filing.names[-1].name if filing else who.office
    return parse_bureau(who.office).office
