"""Errors of the forms in which a certificate is handed out, and of reading them back.

SigningError
├── StatementMismatch      values of one statement that contradict each other
├── MalformedProof         a Data Integrity proof that is not the one this product makes
├── MalformedDid           a DID document, or a DID, of another shape
├── UnknownKey             a signature by a key that the trusted list does not hold, or no longer
├── MalformedCredential    a credential without what this product's credentials carry
├── MalformedVerificationReceipt   a statement of another shape than verification receipts have
├── MalformedStatusList    a status list of another shape, or one that inflates beyond its size
├── MalformedToken         a QR text or token that is not its own canonical spelling
├── MalformedPdf           a PDF that cannot be read, or that carries more than was signed into it
├── UntrustedCertificate   a sheet certificate that the province's root did not issue for sheets
├── PictureUnreadable · PictureTooLarge · NoCodeInPicture
├── FontMissing · GlyphMissing · SheetNotDrawn
└── MalformedTrust         a trust folder that is incomplete or contradicts itself
"""

from signing.errors import SigningError


class StatementMismatch(SigningError):
    """Two values of one statement contradict each other; `field` names the one that does not fit."""

    code = "statement_mismatch"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class MalformedProof(SigningError):
    """The proof is missing, is of another suite or purpose, or is not spelled canonically."""

    code = "malformed_proof"


class MalformedDid(SigningError):
    """The DID or its document has another shape."""

    code = "malformed_did"


class UnknownKey(SigningError):
    """The key is not in the trusted list, is not of this role, or was revoked."""

    code = "unknown_key"


class MalformedCredential(SigningError):
    """A property that every credential of this product carries is missing or of another shape."""

    code = "malformed_credential"

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class MalformedVerificationReceipt(SigningError):
    """The document is not the one spelling of a verification receipt's statement."""

    code = "malformed_verification_receipt"


class MalformedStatusList(SigningError):
    """The status list is not a bitstring of the length this product publishes."""

    code = "malformed_status_list"


class MalformedToken(SigningError):
    """The QR text or its token is not the one canonical spelling."""

    code = "malformed_token"


class MalformedPdf(SigningError):
    """The PDF cannot be read as one of this product's sheets; `reason` is a stable code."""

    code = "malformed_pdf"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UntrustedCertificate(SigningError):
    """The certificate does not chain to the root for the purpose of sheets; `reason` is a stable code."""

    code = "untrusted_certificate"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PictureUnreadable(SigningError):
    """The bytes are no picture of a kind that is read here."""

    code = "picture_unreadable"


class PictureTooLarge(SigningError):
    """The picture has more bytes or more pixels than is decoded here."""

    code = "picture_too_large"


class NoCodeInPicture(SigningError):
    """No QR code was found in the picture."""

    code = "no_code_in_picture"


class FontMissing(SigningError):
    """None of the sheet's font families is installed or in the given directory."""

    code = "font_missing"

    def __init__(self, families: tuple[str, ...]) -> None:
        super().__init__(*families)
        self.families = families


class GlyphMissing(SigningError):
    """A character that is to be drawn is in none of the fonts; named by code point, not by its text."""

    code = "glyph_missing"

    def __init__(self, code_point: int) -> None:
        super().__init__(f"U+{code_point:04X}")
        self.code_point = code_point


class SheetNotDrawn(SigningError):
    """The typesetter refused the sheet."""

    code = "sheet_not_drawn"


class MalformedTrust(SigningError):
    """A file of the trust folder is missing or unreadable; `file` names it."""

    code = "malformed_trust"

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.file = file
