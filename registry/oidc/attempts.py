"""Attempts to log in: begun here, finished by the browser that began them, once, and within minutes.

The browser holds a secret in a cookie, the provider carries the state. Nonce and PKCE verifier are worked
out of both, so that what the desk keeps (two hashes) opens nothing, and neither the cookie nor an address
that was seen on the way is good for anything alone.

Source: RFC 9700 section 2.1.1 and 4.7; RFC 7636; OpenID Connect Core section 15.5.2.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.oidc.errors import AttemptFault, AttemptUnknown
from registry.storage.metadata import DESK_METADATA
from registry.storage.oidc_rows import OidcAttemptRow
from registry.storage.sql import writing
from signing.encoding import b64url_encode, parse_rfc3339, rfc3339

_ATTEMPT = DESK_METADATA.tables[str(OidcAttemptRow.__tablename__)]
LASTS = timedelta(minutes=10)
_SECRET_BYTES = 32
# 32 bytes in base64url.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Attempt:
    """One attempt: what the address carries, and what only this browser and we can work out."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    after: str = ""
    """The path that the person wanted to see."""

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier. Source: RFC 7636 section 4.2 (S256)."""
        return b64url_encode(sha256(self.verifier.encode()).digest())


class Attempts:
    """The attempts on one desk."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def begin(self, browser: str, after: str) -> Attempt:
        """A new attempt of the browser with that secret. Raises: DatabaseUnavailable."""
        now, state = self._clock(), _new_secret()
        values = {
            "state": _digest(b"state", state),
            "browser": _digest(b"browser", browser),
            "after": after,
            "until_at": rfc3339(now + LASTS),
        }
        with writing(self._engine) as connection:
            connection.execute(sa.delete(_ATTEMPT).where(_ATTEMPT.c.until_at < rfc3339(now - LASTS)))
            connection.execute(sa.insert(_ATTEMPT).values(**values))
        return _attempt(state, browser, after)

    def take(self, state: str, browser: str) -> Attempt:
        """The attempt with that state, which is then used up, whoever asked for it.

        Raises: AttemptUnknown, DatabaseUnavailable.
        """
        taken = sa.delete(_ATTEMPT).where(_ATTEMPT.c.state == _digest(b"state", state))
        with writing(self._engine) as connection:
            row = connection.execute(taken.returning(*_ATTEMPT.c)).mappings().first()
        if row is None:
            raise AttemptUnknown(AttemptFault.UNKNOWN)
        if not is_secret(browser) or not hmac.compare_digest(row["browser"], _digest(b"browser", browser)):
            raise AttemptUnknown(AttemptFault.OTHER_BROWSER)
        if parse_rfc3339(row["until_at"]) <= self._clock():
            raise AttemptUnknown(AttemptFault.EXPIRED)
        return _attempt(state, browser, row["after"])


def new_browser() -> str:
    """A secret for a browser that has none."""
    return _new_secret()


def is_secret(text: str) -> bool:
    """Whether a cookie holds what we give."""
    return _SECRET.fullmatch(text) is not None


def _attempt(state: str, browser: str, after: str) -> Attempt:
    return Attempt(state, _derived(b"nonce", state, browser), _derived(b"verifier", state, browser), after)


def _derived(purpose: bytes, state: str, browser: str) -> str:
    message = b"skillcert/oidc/v1\x00" + purpose + b"\x00" + state.encode()
    return b64url_encode(hmac.digest(browser.encode(), message, "sha256"))


def _digest(purpose: bytes, text: str) -> bytes:
    return sha256(b"skillcert/oidc/v1\x00" + purpose + b"\x00" + text.encode("utf-8", "replace")).digest()


def _new_secret() -> str:
    return b64url_encode(secrets.token_bytes(_SECRET_BYTES))
