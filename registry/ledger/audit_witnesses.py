"""Published checkpoints against the witness policy that the register follows now.

The log does not say since when a policy holds. The first checkpoint that has its whole quorum began it: from
there on every one must have it, unless the register publishes without.

Source: C2SP tlog-cosignature.
"""

from registry.ledger.audit_report import Check, FindingCode, found
from registry.ledger.audit_tree import altered_byte
from registry.witnessing.policy import WitnessPolicy, is_cosigned
from registry.witnessing.quorum import Terms, WhenMissed
from signing.errors import MalformedEncoding
from signing.notes import Note, VerifierKey, parse_note


class WitnessAudit:
    """Looks at checkpoints in order."""

    def __init__(self, terms: Terms | None) -> None:
        self._policy = None if terms is None or not terms.policy.witnesses else terms.policy
        self._may_miss = terms is not None and terms.when_missed is WhenMissed.OPEN
        self._begun = False
        self.witnessed = 0
        self.bare = 0

    @property
    def not_checked(self) -> str:
        """Why nothing can be said; "" if something can."""
        if self._policy is None:
            return "no_policy"
        return "" if self._begun or not self._policy.quorum else "no_quorum_yet"

    def check(self, size: int, note: Note) -> None:
        """One checkpoint, whose own signatures hold.

        Steps:
        1. every line under a witness's key holds
        2. the quorum is there, once it was there
        """
        policy = self._policy
        if policy is None:
            return
        # 1
        holds = policy.holds(note)
        for witness in policy.witnesses:
            if witness.key not in holds and _has_line(note, witness.key):
                offset = _altered_at(note, witness.key)
                found(
                    FindingCode.COSIGNATURE_ALTERED,
                    Check.WITNESSES,
                    "checkpoint",
                    size,
                    "note",
                    offset=offset,
                    witness=witness.key.name,
                )
        # 2
        if len(holds) >= policy.quorum:
            self._begun = True
            self.witnessed += 1
        elif self._begun and self._may_miss:
            self.bare += 1
        elif self._begun:
            _found_missing(policy, size, len(holds))


def _found_missing(policy: WitnessPolicy, size: int, cosigned: int) -> None:
    found(
        FindingCode.WITNESSES_MISSING,
        Check.WITNESSES,
        "checkpoint",
        size,
        "note",
        cosigned=cosigned,
        required=policy.quorum,
    )


def _has_line(note: Note, key: VerifierKey) -> bool:
    return any((line.name, line.key_hash) == (key.name, key.key_hash) for line in note.signatures)


def _altered_at(note: Note, key: VerifierKey) -> int | None:
    """The one byte of the witness's line that keeps it from being what the witness wrote."""
    whole, body = note.to_bytes(), f"{note.text}\n".encode()
    lines = [f"{line.line()}\n".encode() for line in note.signatures if line.name == key.name]
    if len(lines) != 1:
        return None

    def is_original(tried: bytes) -> bool:
        try:
            return is_cosigned(parse_note(body + tried), key)
        except MalformedEncoding:
            return False

    within = altered_byte(lines[0], is_original)
    return None if within is None else whole.index(lines[0]) + within
