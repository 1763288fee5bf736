"""The holder's own shares: the list with each use, a new one, its link and picture, and the stop button.

A share is found only where its certificate is the holder's now; any other answers like one that never was.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import Response

from registry.holders.certificates import HeldCertificate, certificates_of, held_certificate
from registry.holders.disclosing import shares_of, standing
from registry.holders.share_errors import ShareIncomplete, ShareUnknown, TooManyShares
from registry.holders.share_model import (
    TICKED,
    Preset,
    Share,
    ShareItem,
    ShareState,
    check_choices,
    end_of,
    last_day,
)
from registry.holders.shares import NewShare
from registry.ledger.chain import ChainState
from registry.staff.trail import TrailEntry
from registry.verdict import Result
from signing.qr_image import qr_png
from web.errors import MalformedRequest
from web.headers import NO_INDEX, NO_STORE
from web.holder.gate import holder_page, posted, see_other, visit_of
from web.numerals import read_number
from web.pages.share import in_order
from web.site import site_of
from web.staff.desk import office_of
from web.staff.office import Office
from web.uploads import Form

AT = "/holder/shares"
_LAST_INDEX = 2**53
_ONCE_CHARACTERS = 64
# Ticked one by one; the institution goes with each of them and has no box.
_BOXES = tuple(each for each in ShareItem if each is not ShareItem.INSTITUTION)


@dataclass(frozen=True)
class Line:
    """A share as its holder sees it. `note` and `link` only where it is the holder's own.

    One made under a document that was corrected since may show what is another person's: it can be stopped.
    """

    share: Share
    certificate: HeldCertificate
    state: ShareState
    result: Result
    note: str
    link: str

    @property
    def last_day(self) -> date:
        """The last day on which it is good."""
        return last_day(self.share)

    @property
    def items(self) -> list[str]:
        """What it shows, in the order of pages."""
        return in_order(self.share.choices)


def show_list(request: Request) -> Response:
    """All shares of the holder's certificates, the open ones first."""
    office, visit = office_of(request), visit_of(request)
    held = {each.index: each for each in certificates_of(office.register.look_up, visit.holder)}
    found = shares_of(office.register).of(held)
    lines = [_line(request, each, held[each.certificate]) for each in found]
    lines.sort(key=lambda line: line.state is not ShareState.OPEN)
    return holder_page(request, "holder_shares.html", lines=lines, some=_in_force(held.values()) != [])


def show_form(request: Request) -> Response:
    """The form of a new share; first the choice of a certificate, where there are several to choose from."""
    office, visit = office_of(request), visit_of(request)
    index = request.query_params.get("certificate", "")
    if index:
        return _form_page(request, _own(request, index), _typed(request))
    to_choose = _in_force(certificates_of(office.register.look_up, visit.holder))
    if len(to_choose) == 1:
        return _form_page(request, to_choose[0], _typed(request))
    return holder_page(request, "holder_share_choose.html", certificates=to_choose)


def make(request: Request) -> Response:
    """Makes the share, and leads to its link. A form that is sent twice makes one.

    Raises: ShareUnknown for a certificate that is not the holder's, or not in force.
    """
    office, form = office_of(request), posted(request)
    certificate = _own(request, form.field("certificate"))
    try:
        made = shares_of(office.register).make(_wanted(request, certificate, form))
    except (ShareIncomplete, TooManyShares) as fault:
        typed = {**form.fields, "items": form.values("items")}
        field = fault.field if isinstance(fault, ShareIncomplete) else fault.code
        return _form_page(request, certificate, typed, fault=field)
    _note(request, "share.made", made, items=str(len(made.choices)))
    return see_other(f"{AT}/{made.id}")


def show(request: Request) -> Response:
    """One share: its link, its picture, its uses. Raises: ShareUnknown."""
    return holder_page(request, "holder_share.html", line=_found(request))


def picture(request: Request) -> Response:
    """The link as a QR code, to be shown on a phone at a counter. Raises: ShareUnknown."""
    line = _found(request)
    if not line.link:
        raise ShareUnknown
    return Response(qr_png(line.link), 200, {**NO_STORE, **NO_INDEX}, "image/png")


