"""One answer's bytes, never more than its document can hold, whatever is sent or a gzip stream promises."""

import zlib
from collections.abc import Callable

import httpx

from registry.answers import AnswerTooSlow
from registry.ledger.audit_report import FindingCode
from registry.ledger.public_documents import Document

# Gzip makes incompressible bytes longer by a few in each 16 KiB, and has a header.
_GZIP_OVERHEAD = 1_024
_GZIP = 31


def read_answer(document: Document, response: httpx.Response, *, is_late: Callable[[], bool]) -> bytes:
    """The body of a 200, unpacked. Raises: Found, AnswerTooSlow, httpx's errors."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        document.found(FindingCode.ANSWER_MALFORMED, reason="content_encoding")
    unpacking = _Plain(document) if encoding == "identity" else _Gzip(document)
    for chunk in response.iter_raw():
        unpacking.take(chunk)
        if is_late():
            raise AnswerTooSlow
    return unpacking.finish()


class _Plain:
    """Bytes as they came."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.body = bytearray()

    def take(self, chunk: bytes) -> None:
        """The next bytes."""
        self.body += chunk
        if len(self.body) > self.document.limit:
            self.document.found(FindingCode.ANSWER_TOO_LONG, offset=self.document.limit)

    def finish(self) -> bytes:
        """All of them."""
        return bytes(self.body)


class _Gzip(_Plain):
    """Bytes that are unpacked one by one: a bomb is noticed at the first byte too many."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._stream = zlib.decompressobj(wbits=_GZIP)
        self._taken = 0

    def take(self, chunk: bytes) -> None:
        """The next packed bytes."""
        self._taken += len(chunk)
        if self._taken > self.document.limit + _GZIP_OVERHEAD:
            self._malformed()
        try:
            super().take(self._stream.decompress(chunk, self.document.limit + 1 - len(self.body)))
        except zlib.error:
            self._malformed()
        if self._stream.unused_data:
            self._malformed()

    def finish(self) -> bytes:
        """All of them, if the stream came to its end."""
        if not self._stream.eof:
            self._malformed()
        return super().finish()

    def _malformed(self) -> None:
        self.document.found(FindingCode.ANSWER_MALFORMED, offset=len(self.body), reason="gzip")
