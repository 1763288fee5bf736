"""The bundle that a bureau with a key of its own takes along: asked for, made by the worker, then taken.

The passphrase is read from the posted form once: what goes on to the worker is the key that it became.
"""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from registry.ledger.errors import NotAdmitted, Refusal
from registry.review.bundle_job import ask_bundle, bundle_until, latest_bundle, taken_bundle
from registry.review.sealed_file import new_file_key
from signing.encoding import parse_rfc3339
from web.headers import NO_STORE
from web.staff.desk import form_of, name_subject, note_outcome, see_other, staff_page
from web.staff.review.on_desk import OnDesk, deciding
from web.staff.review.stale import told_when_stale
from web.staff.signing.sign import ToSign, to_sign

SHORTEST_PASSPHRASE = 12
_UNFIT = 422


@dataclass(frozen=True)
class Ready:
    """A bundle that can be taken, and until when."""

    job: str
    asked_at: datetime
    until: datetime


@told_when_stale
def explain(request: Request) -> Response:
    """What the bundle is for, the form that has one made, and the one that is ready.

    Raises: BatchUnknown, ProposalUnknown.
    """
    desk = deciding(request)
    seen = to_sign(desk)
    asked = latest_bundle(desk.office.jobs, desk.id, desk.account.id)
    if asked is not None and asked.state.is_open:
        return see_other(f"/staff/jobs/{asked.id}")
    return _page(request, seen)


@told_when_stale
def ask(request: Request) -> Response:
    """Has it made. A second click finds the first one's job.

    Raises: BatchUnknown, ProposalUnknown, NotAdmitted where no key is kept.
    """
    desk, form = deciding(request), form_of(request)
    seen = to_sign(desk, form.field("digest"))
    if not seen.elsewhere:
        raise NotAdmitted(Refusal.CUSTODY_DIFFERS)
    passphrase = form.fields.get("passphrase", "")
    fault = ""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        fault = "short"
    elif passphrase != form.fields.get("again", ""):
        fault = "differs"
    if fault:
        note_outcome(request, "passphrase_unfit")
        return _page(request, seen, status=_UNFIT, fault=fault)
    job = ask_bundle(desk.office.jobs, seen.made, desk.account.id, new_file_key(passphrase.encode()))
    name_subject(request, desk.hex)
    return see_other(f"/staff/jobs/{job.id}")


@told_when_stale
def take(request: Request) -> Response:
    """The bundle as a file, for who had it made; the page above where it is gone.

    Raises: BatchUnknown, ProposalUnknown, ProposalStale.
    """
    desk = deciding(request)
    asked = latest_bundle(desk.office.jobs, desk.id, desk.account.id)
    content = None
    if asked is not None and asked.id == request.path_params["job"]:
        to_sign(desk, str(asked.content["digest"]))
        content = taken_bundle(desk.office.register, asked)
    if content is None:
        note_outcome(request, "bundle_gone")
        return see_other(f"{desk.path}/bundle")
    name_subject(request, desk.hex, rows=str(desk.overview.rows))
    disposition = f'attachment; filename="{desk.hex[:12]}.bundle"'
    headers = {**NO_STORE, "content-disposition": disposition}
    return Response(content, 200, headers, "application/octet-stream")


def _page(request: Request, seen: ToSign, *, status: int = 200, fault: str = "") -> Response:
    ready, gone = _ready(seen.desk, seen.made.digest)
    return staff_page(
        request,
        "staff/signing_bundle.html",
        status=status,
        desk=seen.desk,
        made=seen.made,
        seen=seen,
        fault=fault,
        shortest=SHORTEST_PASSPHRASE,
        ready=ready,
        gone=gone,
    )


def _ready(desk: OnDesk, digest: str) -> tuple[Ready | None, bool]:
    """The bundle of the proposal as it stands, or whether there was one."""
    asked = latest_bundle(desk.office.jobs, desk.id, desk.account.id)
    if asked is None:
        return None, False
    until = bundle_until(desk.office.register, asked)
    if not until or asked.content["digest"] != digest:
        return None, asked.code == ""
    return Ready(asked.id, asked.asked_at, parse_rfc3339(until)), False
