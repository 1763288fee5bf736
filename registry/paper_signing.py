"""Signs what is drawn: papers bear the sheet key's signature, as the certificate sheet does."""

from datetime import datetime

from registry.custody.keys import RegisterKeys
from registry.places import Places
from signing.certificates import certificate_begins, from_pem
from signing.keys import KeyRole
from signing.pdf_signing import sign_pdf


def sign_paper(places: Places, keys: RegisterKeys, unsigned: bytes, *, at: datetime) -> bytes:
    """The PDF signed as of `at`, or as of the first moment of the sheet key's certificate after it."""
    key = keys[KeyRole.SHEET]
    (certificate,) = from_pem(places.keys.certificate(key).read_bytes())
    return sign_pdf(unsigned, key, certificate, signed_at=max(at, certificate_begins(certificate)))
