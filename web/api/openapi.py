"""The description of the API (OpenAPI 3.1), kept by hand; a test holds it against the routes."""

from typing import Any

from registry.filing.model import FilingState
from web.api.openapi_batches import SECURITY_SCHEMES, batch_paths
from web.api.schemas import SCHEMAS

_NUMBER = "S000043990001253000001"
_PREFIX = _NUMBER[:13]
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def openapi_document(origin: str) -> dict[str, Any]:
    """The document for a site at `origin`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "职业技能等级证书登记平台 · Register of vocational skill-level certificates",
            "version": "1",
            "description": (
                "Three different answers: found (with a result), `not_found` (a 200: a new certificate may "
                "be in upload and review for 30 + 15 working days), and could not check (a 503). Errors are "
                "RFC 9457 problems with a stable `code`. 429 carries Retry-After. Names and identity numbers "
                "go into request bodies only."
            ),
        },
        "servers": [{"url": origin}],
        "paths": {
            **_certificate_paths(),
            **_institution_paths(),
            **batch_paths(),
            **_log_paths(),
            **_operation_paths(),
        },
        "components": {"schemas": SCHEMAS, "securitySchemes": SECURITY_SCHEMES},
    }


def _certificate_paths() -> dict[str, Any]:
    return {
        "/api/v1/certificates/{number}": {
            "get": _operation(
                "The verdict on a certificate number",
                _json("Verdict"),
                parameters=[_in_path("number", "22 characters", _NUMBER)],
            )
        },
        "/api/v1/verify": {
            "post": {
                **_operation(
                    "Verify a number, the text of a QR code, or a file",
                    _json("Verification"),
                    parameters=[
                        _in_query(
                            "receipt",
                            {"enum": ["true"]},
                            "with a file as the body: a receipt is wanted",
                        )
                    ],
                ),
                "requestBody": {"required": True, "content": _verify_bodies()},
            }
        },
        "/api/v1/verify/batch": {
            "post": {
                **_operation(
                    "Verify a list of numbers and names. Rows are limited by list and by day; 404 where this "
                    "instance has no desk. A spreadsheet comes back as one (with the verdicts in columns "
                    "behind its own) if Accept names it.",
                    {**_json("VerifiedList"), _WORKBOOK: {}, "text/csv": {}},
                ),
                "requestBody": {"required": True, "content": _list_bodies()},
            }
        },
    }


def _list_bodies() -> dict[str, Any]:
    file = {"type": "string", "format": "binary"}
    return {
        "application/json": {"schema": {"$ref": "#/components/schemas/ListToVerify"}},
        "multipart/form-data": {"schema": {"type": "object", "properties": {"file": file}}},
        _WORKBOOK: {"schema": file},
        "application/vnd.ms-excel": {"schema": file},
        "text/csv": {"schema": file},
    }


def _verify_bodies() -> dict[str, Any]:
    file = {"schema": {"type": "string", "format": "binary"}}
    form = {
        "type": "object",
        "properties": {
            "file": {
                "type": "string",
                "format": "binary",
                "description": "pdf, json, tlog-proof, png, jpeg, webp",
            },
            **{name: {"type": "string"} for name in ("qr", "number", "name", "id_number")},
            **{name: {"enum": ["true"]} for name in ("receipt", "receipt_name")},
        },
    }
    return {
        "application/json": {"schema": {"$ref": "#/components/schemas/Question"}},
        "multipart/form-data": {"schema": form},
        "application/pdf": file,
        "application/vc+json": file,
        "application/octet-stream": file,
        "image/png": file,
        "image/jpeg": file,
    }


def _institution_paths() -> dict[str, Any]:
    on = _in_query("on", {"type": "string", "format": "date"}, "the day asked about; today if left out")
    return {
        "/api/v1/institutions": {
            "get": _operation(
                "The directory of institutions on a day",
                _json("Directory"),
                parameters=[
                    _in_query("q", {"type": "string", "maxLength": 60}, "institution, occupation or job"),
                    _in_query("city", {"type": "string"}, "bureau: GB/T 2260 code or name"),
                    _in_query("state", {"enum": [each.value for each in FilingState]}, "state on that day"),
                    on,
                    _in_query("page", {"type": "integer", "minimum": 1}, "from 1"),
                ],
            )
        },
        "/api/v1/institutions/{prefix}": {
            "get": _operation(
                "One institution on a day, with scope and histories",
                _json("Institution"),
                parameters=[_in_path("prefix", "the first 13 characters of its numbers", _PREFIX), on],
            )
        },
    }


def _log_paths() -> dict[str, Any]:
    path = _in_path(
        "path", "C2SP tlog-tiles: <level>/<number>[.p/<width>] or entries/<number>[.p/<width>]", "0/000"
    )
    return {
        "/log/checkpoint": {"get": _document("The newest signed tree head", _raw("text/plain"))},
        "/log/vkey": {"get": _document("The log's verifier keys, one a line", _raw("text/plain"))},
        "/log/frozen": {
            "get": _document(
                "The statement that ended the log; 404 while it goes on", _raw("application/json")
            )
        },
        "/log/tile/{path}": {
            "get": _document("A tile or an entry bundle", _raw("application/octet-stream"), parameters=[path])
        },
        "/.well-known/did.json": {"get": _document("The DID document", _raw("application/did+json"))},
        "/status/{list}": {
            "get": _document(
                "A signed bitstring status list",
                _raw("application/vc+json"),
                parameters=[_in_path("list", "name of the list", "revocation-0")],
            )
        },
        "/trust/root.pem": {
            "get": _document("The certificates of the province's roots", _raw("application/x-pem-file"))
        },
        "/trust/witnesses": {"get": _document("Whose cosignatures are required", _raw("text/plain"))},
        "/trust/status": {"get": _document("The names of the status lists", _raw("application/json"))},
        "/trust.zip": {"get": _document("The whole trust folder", _raw("application/zip"))},
    }


def _operation_paths() -> dict[str, Any]:
    return {
        "/openapi.json": {"get": _operation("This description", _raw("application/json"))},
        "/healthz": {"get": _operation("The process answers", _raw("text/plain"))},
        "/readyz": {"get": _operation("The register answers", _json("Readiness"))},
        "/metrics": {"get": _operation("Counters for Prometheus", _raw("text/plain"))},
    }


def _operation(
    summary: str, answer: dict[str, Any], *, parameters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "summary": summary,
        **({"parameters": parameters} if parameters else {}),
        "responses": {
            "200": {"description": "the answer", "content": answer},
            "422": {"description": "malformed input", "content": problem},
            "429": {
                "description": "too many requests",
                "headers": {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}},
                "content": problem,
            },
            "503": {"description": "could not check", "content": problem},
        },
    }


def _document(
    summary: str, answer: dict[str, Any], *, parameters: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """A public document, which is not sent again to who has it."""
    described = _operation(summary, answer, parameters=parameters)
    described["responses"]["304"] = {"description": "If-None-Match named what is there"}
    return described


def _json(schema: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}


def _raw(media_type: str) -> dict[str, Any]:
    return {media_type: {}}


def _in_path(name: str, description: str, example: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


def _in_query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}
