"""Reading what was posted: forms, a JSON object, one file. Everything is held in memory and bounded.

Nothing that is posted touches the disk: files go straight into memory, because they may hold a person's
certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from signing.encoding import Json, parse_json
from signing.errors import MalformedEncoding
from web.errors import BodyTooLarge, MalformedRequest

_MAX_FIELDS = 12
_MAX_FIELD_BYTES = 16 << 10


@dataclass(frozen=True)
class Form:
    """What a form holds. Fields are trimmed at the ends; a field that is not there is "" ."""

    fields: Mapping[str, str]
    files: Mapping[str, bytes]

    def field(self, name: str) -> str:
        """The field's text."""
        return self.fields.get(name, "").strip()

    def file(self, name: str) -> bytes | None:
        """The file's bytes, None if none was chosen."""
        return self.files.get(name) or None


async def read_form(request: Request, *, max_file_bytes: int = 0) -> Form:
    """The form in the body, with at most one file where `max_file_bytes` allows any.

    Raises:
        MalformedRequest: the body is no form. BodyTooLarge: it is longer than this form can be.
    """
    kind = media_type(request)
    try:
        if kind == "multipart/form-data":
            return await _read_multipart(request, max_file_bytes)
        if kind == "application/x-www-form-urlencoded":
            body = FormParser(
                request.headers,
                request.stream(),
                max_fields=_MAX_FIELDS,
                max_part_size=_MAX_FIELD_BYTES,
            )
            parsed = await body.parse()
            return Form({name: value for name, value in parsed.items() if isinstance(value, str)}, {})
    except (MultiPartException, FormParserError) as fault:
        raise MalformedRequest("body") from fault
    raise MalformedRequest("content-type")


async def read_body(request: Request, max_bytes: int) -> bytes:
    """The whole body. Raises: BodyTooLarge."""
    chunks, total = [], 0
    async for chunk in request.stream():
        total += len(chunk)
        if total > max_bytes:
            raise BodyTooLarge(max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def json_object(body: bytes) -> Mapping[str, Json]:
    """The JSON object in a body. Raises: MalformedRequest."""
    try:
        value = parse_json(body)
    except MalformedEncoding as fault:
        raise MalformedRequest("body") from fault
    if not isinstance(value, dict):
        raise MalformedRequest("body")
    return value


def media_type(request: Request) -> str:
    """The body's media type without parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


class _MemoryParser(MultiPartParser):
    """Keeps a file in memory to its end instead of spooling the rest to the disk."""

    def __init__(self, request: Request, max_file_bytes: int) -> None:
        super().__init__(
            request.headers,
            request.stream(),
            max_files=1 if max_file_bytes else 0,
            max_fields=_MAX_FIELDS,
            max_part_size=_MAX_FIELD_BYTES,
        )
        self.spool_max_size = max_file_bytes + 1


async def _read_multipart(request: Request, max_file_bytes: int) -> Form:
    parsed = await _MemoryParser(request, max_file_bytes).parse()
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    try:
        for name, value in parsed.items():
            if isinstance(value, UploadFile):
                files[name] = await value.read()
            else:
                fields[name] = value
    finally:
        await parsed.close()
    if any(len(content) > max_file_bytes for content in files.values()):
        raise BodyTooLarge(max_file_bytes)
    return Form(fields, files)
