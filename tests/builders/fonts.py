"""A font of a few characters, each drawn as a triangle: enough to see that a fallback font is used."""

import struct
from collections.abc import Sequence

_EM, _ADVANCE = 1000, 900
_TRIANGLE = ((100, 0), (800, 0), (450, 700))


def a_font(family: str, characters: str) -> bytes:
    """A TrueType font of that family and regular weight, with these characters in it.

    Source: OpenType 1.9, the tables that a TrueType font must have.
    """
    glyph = _glyph()
    count = len(characters) + 1
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap(sorted(map(ord, characters))),
        b"glyf": glyph * count,
        b"head": _head(),
        b"hhea": struct.pack(
            ">HHhhhHhhhhhhhhhhhH", 1, 0, 880, -120, 0, _ADVANCE, 0, 0, 0, 1, 0, 0, *[0] * 5, count
        ),
        b"hmtx": struct.pack(">Hh", _ADVANCE, 100) * count,
        b"loca": b"".join(struct.pack(">I", len(glyph) * index) for index in range(count + 1)),
        b"maxp": struct.pack(">IHHHHHHHHHHHHHH", 0x10000, count, 3, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": _names(family),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _file(tables)


def _glyph() -> bytes:
    """One contour of three points on the curve, with long coordinates."""
    xs, ys = zip(*_TRIANGLE, strict=True)
    steps = [
        b"".join(struct.pack(">h", to - at) for at, to in zip((0, *line), line, strict=False))
        for line in (xs, ys)
    ]
    body = (
        struct.pack(">hhhhhHH", 1, min(xs), min(ys), max(xs), max(ys), 2, 0)
        + bytes([1, 1, 1])
        + b"".join(steps)
    )
    return body + bytes(-len(body) % 4)


def _head() -> bytes:
    box = (min(x for x, _ in _TRIANGLE), 0, max(x for x, _ in _TRIANGLE), max(y for _, y in _TRIANGLE))
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, _EM, 0, 0, *box, 0, 8, 2, 1, 0
    )


def _os2() -> bytes:
    sizes = struct.pack(">HhHHH", 4, _ADVANCE, 400, 5, 0) + bytes(20) + struct.pack(">h", 0) + bytes(10)
    ranges = struct.pack(">IIII", 0, 0, 0, 0) + b"TEST" + struct.pack(">HHH", 0x40, 0x20, 0xFFFF)
    heights = struct.pack(">hhhHH", 880, -120, 0, 880, 120) + struct.pack(">II", 0, 0)
    return sizes + ranges + heights + struct.pack(">hhHHH", 500, 700, 0, 32, 1)


def _cmap(code_points: Sequence[int]) -> bytes:
    groups = b"".join(
        struct.pack(">III", point, point, glyph) for glyph, point in enumerate(code_points, start=1)
    )
    table = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(code_points)) + groups
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _names(family: str) -> bytes:
    texts = {1: family, 2: "Regular", 4: family, 6: family.replace(" ", "")}
    records, storage = b"", b""
    for identity, text in texts.items():
        data = text.encode("utf-16-be")
        records += struct.pack(">HHHHHH", 3, 1, 0x409, identity, len(data), len(storage))
        storage += data
    return struct.pack(">HHH", 0, len(texts), 6 + len(records)) + records + storage


def _file(tables: dict[bytes, bytes]) -> bytes:
    directory, body, start = b"", b"", 12 + 16 * len(tables)
    for tag, data in sorted(tables.items()):
        directory += struct.pack(">4sIII", tag, 0, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    return struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, 16 * len(tables) - 128) + directory + body
