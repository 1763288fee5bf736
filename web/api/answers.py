"""The two shapes in which programs are answered."""

from starlette.responses import Response

from web.headers import NO_STORE, OPEN
from web.presenters.verdict_json import json_bytes

_JSON_HEADERS = {**NO_STORE, **OPEN}


def json_answer(value: object) -> Response:
    """A value as JSON, kept by nobody, readable by pages of any origin."""
    return Response(json_bytes(value), 200, _JSON_HEADERS, "application/json")
