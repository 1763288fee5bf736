"""What the desk knows of its staff, assembled once over one register."""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.register import Register
from registry.staff.accounts import Accounts
from registry.staff.passwords import CURRENT_COST, Cost, Passwords
from registry.staff.sessions import Sessions, SessionTimes
from registry.staff.throttle import Throttle
from registry.staff.tokens import AccessTokens
from registry.staff.trail import Trail
from signing.encoding import b64url_decode, b64url_encode
from signing.errors import MalformedEncoding

_ADDRESS_CHARACTERS = 16
_NONCE_BYTES = 12


@dataclass(frozen=True)
class Staff:
    """Accounts and everything about them."""

    accounts: Accounts
    sessions: Sessions
    tokens: AccessTokens
    throttle: Throttle
    trail: Trail
    secret: bytes

    def keyed(self, label: str, text: str) -> str:
        """A keyed hash as text: tells whether two are the same, and not what they are."""
        mac = hmac.digest(self.secret, f"{label}\x00{text}".encode("utf-8", "surrogatepass"), "sha256")
        return mac.hex()[:_ADDRESS_CHARACTERS]

    def lend(self, purpose: str, value: bytes) -> str:
        """A secret that travels through a page and comes back: nobody can read or alter it on the way."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return b64url_encode(nonce + AESGCM(self.secret).encrypt(nonce, value, purpose.encode()))

    def take_back(self, purpose: str, text: str) -> bytes:
        """What was lent for this purpose. Raises: MalformedEncoding."""
        data = b64url_decode(text)
        try:
            return AESGCM(self.secret).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError) as fault:
            raise MalformedEncoding("lent") from fault


def open_staff(
    register: Register,
    *,
    cost: Cost = CURRENT_COST,
    times: SessionTimes | None = None,
    clock: Callable[[], datetime] | None = None,
) -> Staff:
    """The staff of a register. Unlocks its vault and its link key.

    Raises: KeyFileMissing, KeyFileExposed, KeyFileLocked.
    """
    engine, now = register.desk_engine, clock or register.clock
    return Staff(
        accounts=Accounts(engine, lambda: register.keys.vault, Passwords(cost), now),
        sessions=Sessions(engine, times or SessionTimes(), now),
        tokens=AccessTokens(engine, now),
        throttle=Throttle(engine, now),
        trail=Trail(engine),
        secret=hmac.digest(register.link_secret(), b"skillcert/staff/v1", "sha256"),
    )
