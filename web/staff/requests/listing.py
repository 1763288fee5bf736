"""The work list: what waits, and what was decided, within the reach of whoever asks."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.requests.model import CaseRequest, RequestState, may_decide_request
from web.staff.certificates.within import reach_of, requests_of, who_of
from web.staff.desk import account_of, office_of, staff_page
from web.staff.paging import Pages, page_number

_PAGE_SIZE = 30
_OPEN = (RequestState.ASKED, RequestState.ACCEPTED)
_ENDED = (RequestState.DONE, RequestState.REFUSED, RequestState.WITHDRAWN)


@dataclass(frozen=True)
class Item:
    """A request in the list. `mine` is whether whoever asks decides it."""

    case: CaseRequest
    institution: str
    mine: bool


def show(request: Request) -> Response:
    """The list of open requests, or of those that ended."""
    office, account = office_of(request), account_of(request)
    view = "ended" if request.query_params.get("view") == "ended" else "open"
    states, reach = _ENDED if view == "ended" else _OPEN, reach_of(office, account)
    total = requests_of(office).count(reach, states)
    pages = Pages(page_number(request), _PAGE_SIZE, total, f"/staff/requests?view={view}")
    found = requests_of(office).listed(reach, states, offset=pages.offset, limit=_PAGE_SIZE)
    who, filings = who_of(account), office.register.filings()
    items = []
    for case in found:
        filing = filings.by_prefix(case.prefix)
        waits = case.state is RequestState.ASKED
        mine = waits and who is not None and may_decide_request(who, case.kind, case.bureau)
        items.append(Item(case, filing.names[-1].name if filing else case.prefix, mine))
    return staff_page(request, "staff/requests.html", items=items, pages=pages, view=view)
