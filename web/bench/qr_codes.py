"""The printed QR code read again, as a table: what was done to it by how large it was printed.

The codes are those of certificates of this run, so their texts are as long as real ones of this origin. See
`qr_print` for what is done to a print.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from registry.electronic import Form
from signing.qr_image import qr_symbol, read_codes
from web.bench.electronic import first_index
from web.bench.ground import a_ground
from web.bench.measurement import Bound, Measurement, Progress, Requirement, side
from web.bench.qr_print import BEYOND, REQUIRED, SMALLEST_MM, TURNS, photographed, printed, reads

DEFAULT_SIZE = 2
_SIDES_MM = (20.0, SMALLEST_MM, 25.0, 30.0, 36.0)
# What the origin of a province's own site adds to the short one of this run.
_LONG_ORIGIN = "https://zhengshu.example.gov.cn"


def measure(size: int, progress: Progress) -> Measurement:
    """The codes of `size` certificates, at every turn."""
    texts = _texts(size, progress)
    readings = size * len(TURNS)
    shares = shares_read(texts, progress)
    symbol, modules = qr_symbol(texts[0])
    at = _SIDES_MM.index(SMALLEST_MM)
    return Measurement(
        sizes={"codes": size, "readings a cell": readings},
        sides=(
            side("read at the first look", _timed(texts[0], "模糊 1 点、对比度 60%")),
            side("read enlarged and sharpened", _timed(texts[0], "模糊 1.5 点、对比度 60%")),
        ),
        requirements=tuple(
            Requirement(f"{SMALLEST_MM:g} 毫米，{name}", shares[name][at], Bound.AT_LEAST, 1.0)
            for name in REQUIRED
        ),
        notes=(
            f"二维码 {symbol}，含静区 {modules} 个模块；300 点/英寸打印 {SMALLEST_MM:g} 毫米时每模块 "
            f"{SMALLEST_MM / 25.4 * 300 / modules:.2f} 点。每格为各角度读出的比例。",
            " | ".join(["处理", *(f"{mm:g} 毫米" for mm in _SIDES_MM)]),
            *(" | ".join([name, *(f"{share:.2f}" for share in row)]) for name, row in shares.items()),
        ),
    )


def shares_read(
    texts: Sequence[str],
    progress: Progress,
    *,
    sides_mm: Sequence[float] = _SIDES_MM,
    turns: Sequence[float] = TURNS,
) -> dict[str, list[float]]:
    """For each treatment, by size of the print: the share of the readings that succeeded."""
    treatments = {**REQUIRED, **BEYOND}
    readings = len(texts) * len(turns)
    shares: dict[str, list[float]] = {}
    for done, (name, treatment) in enumerate(treatments.items(), start=1):
        shares[name] = [
            sum(reads(text, treatment, side_mm=mm, turns=turns) for text in texts) / readings
            for mm in sides_mm
        ]
        progress("二维码", done, len(treatments))
    return shares


def _texts(size: int, progress: Progress) -> list[str]:
    with (
        tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory,
        a_ground(Path(directory)) as ground,
    ):
        ground.grow(size, progress)
        pictures = [
            ground.register.electronic(first_index(ground.register, number), Form.QR_PICTURE).content
            for number in ground.numbers
        ]
    return [_LONG_ORIGIN + text[text.index("/q/") :] for picture in pictures for text in read_codes(picture)]


def _timed(text: str, treatment: str) -> list[float]:
    picture = photographed(printed(text, side_mm=SMALLEST_MM), REQUIRED[treatment], turned=11)
    seconds = []
    for _ in range(20):
        started = time.perf_counter()
        read_codes(picture)
        seconds.append(time.perf_counter() - started)
    return seconds
