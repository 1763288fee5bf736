"""Verification receipts on paper: drawn, and signed by the sheet key, as the certificate sheet is."""

from registry.custody.keys import RegisterKeys
from registry.places import Places
from signing.certificates import certificate_begins, from_pem
from signing.keys import KeyRole
from signing.pdf_signing import sign_pdf
from signing.receipt_paper import ReceiptPrinter, Sentences
from signing.verification_receipt import build_verification_receipt
from signing.verification_statement import VerificationStatement


class ReceiptPapers:
    """Makes the PDFs. Keeps the compiler warm; safe to use from several threads."""

    def __init__(self, places: Places, keys: RegisterKeys) -> None:
        """Raises: FontMissing, GlyphMissing."""
        self._places = places
        self._keys = keys
        self._printer = ReceiptPrinter(places.font_dir)

    def make(self, statement: VerificationStatement, sentences: Sentences) -> bytes:
        """The signed PDF with the signed receipt attached. Raises: GlyphMissing, SheetNotDrawn."""
        key = self._keys[KeyRole.SHEET]
        receipt = build_verification_receipt(statement, self._keys[KeyRole.RECEIPT])
        unsigned = self._printer.draw(statement, receipt, sentences, origin=self._places.web_origin)
        (certificate,) = from_pem(self._places.keys.certificate(key).read_bytes())
        signed_at = max(statement.checked_at, certificate_begins(certificate))
        return sign_pdf(unsigned, key, certificate, signed_at=signed_at)
