"""Reading what was posted: forms, a JSON object, files. Everything is held in memory and bounded.

Nothing that is posted touches the disk: files go straight into memory, because they may hold a person's
certificate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from signing.encoding import Json, parse_json
from signing.errors import MalformedEncoding
from web.errors import BodyTooLarge, MalformedRequest

_MAX_FIELDS = 12
_MAX_FIELD_BYTES = 16 << 10


@dataclass(frozen=True)
class NamedFile:
    """A file, and what it was called where it came from: to be shown to nobody but who sent it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Form:
    """What a form holds. Fields are trimmed at the ends; a field that is not there is "" .

    `repeated` holds every value of each field, for boxes that share a name, `every_file` every file.
    """

    fields: Mapping[str, str]
    files: Mapping[str, bytes]
    file_names: Mapping[str, str] = field(default_factory=dict)
    repeated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    every_file: Mapping[str, tuple[NamedFile, ...]] = field(default_factory=dict)

    def field(self, name: str) -> str:
        """The field's text."""
        return self.fields.get(name, "").strip()

    def file(self, name: str) -> bytes | None:
        """The file's bytes, None if none was chosen."""
        return self.files.get(name) or None

    def file_name(self, name: str) -> str:
        """What the file was called where it came from, without directories; "" if none was chosen."""
        return base_name(self.file_names.get(name, ""))

    def all_files(self, name: str) -> tuple[NamedFile, ...]:
        """Every file of a box that takes several; a box in which none was chosen has none."""
        return tuple(each for each in self.every_file.get(name, ()) if each.name or each.content)

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may stand there several times."""
        return self.repeated.get(name, ())


async def read_form(
    request: Request, *, max_file_bytes: int = 0, max_files: int = 1, max_fields: int = _MAX_FIELDS
) -> Form:
    """The form in the body, with so many files where `max_file_bytes` allows any.

    Raises:
        MalformedRequest: the body is no form. BodyTooLarge: it is longer than this form can be.
    """
    kind = media_type(request)
    try:
        if kind == "multipart/form-data":
            return await _read_multipart(request, max_file_bytes, max_files, max_fields)
        if kind == "application/x-www-form-urlencoded":
            body = FormParser(
                request.headers,
                request.stream(),
                max_fields=max_fields,
                max_part_size=_MAX_FIELD_BYTES,
            )
            return _form(await body.parse(), {}, {}, {})
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


def base_name(name: str) -> str:
    """A file name without directories, whichever way they are written."""
    return name.replace("\\", "/").rpartition("/")[2]


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

    def __init__(self, request: Request, max_file_bytes: int, max_files: int, max_fields: int) -> None:
        super().__init__(
            request.headers,
            request.stream(),
            max_files=max_files if max_file_bytes else 0,
            max_fields=max_fields,
            max_part_size=_MAX_FIELD_BYTES,
        )
        self.spool_max_size = max_file_bytes + 1


async def _read_multipart(request: Request, max_file_bytes: int, max_files: int, max_fields: int) -> Form:
    _require_utf8(request)
    parsed = await _MemoryParser(request, max_file_bytes, max_files, max_fields).parse()
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    every: dict[str, tuple[NamedFile, ...]] = {}
    try:
        for name, value in parsed.multi_items():
            if isinstance(value, UploadFile):
                files[name] = await value.read()
                names[name] = value.filename or ""
                every[name] = (*every.get(name, ()), NamedFile(base_name(names[name]), files[name]))
                # Two copies of one file at a time, and not of all of them.
                await value.close()
    finally:
        await parsed.close()
    if any(len(each.content) > max_file_bytes for some in every.values() for each in some):
        raise BodyTooLarge(max_file_bytes)
    return _form(parsed, files, names, every)


def _require_utf8(request: Request) -> None:
    """No browser names a character set here; Python has some that fail in their own ways, or take minutes.

    Raises: MalformedRequest. Source: RFC 7578 section 5.1.2.
    """
    named = parse_options_header(request.headers.get("content-type", ""))[1].get(b"charset", b"utf-8")
    if named.lower() not in (b"utf-8", b"utf8"):
        raise MalformedRequest("content-type")


def _form(
    parsed: FormData,
    files: Mapping[str, bytes],
    names: Mapping[str, str],
    every: Mapping[str, tuple[NamedFile, ...]],
) -> Form:
    """The form. Raises: MalformedRequest for a NUL in a text: no database keeps one."""
    texts = (text for name, value in parsed.multi_items() for text in (name, value) if isinstance(text, str))
    named = (each.name for some in every.values() for each in some)
    if any("\0" in text for text in (*texts, *names.values(), *named)):
        raise MalformedRequest("body")
    fields = {name: value for name, value in parsed.items() if isinstance(value, str)}
    repeated = {
        name: tuple(value for value in parsed.getlist(name) if isinstance(value, str)) for name in fields
    }
    return Form(fields, files, names, repeated, every)
