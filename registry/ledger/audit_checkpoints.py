"""Every checkpoint that was ever published, against the root of the tree grown anew and the keys of its time.

Source: C2SP tlog-checkpoint, signed-note, tlog-cosignature.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from registry.ledger.audit_report import Check, FindingCode, first_difference, found
from registry.ledger.audit_tree import altered_byte
from registry.ledger.key_history import KeyHistory, KnownKey
from signing.errors import BadSignature, MalformedEncoding, UnknownSigner
from signing.keys import KeyRole
from signing.notes import (
    Checkpoint,
    Note,
    Signature,
    VerifierKey,
    check_note,
    parse_checkpoint,
    parse_note,
)

_COSIGNATURE_BYTES = 72


class CheckpointAudit:
    """Checks checkpoints in order. Those before the log named its first log key wait until it does."""

    def __init__(self, origin: str) -> None:
        self.last_size = 0
        self.checked = 0
        self.newest: Note | None = None
        self._origin = origin
        self._waiting: list[tuple[int, Note]] = []

    def check(self, size: int, stored: object, root: bytes, keys: KeyHistory, at: datetime) -> Note:
        """One checkpoint, read: `root` is that of the tree grown anew at its size, `keys` the keys as of it.

        `at` is the moment of the newest entry that it covers.

        Steps:
        1. it can be read, and is of this log and this size
        2. every log key that might sign then did, no other log key, and every other line is a witness's
        3. its root is the tree's
        """
        # 1
        wanted = Checkpoint(self._origin, size, root).body()
        named = [key for key in keys if key.role is KeyRole.LOG]
        log_keys = keys.signers(KeyRole.LOG, at)
        if not isinstance(stored, bytes):
            _found(FindingCode.CHECKPOINT_MALFORMED, size, None)
        try:
            note = parse_note(stored)
            claimed = parse_checkpoint(note.text)
        except MalformedEncoding:
            _found(FindingCode.CHECKPOINT_MALFORMED, size, self._altered_at(stored, wanted, log_keys))
        # 2
        if named:
            self._settle(named[0])
            if not self._is_signed(note, log_keys):
                _found(FindingCode.CHECKPOINT_SIGNATURE, size, self._altered_at(stored, wanted, log_keys))
        else:
            self._waiting.append((size, note))
        # 3
        if (claimed.origin, claimed.size, claimed.root) != (self._origin, size, root):
            offset = first_difference(stored, wanted.encode())
            _found(FindingCode.CHECKPOINT_ROOT, size, offset, first=self.last_size, last=size - 1)
        self.last_size, self.newest = size, note
        self.checked += 1
        return note

    def finish(self, vkeys: Sequence[VerifierKey]) -> None:
        """No checkpoint still waits for a key, and one of `vkeys`, if any are given, signed the newest."""
        if self._waiting:
            _found(FindingCode.CHECKPOINT_SIGNATURE, self._waiting[0][0], None)
        if vkeys and self.newest is not None and not any(_signed(self.newest, key) for key in vkeys):
            _found(FindingCode.CHECKPOINT_SIGNATURE, self.last_size, None, reason="vkey")

    def _settle(self, first: KnownKey) -> None:
        """The first log key also signs the checkpoints from before it stood in the log."""
        for size, note in self._waiting:
            if not _signed(note, self._verifier(first)):
                offset = self._altered_at(note.to_bytes(), note.text, [first])
                _found(FindingCode.CHECKPOINT_SIGNATURE, size, offset)
        self._waiting.clear()

    def _is_signed(self, note: Note, log_keys: Sequence[KnownKey]) -> bool:
        """All of these keys signed, and every other line can be accounted for."""
        signed = [_signed(note, self._verifier(key)) for key in log_keys]
        return (
            any(signed)
            and all(signed)
            and all(self._is_accounted(note, line, log_keys) for line in note.signatures)
        )

    def _altered_at(self, stored: bytes, wanted: str, log_keys: Sequence[KnownKey]) -> int | None:
        """The one byte that keeps the stored note from being what a log key signed."""
        start = wanted.encode() + b"\n"

        def is_original(tried: bytes) -> bool:
            if not tried.startswith(start):
                return False
            try:
                return self._is_signed(parse_note(tried), log_keys)
            except MalformedEncoding:
                return False

        return altered_byte(stored, is_original)

    def _is_accounted(self, note: Note, line: Signature, log_keys: Sequence[KnownKey]) -> bool:
        """A line of a log key that holds, or shaped as a witness's; nothing else is ever written."""
        if len(line.value) == _COSIGNATURE_BYTES and line.name != self._origin:
            return True
        alone = Note(note.text, (line,))
        return any(_signed(alone, self._verifier(key)) for key in log_keys)

    def _verifier(self, key: KnownKey) -> VerifierKey:
        return VerifierKey(self._origin, key.algorithm.note_type, key.public)


def _signed(note: Note, key: VerifierKey) -> bool:
    try:
        check_note(note, key)
    except (UnknownSigner, BadSignature):
        return False
    return True


def _found(code: FindingCode, size: int, offset: int | None, **detail: object) -> NoReturn:
    found(code, Check.CHECKPOINTS, "checkpoint", size, "note", offset=offset, **detail)
