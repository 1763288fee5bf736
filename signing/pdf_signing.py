"""Puts PAdES B-B signatures into a sheet, one incremental update each; the same input gives the same bytes.

The register's signature is Ed25519 with SHA-512 and always the last: it covers the file from the first byte
to the last. Alone it certifies the document and allows no change. Where an ECDSA signature for viewers goes
first, that one certifies the document and allows signing only (the certifying signature has to be the first),
and the register's covers it too: nobody can take it away, swap it or put one beside it.

Source: ETSI EN 319 142-1 (PAdES baseline B-B); ISO/TS 32002 (Ed25519 in PDF); ISO 32000-2 sections 12.8.1 and
12.8.2.2 (DocMDP).
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.constants import ISO32002
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from signing.cms_container import CONTAINER_BYTES, ECDSA_P256, ED25519, Scheme, container, signed_attributes
from signing.keys import KeyRole, SigningKey
from signing.viewer_key import ViewerSigner

_REGISTER_FIELD, _VIEWER_FIELD = "RegisterSignature", "ViewerSignature"


@dataclass(frozen=True)
class _Signing:
    """One signature to be made. `certifies` None: it does not certify the document."""

    field: str
    scheme: Scheme
    certificate: bytes
    sign: Callable[[bytes], bytes]
    certifies: MDPPerm | None


def sign_pdf(
    pdf: bytes,
    key: SigningKey,
    certificate: bytes,
    *,
    signed_at: datetime,
    viewer: ViewerSigner | None = None,
) -> bytes:
    """The PDF signed by the sheet key, whose certificate is `certificate` as DER; for viewers before it."""
    certifies: MDPPerm | None = MDPPerm.NO_CHANGES
    if viewer is not None:
        first = _Signing(_VIEWER_FIELD, ECDSA_P256, viewer.certificate, viewer.key.sign, MDPPerm.FILL_FORMS)
        pdf, certifies = _with_signature(pdf, first, signed_at), None
    sign = key.require(KeyRole.SHEET).sign
    return _with_signature(pdf, _Signing(_REGISTER_FIELD, ED25519, certificate, sign, certifies), signed_at)


def _with_signature(pdf: bytes, signing: _Signing, signed_at: datetime) -> bytes:
    # The update has to begin a line (ISO 19005-4, 6.1.8), and the typesetter's last line is open.
    writer = _SheetWriter(io.BytesIO(pdf if pdf.endswith(b"\n") else pdf + b"\n"))
    if signing.scheme is ED25519:
        writer.register_extension(ISO32002)
    steps = PdfCMSEmbedder().write_cms(field_name=signing.field, writer=writer)
    next(steps)
    placeholder = SignatureObject(
        timestamp=signed_at.astimezone(UTC).replace(microsecond=0),
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=2 * CONTAINER_BYTES,
    )
    algorithm, permissions = signing.scheme.digest, signing.certifies
    changes = SigMDPSetup(md_algorithm=algorithm, certify=permissions is not None, docmdp_perms=permissions)
    steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=changes))
    prepared, output = steps.send(SigIOSetup(md_algorithm=algorithm))
    digest = prepared.document_digest
    signature = signing.sign(signed_attributes(signing.certificate, digest))
    steps.send(container(signing.certificate, digest, signature, signing.scheme))
    signed: bytes = output.getvalue()
    return signed


class _SheetWriter(IncrementalPdfFileWriter):
    """pyHanko's writer without its two sources of chance: the random identifier and the time of day."""

    @classmethod
    def _handle_id(cls, prev: PdfFileReader) -> generic.ArrayObject:
        # The second half has to change when the content does; a digest does that too.
        first, second = prev.document_id
        changed = sha256(first + second + b"/signed").digest()[:16]
        return generic.ArrayObject([generic.ByteStringObject(first), generic.ByteStringObject(changed)])

    def _update_meta(self) -> None:
        # The sheet's metadata was complete before it was signed.
        return
