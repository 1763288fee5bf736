"""The witness: it cosigns a checkpoint only if it extends everything that it cosigned before.

Source: C2SP tlog-witness (the order of the checks), tlog-cosignature.
"""

from collections.abc import Callable
from pathlib import Path

from registry.witnessing.errors import LogRefused, Refusal, StateMissing, SubmissionRefused
from registry.witnessing.protocol import parse_submission, signature_lines, tree_head
from registry.witnessing.store import Fork, KnownHead, WitnessStore
from signing.errors import BadSignature, InclusionMismatch, KeyFileMissing, MalformedEncoding, UnknownSigner
from signing.inclusion import check_consistency
from signing.key_files import KeyDirectory
from signing.keys import KeyRole, SigningKey
from signing.notes import (
    COSIGNATURE_TYPE,
    ED25519_TYPE,
    Checkpoint,
    Note,
    Signature,
    VerifierKey,
    check_note,
    cosign,
    parse_note,
)

_STATE_FILE, _KEYS = "witness.sqlite", "key"
_MAX_NAME_BYTES = 255


class Witness:
    """A key, a name, and the memory of what was cosigned. Bears several requests at once."""

    def __init__(
        self, store: WitnessStore, key: SigningKey, *, name: str, clock_seconds: Callable[[], float]
    ) -> None:
        self.store = store
        self.name = name
        self._key = key.require(KeyRole.WITNESS)
        self._clock_seconds = clock_seconds

    @property
    def vkey(self) -> VerifierKey:
        """What verifiers know it by."""
        return VerifierKey(self.name, COSIGNATURE_TYPE, self._key.public)

    def follow(self, key: VerifierKey) -> None:
        """Adds a log, or another key of one. Raises: LogRefused."""
        if key.algorithm != ED25519_TYPE or key.public == self._key.public:
            raise LogRefused(key.name)
        self.store.follow(key)

    def add_checkpoint(self, data: bytes) -> bytes:
        """The cosignature lines for an add-checkpoint request.

        Steps:
        1. the request can be read
        2. the log is followed
        3. one of its keys signed, and no line under such a key is false
        4. a second root for the size that was cosigned last is a fork: kept as evidence
        5. the old size is at most the new one, and is the size that was cosigned last
        6. the proof shows that the new tree extends the known one
        7. the new head takes the known one's place on disk; if another request was faster, nothing happens
        8. only now it signs

        Raises: MalformedSubmission, SubmissionRefused, StateUnavailable.
        """
        # 1
        submission = parse_submission(data)
        head = tree_head(submission.note)
        # 2
        known = self.store.head(head.origin)
        if known is None:
            raise SubmissionRefused(Refusal.UNKNOWN_LOG)
        # 3
        _require_signed(submission.note, self.store.keys(head.origin))
        # 4
        if head.size == known.size and head.root != known.root:
            self._keep_fork(known, submission.note)
            raise SubmissionRefused(Refusal.OTHER_ROOT_KNOWN, known_size=known.size)
        # 5
        if submission.old_size > head.size:
            raise SubmissionRefused(Refusal.OLD_SIZE_TOO_LARGE, known_size=known.size)
        if submission.old_size != known.size:
            raise SubmissionRefused(Refusal.OTHER_SIZE_KNOWN, known_size=known.size)
        # 6
        try:
            check_consistency(known.size, known.root, head.size, head.root, submission.proof)
        except InclusionMismatch as fault:
            raise SubmissionRefused(Refusal.NOT_AN_EXTENSION, known_size=known.size) from fault
        # 7
        self._advance(known, head, submission.note)
        # 8
        return self._cosignature(submission.note)

    def _advance(self, known: KnownHead, head: Checkpoint, note: Note) -> None:
        new = KnownHead(head.origin, head.size, head.root, note.to_bytes())
        if not self.store.advance(known, new):
            now_known = self.store.head(head.origin)
            size = known.size if now_known is None else now_known.size
            raise SubmissionRefused(Refusal.OTHER_SIZE_KNOWN, known_size=size)

    def _cosignature(self, note: Note) -> bytes:
        cosigned = cosign(note, self.name, self._key, int(self._clock_seconds()))
        return signature_lines(cosigned.signatures[-1:])

    def _keep_fork(self, known: KnownHead, refused: Note) -> None:
        fork = Fork(known.origin, known.size, int(self._clock_seconds()), known.note, refused.to_bytes())
        self.store.keep_fork(fork, refused.text)


def begin_witness(
    directory: Path, name: str, passphrase: bytes, clock_seconds: Callable[[], float]
) -> Witness:
    """A new witness in a directory of its own: its key, and a memory that is empty.

    Raises: KeyFileExists, StateUnavailable, MalformedEncoding for a name that no signature line can carry.
    """
    if not name.isprintable() or len(name.encode()) > _MAX_NAME_BYTES:
        raise MalformedEncoding("name")
    parse_note(Note("-\n", (Signature(name, bytes(4), bytes(72)),)).to_bytes())
    keys = KeyDirectory(key_directory(directory))
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = keys.create(KeyRole.WITNESS, passphrase)
    store = WitnessStore.create(state_file(directory), name)
    return Witness(store, key, name=name, clock_seconds=clock_seconds)


def key_directory(directory: Path) -> Path:
    """Where the witness's key lies."""
    return directory / _KEYS


def state_file(directory: Path) -> Path:
    """Where its memory lies."""
    return directory / _STATE_FILE


def open_witness(directory: Path, passphrase: bytes, clock_seconds: Callable[[], float]) -> Witness:
    """The witness of a directory. Raises: StateMissing, StateUnavailable, KeyFileExposed, KeyFileLocked."""
    store = WitnessStore(state_file(directory))
    try:
        key = KeyDirectory(key_directory(directory)).unlock(KeyRole.WITNESS, passphrase)
    except KeyFileMissing as fault:
        raise StateMissing(_KEYS) from fault
    return Witness(store, key, name=store.name(), clock_seconds=clock_seconds)


def _require_signed(note: Note, keys: tuple[VerifierKey, ...]) -> None:
    """One of the log's keys signed. Lines of unknown keys are ignored."""
    signed = False
    for key in keys:
        try:
            check_note(note, key)
            signed = True
        except UnknownSigner:
            continue
        except BadSignature as fault:
            raise SubmissionRefused(Refusal.NOT_SIGNED_BY_LOG) from fault
    if not signed:
        raise SubmissionRefused(Refusal.NOT_SIGNED_BY_LOG)
