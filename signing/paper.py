"""One typesetter for everything that is drawn: the sheet, and the papers that carry signed data with them.

Data reaches it as JSON and is never part of its markup; nothing that it draws depends on the time, the
machine or the network, so the same data gives the same bytes. A character that no font has is refused before
anything is drawn.

Source: ISO 19005-4 (PDF/A-4f: PDF 2.0 with attachments).
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Lock

import typst

from signing.fonts import SheetFonts
from signing.form_errors import SheetNotDrawn

_HERE = Path(__file__).parent
# Asia/Shanghai without a time zone database: no summer time since 1991.
CIVIL = timezone(timedelta(hours=8))


class Typesetter:
    """A template with its fonts loaded. Safe to share between threads."""

    def __init__(self, template: str, words: str, fonts: SheetFonts) -> None:
        """`template` and `words` are files of this folder. Raises: GlyphMissing."""
        lines = (_HERE / words).read_text(encoding="utf-8").splitlines()
        # That some of the wording's file is markup and always drawable does no harm.
        fonts.require(line for line in lines if not line.startswith("//"))
        self._fonts = fonts
        self._lock = Lock()
        self._compiler = compiler(template, fonts)

    def pdf(self, shown: Mapping[str, object], added: Mapping[str, object], **inputs: str) -> bytes:
        """The unsigned PDF; only `shown` holds text to be drawn. Raises: GlyphMissing, SheetNotDrawn."""
        self._fonts.require(_texts(shown))
        families = {
            "title_families": self._fonts.title_families,
            "value_families": self._fonts.value_families,
        }
        data = json.dumps({**shown, **families, **added}, ensure_ascii=False)
        try:
            with self._lock:
                drawn = self._compiler.compile(
                    format="pdf", pdf_standards=["a-4f"], sys_inputs={"data": data, **inputs}
                )
        except typst.TypstError as fault:
            raise SheetNotDrawn from fault
        if not isinstance(drawn, bytes):
            raise SheetNotDrawn
        return drawn


def compiler(template: str, fonts: SheetFonts) -> typst.Compiler:
    """A compiler of one file of this folder."""
    return typst.Compiler(_HERE / template, root=_HERE, font_paths=fonts.source, ignore_system_fonts=True)


def date_parts(moment: datetime) -> dict[str, int]:
    """A document's date, as the template takes it."""
    at = moment.astimezone(UTC)
    return {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")}


def civil_moment(moment: datetime) -> str:
    """A moment to the second in Beijing time: `2026年11月21日 10:03:04`."""
    local = moment.astimezone(CIVIL)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"


def in_fours(text: str) -> str:
    """A key's id in groups of four."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
