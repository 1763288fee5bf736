"""The certificate sheet as PDF/A-4f with the credential attached: drawn, not yet signed.

PDF/A-4f, because Ed25519 signatures belong to PDF 2.0 and because it allows attachments. The same statement
gives the same bytes: the document's date is the time of registration. Data reaches the typesetter as JSON and
is never part of its markup. One printer is kept for a process; the ground is drawn once and the fonts are
read once, so that a sheet takes about ten milliseconds.

Source: 人社鉴发〔2021〕1号 (fields of the sheet); ISO 19005-4 (PDF/A-4f).
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from pathlib import Path
from threading import Lock

import typst

from signing.credential import attachment_name
from signing.fonts import SheetFonts, find_fonts
from signing.form_errors import SheetNotDrawn
from signing.qr_image import qr_svg
from signing.statement import Statement

_HERE = Path(__file__).parent
_TEMPLATE, _GROUND, _WORDS = (_HERE / name for name in ("sheet.typ", "sheet_ground.typ", "sheet_words.typ"))
# Asia/Shanghai without a time zone database: no summer time since 1991.
_CIVIL = timezone(timedelta(hours=8))


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
        self._fonts.require(_drawn_words())
        self._lock = Lock()
        self._ground = _draw_ground(self._fonts)
        self._compiler = _compiler(_TEMPLATE, self._fonts)

    def draw(self, statement: Statement, content: SheetContent) -> bytes:
        """The unsigned PDF. Raises: GlyphMissing, SheetNotDrawn."""
        values = _values(statement, content)
        self._fonts.require(values.values())
        data: dict[str, object] = {
            **values,
            "title_families": self._fonts.title_families,
            "value_families": self._fonts.value_families,
            "in_fangsong": self._fonts.in_fangsong,
            "legacy": statement.legacy,
            "document_date": _date_parts(statement),
            "qr_svg": qr_svg(content.qr_text),
            "attachment": {
                "name": attachment_name(statement.record.number),
                "content": content.credential.decode(),
            },
        }
        inputs = {"data": json.dumps(data, ensure_ascii=False), "ground": self._ground}
        try:
            with self._lock:
                drawn = self._compiler.compile(format="pdf", pdf_standards=["a-4f"], sys_inputs=inputs)
        except typst.TypstError as fault:
            raise SheetNotDrawn from fault
        if not isinstance(drawn, bytes):
            raise SheetNotDrawn
        return drawn


def chinese_date(day: date) -> str:
    """`2025年9月1日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def _values(statement: Statement, content: SheetContent) -> dict[str, str]:
    record = statement.record
    key = content.signing_key_id
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
        "registered_on": statement.registered_at.astimezone(_CIVIL).date().isoformat(),
        "entry": f"{statement.entry_index} · {statement.version}",
        "printing_serial": f"{statement.printing_serial:08d}",
        "fingerprint": " ".join(key[at : at + 4] for at in range(0, len(key), 4)),
        "origin": statement.origin,
    }


def _date_parts(statement: Statement) -> dict[str, int]:
    moment = statement.registered_at
    return {
        "year": moment.year,
        "month": moment.month,
        "day": moment.day,
        "hour": moment.hour,
        "minute": moment.minute,
        "second": moment.second,
    }


def _drawn_words() -> list[str]:
    """The wording without its comments; that some of it is markup and always drawable does no harm."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("//")]


def _draw_ground(fonts: SheetFonts) -> str:
    try:
        drawn = _compiler(_GROUND, fonts).compile(format="svg")
    except typst.TypstError as fault:
        raise SheetNotDrawn from fault
    if not isinstance(drawn, bytes):
        raise SheetNotDrawn
    return drawn.decode()


def _compiler(source: Path, fonts: SheetFonts) -> typst.Compiler:
    return typst.Compiler(source, root=_HERE, font_paths=fonts.source, ignore_system_fonts=True)
