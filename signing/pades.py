"""Checks the register's PAdES signature of a sheet without trusting the PDF's structure.

It needs no PDF parser. The CMS container is rebuilt from the certificate, the digest of everything outside it
and the signature, and has to equal the bytes in the file, padding included. So no byte of a signed file can
change unnoticed, not even one that signatures do not cover, and nothing can be appended. Only then is the PDF
opened, to take the attached credential out.

There may be one other signature, the one for viewers, inside what the register's covers. It is not looked at:
it stands in a file that the register signed with it in place, and nothing rests on it.

Source: ETSI EN 319 142-1 (PAdES baseline B-B); ISO/TS 32002 (Ed25519 in PDF); RFC 5652 and 8419 (CMS, EdDSA);
RFC 5035 (signing-certificate-v2); ISO 32000-2 section 12.8.
"""

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha512

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.certificates import certificate_key, check_sheet_certificate
from signing.cms_container import CONTAINER_BYTES, container, read_container, signed_attributes
from signing.encoding import rfc3339
from signing.errors import BadSignature, MalformedEncoding
from signing.form_errors import MalformedPdf, UntrustedCertificate
from signing.keys import verify
from signing.outcomes import Outcome, Step, failed, not_checked, passed
from signing.standing import CLOCK_SKEW

MAX_PDF_BYTES = 8 << 20
_RANGE = re.compile(rb"/ByteRange \[(\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10}) *\]")
_SIGNED_AT = re.compile(rb"/M \(D(?::|\\072)(\d{14})Z\)")
_MAX_ATTACHMENT_BYTES = 1 << 20

FOUND, WHOLE_FILE, INTACT, CHAIN = (
    "pdf_signature_found",
    "pdf_covers_whole_file",
    "pdf_signature_intact",
    "pdf_certificate_chain",
)


@dataclass(frozen=True)
class _Parts:
    """What a signed PDF consists of: all that is signed, and the container in the gap."""

    message: bytes
    container: bytes
    ends_at: int
    signed_at: datetime


def check_pdf(
    pdf: bytes, roots: Sequence[bytes], now: datetime, *, revoked: Collection[bytes] = ()
) -> tuple[Step, ...]:
    """Whether the register signed exactly this file, in four steps. `revoked` are public keys that leaked.

    1. there is one signature; 2. it covers the file from the first byte to the last; 3. the container and
    the signature are what the certificate's key made over these bytes; 4. a root issued that certificate
    for sheets, it was valid when the file says it was signed, and its key did not leak.
    """
    try:
        parts = _split(pdf)
    except MalformedPdf as fault:
        rest = (not_checked(name, "no_signature") for name in (WHOLE_FILE, INTACT, CHAIN))
        return (failed(FOUND, fault.reason), *rest)
    covers = passed(WHOLE_FILE) if parts.ends_at == len(pdf) else failed(WHOLE_FILE, "bytes_after_signature")
    try:
        certificate, signature = read_container(bytes.fromhex(parts.container.decode("ascii")))
        intact = _check_signature(parts, certificate, signature)
    except (ValueError, MalformedEncoding):
        intact, certificate = failed(INTACT, "container_malformed"), b""
    chain = _check_chain(certificate, roots, parts.signed_at, now)
    if chain.outcome is Outcome.PASSED and certificate_key(certificate) in revoked:
        # X.509 knows no revocation here: the time in the file is the signer's word, and the signer leaked.
        chain = failed(CHAIN, "sheet_key_revoked")
    return passed(FOUND), covers, intact, chain


def attachments(pdf: bytes, *, most_bytes: int = _MAX_ATTACHMENT_BYTES) -> Mapping[str, bytes]:
    """The files attached to a PDF whose signature was checked before. Raises: MalformedPdf."""
    try:
        root = PdfFileReader(io.BytesIO(pdf)).root
        pairs = root["/Names"]["/EmbeddedFiles"]["/Names"]
        found: dict[str, bytes] = {}
        for at in range(0, len(pairs), 2):
            name, data = str(pairs[at]), bytes(pairs[at + 1]["/EF"]["/F"].data)
            if len(data) > most_bytes or name in found:
                raise MalformedPdf("attachments")
            found[name] = data
    except (PdfError, KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        # The reader meets nonsense in all of these ways; the caller learns that there is no attachment.
        raise MalformedPdf("attachments") from fault
    return found


def _split(pdf: bytes) -> _Parts:
    ranges = list(_RANGE.finditer(pdf)) if len(pdf) <= MAX_PDF_BYTES else []
    if not pdf.startswith(b"%PDF-") or not ranges or pdf.count(b"/ByteRange") > len(ranges):
        raise MalformedPdf("not_signed")
    start, gap_start, gap_end, length = (int(number) for number in ranges[-1].groups())
    if len(ranges) > 2 or (len(ranges) == 2 and not _lies_before(ranges[0], gap_start)):
        raise MalformedPdf("several_signatures")
    gap = pdf[gap_start:gap_end]
    if start != 0 or gap_end + length > len(pdf) or not (gap.startswith(b"<") and gap.endswith(b">")):
        raise MalformedPdf("range_malformed")
    message = pdf[:gap_start] + pdf[gap_end : gap_end + length]
    return _Parts(message, gap[1:-1], gap_end + length, _signed_at(message, len(ranges)))


def _lies_before(first: re.Match[bytes], gap_start: int) -> bool:
    """Whether the first signature, the one for viewers, covers nothing of the update that holds the last."""
    _, first_start, first_end, first_length = (int(number) for number in first.groups())
    return first_start < first_end <= first.start() < first_end + first_length < gap_start


def _signed_at(message: bytes, signatures: int) -> datetime:
    """What the last signature says; every signature of a sheet says when it was made."""
    times = _SIGNED_AT.findall(message)
    if len(times) != signatures:
        raise MalformedPdf("time_malformed")
    try:
        return datetime.strptime(times[-1].decode() + "Z", "%Y%m%d%H%M%S%z")
    except ValueError as fault:
        raise MalformedPdf("time_malformed") from fault


def _check_signature(parts: _Parts, certificate: bytes, signature: bytes) -> Step:
    digest = sha512(parts.message).digest()
    expected = container(certificate, digest, signature).hex().upper().ljust(2 * CONTAINER_BYTES, "0")
    if expected.encode() != parts.container:
        return failed(INTACT, "content_changed")
    try:
        verify(certificate_key(certificate), signed_attributes(certificate, digest), signature)
    except (BadSignature, UntrustedCertificate):
        return failed(INTACT, "bad_signature")
    return passed(INTACT, signed_at=rfc3339(parts.signed_at))


def _check_chain(certificate: bytes, roots: Sequence[bytes], signed_at: datetime, now: datetime) -> Step:
    try:
        # As for every form: a clock that is slow by minutes must not call forged what was just made.
        if signed_at > now + CLOCK_SKEW:
            raise UntrustedCertificate("signed_in_the_future")
        check_sheet_certificate(certificate, roots, signed_at)
    except UntrustedCertificate as fault:
        return failed(CHAIN, fault.reason)
    return passed(CHAIN)
