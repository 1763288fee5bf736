"""The part of the API's description that institutions' own systems use."""

from typing import Any

from registry.jobs.model import JobState
from registry.national.queue import SendingState
from web.staff.institution.state import BatchState, ReviewStep

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer"}
_FLAG: dict[str, Any] = {"type": "boolean"}
_ID: dict[str, Any] = {**_TEXT, "description": "32 hexadecimal characters"}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


_DUE = _or_null(
    _object(
        on={"type": "string", "format": "date"},
        provisional=_FLAG,
        working_days_left={**_COUNT, "description": "negative where it is too late"},
    )
)
_FINDING = _object(
    code={**_TEXT, "description": "R01 to R21"},
    kind=_TEXT,
    severity={"enum": ["refuse", "flag", "refuse_batch"]},
    row=_or_null(_COUNT),
    column=_or_null(_TEXT),
    message=_TEXT,
)
_GROUP = _object(
    occupation=_TEXT,
    job=_TEXT,
    level=_TEXT,
    form4=_or_null(_COUNT),
    form5=_COUNT,
    refused=_COUNT,
    flagged=_COUNT,
)
_BATCH: dict[str, dict[str, Any]] = {
    "batch": _ID,
    "institution": {**_TEXT, "description": "number prefix of the filing"},
    "state": {"enum": [each.value for each in BatchState]},
    "review": {
        **_or_null({"enum": [each.value for each in ReviewStep]}),
        "description": "while its state is waiting: whether the bureau began, or prepared its decision",
    },
    "received_at": {"type": "string", "format": "date-time"},
    "form5_name": _TEXT,
    "plan": _TEXT,
    "legacy": {**_TEXT, "description": "the earlier review, for certificates from before the register"},
    "previous": _or_null(_ID),
    "next": _or_null(_ID),
    "rows": _COUNT,
    "clean": _COUNT,
    "flagged": _COUNT,
    "refused": _COUNT,
    "upload_due": _DUE,
    "review_due": _DUE,
    "entered": {**_COUNT, "description": "certificates that entered the register with it"},
    "national": {
        "type": "object",
        "properties": {each.value: _COUNT for each in SendingState},
        "description": "certificates by their state at the national network",
    },
}

BATCH_SCHEMAS: dict[str, dict[str, Any]] = {
    "Batches": _object(total=_COUNT, page=_COUNT, pages=_COUNT, batches=_list(_object(**_BATCH))),
    "Batch": _object(
        **_BATCH,
        groups=_list(_GROUP),
        counts={"type": "object", "description": "rows by finding code"},
        batch_findings=_list(_FINDING),
        decision=_or_null(
            _object(kind=_TEXT, bureau=_TEXT, reason=_TEXT, rejected=_list(_object(row=_COUNT, reason=_TEXT)))
        ),
        findings=_object(
            total=_COUNT,
            page=_COUNT,
            pages=_COUNT,
            rows=_list(_object(row=_COUNT, refused=_FLAG, findings=_list(_FINDING))),
        ),
    ),
    "Arrival": _object(
        batch=_ID,
        institution=_TEXT,
        state={"enum": [each.value for each in JobState]},
        progress=_object(done=_COUNT, total=_COUNT),
        problem=_or_null(_object(code=_TEXT, title=_TEXT, detail=_TEXT)),
    ),
}
SECURITY_SCHEMES: dict[str, Any] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of the institution's account: scopes batches:read and batches:write.",
    }
}
_EITHER = {
    "application/json": {
        "schema": {"anyOf": [{"$ref": f"#/components/schemas/{each}"} for each in ("Batch", "Arrival")]}
    }
}
_PAGE = {
    "name": "page",
    "in": "query",
    "description": "from 1",
    "schema": {"type": "integer", "minimum": 1},
}
_BATCH_ID = {
    "name": "batch",
    "in": "path",
    "required": True,
    "description": "the batch's id",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}


def batch_paths() -> dict[str, Any]:
    """The addresses under /api/v1/batches."""
    file = {"type": "string", "format": "binary"}
    form = {
        "type": "object",
        "required": ["form5", "form4"],
        "properties": {
            "form5": {**file, "description": "Form 5 (附件5): .xlsx, .xls or .csv"},
            "form4": {**file, "description": "Form 4 (附件4)"},
            "prefix": {**_TEXT, "description": "number prefix of the filing; not needed with `previous`"},
            "previous": {**_ID, "description": "the batch whose place this corrected upload takes"},
            "plan": {**_TEXT, "description": "the plan's reference on the supervision platform"},
            "legacy": _BATCH["legacy"],
        },
    }
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "the caller's own name of this request: repeated with it, it is done once",
        "schema": {"type": "string", "maxLength": 255},
    }
    listed = {"application/json": {"schema": {"$ref": "#/components/schemas/Batches"}}}
    workbook: dict[str, Any] = {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {}}
    return {
        "/api/v1/batches": {
            "get": _operation("The institution's batches, newest first", {"200": listed}, [_PAGE]),
            "post": {
                **_operation("Hand in both forms", {"200": _EITHER, "202": _EITHER}, [key]),
                "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": form}}},
            },
        },
        "/api/v1/batches/{batch}": {
            "get": _operation(
                "One batch with a page of its findings, or how far it is on its way in",
                {"200": _EITHER},
                [
                    _BATCH_ID,
                    _PAGE,
                    {
                        "name": "finding",
                        "in": "query",
                        "description": "only rows with this code, or `refused`, or `flagged`",
                        "schema": _TEXT,
                    },
                ],
            )
        },
        "/api/v1/batches/{batch}/findings.xlsx": {
            "get": _operation("The uploaded data sheet, its cells marked", {"200": workbook}, [_BATCH_ID])
        },
    }


def _operation(
    summary: str, answers: dict[str, dict[str, Any]], parameters: list[dict[str, Any]]
) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refused = {
        "401": "no valid token",
        "403": "the token was not made for this",
        "404": "no such batch, or another institution's",
        "413": "more than may be uploaded",
        "422": "malformed, or no workbook",
        "429": "too many requests",
        "503": "could not be done now",
    }
    return {
        "summary": summary,
        "security": [{"token": []}],
        "parameters": parameters,
        "responses": {
            **{status: {"description": "the answer", "content": body} for status, body in answers.items()},
            **{status: {"description": said, "content": problem} for status, said in refused.items()},
        },
    }
