"""GET /api/v1/certificates/{number}: the verdict. The hottest address: one parse, one read, one dump."""

from starlette.requests import Request
from starlette.responses import Response

from registry.rules.certificate_number import parse_certificate_number
from web.api.answers import json_answer
from web.presenters.verdict_json import verdict_json
from web.site import site_of


async def certificate(request: Request) -> Response:
    """The verdict on a number. Read on the event loop: one indexed row costs less than a thread.

    Raises: MalformedNumber; the register's errors if it cannot answer.
    """
    number = parse_certificate_number(request.path_params["number"])
    return json_answer(verdict_json(site_of(request).register.verdict(number.text)))