def stop(request: Request) -> Response:
    """No new view from now on. Raises: ShareUnknown."""
    line = _found(request)
    if line.state is ShareState.OPEN:
        shares_of(office_of(request).register).stop(line.share.id)
        _note(request, "share.stopped", line.share)
    return see_other(f"{AT}/{line.share.id}")


def _wanted(request: Request, certificate: HeldCertificate, form: Form) -> NewShare:
    office, visit = office_of(request), visit_of(request)
    items = [each for each in ShareItem if each.value in form.values("items")]
    choices = check_choices(items, identity_confirmed=bool(form.field("identity_confirmed")))
    once = form.field("once")
    if not once or len(once) > _ONCE_CHARACTERS:
        raise MalformedRequest("once")
    try:
        until = date.fromisoformat(form.field("until"))
    except ValueError as fault:
        raise ShareIncomplete("until") from fault
    found = office.register.look_up.current(certificate.number)
    if found is None:
        raise ShareUnknown
    return NewShare(
        person=visit.holder.person,
        certificate=certificate.index,
        entry=found[1].index,
        choices=choices,
        ends_at=end_of(until, office.today(), most_days=office.settings.share_max_days),
        note=form.field("note"),
        once=once,
    )


def _own(request: Request, text: str) -> HeldCertificate:
    """The holder's certificate that begins at the index that is named, if it is in force."""
    index = read_number(text, most=_LAST_INDEX)
    look_up, holder = office_of(request).register.look_up, visit_of(request).holder
    found = held_certificate(look_up, holder, index) if index is not None else None
    if found is None or found.state is not ChainState.VALID:
        raise ShareUnknown
    return found


def _in_force(certificates: Iterable[HeldCertificate]) -> list[HeldCertificate]:
    return [each for each in certificates if each.state is ChainState.VALID]


def _found(request: Request) -> Line:
    register, holder = office_of(request).register, visit_of(request).holder
    share = shares_of(register).get(request.path_params["id"])
    certificate = held_certificate(register.look_up, holder, share.certificate)
    if certificate is None:
        raise ShareUnknown
    return _line(request, share, certificate)


def _line(request: Request, share: Share, certificate: HeldCertificate) -> Line:
    office, holder = office_of(request), visit_of(request).holder
    state = share.state(office.clock())
    own = share.person == holder.person
    return Line(
        share=share,
        certificate=certificate,
        state=state,
        result=standing(office.register.look_up, share),
        note=share.note if own else "",
        link=f"{site_of(request).settings.origin}/s/{share.code}" if own and state is ShareState.OPEN else "",
    )


def _typed(request: Request) -> Mapping[str, object]:
    """What the form begins with: what the chosen use ticks, and a date in the usual distance."""
    try:
        preset = Preset(request.query_params.get("for", Preset.EMPLOYER))
    except ValueError:
        preset = Preset.EMPLOYER
    settings = office_of(request).settings
    days = min(settings.share_days, settings.share_max_days)
    return {
        "preset": preset.value,
        "items": tuple(each.value for each in TICKED[preset]),
        "until": (office_of(request).today() + timedelta(days=days)).isoformat(),
        "once": secrets.token_hex(16),
    }


def _form_page(
    request: Request, certificate: HeldCertificate, typed: Mapping[str, object], fault: str = ""
) -> Response:
    office: Office = office_of(request)
    today, most = office.today(), office.settings.share_max_days
    return holder_page(
        request,
        "holder_share_new.html",
        status=422 if fault else 200,
        certificate=certificate,
        boxes=[each.value for each in _BOXES],
        presets=[each.value for each in Preset],
        typed=typed,
        fault=fault,
        first_day=today.isoformat(),
        final_day=(today + timedelta(days=most)).isoformat(),
        most_days=most,
    )


def _note(request: Request, act: str, share: Share, **details: str) -> None:
    """What a holder did, by the certificate's place in the log: no name, no number, no link."""
    office = office_of(request)
    subject = f"certificate {share.certificate}"
    office.staff.trail.write(TrailEntry(office.clock(), act, subject=subject, details=details))
