"""How well the printed QR code is read: drawn as the sheet draws it, printed, photographed, and read again.

The code is set in dots of a 300 dpi printer, each dot black or white, so that a module is three or four dots
wide and never three and a bit. The print is then scanned at as many dots and made worse: seen at a slant,
turned, blurred, faded, in low light, noisy, compressed. Everything is counted in dots of the print, nothing
is left to chance, and the program that reads is the one that the product reads photos with.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageChops, ImageFilter

from signing.form_errors import NoCodeInPicture
from signing.qr_image import qr_png, read_codes

_MARGIN_DOTS = 60
_MM_PER_INCH = 25.4
_WHITE = 255
# The smallest print that has to be read; the sheet prints 36 mm.
SMALLEST_MM = 22.0
TURNS = (0, 4, 11, 23, 30, 45, 67, 90, 135, 180, 211, 270)


@dataclass(frozen=True)
class Treatment:
    """What becomes of a print before it is read.

    `blur_dots` is the radius of a Gaussian blur in dots of the print, `contrast` the share of the distance
    between black and white that is left, `brightness` the share of light, `noise` the greatest error of a
    pixel in grey values, `slant` the share by which the far edge looks shorter, `jpeg` a quality or None.
    """

    blur_dots: float = 0.0
    contrast: float = 1.0
    brightness: float = 1.0
    noise: int = 0
    slant: float = 0.0
    jpeg: int | None = None


# What a print of `SMALLEST_MM` has to bear at every turn; the last is everything at once.
REQUIRED = {
    "完好": Treatment(),
    "对比度 60%": Treatment(contrast=0.6),
    "模糊 1 点": Treatment(blur_dots=1),
    "模糊 1.5 点": Treatment(blur_dots=1.5),
    "模糊 1 点、对比度 60%": Treatment(blur_dots=1, contrast=0.6),
    "模糊 1.5 点、对比度 60%": Treatment(blur_dots=1.5, contrast=0.6),
    "模糊 1 点、对比度 20%": Treatment(blur_dots=1, contrast=0.2),
    "模糊 1 点、对比度 60%、JPEG 30": Treatment(blur_dots=1, contrast=0.6, jpeg=30),
    "模糊 1 点、对比度 60%、噪声 ±20": Treatment(blur_dots=1, contrast=0.6, noise=20),
    "模糊 1 点、对比度 60%、光线 30%": Treatment(blur_dots=1, contrast=0.6, brightness=0.3),
    "模糊 1 点、对比度 60%、斜拍 20%": Treatment(blur_dots=1, contrast=0.6, slant=0.2),
    "模糊 1 点、对比度 60%、光线 50%、噪声 ±12、斜拍 10%、JPEG 60": Treatment(1, 0.6, 0.5, 12, 0.1, 60),
}
# Beyond what is required: where it ends.
BEYOND = {
    "模糊 2 点": Treatment(blur_dots=2),
    "模糊 1.5 点、对比度 60%、JPEG 50": Treatment(blur_dots=1.5, contrast=0.6, jpeg=50),
    "模糊 2 点、对比度 60%、噪声 ±12": Treatment(blur_dots=2, contrast=0.6, noise=12),
}


def printed(text: str, *, side_mm: float, dpi: int = 300) -> Image.Image:
    """The code on white paper, `side_mm` wide with its quiet zone, one pixel a dot."""
    modules = Image.open(io.BytesIO(qr_png(text, pixels_per_module=1))).convert("L")
    side = round(side_mm / _MM_PER_INCH * dpi)
    dots = modules.resize((side, side), Image.Resampling.NEAREST)
    paper = Image.new("L", (side + 2 * _MARGIN_DOTS,) * 2, _WHITE)
    paper.paste(dots, (_MARGIN_DOTS, _MARGIN_DOTS))
    return paper


def photographed(paper: Image.Image, treatment: Treatment, *, turned: float) -> bytes:
    """The picture that is handed in, PNG or JPEG. The same arguments give the same bytes."""
    picture = _slanted(paper, treatment.slant) if treatment.slant else paper
    picture = picture.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=_WHITE)
    if treatment.blur_dots:
        picture = picture.filter(ImageFilter.GaussianBlur(treatment.blur_dots))
    low = (1 - treatment.contrast) / 2 * _WHITE
    picture = picture.point(
        [round((low + value * treatment.contrast) * treatment.brightness) for value in range(256)]
    )
    if treatment.noise:
        picture = _noisy(picture, treatment.noise)
    output = io.BytesIO()
    if treatment.jpeg is None:
        picture.save(output, "PNG")
    else:
        picture.save(output, "JPEG", quality=treatment.jpeg)
    return output.getvalue()


def reads(text: str, treatment: Treatment, *, side_mm: float, turns: Sequence[float] = TURNS) -> int:
    """At how many of the turns the code is read as exactly what it says."""
    paper = printed(text, side_mm=side_mm)
    return sum(_reads(text, photographed(paper, treatment, turned=turned)) for turned in turns)


def _reads(text: str, picture: bytes) -> bool:
    try:
        return read_codes(picture) == (text,)
    except NoCodeInPicture:
        return False


def _slanted(paper: Image.Image, slant: float) -> Image.Image:
    """As seen from below: the upper edge is shorter by `slant`."""
    width, height = paper.size
    inset = width * slant / 2
    # Where the corners of the new picture lie in the old one, so that the old upper edge shrinks.
    quad = (-inset, 0, 0, height, width, height, width + inset, 0)
    return paper.transform(paper.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=_WHITE)


def _noisy(picture: Image.Image, most: int) -> Image.Image:
    """Every pixel off by up to `most`, evenly spread."""
    random = Random(picture.width * 1_000 + most)  # noqa: S311 - the same noise every time is the point
    error = Image.frombytes("L", picture.size, random.randbytes(picture.width * picture.height))
    span = error.point([round(value * 2 * most / 255) for value in range(256)])
    return ImageChops.subtract(ImageChops.add(picture, span, 1, 0), Image.new("L", picture.size, most))
