"""The API for institutions' own systems: hand in batches, follow them, fetch what was found.

Nothing here holds a person's data: rows are named by their number in the workbook. What was found stands in
the marked workbook with the cells, for whoever holds a token that may read.

Source: draft-ietf-httpapi-idempotency-key-header; RFC 9457.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from registry.intake.row_index import RowIndex
from registry.jobs.model import Job
from registry.review.errors import BatchUnknown
from registry.review.record import DecisionRecord
from signing.encoding import Json, canonical_json
from web.errors import MalformedRequest
from web.headers import NO_STORE
from web.language import Language, language_of
from web.presenters.verdict_json import json_bytes
from web.problems import problem_of
from web.staff.desk import account_of, form_of, name_subject, office_of
from web.staff.institution.batch import FILTERS, decision_of, stored_findings
from web.staff.institution.listing import PAGE_SIZE, seen, views_of
from web.staff.institution.reach import batch_id, own_arrival, own_batch, own_filings
from web.staff.institution.state import BatchView, Due
from web.staff.institution.upload import checked_fields, hand_in_form
from web.staff.paging import Pages, page_number
from web.words.findings import finding_sentence

PATH = "/api/v1/batches"
FINDINGS_A_PAGE = 200
_LONGEST_KEY = 255


def listed(request: Request) -> Response:
    """The newest version of each batch, the last received first. Raises: MalformedRequest."""
    prefixes = [filing.number_prefix for filing in own_filings(request)]
    total = office_of(request).heads().count_newest_of(prefixes)
    pages = Pages(page_number(request), PAGE_SIZE, total, PATH)
    found: list[Json] = [batch_json(view) for view in views_of(request, prefixes, pages)]
    return _answer({"total": total, "page": pages.page, "pages": pages.pages, "batches": found})


def handed_in(request: Request) -> Response:
    """Takes an upload: 202 while it is worked on, 200 for one that is here already.

    Raises: MalformedRequest, BatchUnknown, and what `hand_in` raises.
    """
    form = form_of(request)
    checked_fields(form)
    handed = hand_in_form(request, form, key=_key(request))
    identity = handed.id.hex()
    name_subject(request, identity)
    is_open = handed.job is not None and handed.job.state.is_open
    told = (
        _job_json(handed.job, language_of(request)) if is_open and handed.job else _found(request, handed.id)
    )
    return _answer(told, 202 if is_open else 200, {"location": f"{PATH}/{identity}"})


def one(request: Request) -> Response:
    """One batch with a page of its findings; on its way in, how far it is. Raises: BatchUnknown."""
    return _answer(_found(request, batch_id(request.path_params["batch"])))


def batch_json(view: BatchView) -> dict[str, Json]:
    """A batch in numbers and days."""
    head, overview = view.head, view.overview
    return {
        "batch": head.id.hex(),
        "institution": head.prefix,
        "state": view.state.value,
        "review": view.step.value if view.step else None,
        "received_at": head.received_at,
        "form5_name": head.form5_name,
        "plan": head.plan,
        "legacy": head.legacy,
        "previous": head.previous.hex() if head.previous else None,
        "next": head.next.hex() if head.next else None,
        "rows": overview.rows,
        "clean": overview.clean,
        "flagged": overview.flagged,
        "refused": overview.refused,
        "upload_due": _due_json(view.upload),
        "review_due": _due_json(view.review),
        "entered": view.entered[1] if view.entered else 0,
        "national": {state.value: count for state, count in view.national.items()},
    }


def _found(request: Request, identity: bytes) -> dict[str, Json]:
    office, language = office_of(request), language_of(request)
    if office.heads().head(identity) is None:
        job = own_arrival(request, identity)
        if job is None:
            raise BatchUnknown
        return _job_json(job, language, office.jobs.error(job))
    head = own_batch(request, identity)
    index = RowIndex.decoded(office.heads().row_index(identity))
    chosen = request.query_params.get("finding", "")
    if chosen not in FILTERS:
        raise MalformedRequest("finding")
    numbers = index.of(chosen) if chosen else index.with_findings()
    pages = Pages(page_number(request), FINDINGS_A_PAGE, len(numbers), PATH)
    rows = office.heads().rows(identity, numbers[pages.offset : pages.offset + pages.size])
    return {
        **batch_json(seen(request, head)),
        "groups": [vars(each) for each in seen(request, head).overview.groups],
        "counts": {code: count for code, count in index.counts().items() if len(code) == len("R01")},
        "batch_findings": _findings_json(head.findings, language),
        "decision": _decision_json(decision_of(request, head)),
        "findings": {
            "total": len(numbers),
            "page": pages.page,
            "pages": pages.pages,
            "rows": [
                {
                    "row": row.row,
                    "refused": row.refused,
                    "findings": _findings_json(row.findings, language),
                }
                for row in rows
            ],
        },
    }


def _job_json(job: Job, language: Language, fault: Exception | None = None) -> dict[str, Json]:
    """An upload that is no batch yet, or never became one."""
    problem = problem_of(fault) if fault is not None else None
    told: Json = None
    if problem is not None:
        told = {
            "code": problem.code,
            "title": problem.title(language),
            "detail": problem.detail(language),
        }
    return {
        "batch": job.id,
        "institution": job.content["prefix"],
        "state": job.state.value,
        "progress": {"done": job.progress, "total": job.total},
        "problem": told,
    }


def _findings_json(stored: str, language: Language) -> list[Json]:
    return [
        {
            "code": each.code.value,
            "kind": each.kind,
            "severity": each.severity.value,
            "row": each.row,
            "column": each.column,
            "message": finding_sentence(each, language),
        }
        for each in stored_findings(stored)
    ]


def _decision_json(record: DecisionRecord | None) -> Json:
    if record is None:
        return None
    return {
        "kind": record.kind.value,
        "bureau": record.bureau,
        "reason": record.reason,
        "rejected": [{"row": row, "reason": code} for row, code in sorted(record.rejected.items())],
    }


def _due_json(due: Due | None) -> Json:
    if due is None:
        return None
    return {
        "on": due.deadline.on.isoformat(),
        "provisional": due.deadline.provisional,
        "working_days_left": due.days,
    }


def _key(request: Request) -> str:
    """What stands for the caller's own name of this request, "" without one. Raises: MalformedRequest."""
    given = request.headers.get("idempotency-key", "").strip()
    if len(given) > _LONGEST_KEY or not given.isascii() or not given.isprintable():
        raise MalformedRequest("idempotency-key")
    if not given:
        return ""
    vault = office_of(request).register.keys.vault
    return vault.upload_mac(canonical_json(["idempotency-key", account_of(request).id, given])).hex()


def _answer(
    value: Mapping[str, Json], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(json_bytes(value), status, {**NO_STORE, **(headers or {})}, "application/json")
