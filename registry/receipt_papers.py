"""Verification receipts on paper: drawn, and signed by the sheet key, as the certificate sheet is."""

from registry.custody.keys import RegisterKeys
from registry.paper_signing import sign_paper
from registry.places import Places
from signing.keys import KeyRole
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
        receipt = build_verification_receipt(statement, self._keys[KeyRole.RECEIPT])
        unsigned = self._printer.draw(statement, receipt, sentences, origin=self._places.web_origin)
        return sign_paper(self._places, self._keys, unsigned, at=statement.checked_at)
