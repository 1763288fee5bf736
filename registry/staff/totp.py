"""One-time codes from a phone: six digits that change every half minute, each accepted once.

Pure: the moment is passed in. A code of the step before or behind is accepted as well, for clocks that
differ; whoever accepts one keeps its step, and an older or equal one is refused afterwards.

Source: RFC 6238 (TOTP, section 5.2 on single use and steps), RFC 4226; key URI format of authenticator apps.
"""

import base64
import binascii
import hmac
import re
import secrets
from datetime import datetime
from hashlib import sha256
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from registry.staff.errors import CodeRefused

STEP_SECONDS = 30
DIGITS = 6
SECRET_BYTES = 20
NEVER = -1
RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_ALLOWED_DRIFT = (0, -1, 1)
_CODE = re.compile(r"[0-9]{6}")


def new_secret() -> bytes:
    """A random secret of the length that RFC 4226 recommends."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, at: datetime) -> str:
    """The code of that moment."""
    return _generator(secret).generate(int(at.timestamp())).decode()


def accepted_step(secret: bytes, code: str, at: datetime, *, last_step: int) -> int:
    """The step whose code this is; the next code must be of a later one.

    Raises: CodeRefused: wrong, too old, or used before.
    """
    tidy = re.sub(r"\s", "", code)
    step, found = int(at.timestamp()) // STEP_SECONDS, NEVER
    generator = _generator(secret)
    for drift in _ALLOWED_DRIFT:
        expected = generator.generate(max(0, step + drift) * STEP_SECONDS)
        # Every step is compared, whichever fits: how long it takes tells nothing.
        if hmac.compare_digest(expected, tidy.encode()) and found == NEVER:
            found = step + drift
    if not _CODE.fullmatch(tidy) or found == NEVER or found <= last_step:
        raise CodeRefused
    return found


def secret_text(secret: bytes) -> str:
    """The secret as a person types it: base32 in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def secret_from_text(text: str) -> bytes:
    """The secret behind base32. Raises: CodeRefused."""
    tidy = re.sub(r"[\s=]", "", text).upper()
    try:
        return base64.b32decode(tidy + "=" * (-len(tidy) % 8))
    except (binascii.Error, ValueError) as fault:
        raise CodeRefused from fault


def key_uri(secret: bytes, *, login: str, issuer: str) -> str:
    """What the QR picture holds for an authenticator app."""
    query = {"secret": base64.b32encode(secret).decode(), "issuer": issuer, "digits": DIGITS}
    return f"otpauth://totp/{quote(f'{issuer}:{login}')}?{urlencode(query, quote_via=quote)}"


def recovery_codes() -> list[str]:
    """Codes for a lost phone, 80 bits each, to be printed."""
    texts = (
        base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)
    )
    return ["-".join(text[at : at + 4] for at in range(0, len(text), 4)) for text in texts]


def recovery_digest(code: str) -> bytes:
    """What is kept of a recovery code: with 80 random bits a plain hash can't be searched."""
    tidy = re.sub(r"[\s-]", "", code).lower()
    return sha256(b"skillcert/recovery-code/v1\x00" + tidy.encode("utf-8", "surrogatepass")).digest()


def looks_like_recovery(code: str) -> bool:
    """Whether this is meant as a recovery code, not as one from the phone."""
    return len(re.sub(r"[\s-]", "", code)) > DIGITS


def _generator(secret: bytes) -> TOTP:
    # The apps on people's phones know SHA-1 only; HMAC does not need collision resistance.
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS, enforce_key_length=False)  # noqa: S303
