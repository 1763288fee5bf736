"""What the desk knows of its staff, assembled once over one register."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from registry.register import Register
from registry.staff.accounts import Accounts
from registry.staff.passwords import CURRENT_COST, Cost, Passwords
from registry.staff.sessions import Sessions, SessionTimes
from registry.staff.throttle import Throttle
from registry.staff.tokens import AccessTokens
from registry.staff.trail import Trail

_ADDRESS_CHARACTERS = 16


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
