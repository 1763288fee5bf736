"""All forms of one statement, made with their keys: what a holder downloads."""

from dataclasses import dataclass
from datetime import datetime

from signing.credential import build_credential
from signing.keys import SigningKey
from signing.pades import sign_pdf
from signing.qr import qr_text
from signing.qr_image import qr_png
from signing.sheet import SheetContent, SheetPrinter
from signing.statement import Statement


@dataclass(frozen=True)
class FormKeys:
    """The keys that sign forms, one purpose each; `sheet_certificate` is DER."""

    credential: SigningKey
    qr: SigningKey
    sheet: SigningKey
    sheet_certificate: bytes


def make_credential(statement: Statement, keys: FormKeys) -> bytes:
    """`NUMBER.json`."""
    return build_credential(statement, keys.credential)


def make_pdf(statement: Statement, keys: FormKeys, printer: SheetPrinter, *, signed_at: datetime) -> bytes:
    """`NUMBER.pdf`. Raises: GlyphMissing, SheetNotDrawn."""
    content = SheetContent(
        qr_text=qr_text(statement, keys.qr),
        credential=make_credential(statement, keys),
        signing_key_id=keys.sheet.key_id,
    )
    drawn = printer.draw(statement, content)
    return sign_pdf(drawn, keys.sheet, keys.sheet_certificate, signed_at=signed_at)


def make_qr_text(statement: Statement, keys: FormKeys) -> str:
    """The text behind the QR code."""
    return qr_text(statement, keys.qr)


def make_qr_picture(statement: Statement, keys: FormKeys) -> bytes:
    """`NUMBER.png`."""
    return qr_png(qr_text(statement, keys.qr))
