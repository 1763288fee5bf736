"""The question before a look-up: a small sum, so that looking up costs a machine at least a reading.

It keeps nobody out who means it, and it shuts nobody out who cannot see a picture. The token carries the two
parts of the sum and when it ends, under a key that this process made for itself; each is good for one answer.

Source: WCAG 2.2, 1.1.1 (a CAPTCHA needs a form that does not rest on sight), 3.3.7 (entries are kept).
"""

import hmac
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from threading import Lock

from signing.encoding import b64url_decode, b64url_encode
from signing.errors import MalformedEncoding

LIFETIME = timedelta(minutes=10)
_LEAST, _MOST = 2, 12
_NONCE_BYTES, _MAC_BYTES = 10, 16
_HEAD_BYTES = 8 + 2 + _NONCE_BYTES


class Answered(StrEnum):
    """What came of an answer."""

    RIGHT = "right"
    WRONG = "wrong"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Question:
    """Two numbers to add, and the token that goes with the form."""

    left: int
    right: int
    token: str


@dataclass
class Challenge:
    """Asks and judges. Needs no database: after a restart everybody is asked anew."""

    now: Callable[[], datetime]
    number: Callable[[int, int], int] = lambda least, most: least + secrets.randbelow(most - least + 1)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _used: dict[bytes, datetime] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def question(self) -> Question:
        """A new sum."""
        left, right = self.number(_LEAST, _MOST), self.number(_LEAST, _MOST)
        until = int((self.now() + LIFETIME).timestamp())
        head = until.to_bytes(8, "big") + bytes([left, right]) + secrets.token_bytes(_NONCE_BYTES)
        return Question(left, right, b64url_encode(head + self._mac(head)))

    def judge(self, token: str, answer: str) -> Answered:
        """Whether the answer is the sum of that token. A token that nobody issued counts as expired."""
        try:
            whole = b64url_decode(token, length=_HEAD_BYTES + _MAC_BYTES)
        except MalformedEncoding:
            return Answered.EXPIRED
        head, mac = whole[:_HEAD_BYTES], whole[_HEAD_BYTES:]
        if not hmac.compare_digest(mac, self._mac(head)):
            return Answered.EXPIRED
        until = int.from_bytes(head[:8], "big")
        if until <= self.now().timestamp() or not self._first_use(head):
            return Answered.EXPIRED
        given = unicodedata.normalize("NFKC", answer).strip()
        return Answered.RIGHT if given == str(head[8] + head[9]) else Answered.WRONG

    def _mac(self, head: bytes) -> bytes:
        return hmac.new(self.key, head, sha256).digest()[:_MAC_BYTES]

    def _first_use(self, head: bytes) -> bool:
        """Notes the token as used, and forgets those that have ended by themselves."""
        now = self.now()
        with self._lock:
            self._used = {each: until for each, until in self._used.items() if until > now}
            if head in self._used:
                return False
            self._used[head] = now + LIFETIME
            return True
