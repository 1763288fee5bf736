"""PAdES B-B signatures with Ed25519: put into a PDF, checked without trusting the PDF's structure.

Signing writes one incremental update with pyHanko: a certification signature that allows no later change
(DocMDP 1), detached CMS, SHA-512 and Ed25519. The same PDF, key and time give the same bytes, the second
half of the file identifier included.

Checking needs no PDF parser. The CMS container is rebuilt from the certificate, the digest of everything
outside it and the signature, and has to equal the bytes in the file, padding included. So no byte of a
signed file can change unnoticed, not even one that signatures do not cover, and nothing can be appended.
Only then is the PDF opened, to take the attached credential out.

Source: ETSI EN 319 142-1 (PAdES baseline B-B); ISO/TS 32002 (Ed25519 in PDF); RFC 5652 and 8419 (CMS, EdDSA);
RFC 5035 (signing-certificate-v2); ISO 32000-2 section 12.8.
"""

import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256, sha512

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.constants import ISO32002
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from signing.certificates import certificate_key, check_sheet_certificate
from signing.cms_container import container, read_container, signed_attributes
from signing.encoding import rfc3339
from signing.errors import BadSignature, MalformedEncoding
from signing.form_errors import MalformedPdf, UntrustedCertificate
from signing.keys import KeyRole, SigningKey, verify
from signing.outcomes import Outcome, Step, failed, not_checked, passed

MAX_PDF_BYTES = 8 << 20
_CONTAINER_BYTES = 2048
_FIELD = "RegisterSignature"
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


def sign_pdf(pdf: bytes, key: SigningKey, certificate: bytes, *, signed_at: datetime) -> bytes:
    """The PDF with one certification signature by the sheet key; `certificate` is its DER."""
    # The update has to begin a line (ISO 19005-4, 6.1.8), and the typesetter's last line is open.
    writer = _SheetWriter(io.BytesIO(pdf if pdf.endswith(b"\n") else pdf + b"\n"))
    writer.register_extension(ISO32002)
    steps = PdfCMSEmbedder().write_cms(field_name=_FIELD, writer=writer)
    next(steps)
    placeholder = SignatureObject(
        timestamp=signed_at.astimezone(UTC).replace(microsecond=0),
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=2 * _CONTAINER_BYTES,
    )
    no_changes = SigMDPSetup(md_algorithm="sha512", certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=no_changes))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha512"))
    digest = prepared.document_digest
    signature = key.require(KeyRole.SHEET).sign(signed_attributes(certificate, digest))
    steps.send(container(certificate, digest, signature))
    signed: bytes = output.getvalue()
    return signed


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


def attachments(pdf: bytes) -> Mapping[str, bytes]:
    """The files attached to a PDF whose signature was checked before. Raises: MalformedPdf."""
    try:
        root = PdfFileReader(io.BytesIO(pdf)).root
        pairs = root["/Names"]["/EmbeddedFiles"]["/Names"]
        found: dict[str, bytes] = {}
        for at in range(0, len(pairs), 2):
            name, data = str(pairs[at]), bytes(pairs[at + 1]["/EF"]["/F"].data)
            if len(data) > _MAX_ATTACHMENT_BYTES or name in found:
                raise MalformedPdf("attachments")
            found[name] = data
    except (PdfError, KeyError, IndexError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        # The reader meets nonsense in all of these ways; the caller learns that there is no attachment.
        raise MalformedPdf("attachments") from fault
    return found


class _SheetWriter(IncrementalPdfFileWriter):
    """pyHanko's writer without its two sources of chance: the random identifier and the time of day."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        # The second half has to change when the content does; a digest does that too.
        first = prev.document_id[0]
        second = sha256(first + b"/signed").digest()[:16]
        return generic.ArrayObject([generic.ByteStringObject(first), generic.ByteStringObject(second)])

    def _update_meta(self) -> None:
        # The sheet's metadata was complete before it was signed.
        return


def _split(pdf: bytes) -> _Parts:
    ranges = list(_RANGE.finditer(pdf)) if len(pdf) <= MAX_PDF_BYTES else []
    if not pdf.startswith(b"%PDF-") or not ranges or pdf.count(b"/ByteRange") > len(ranges):
        raise MalformedPdf("not_signed")
    if len(ranges) > 1:
        raise MalformedPdf("several_signatures")
    start, gap_start, gap_end, length = (int(number) for number in ranges[0].groups())
    gap = pdf[gap_start:gap_end]
    if start != 0 or gap_end + length > len(pdf) or not (gap.startswith(b"<") and gap.endswith(b">")):
        raise MalformedPdf("range_malformed")
    message = pdf[:gap_start] + pdf[gap_end : gap_end + length]
    return _Parts(message, gap[1:-1], gap_end + length, _signed_at(message))


def _signed_at(message: bytes) -> datetime:
    times = _SIGNED_AT.findall(message)
    if len(times) != 1:
        raise MalformedPdf("time_malformed")
    try:
        return datetime.strptime(times[0].decode() + "Z", "%Y%m%d%H%M%S%z")
    except ValueError as fault:
        raise MalformedPdf("time_malformed") from fault


def _check_signature(parts: _Parts, certificate: bytes, signature: bytes) -> Step:
    digest = sha512(parts.message).digest()
    expected = container(certificate, digest, signature).hex().upper().ljust(2 * _CONTAINER_BYTES, "0")
    if expected.encode() != parts.container:
        return failed(INTACT, "content_changed")
    try:
        verify(certificate_key(certificate), signed_attributes(certificate, digest), signature)
    except (BadSignature, UntrustedCertificate):
        return failed(INTACT, "bad_signature")
    return passed(INTACT, signed_at=rfc3339(parts.signed_at))


def _check_chain(certificate: bytes, roots: Sequence[bytes], signed_at: datetime, now: datetime) -> Step:
    try:
        if signed_at > now:
            raise UntrustedCertificate("signed_in_the_future")
        check_sheet_certificate(certificate, roots, signed_at)
    except UntrustedCertificate as fault:
        return failed(CHAIN, fault.reason)
    return passed(CHAIN)
