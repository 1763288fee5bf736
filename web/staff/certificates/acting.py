"""An act on a certificate, from its form over the preview to the request that it becomes.

Whoever decides signs it at once and the worker appends it; anybody else asks for it. What was typed returns
with what is wrong about it; only the paper and the passphrase are chosen anew, for neither is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.ledger.entries import ActKind, Authority
from registry.requests.asking import Asked, Paper, ask, dispute, draft
from registry.requests.deciding import JOB_KIND, act_at_once
from registry.requests.errors import RequestIncomplete, RequestNotPossible
from registry.requests.model import AUTHORITIES, REASONS, CaseRequest, Party
from registry.review.acts import ActReason
from registry.review.correcting import CORRECTABLE
from registry.rules.certificate_number import parse_certificate_number
from registry.rules.identity_documents import IdentityType
from registry.rules.masks import mask_identity_number
from web.errors import NoSuchPage
from web.numerals import read_number
from web.staff.certificates.faults import FAULTS, Fault, fault_of
from web.staff.certificates.within import Shown, acting_as, requests_of, shown_certificate
from web.staff.desk import account_of, call_of, form_of, office_of, see_other, staff_page
from web.uploads import Form

DISPUTE = "dispute"
MAX_PAPER_BYTES = 10 << 20
_MAX_NAME = 120
_LAST_INDEX = 2**53


@dataclass(frozen=True)
class Change:
    """One line of a correction's preview."""

    field: str
    before: str
    after: str


def show_form(request: Request) -> Response:
    """The form of one act. Raises: CertificateUnknown, NoSuchPage."""
    shown, act = shown_certificate(request), _act(request)
    _require_offered(shown, act)
    return _form_page(request, shown, act, {})


def post_form(request: Request) -> Response:
    """The preview; from there the signature, or the request. Raises: CertificateUnknown, NoSuchPage."""
    shown, act, form = shown_certificate(request), _act(request), form_of(request)
    call_of(request).details["act"] = DISPUTE if act is None else act.value
    typed = {name: value.strip() for name, value in form.fields.items() if name != "passphrase"}
    if form.field("step") == "edit":
        return _form_page(request, shown, act, typed)
    final = form.field("step") in ("final", "ask")
    try:
        if act is None:
            return follow(request, _disputed(request, shown, form))
        asked = _asked(shown, act, form)
        if final:
            return follow(request, _done(request, shown, asked, form))
        draft(office_of(request).register.look_up, shown.number, acting_as(request), asked)
    except FAULTS as error:
        fault = fault_of(request, error)
        return _form_page(request, shown, act, typed, fault, preview=final and act is not None)
    return _form_page(request, shown, act, typed, preview=True)


def submit(request: Request, case: CaseRequest) -> None:
    """Hands the signed act to the worker; handing it in again changes nothing."""
    office = office_of(request)
    office.jobs.submit(JOB_KIND, case.id, account_of(request).id, {"certificate": case.certificate})


def _done(request: Request, shown: Shown, asked: Asked, form: Form) -> CaseRequest:
    office, who = office_of(request), acting_as(request)
    requests = requests_of(office)
    # A bureau that keeps its keys itself can't sign here: the province can for it.
    if not shown.decides or form.field("step") == "ask":
        return ask(office.register.look_up, requests, shown.number, who, asked)
    case = act_at_once(
        office.register,
        requests,
        shown.number,
        who,
        account_of(request),
        asked,
        passphrase=form.fields.get("passphrase", "").encode(),
        seen_head=seen_head(form),
    )
    submit(request, case)
    return case


def _disputed(request: Request, shown: Shown, form: Form) -> CaseRequest:
    if not shown.may_dispute:
        raise RequestNotPossible
    case, _ = dispute(
        office_of(request).register.look_up,
        requests_of(office_of(request)),
        shown.number,
        acting_as(request),
        words=form.field("words"),
        paper=_paper(form),
    )
    return case


def _asked(shown: Shown, act: ActKind, form: Form) -> Asked:
    try:
        reason, authority = ActReason(form.field("reason")), Authority(form.field("authority"))
    except ValueError as fault:
        raise RequestIncomplete("reason") from fault
    changes, replaced_by = {}, ""
    if act is ActKind.CORRECTED:
        record = vars(shown.standing.record)
        typed = {name: form.field(f"new_{name}") for name in CORRECTABLE}
        changes = {name: value for name, value in typed.items() if value and value != record[name]}
    if act is ActKind.SUPERSEDED and form.field("replaced_by"):
        replaced_by = parse_certificate_number(form.field("replaced_by")).text
    return Asked(act, reason, authority, form.field("words"), changes, replaced_by, _paper(form))


def _paper(form: Form) -> Paper | None:
    content = form.file("document")
    return Paper(form.file_name("document")[:_MAX_NAME], content) if content else None


def _form_page(
    request: Request,
    shown: Shown,
    act: ActKind | None,
    typed: Mapping[str, str],
    fault: Fault | None = None,
    *,
    preview: bool = False,
) -> Response:
    who = acting_as(request)
    record = vars(shown.standing.record)
    now = {
        **record,
        "id_type": IdentityType(record["id_type"]).label,
        "id_number": mask_identity_number(record["id_number"]),
    }
    return staff_page(
        request,
        "staff/certificate_act.html",
        status=fault.status if fault else 200,
        shown=shown,
        record=shown.standing.record,
        act=DISPUTE if act is None else act.value,
        typed=typed,
        fault=fault,
        preview=preview,
        head=shown.standing.chain.head.index,
        reasons=[each.value for each in REASONS[act]] if act else [],
        authorities=[each.value for each in AUTHORITIES[who.party]],
        correctable=[(name, now[name]) for name in CORRECTABLE],
        changes=[
            Change(name, now[name], typed[f"new_{name}"])
            for name in CORRECTABLE
            if typed.get(f"new_{name}") and typed[f"new_{name}"] != record[name]
        ],
        decides=shown.decides and act is not None,
        may_pass_on=shown.decides and act is not None and who.party is Party.BUREAU,
    )


def _act(request: Request) -> ActKind | None:
    """The act in the address, None for a dispute. Raises: NoSuchPage."""
    name = request.path_params["act"]
    if name == DISPUTE:
        return None
    if name not in {each.value for each in REASONS}:
        raise NoSuchPage
    return ActKind(name)


def _require_offered(shown: Shown, act: ActKind | None) -> None:
    offered = shown.may_dispute if act is None else act in shown.acts
    if not offered:
        raise RequestNotPossible


def seen_head(form: Form) -> int:
    """The certificate's newest entry as the page showed it; what says nothing fits no certificate."""
    found = read_number(form.field("head"), most=_LAST_INDEX)
    return -1 if found is None else found


def follow(request: Request, case: CaseRequest) -> Response:
    """To where one sees what becomes of it: the worker's progress while there is some, else the request."""
    job = office_of(request).jobs.latest(JOB_KIND, case.id)
    if job is not None and job.state.is_open:
        return see_other(f"/staff/jobs/{job.id}")
    return see_other(f"/staff/requests/{case.id}")
