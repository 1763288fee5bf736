"""POST /api/v1/verify: a number, the text of a code, or a file; answered in numbered steps."""

from collections.abc import Mapping
from functools import partial

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.rules.certificate_number import parse_certificate_number
from signing.encoding import Json
from web.api.answers import json_answer
from web.backend import Verification
from web.errors import MalformedRequest
from web.evidence import verify_content, verify_text
from web.language import api_language
from web.presenters.verification import verification_json
from web.site import Site, site_of
from web.uploads import json_object, media_type, read_body, read_form

_JSON = frozenset({"application/json", "application/vc+json", "application/ld+json"})
_FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
# A longer one is no name and no number.
_MAX_FIELD = 200
_MAX_QR = 4096


async def verify(request: Request) -> Response:
    """The steps of a check, whatever they came to: a failed step is an answer, not an error.

    Raises: MalformedRequest, MalformedNumber, BodyTooLarge, ForeignQr; what a picture can get wrong.
    """
    site = site_of(request)
    kind = media_type(request)
    if kind in _FORMS:
        verification = await _verify_form(request, site)
    else:
        body = await read_body(request, site.settings.max_upload_bytes)
        if not body:
            raise MalformedRequest("body")
        question = _question(body) if kind in _JSON else None
        if question is None:
            verification = await verify_content(site, body, None)
        else:
            verification = await _verify_question(site, question)
    return json_answer(verification_json(verification, api_language(request)))


def _question(body: bytes) -> Mapping[str, Json] | None:
    """The question in a JSON body, None where the body is itself a credential to check."""
    value = json_object(body)
    return None if "@context" in value else value


async def _verify_question(site: Site, question: Mapping[str, Json]) -> Verification:
    name = _text(question, "name")
    qr = _text(question, "qr", _MAX_QR)
    if qr is not None:
        return await verify_text(site, qr, name)
    return await _verify_number(site, _text(question, "number"), name, _text(question, "id_number"))


async def _verify_form(request: Request, site: Site) -> Verification:
    form = await read_form(request, max_file_bytes=site.settings.max_upload_bytes)
    name = form.field("name") or None
    content = form.file("file")
    if content is not None:
        return await verify_content(site, content, name)
    if form.field("qr"):
        return await verify_text(site, form.field("qr"), name)
    return await _verify_number(site, form.field("number") or None, name, form.field("id_number") or None)


async def _verify_number(
    site: Site, text: str | None, name: str | None, id_number: str | None
) -> Verification:
    if text is None:
        raise MalformedRequest("number")
    number = parse_certificate_number(text)
    work = partial(site.register.verify_number, number.text, name=name, id_number=id_number)
    return await run_sync(work)


def _text(question: Mapping[str, Json], field: str, longest: int = _MAX_FIELD) -> str | None:
    value = question.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest:
        raise MalformedRequest(field)
    return value.strip() or None
