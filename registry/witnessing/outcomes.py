"""What became of asking one witness: a verified cosignature, a definite no, or nothing to believe.

Source: C2SP tlog-cosignature.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from signing.errors import BadSignature, UnknownSigner
from signing.notes import Note, Signature, VerifierKey, check_note

_FUTURE_SECONDS, _PAST_SECONDS = 300, 86_400


class RefusedBecause(StrEnum):
    """A witness's definite no."""

    MALFORMED = "malformed"
    UNKNOWN_LOG = "unknown_log"
    NOT_SIGNED_BY_LOG = "not_signed_by_log"
    NOT_AN_EXTENSION = "not_an_extension"
    LARGER_TREE_KNOWN = "larger_tree_known"
    OTHER_ROOT_KNOWN = "other_root_known"
    SIZE_KEEPS_CHANGING = "size_keeps_changing"


class UnavailableBecause(StrEnum):
    """No answer that can be believed."""

    TIMEOUT = "timeout"
    CONNECTION = "connection"
    STATUS = "status"
    TOO_LONG = "too_long"
    MALFORMED_ANSWER = "malformed_answer"
    NO_COSIGNATURE = "no_cosignature"
    BAD_COSIGNATURE = "bad_cosignature"
    IMPLAUSIBLE_TIME = "implausible_time"


@dataclass(frozen=True)
class Cosigned:
    """The witness's cosignature, verified."""

    line: Signature

    @property
    def at_seconds(self) -> int:
        """When the witness says that it cosigned."""
        return int.from_bytes(self.line.value[:8], "big")


@dataclass(frozen=True)
class Refused:
    """The witness answered and will not cosign this checkpoint."""

    reason: RefusedBecause


@dataclass(frozen=True)
class Unavailable:
    """The witness gave no answer that could be believed."""

    reason: UnavailableBecause


Outcome: TypeAlias = Cosigned | Refused | Unavailable


def believed(
    note: Note, key: VerifierKey, lines: Sequence[Signature], now_seconds: float
) -> Cosigned | Unavailable:
    """The one line of that key which cosigns the note, if it holds and its time can be true.

    Lines of other keys are ignored, as the format asks; two lines of this one contradict each other.
    """
    own = tuple(each for each in lines if (each.name, each.key_hash) == (key.name, key.key_hash))
    try:
        check_note(Note(note.text, own), key)
    except UnknownSigner:
        return Unavailable(UnavailableBecause.NO_COSIGNATURE)
    except BadSignature:
        return Unavailable(UnavailableBecause.BAD_COSIGNATURE)
    cosigned = Cosigned(own[0])
    if not now_seconds - _PAST_SECONDS <= cosigned.at_seconds <= now_seconds + _FUTURE_SECONDS:
        return Unavailable(UnavailableBecause.IMPLAUSIBLE_TIME)
    return cosigned
