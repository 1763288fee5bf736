"""Rejections as a list of work: what came back, why, and who does what next; and sending them again."""

from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from registry.national.again_job import AGAIN, MOST_AGAIN
from registry.rules.certificate_number import is_number_prefix
from registry.staff.model import StaffRole
from registry.storage.national_desk_reads import RejectedAmong
from web.errors import MalformedRequest
from web.language import language_of
from web.numerals import read_number
from web.staff.desk import account_of, form_of, name_subject, office_of, see_other, staff_page
from web.staff.national.reach import item_of, prefixes_in_reach
from web.staff.national.words import next_text, reason_text
from web.staff.paging import Pages, page_number
from web.staff.statistics.tables import institution_name

REJECTIONS = "/staff/national/rejections"
_PAGE_SIZE = 20
_VIEWS = ("open", "settled")
_LONGEST_REASON = 64
_LAST_POSITION = 2**53


@dataclass(frozen=True)
class Asked:
    """What was asked for, and what stands in the database's question for it."""

    institution: str
    reason: str
    view: str
    among: RejectedAmong

    def query(self, **other: str) -> str:
        """The part of an address that asks the same, or something else of it."""
        fields = {"institution": self.institution, "reason": self.reason, "view": self.view, **other}
        return urlencode({name: value for name, value in fields.items() if value})


def page(request: Request) -> Response:
    """The list. Raises: MalformedRequest."""
    office, language = office_of(request), language_of(request)
    asked, national = _asked(request), office.national()
    pages = Pages(
        page_number(request), _PAGE_SIZE, national.count(asked.among), f"{REJECTIONS}?{asked.query()}"
    )
    everything = RejectedAmong(prefixes_in_reach(request), is_open=asked.among.is_open)
    filings = office.register.filings()
    items = [item_of(office, each) for each in national.listed(asked.among, pages.size, pages.offset)]
    may_send = account_of(request).role is StaffRole.PROVINCE and asked.among.is_open
    return staff_page(
        request,
        "staff/national_rejections.html",
        asked=asked,
        pages=pages,
        items=items,
        may_send=may_send,
        again=len(national.may_go_again(asked.among, MOST_AGAIN)) if may_send else 0,
        reason_text=lambda reason: reason_text(reason, language),
        next_text=lambda reason: next_text(reason, language),
        reasons=[(each, reason_text(each, language)) for each, _ in national.by_reason(everything)],
        institutions=[
            (each, institution_name(filings, each)) for each, _ in national.by_institution(everything) if each
        ],
        views=_VIEWS,
        nothing="nothing" in request.query_params,
    )


def send_again(request: Request) -> Response:
    """Hands to the worker what shall be sent again: the chosen ones, or all that were asked for.

    What is not open any more by then is left as it is. Raises: MalformedRequest.
    """
    office, form = office_of(request), form_of(request)
    among = _among(request, form.field("institution"), form.field("reason"), is_open=True)
    waiting = office.national().may_go_again(among, MOST_AGAIN)
    if form.field("all"):
        chosen = waiting
    else:
        wanted = {
            read_number(each, most=_LAST_POSITION) for each in (*form.values("seq"), *form.values("only"))
        }
        chosen = [each for each in waiting if each in wanted]
    name_subject(request, "national", rows=str(len(chosen)))
    if not chosen:
        return see_other(f"{REJECTIONS}?nothing=1")
    subject = sha256(",".join(map(str, chosen)).encode()).hexdigest()[:32]
    job = office.jobs.submit(AGAIN, subject, account_of(request).id, {"seqs": list(chosen)})
    return see_other(f"/staff/jobs/{job.id}")


def _asked(request: Request) -> Asked:
    given = request.query_params
    institution, reason, view = (given.get(name, "").strip() for name in ("institution", "reason", "view"))
    view = view or _VIEWS[0]
    if view not in _VIEWS:
        raise MalformedRequest("view")
    return Asked(institution, reason, view, _among(request, institution, reason, is_open=view == _VIEWS[0]))


def _among(request: Request, institution: str, reason: str, *, is_open: bool) -> RejectedAmong:
    """What is asked for, within reach: an institution that is not is as if nothing of it had come back."""
    if institution and not is_number_prefix(institution):
        raise MalformedRequest("institution")
    if len(reason) > _LONGEST_REASON:
        raise MalformedRequest("reason")
    prefixes = prefixes_in_reach(request)
    if institution:
        prefixes = [institution] if prefixes is None or institution in prefixes else []
    return RejectedAmong(prefixes, reason, is_open)
