"""What a person is told whose page was no longer true: what happened, by whom, and that nothing was done."""

from collections.abc import Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from registry.review.errors import (
    BatchDecided,
    BatchSuperseded,
    DraftsChanged,
    NotResponsible,
    ProposalStale,
    ReviewNotReady,
)
from signing.encoding import parse_rfc3339
from web.staff.desk import note_outcome, office_of, staff_page

_Endpoint = Callable[[Request], Response]
_TOLD = (BatchDecided, BatchSuperseded, DraftsChanged, NotResponsible, ProposalStale, ReviewNotReady)


def told_when_stale(endpoint: _Endpoint) -> _Endpoint:
    """The endpoint, with a page of its own for what came in between."""

    @wraps(endpoint)
    def guarded(request: Request) -> Response:
        try:
            return endpoint(request)
        except _TOLD as fault:
            note_outcome(request, fault.code)
            return _page(request, fault)

    return guarded


def _page(request: Request, fault: Exception) -> Response:
    by, at = "", None
    if isinstance(fault, DraftsChanged) and fault.by:
        account = office_of(request).accounts.get(fault.by)
        by, at = account.name if account else fault.by, parse_rfc3339(fault.at)
    return staff_page(
        request,
        "staff/review_stale.html",
        status=409,
        happened=str(getattr(fault, "code", "")),
        by=by,
        at=at,
        batch=request.path_params["batch"],
    )
