"""The shapes of the API's answers, for its description; a test holds real answers against them."""

from typing import Any

from registry.filing.model import FilingState
from registry.national.queue import SendingState
from registry.national.reasons import ReasonClass
from registry.rosters.checking import LineConclusion, NameComparison
from registry.verdict import Result
from signing.outcomes import Outcome
from signing.report import Conclusion
from web.api.openapi_batches import BATCH_SCHEMAS

_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer"}
_FLAG: dict[str, Any] = {"type": "boolean"}
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
_STATE: dict[str, Any] = {"enum": [each.value for each in FilingState]}
_OUTCOME: dict[str, Any] = {"enum": [each.value for each in Outcome]}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


_HISTORY = _object(
    act=_TEXT,
    reason=_TEXT,
    at=_MOMENT,
    index=_COUNT,
    version=_COUNT,
    authority={**_TEXT, "description": "on whose word; empty where the act names nobody"},
    document={**_TEXT, "description": "base64url salted hash of the paper behind the act, or empty"},
)
_INSTITUTION = _object(
    name=_TEXT,
    prefix=_TEXT,
    filing_on_issue_date=_STATE,
    covered_on_issue_date=_FLAG,
    filing_today=_STATE,
)
_ENTRY = _object(
    index=_COUNT,
    leaf={**_TEXT, "description": "the log entry as text; its leaf hash is SHA-256(00 || text)"},
    opening={"type": "object", "description": "opens the public fields of the entry's commitment"},
    proof=_list({**_TEXT, "description": "base64 hash of the inclusion proof"}),
    checkpoint={**_TEXT, "description": "the signed note"},
)
_STEP = _object(
    step=_COUNT,
    name=_TEXT,
    outcome=_OUTCOME,
    reason=_or_null(_TEXT),
    detail={"type": "object"},
    text=_TEXT,
    reason_text=_or_null(_TEXT),
)
_LISTED: dict[str, dict[str, Any]] = {
    "prefix": _TEXT,
    "name": _TEXT,
    "short_name": _TEXT,
    "category": {"enum": ["Y", "S"]},
    "credit_code": _TEXT,
    "filing_number": _TEXT,
    "bureau": _object(code=_TEXT, name=_TEXT),
    "state": _STATE,
    "may_certify": _FLAG,
    "filed_on": _or_null(_DAY),
    "expires_on": _or_null(_DAY),
}
_SCOPE = _object(
    occupation_code=_TEXT,
    occupation=_TEXT,
    job=_TEXT,
    levels=_list(_COUNT),
    basis=_TEXT,
    from_on=_DAY,
    to_on=_or_null(_DAY),
)

_VERIFIED_ROW = _object(
    row=_COUNT,
    number=_or_null(_TEXT),
    conclusion={"enum": [each.value for each in LineConclusion]},
    explanation=_TEXT,
    result=_or_null({"enum": [each.value for each in Result]}),
    name_check={"enum": [each.value for each in NameComparison]},
    name_match=_or_null(_FLAG),
    same_as_row=_or_null(_COUNT),
    replaced_by=_or_null(_TEXT),
    occupation=_or_null(_TEXT),
    occupation_code=_or_null(_TEXT),
    job=_or_null(_TEXT),
    level=_or_null(_COUNT),
    issued_on=_or_null(_DAY),
    institution=_or_null(
        _object(name=_TEXT, prefix=_TEXT, filing_on_issue_date=_STATE, covered_on_issue_date=_FLAG)
    ),
)

SCHEMAS: dict[str, dict[str, Any]] = {
    "Verdict": _object(
        number=_TEXT,
        result={"enum": [each.value for each in Result]},
        version=_or_null(_COUNT),
        history=_list(_HISTORY),
        replaced_by=_or_null(_TEXT),
        holder=_or_null(_object(masked_name=_TEXT)),
        occupation=_or_null(_TEXT),
        occupation_code=_or_null(_TEXT),
        job=_or_null(_TEXT),
        level=_or_null(_COUNT),
        issued_on=_or_null(_DAY),
        institution=_or_null(_INSTITUTION),
        approval=_or_null(_object(bureau=_TEXT, custody=_TEXT, legacy=_FLAG, earlier_review=_TEXT)),
        national=_or_null(
            _object(
                state={"enum": [each.value for each in SendingState]},
                on=_or_null(_DAY),
                reason_class={
                    "anyOf": [{"enum": [each.value for each in ReasonClass]}, {"type": "null"}],
                    "description": "what a rejection is about; null in every other state",
                },
            )
        ),
        entry=_or_null(_ENTRY),
        tree_size=_COUNT,
        as_of=_MOMENT,
    ),
    "Question": {
        "type": "object",
        "description": "either `number` or `qr`; `receipt` asks for a signed verification receipt, "
        "`receipt_name` for the name to be repeated in it",
        "properties": {
            **dict.fromkeys(("number", "name", "id_number", "qr"), _TEXT),
            **dict.fromkeys(("receipt", "receipt_name"), _FLAG),
        },
    },
    "Verification": _object(
        kind={"enum": ["number", "qr", "pdf", "json", "tlog-proof", "verification-receipt", "unknown"]},
        conclusion={"enum": [*(each.value for each in Conclusion), "not_found", "erased"]},
        number=_or_null(_TEXT),
        result=_or_null({"enum": [each.value for each in Result]}),
        replaced_by=_or_null(_object(number=_TEXT, version=_or_null(_COUNT))),
        name_match=_or_null(_FLAG),
        signed=_OUTCOME,
        registered=_OUTCOME,
        in_force=_OUTCOME,
        steps=_list(_STEP),
        certificate=_or_null({"$ref": "#/components/schemas/Verdict"}),
        fields={"type": "object", "additionalProperties": _TEXT},
        stated=_or_null(
            {
                "type": "object",
                "description": "what an authentic verification receipt says",
            }
        ),
        receipt=_or_null(
            {
                "type": "string",
                "description": "the signed verification receipt, if one was asked for and anything can be "
                "stated: canonical JSON as text, whose bytes are to be kept as they are",
            }
        ),
    ),
    "ListToVerify": {
        "type": "object",
        "description": "a certificate number and the holder's full name a row; an array alone will do",
        "properties": {
            "rows": _list({"type": "object", "properties": dict.fromkeys(("number", "name"), _TEXT)})
        },
        "required": ["rows"],
    },
    "VerifiedList": _object(
        checked_at=_MOMENT,
        tree_size=_or_null(_COUNT),
        counts={"type": "object", "additionalProperties": _COUNT},
        rows=_list(_VERIFIED_ROW),
    ),
    "Directory": _object(
        on=_DAY,
        total=_COUNT,
        page=_COUNT,
        pages=_COUNT,
        institutions=_list(_object(**_LISTED)),
    ),
    "Institution": _object(
        on=_DAY,
        **_LISTED,
        scope=_list(_SCOPE),
        states=_list(_object(state=_STATE, on=_DAY, instrument=_TEXT)),
        names=_list(_object(name=_TEXT, short_name=_TEXT, from_on=_DAY)),
        other_filings=_list(_TEXT),
        successors=_list(_TEXT),
        predecessors=_list(_TEXT),
    ),
    **BATCH_SCHEMAS,
    "Readiness": _object(register=_TEXT, tree_size=_COUNT),
    "Problem": _object(
        type=_TEXT, title=_TEXT, status=_COUNT, detail=_TEXT, code=_TEXT, kind=_TEXT, request_id=_TEXT
    ),
}
