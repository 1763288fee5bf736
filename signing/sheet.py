"""The certificate sheet as PDF/A-4f with the credential attached: drawn, not yet signed.

PDF/A-4f, because Ed25519 signatures belong to PDF 2.0 and because it allows attachments. The same statement
gives the same bytes: the document's date is the time of registration. Data reaches the typesetter as JSON and
is never part of its markup. One printer is kept for a process; the ground is drawn once and the fonts are
read once, so that a sheet takes about ten milliseconds.

Source: 人社鉴发〔2021〕1号 (fields of the sheet); ISO 19005-4 (PDF/A-4f).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typst

from signing.credential import attachment_name
from signing.fonts import SheetFonts, find_fonts
from signing.form_errors import SheetNotDrawn
from signing.paper import CIVIL, Typesetter, compiler, date_parts, in_fours
from signing.qr_image import qr_svg
from signing.statement import Statement


@dataclass(frozen=True)
class SheetContent:
    """What stands on a sheet beside the statement: the QR text, the credential, the key that will sign."""

    qr_text: str
    credential: bytes
    signing_key_id: str


class SheetPrinter:
    """A typesetter with its fonts and the sheet's ground loaded. Safe to share between threads."""

    def __init__(self, font_dir: Path | None = None) -> None:
        """Raises: FontMissing, GlyphMissing, SheetNotDrawn."""
        self._fonts = find_fonts(font_dir)
        self._typesetter = Typesetter("sheet.typ", "sheet_words.typ", self._fonts)
        self._ground = _draw_ground(self._fonts)

    def draw(self, statement: Statement, content: SheetContent) -> bytes:
        """The unsigned PDF. Raises: GlyphMissing, SheetNotDrawn."""
        added: dict[str, object] = {
            "in_fangsong": self._fonts.in_fangsong,
            "legacy": statement.legacy,
            "document_date": date_parts(statement.registered_at),
            "qr_svg": qr_svg(content.qr_text),
            "attachment": {
                "name": attachment_name(statement.record.number),
                "content": content.credential.decode(),
            },
        }
        return self._typesetter.pdf(_values(statement, content), added, ground=self._ground)


def chinese_date(day: date) -> str:
    """`2025年9月1日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def _values(statement: Statement, content: SheetContent) -> dict[str, str]:
    record = statement.record
    return {
        "number": record.number,
        "name": record.name,
        "identity_label": statement.identity_label,
        "id_number": record.id_number,
        "occupation": record.occupation,
        "occupation_code": record.occupation_code,
        "job": record.job,
        "level": record.level,
        "level_label": statement.level_label,
        "institution_name": statement.institution_name,
        "bureau_name": statement.bureau_name,
        "register_name": statement.register_name,
        "issued_on": record.issued_on,
        "issued_on_words": chinese_date(date.fromisoformat(record.issued_on)),
        "registered_on": statement.registered_at.astimezone(CIVIL).date().isoformat(),
        "entry": f"{statement.entry_index} · {statement.version}",
        "printing_serial": f"{statement.printing_serial:08d}",
        "fingerprint": in_fours(content.signing_key_id),
        "origin": statement.origin,
    }


def _draw_ground(fonts: SheetFonts) -> str:
    try:
        drawn = compiler("sheet_ground.typ", fonts).compile(format="svg")
    except typst.TypstError as fault:
        raise SheetNotDrawn from fault
    if not isinstance(drawn, bytes):
        raise SheetNotDrawn
    return drawn.decode()
