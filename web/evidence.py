"""Finding out what was handed over for checking: a picture of a code, the code's text, or a file."""

import re
from functools import partial
from typing import TypeVar

from anyio.to_thread import run_sync

from registry.rules.certificate_number import MalformedNumber, parse_certificate_number
from signing.qr_image import read_codes
from web.backend import PublicRegister, Verification
from web.errors import ForeignQr
from web.site import Site

_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_WEBP = (b"RIFF", b"WEBP")
_REF = re.compile(r"[A-Za-z0-9_-]{22}")
_T = TypeVar("_T")


async def verify_content(site: Site, content: bytes, name: str | None) -> Verification:
    """Checks a file or a picture, on a worker thread, only a few at once.

    Raises:
        PictureUnreadable, PictureTooLarge, NoCodeInPicture: a picture without a legible code.
        ForeignQr: a picture of a code that leads elsewhere.
    """
    work = partial(_verify_content, site.register, site.settings.origin, content, name)
    return await run_sync(work, limiter=site.heavy)


async def verify_text(site: Site, text: str, name: str | None) -> Verification:
    """Checks the text of a code. Raises: ForeignQr."""
    work = partial(_verify_text, site.register, site.settings.origin, text, name)
    return await run_sync(work, limiter=site.heavy)


def bare_reference(text: str, origin: str) -> str | None:
    """The REF in an address of ours that has lost its signed fragment, None for any other text."""
    if not text.startswith(f"{origin}/q/"):
        return None
    if "#" in text:
        # Its signed part is there, behind whatever: it is checked, and never passed over.
        return None
    ref = text.removeprefix(f"{origin}/q/").split("?")[0]
    return ref if _REF.fullmatch(ref) else None


def _verify_content(register: PublicRegister, origin: str, content: bytes, name: str | None) -> Verification:
    if not is_picture(content):
        return register.verify_file(content, name=name)
    texts = read_codes(content)
    ours = [text for text in texts if _is_ours(text, origin)]
    if len(ours) > 1:
        # Which of them is meant only the person with the paper knows: the steps say that there are several.
        return register.verify_file(content, name=name)
    return _verify_text(register, origin, (ours or texts)[0], name)


def _verify_text(register: PublicRegister, origin: str, text: str, name: str | None) -> Verification:
    if text.startswith(f"{origin}/q/"):
        return register.verify_qr(text, name=name)
    try:
        number = parse_certificate_number(text)
    except MalformedNumber as fault:
        # A code that leads to another site is the trick of the fake look-up pages: it is never followed.
        raise ForeignQr from fault
    return register.verify_number(number.text, name=name, id_number=None)


def _is_ours(text: str, origin: str) -> bool:
    return text.startswith(f"{origin}/q/")


def is_picture(content: bytes) -> bool:
    """Whether these bytes are of a kind of picture that is read here."""
    return content.startswith(_PICTURES) or (content[:4], content[8:12]) == _WEBP
