"""For a bureau that keeps its key: the signature that it brings back."""

from starlette.requests import Request
from starlette.responses import Response

from registry.ledger.errors import NotAdmitted
from registry.review.errors import MalformedSignatureFile, SignatureOfAnother
from registry.review.offline_signature import MAX_BYTES, read_signature
from registry.review.signing import signed_elsewhere
from web.problems import problem_of
from web.staff.desk import form_of, note_outcome, see_other, staff_page
from web.staff.review.on_desk import deciding
from web.staff.review.stale import told_when_stale
from web.staff.signing.sign import ToSign, hand_in, running_job, to_sign

_UNFIT = 422


@told_when_stale
def ask_signature(request: Request) -> Response:
    """The form that takes the signature. Raises: BatchUnknown, ProposalUnknown."""
    desk = deciding(request)
    if (waiting := running_job(desk)) is not None:
        return see_other(waiting)
    return _signature_page(request, to_sign(desk))


@told_when_stale
def take_signature(request: Request) -> Response:
    """Checks the signature against the proposal as it stands, and hands it to the worker.

    Raises: BatchUnknown, ProposalUnknown.
    """
    desk, form = deciding(request), form_of(request)
    if (waiting := running_job(desk)) is not None:
        return see_other(waiting)
    seen = to_sign(desk)
    try:
        signature = read_signature(form.file("signature") or b"")
        record = signed_elsewhere(
            desk.office.register, desk.account.id, seen.made, desk.office.batches(), signature
        )
    except (MalformedSignatureFile, SignatureOfAnother, NotAdmitted) as fault:
        note_outcome(request, fault.code)
        return _signature_page(request, seen, status=_UNFIT, fault=fault)
    return hand_in(request, desk, seen.made, record)


def _signature_page(
    request: Request, seen: ToSign, *, status: int = 200, fault: Exception | None = None
) -> Response:
    return staff_page(
        request,
        "staff/signing_signature.html",
        status=status,
        desk=seen.desk,
        made=seen.made,
        seen=seen,
        fault=problem_of(fault) if fault is not None else None,
        reason=fault.reason.value if isinstance(fault, NotAdmitted) else "",
        most_bytes=MAX_BYTES,
    )
