"""Passwords: which are accepted, and how they are kept.

Kept as Argon2id. A password that is checked against no account costs the same work, so that a wrong login
looks like a wrong password; and at most a few are stretched at once, so that a flood of attempts can't take
all memory.

Source: OWASP Password Storage Cheat Sheet (Argon2id, 19 MiB, 2 passes, 1 lane); NIST SP 800-63B section
5.1.1.2 (length over composition, no periodic change, a list of common ones).
"""

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

from registry.staff.errors import PasswordFault, PasswordRefused
from registry.staff.password_list import COMMON

MIN_CHARACTERS = 10
MAX_CHARACTERS = 128
_AT_ONCE = 4
# Without what looks alike on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5


@dataclass(frozen=True)
class Cost:
    """What one guess costs. Units: memory in KiB."""

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1


CURRENT_COST = Cost()


class Passwords:
    """Makes and checks stored passwords at one cost."""

    def __init__(self, cost: Cost = CURRENT_COST) -> None:
        self._hasher = PasswordHasher(
            time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes, type=Type.ID
        )
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = self.hash(secrets.token_urlsafe())

    def hash(self, password: str) -> str:
        """The password as it is kept."""
        with self._room:
            return self._hasher.hash(_bytes(password))

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether the password is the stored one. With no stored one the same work is done for nothing."""
        known = stored or self._nobodys
        with self._room:
            right = self._is_right(known, password)
        return right and stored is not None

    def _is_right(self, stored: str, password: str) -> bool:
        try:
            return bool(self._hasher.verify(stored, _bytes(password)))
        except (Argon2Error, InvalidHashError):
            return False

    def is_outdated(self, stored: str) -> bool:
        """Whether it was kept at another cost than today's."""
        return self._hasher.check_needs_rehash(stored)


def check_password(password: str, *, login: str) -> None:
    """Refuses what would be guessed. Raises: PasswordRefused."""
    tidy = _normal(password)
    if len(tidy) < MIN_CHARACTERS:
        raise PasswordRefused(PasswordFault.TOO_SHORT)
    if len(tidy) > MAX_CHARACTERS:
        raise PasswordRefused(PasswordFault.TOO_LONG)
    folded = tidy.lower()
    if folded in COMMON or len(set(folded)) < MIN_CHARACTERS // 2 or _is_run(folded):
        raise PasswordRefused(PasswordFault.TOO_COMMON)
    if login in folded:
        raise PasswordRefused(PasswordFault.LIKE_LOGIN)


def start_password() -> str:
    """A random one for the first login, about 99 bits, easy to read out."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def _normal(password: str) -> str:
    # The same characters typed on two keyboards may arrive as different code points.
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password)[: MAX_CHARACTERS * 2].encode("utf-8", "surrogatepass")


def _is_run(text: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    return steps in ({1}, {-1})
