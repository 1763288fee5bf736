"""POST /api/v1/verify: a number, the text of a code, or a file; answered in numbered steps."""

from collections.abc import Mapping
from dataclasses import dataclass
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
from web.naming import settled
from web.presenters.verification import verification_json
from web.receipts import statement_for
from web.site import Site, site_of
from web.uploads import json_object, media_type, read_body, read_form

_JSON = frozenset({"application/json", "application/vc+json", "application/ld+json"})
_FORMS = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
# A longer one is no name and no number.
_MAX_FIELD = 200
_MAX_QR = 4096
# A longer body is no question. Read as JSON, ten megabytes of empty lists take seconds and half a gigabyte.
_MAX_QUESTION_BYTES = 1 << 16


async def verify(request: Request) -> Response:
    """The steps of a check, whatever they came to: a failed step is an answer, not an error.

    Raises: MalformedRequest, MalformedNumber, BodyTooLarge, ForeignQr; what a picture can get wrong.
    """
    site = site_of(request)
    kind = media_type(request)
    if kind in _FORMS:
        checked = await _verify_form(request, site)
    else:
        body = await read_body(request, site.settings.max_upload_bytes)
        if not body:
            raise MalformedRequest("body")
        question = _question(body) if kind in _JSON else None
        if question is None:
            checked = _Checked(await verify_content(site, body, None), body)
        else:
            checked = await _verify_question(site, question)
    settled(request, checked.verification)
    wanted = checked.receipt or request.query_params.get("receipt") == "true"
    answer = verification_json(checked.verification, api_language(request))
    answer["receipt"] = await _receipt(site, checked) if wanted else None
    return json_answer(answer)


@dataclass(frozen=True)
class _Checked:
    """A check with what was given to it, and whether a receipt of it is wanted, with the name or without."""

    verification: Verification
    given: bytes | str
    name: str | None = None
    receipt: bool = False
    receipt_name: bool = False
    id_number: str | None = None


async def _receipt(site: Site, checked: _Checked) -> str | None:
    """The signed receipt as text, so that its bytes stay what was signed; None if nothing can be stated."""
    name = checked.name if checked.receipt_name else None
    verification = checked.verification
    if checked.id_number is not None and verification.verdict is not None:
        # A receipt says whether the name matched, and speaks of no identity number at all.
        verification = await _verify_number(site, verification.verdict.number, checked.name, None)
    statement = await statement_for(site, verification, checked.given, name)
    if statement is None:
        return None
    return (await run_sync(site.register.verification_receipt, statement)).decode()


def _question(body: bytes) -> Mapping[str, Json] | None:
    """The question in a JSON body, None where the body is itself a document to check: it names its type."""
    if len(body) > _MAX_QUESTION_BYTES:
        return None
    value = json_object(body)
    return None if "@context" in value or "type" in value else value


async def _verify_question(site: Site, question: Mapping[str, Json]) -> _Checked:
    name = _text(question, "name")
    qr = _text(question, "qr", _MAX_QR)
    wanted, with_name = _flag(question, "receipt"), _flag(question, "receipt_name")
    if qr is not None:
        return _Checked(await verify_text(site, qr, name), qr, name, wanted, with_name)
    id_number = _text(question, "id_number")
    found = await _verify_number(site, _text(question, "number"), name, id_number)
    return _Checked(found, "", name, wanted, with_name, id_number)


async def _verify_form(request: Request, site: Site) -> _Checked:
    form = await read_form(request, max_file_bytes=site.settings.max_upload_bytes)
    name = form.field("name") or None
    wanted, with_name = (form.field(each) == "true" for each in ("receipt", "receipt_name"))
    content, qr = form.file("file"), form.field("qr")
    if content is not None:
        return _Checked(await verify_content(site, content, name), content, name, wanted, with_name)
    if qr:
        return _Checked(await verify_text(site, qr, name), qr, name, wanted, with_name)
    id_number = form.field("id_number") or None
    found = await _verify_number(site, form.field("number") or None, name, id_number)
    return _Checked(found, "", name, wanted, with_name, id_number)


async def _verify_number(
    site: Site, text: str | None, name: str | None, id_number: str | None
) -> Verification:
    if text is None:
        raise MalformedRequest("number")
    number = parse_certificate_number(text)
    work = partial(site.register.verify_number, number.text, name=name, id_number=id_number)
    return await run_sync(work)


def _flag(question: Mapping[str, Json], field: str) -> bool:
    value = question.get(field, False)
    if not isinstance(value, bool):
        raise MalformedRequest(field)
    return value


def _text(question: Mapping[str, Json], field: str, longest: int = _MAX_FIELD) -> str | None:
    value = question.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > longest:
        raise MalformedRequest(field)
    return value.strip() or None
