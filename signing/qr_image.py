"""QR codes as pictures: drawn for paper and screen, read from a photo.

A photo comes from anyone, so its bytes and its pixels are counted before they are decoded, and only plain
picture kinds are opened.

Source: ISO/IEC 18004 (QR code), level M: a printed code still reads with 15 % of it lost.
"""

import io
import struct
from collections.abc import Iterator

import segno
import zxingcpp
from PIL import ExifTags, Image, ImageFilter

from signing.form_errors import NoCodeInPicture, PictureTooLarge, PictureUnreadable

MAX_PICTURE_BYTES = 12 << 20
MAX_PICTURE_PIXELS = 40_000_000
_KINDS = ("PNG", "JPEG", "WEBP")
# The text is random to the eye, so every mask suits it; naming one saves the search for the best of eight,
# four fifths of the drawing time, and makes the picture the same everywhere.
_MASK = 2
_QUIET_MODULES = 4
# A small print's modules are three or four pixels wide: enlarged, noise hurts them less, and sharpened, blur
# does. A larger picture shows larger modules, and would cost too much to enlarge.
_ENLARGED_PIXELS = 2_000_000
_SHARPER = ImageFilter.UnsharpMask(radius=3, percent=250, threshold=0)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_FORMATS = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def qr_svg(text: str) -> str:
    """The code as SVG, one unit a module, with its quiet zone."""
    picture = io.BytesIO()
    _code(text).save(picture, kind="svg", xmldecl=False, svgns=True, border=_QUIET_MODULES, omitsize=True)
    return picture.getvalue().decode()


def qr_png(text: str, *, pixels_per_module: int = 8) -> bytes:
    """The code as PNG, with its quiet zone."""
    picture = io.BytesIO()
    _code(text).save(picture, kind="png", scale=pixels_per_module, border=_QUIET_MODULES)
    return picture.getvalue()


def qr_symbol(text: str) -> tuple[str, int]:
    """Version and level of the code that is drawn (`15-M`), and its width in modules with the quiet zone."""
    code = _code(text)
    return code.designator, int(code.symbol_size(border=_QUIET_MODULES)[0])


def read_codes(data: bytes) -> tuple[str, ...]:
    """The texts of the QR codes in a photo or screenshot, each once; a poor one is tried in several ways.

    Raises: PictureTooLarge, PictureUnreadable, NoCodeInPicture.
    """
    for picture in _ways_to_see(_open(data)):
        results = zxingcpp.read_barcodes(picture, formats=_FORMATS)
        texts = tuple(dict.fromkeys(result.text for result in results if result.valid and result.text))
        if texts:
            return texts
    raise NoCodeInPicture


def _ways_to_see(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is; then, if it is small, enlarged, and enlarged and sharpened."""
    yield picture
    if picture.width * picture.height <= _ENLARGED_PIXELS:
        enlarged = picture.resize((2 * picture.width, 2 * picture.height), Image.Resampling.BICUBIC)
        yield enlarged
        yield enlarged.filter(_SHARPER)


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", boost_error=False, mode="byte", mask=_MASK)


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its camera noted. The notes are only read: writing them anew fails for strange ones."""
    turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return picture if turn is None else picture.transpose(turn)


def _open(data: bytes) -> Image.Image:
    """The picture as grey values, upright, and opaque on white."""
    if len(data) > MAX_PICTURE_BYTES:
        raise PictureTooLarge
    try:
        picture = Image.open(io.BytesIO(data), formats=_KINDS)
        if picture.width * picture.height > MAX_PICTURE_PIXELS:
            raise PictureTooLarge
        upright = _upright(picture)
        if upright.has_transparency_data:
            # Grey at once: a picture of forty million colours and two layers of it would be half a gigabyte.
            grey, opacity = upright.convert("LA").split()
            upright = Image.composite(grey, Image.new("L", grey.size, "white"), opacity)
        return upright.convert("L")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise PictureTooLarge from fault
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        LookupError,
        TypeError,
        OverflowError,
        struct.error,
    ) as fault:
        # Pillow's parsers report a damaged file in all of these ways.
        raise PictureUnreadable from fault
