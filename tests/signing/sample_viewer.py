"""Sheets of the sample certificate with a signature for PDF viewers before the register's own."""

from datetime import UTC, datetime

from pyhanko.sign.fields import MDPPerm

from signing.certificates import Subject, issue_viewer_certificate
from signing.cms_container import ECDSA_P256
from signing.keys import KeyRole
from signing.pdf_signing import _Signing, _with_signature, sign_pdf
from signing.sheet import SheetContent
from signing.viewer_key import ViewerKey, ViewerSigner
from tests.signing.sample_forms import KEYS, ROOT, SHEET_CERTIFICATE, SIGNED_AT, forms, printer, statement

BEGINS, ENDS = datetime(2025, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
SHEET_KEY = KEYS[KeyRole.SHEET]


def viewer_signer(secret: bytes) -> ViewerSigner:
    """A key of that secret with a certificate by the root."""
    key = ViewerKey.from_secret(secret)
    subject = Subject("示例省登记平台（阅读器）", "示例省")
    certificate = issue_viewer_certificate(
        key.public, subject, KEYS[KeyRole.ROOT], ROOT, valid_from=BEGINS, valid_until=ENDS
    )
    return ViewerSigner(key, certificate)


VIEWER, STRANGER = viewer_signer(bytes(range(32))), viewer_signer(bytes(32))
UNSIGNED = printer().draw(
    statement(), SheetContent(forms().qr_text, forms().credential, KEYS[KeyRole.SHEET].key_id)
)


def signed(viewer: ViewerSigner | None, pdf: bytes = UNSIGNED) -> bytes:
    """The sheet with the register's signature, and the other where there is a key for it."""
    return sign_pdf(pdf, SHEET_KEY, SHEET_CERTIFICATE, signed_at=SIGNED_AT, viewer=viewer)


BOTH = signed(VIEWER)


def with_viewer_signature(pdf: bytes, viewer: ViewerSigner, permissions: MDPPerm | None = None) -> bytes:
    """The file with one more signature for viewers behind everything."""
    signing = _Signing(f"Viewer{len(pdf)}", ECDSA_P256, viewer.certificate, viewer.key.sign, permissions)
    return _with_signature(pdf, signing, SIGNED_AT)
