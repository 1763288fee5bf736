"""Which fonts the sheet is set in, and which characters they have.

The typesetter would draw a box, or refuse the whole sheet, for a character that no font has. So the
characters are looked up first, in the fonts' own tables, and a missing one is named by its code point.

Source: OpenType 1.9, tables `ttcf`, `cmap` (formats 4 and 12).
"""

import mmap
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typst

from signing.form_errors import FontMissing, GlyphMissing

# The sheet's standard asks for 仿宋 in the filled-in fields; where none is installed, a serif is used.
FANGSONG = ("FangSong", "STFangsong", "FandolFang R", "Zhuque Fangsong (technical preview)")
SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN")
RARE = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Plangothic P1",
    "Plangothic P2",
    "HanaMinA",
    "HanaMinB",
    "Jigmo",
    "Jigmo2",
    "Jigmo3",
    "BabelStone Han",
    "TW-Sung-Ext-B",
    "SimSun-ExtB",
    "SimSun-ExtG",
)
_REGULAR, _BOLD = 400, 700
_CODE_POINTS = 0x110000


@dataclass(frozen=True)
class SheetFonts:
    """The chosen families in order of preference, and one byte a code point: 1 where it can be drawn."""

    source: typst.Fonts
    title_families: tuple[str, ...]
    value_families: tuple[str, ...]
    drawable: bytes

    @property
    def in_fangsong(self) -> bool:
        """Whether the filled-in fields are set in 仿宋."""
        return self.value_families[0] in FANGSONG

    def require(self, texts: Iterable[str]) -> None:
        """Raises GlyphMissing for the first character that no font has."""
        for character in sorted(set().union(*map(set, texts))):
            if not self.drawable[ord(character)]:
                raise GlyphMissing(ord(character))


def find_fonts(font_dir: Path | None) -> SheetFonts:
    """The fonts of a directory, or without one those of the system. Raises: FontMissing.

    Whoever fills a directory chose every font in it: one that is not known here is used last, for the
    characters that no other has. Of a system's fonts only the known ones are used.
    """
    paths = [] if font_dir is None else [str(font_dir)]
    source = typst.Fonts(font_dir is None, False, paths)
    faces = [face for face in source.fonts() if face.path is not None and face.style == "normal"]
    installed = {face.family for face in faces}
    titles, values = choose_families(installed)
    if font_dir is not None:
        unknown = tuple(sorted(installed - set(FANGSONG) - set(SERIF) - set(RARE)))
        titles, values = titles + unknown, values + unknown
    drawable = bytearray(_CODE_POINTS)
    for family in values:
        _add(drawable, [_face_coverage(face) for face in _weights(family, faces)])
    return SheetFonts(source, titles, values, bytes(drawable))


def choose_families(installed: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The families for titles and for values: one 仿宋, one serif, then all for rare characters.

    Raises: FontMissing.
    """
    known = set(installed)
    serif = tuple(name for name in SERIF if name in known)[:1]
    if not serif:
        raise FontMissing(SERIF)
    titles = serif + tuple(name for name in RARE if name in known)
    return titles, tuple(name for name in FANGSONG if name in known)[:1] + titles


def _weights(family: str, faces: Sequence[typst.FontInfo]) -> Iterator[typst.FontInfo]:
    """The faces that regular and bold text of a family is set in."""
    own = [face for face in faces if face.family == family]
    for weight in (_REGULAR, _BOLD):
        yield min(own, key=lambda face: abs(face.weight - weight))


def _add(drawable: bytearray, coverages: Sequence[bytes]) -> None:
    """Adds what every face of a family has: a name is drawn in bold, and must not lose a character there."""
    common = int.from_bytes(coverages[0])
    for coverage in coverages[1:]:
        common &= int.from_bytes(coverage)
    drawable[:] = (int.from_bytes(drawable) | common).to_bytes(_CODE_POINTS)


def _face_coverage(face: typst.FontInfo) -> bytes:
    assert face.path is not None  # find_fonts left the others out
    try:
        with (
            Path(face.path).open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            return coverage(data, face.index)
    except (OSError, ValueError, struct.error, IndexError) as fault:
        raise FontMissing((face.family,)) from fault


def coverage(font: bytes | mmap.mmap, index: int) -> bytes:
    """One byte a code point, 1 where face `index` of the file maps it to a glyph.

    Raises: ValueError, struct.error or IndexError for a damaged font.
    """
    start = struct.unpack_from(">I", font, 12 + 4 * index)[0] if font[:4] == b"ttcf" else 0
    table = _table(font, start, b"cmap")
    found = bytearray(_CODE_POINTS)
    for first, last in _ranges(font, table):
        found[first : last + 1] = b"\x01" * (last + 1 - first)
    return bytes(found[:_CODE_POINTS])


def _table(font: bytes | mmap.mmap, start: int, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, start + 4)
    for entry in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, start + 12 + 16 * entry)
        if name == tag:
            return int(offset)
    raise ValueError("font without cmap")


def _ranges(font: bytes | mmap.mmap, table: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">H", font, table + 2)
    subtables = {}
    for entry in range(count):
        _, _, offset = struct.unpack_from(">HHI", font, table + 4 + 8 * entry)
        subtables[struct.unpack_from(">H", font, table + offset)[0]] = table + offset
    if 12 in subtables:
        yield from _segmented_coverage(font, subtables[12])
    elif 4 in subtables:
        yield from _segment_mapping(font, subtables[4])
    else:
        raise ValueError("font without a Unicode cmap")


def _segmented_coverage(font: bytes | mmap.mmap, at: int) -> Iterator[tuple[int, int]]:
    """Format 12."""
    (groups,) = struct.unpack_from(">I", font, at + 12)
    for group in range(groups):
        first, last, glyph = struct.unpack_from(">III", font, at + 16 + 12 * group)
        if not first <= last < _CODE_POINTS:
            raise ValueError("cmap group")
        # Glyph 0 is the box that stands for a missing one.
        yield (first + 1 if glyph == 0 else first), last


def _segment_mapping(font: bytes | mmap.mmap, at: int) -> Iterator[tuple[int, int]]:
    """Format 4."""
    (doubled,) = struct.unpack_from(">H", font, at + 6)
    segments = doubled // 2
    ends, starts, deltas, offsets = (at + 14 + doubled * k + (2 if k else 0) for k in range(4))
    for segment in range(segments):
        where = 2 * segment
        (last,) = struct.unpack_from(">H", font, ends + where)
        (first,) = struct.unpack_from(">H", font, starts + where)
        (delta,) = struct.unpack_from(">H", font, deltas + where)
        (offset,) = struct.unpack_from(">H", font, offsets + where)
        for code_point in range(first, last + 1):
            if offset:
                place = offsets + where + offset + 2 * (code_point - first)
                (glyph,) = struct.unpack_from(">H", font, place)
                glyph = (glyph + delta) & 0xFFFF if glyph else 0
            else:
                glyph = (code_point + delta) & 0xFFFF
            if glyph:
                yield code_point, code_point
