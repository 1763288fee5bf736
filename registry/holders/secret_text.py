"""The management secret as a person writes it down: five groups of four, the last of which checks the others.

Sixteen characters are random, 80 bits; four more are their checksum, so that a slip of the pen is told from a
wrong secret without asking the register, and costs no attempt. The alphabet has no I, L, O, U: who writes or
reads O, I or L means 0 or 1.

Source: Crockford's Base32 (alphabet and reading).
"""

import secrets
import unicodedata
from hashlib import sha256

from registry.holders.errors import SecretMistyped

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM, _CHECK, _GROUP = 16, 4, 4
_LABEL = b"skillcert/management-secret/v1\x00"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Whatever stands between the groups on somebody's paper.
_BETWEEN = frozenset(" -_.·—–‐,、，。\t\r\n\u3000")
_MAX_TYPED = 120


def new_secret() -> str:
    """A new secret, grouped: `7K3M-9QWX-…`."""
    random = "".join(secrets.choice(ALPHABET) for _ in range(_RANDOM))
    text = random + _check(random)
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def read_secret(typed: str) -> str:
    """The secret that was typed, as twenty plain characters. Raises: SecretMistyped."""
    folded = unicodedata.normalize("NFKC", typed[:_MAX_TYPED]).upper().translate(_READ_AS)
    text = "".join(character for character in folded if character not in _BETWEEN)
    fits = len(text) == _RANDOM + _CHECK and set(text) <= set(ALPHABET)
    if not fits or _check(text[:_RANDOM]) != text[_RANDOM:]:
        raise SecretMistyped
    return text


def _check(random: str) -> str:
    number = int.from_bytes(sha256(_LABEL + random.encode()).digest()[:4], "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in (15, 10, 5, 0))
