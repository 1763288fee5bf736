"""Which characters a font has, read from its own tables."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.fonts import FANGSONG, SERIF, choose_families, coverage, find_fonts
from signing.form_errors import FontMissing, GlyphMissing


def _font(subtable: bytes) -> bytes:
    """A font of one table, `cmap`, with one subtable."""
    cmap = struct.pack(">HH", 0, 1) + struct.pack(">HHI", 3, 10, 12) + subtable
    directory = struct.pack(">4sHHHH", b"\0\1\0\0", 1, 0, 0, 0) + struct.pack(
        ">4sIII", b"cmap", 0, 28, len(cmap)
    )
    return directory + cmap


def _format_12(*groups: tuple[int, int, int]) -> bytes:
    body = b"".join(struct.pack(">III", *group) for group in groups)
    return struct.pack(">HHIII", 12, 0, 16 + len(body), 0, len(groups)) + body


def _format_4(*segments: tuple[int, int, int]) -> bytes:
    ends, starts, deltas = (b"".join(struct.pack(">H", s[k] & 0xFFFF) for s in segments) for k in (1, 0, 2))
    count = 2 * len(segments)
    return struct.pack(">HHHHHHH", 4, 0, 0, count, 0, 0, 0) + ends + b"\0\0" + starts + deltas + bytes(count)


def _covered(font: bytes) -> list[int]:
    return [code_point for code_point, has in enumerate(coverage(font, 0)) if has]


def test_groups_of_format_12_are_covered_and_the_missing_glyph_is_not() -> None:
    assert _covered(_font(_format_12((0x41, 0x43, 5), (0x50, 0x51, 0), (0x30EDD, 0x30EDD, 9)))) == [
        0x41,
        0x42,
        0x43,
        0x51,
        0x30EDD,
    ]


def test_segments_of_format_4_are_covered_and_the_missing_glyph_is_not() -> None:
    assert _covered(_font(_format_4((0x41, 0x43, -0x41), (0x60, 0x61, 1)))) == [0x42, 0x43, 0x60, 0x61]


@given(st.binary(max_size=120))
def test_a_damaged_font_is_one_of_three_errors(data: bytes) -> None:
    for font in (data, _font(data), b"ttcf" + data):
        try:
            coverage(font, 0)
        except (ValueError, struct.error, IndexError):
            continue


def test_a_fangsong_is_preferred_for_values_only() -> None:
    titles, values = choose_families([SERIF[1], SERIF[0], FANGSONG[2], "Plangothic P1"])
    assert titles == (SERIF[0], "Plangothic P1")
    assert values == (FANGSONG[2], SERIF[0], "Plangothic P1")


def test_without_a_serif_there_is_no_sheet() -> None:
    with pytest.raises(FontMissing):
        choose_families([*FANGSONG, "DejaVu Sans"])


def test_installed_fonts_have_common_and_rare_characters() -> None:
    fonts = find_fonts(None)
    fonts.require(["电工·示例", "\U00030edd", "ABC 012 --"])
    with pytest.raises(GlyphMissing):
        fonts.require(["电工", "\ue000"])
