"""A holder says what is wrong with a certificate, or disputes its annulment, and sees what became of it.

Who may is who just opened the certificate with name, identity number and number, or is logged in: either way
a permit stands in the form, which names a position in the log and is good for an hour. Whether it is a
correction or a dispute follows from how the certificate stands. The outcome is asked for by a reference that
is shown once; it says nothing about the person, and whoever asks by it learns nothing else. Holders who are
logged in see all of their own (`web.holder.corrections`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.ledger.chain import ChainState
from registry.requests.asking import Paper, ask_correction, dispute, standing_of
from registry.requests.deciding import desk_of
from registry.requests.errors import RequestIncomplete, RequestUnknown
from registry.requests.model import CaseRequest, Party, RequestKind, Who
from registry.review.correcting import CORRECTABLE
from registry.review.errors import CertificateUnknown
from registry.rules.identity_documents import IdentityType
from registry.rules.masks import mask_identity_number, mask_name
from registry.staff.trail import TrailEntry
from registry.verdict import Result
from web.backend import HolderView
from web.errors import LinkInvalid, NoSuchPage
from web.holder.gate import holder_session
from web.links import HolderLink, read_link, sign_link
from web.site import Site, site_of
from web.staff.office import Office
from web.uploads import Form, read_form

AT = "/holder/corrections"
MAX_PAPER_BYTES = 5 << 20
_PERMIT = "request"
# Long enough to find the paper and to write; from then on what the person showed is too long ago.
_WRITING = timedelta(hours=1)
_MAX_FIELDS = 24
_MAX_NAME = 120
_KINDS = {ChainState.VALID: RequestKind.CORRECTION, ChainState.ANNULLED: RequestKind.DISPUTE}


@dataclass(frozen=True)
class Subject:
    """The certificate that is written about: its number, what can be asked, and each item as it stands."""

    index: int
    number: str
    kind: RequestKind
    items: tuple[tuple[str, str], ...]


def permit_for(site: Site, view: HolderView) -> str:
    """What lets its holder begin to write for some minutes, "" where nothing can be asked."""
    if site.office is None or view.verdict.result not in (Result.VALID, Result.ANNULLED):
        return ""
    return _permit(site, view.index, timedelta(seconds=site.settings.link_seconds))


async def begin(request: Request) -> Response:
    """The form, for who comes with a permit. Raises: LinkInvalid, LinkExpired, NoSuchPage."""
    site = site_of(request)
    office = _office(site)
    token = (await read_form(request)).field("permit")
    subject = await run_sync(subject_of, office, _permitted(site, token))
    return form_page(request, subject)


async def hand_in(request: Request) -> Response:
    """Keeps what was written and shows its reference, once. Raises: LinkInvalid, LinkExpired, NoSuchPage."""
    site = site_of(request)
    office = _office(site)
    most = min(MAX_PAPER_BYTES, site.settings.max_upload_bytes)
    form = await read_form(request, max_file_bytes=most, max_fields=_MAX_FIELDS)
    subject = await run_sync(subject_of, office, _permitted(site, form.field("permit")))
    try:
        reference = await run_sync(_keep, office, subject, form)
    except RequestIncomplete as fault:
        return form_page(request, subject, form, fault.field)
    return site.renderer.page(request, "correction_sent.html", kind=subject.kind.value, reference=reference)


async def ask(request: Request) -> Response:
    """To the own list for who is logged in; else the form that asks for a reference."""
    site = site_of(request)
    _office(site)
    if await run_sync(holder_session, request) is not None:
        return RedirectResponse(f"{AT}/own", 303)
    return site.renderer.page(request, "correction_ask.html", unknown=False)


async def tell(request: Request) -> Response:
    """What became of what was handed in under that reference."""
    site = site_of(request)
    office = _office(site)
    reference = (await read_form(request)).field("reference")
    try:
        case: CaseRequest = await run_sync(desk_of(office.register).by_reference, reference)
    except RequestUnknown:
        return site.renderer.page(request, "correction_ask.html", unknown=True)
    return site.renderer.page(request, "correction_state.html", case=case)


async def moved(request: Request) -> Response:  # noqa: ARG001 - slowapi looks for it
    """Where disputes alone were asked about before."""
    return RedirectResponse(AT, 308)


def subject_of(office: Office, index: int) -> Subject:
    """The certificate that begins at `index`. Raises: LinkInvalid where nothing can be asked any more."""
    number = office.register.ledger.records.number_of(index)
    try:
        # Erased within the hour of the permit.
        standing = standing_of(office.register.look_up, number) if number is not None else None
    except CertificateUnknown:
        standing = None
    kind = _KINDS.get(standing.chain.head.state) if standing else None
    if number is None or standing is None or kind is None:
        raise LinkInvalid
    record = vars(standing.record)
    shown = {
        **record,
        "name": mask_name(standing.record.name),
        "id_type": IdentityType(standing.record.id_type).label,
        "id_number": mask_identity_number(standing.record.id_number),
    }
    return Subject(index, number, kind, tuple((name, shown[name]) for name in CORRECTABLE))


def form_page(request: Request, subject: Subject, form: Form | None = None, fault: str = "") -> Response:
    """The form about a certificate, with a fresh permit; what was typed stays, the paper is chosen anew."""
    site = site_of(request)
    typed = dict(form.fields) if form else {}
    return site.renderer.page(
        request,
        "correction_form.html",
        status=422 if fault else 200,
        subject=subject,
        kind=subject.kind.value,
        permit=_permit(site, subject.index, _WRITING),
        typed=typed,
        fault=fault,
        id_types=[(each.value, each.label) for each in IdentityType],
        megabytes=MAX_PAPER_BYTES >> 20,
    )


def _keep(office: Office, subject: Subject, form: Form) -> str:
    register = office.register
    look_up, requests = register.look_up, desk_of(register)
    words, contact = form.field("words"), form.field("contact")
    content = form.file("document")
    paper = Paper(form.file_name("document")[:_MAX_NAME], content) if content else None
    if subject.kind is RequestKind.DISPUTE:
        case, reference = dispute(
            look_up, requests, subject.number, Who(Party.HOLDER), words=words, contact=contact, paper=paper
        )
    else:
        typed = {name: form.field(f"new_{name}") for name in CORRECTABLE}
        changes = {name: value for name, value in typed.items() if value}
        case, reference = ask_correction(
            look_up, requests, subject.number, changes=changes, words=words, contact=contact, paper=paper
        )
    if reference:
        note(office, "request.asked", case)
    return reference


def note(office: Office, act: str, case: CaseRequest) -> None:
    """What a holder did with a request of the own, in the trail."""
    office.staff.trail.write(TrailEntry(office.clock(), act, subject=f"request {case.id}"))


def _office(site: Site) -> Office:
    if site.office is None:
        raise NoSuchPage
    return site.office


def _permit(site: Site, index: int, good_for: timedelta) -> str:
    expires_at: datetime = site.clock() + good_for
    return sign_link(HolderLink(index, _PERMIT, expires_at), site.register.link_secret())


def _permitted(site: Site, token: str) -> int:
    link = read_link(token, site.register.link_secret(), site.clock())
    if link.form != _PERMIT:
        raise LinkInvalid
    return link.index
