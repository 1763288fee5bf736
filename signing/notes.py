"""Signed notes, verifier keys, checkpoints and cosignatures of a transparency log.

Source: C2SP signed-note, tlog-checkpoint, tlog-cosignature.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from signing.algorithms import ED25519
from signing.encoding import b64_decode, b64_encode
from signing.errors import BadSignature, MalformedEncoding, UnknownSigner
from signing.inclusion import MAX_SIZE
from signing.keys import SigningKey, public_key, verify

ED25519_TYPE = ED25519.note_type
COSIGNATURE_TYPE = 0x04
MAX_NOTE_BYTES = 1 << 20
_NAME = re.compile(r"[^\s+]+")
_UNWRITABLE = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE_START = "— "


@dataclass(frozen=True)
class VerifierKey:
    """A `vkey`: whose signature, under which name and algorithm, is looked for."""

    name: str
    algorithm: int
    public: bytes

    @property
    def key_hash(self) -> bytes:
        """The 4 bytes that select a signature line. Not a security check by themselves."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_hash.hex()}+{b64_encode(bytes([self.algorithm]) + self.public)}"


@dataclass(frozen=True)
class Signature:
    """One signature line: name, 4-byte key hash, algorithm-specific bytes."""

    name: str
    key_hash: bytes
    value: bytes

    def line(self) -> str:
        """The line as it stands in a note, without the newline."""
        return f"{_SIGNATURE_START}{self.name} {b64_encode(self.key_hash + self.value)}"


@dataclass(frozen=True)
class Note:
    """A text that ends in a newline, and the signatures over it."""

    text: str
    signatures: tuple[Signature, ...]

    def to_bytes(self) -> bytes:
        """The bytes of the note."""
        return (self.text + "\n" + "".join(each.line() + "\n" for each in self.signatures)).encode()


@dataclass(frozen=True)
class Checkpoint:
    """A tree head: what the log commits to."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{b64_encode(self.root)}\n"


def parse_vkey(text: str) -> VerifierKey:
    """Reads `name+hash+base64(algorithm || key)`. Raises: MalformedEncoding."""
    name, _, rest = text.partition("+")
    key_hash, _, encoded = rest.partition("+")
    material = b64_decode(encoded, length=33)
    # Two names that look alike on a screen are told apart by nobody: an anchor has a visible name.
    if not _NAME.fullmatch(name) or not name.isprintable():
        raise MalformedEncoding("vkey")
    key = VerifierKey(name, material[0], public_key(material[1:]))
    if key.key_hash.hex() != key_hash or key.algorithm not in (ED25519_TYPE, COSIGNATURE_TYPE):
        raise MalformedEncoding("vkey")
    return key


def parse_note(data: bytes) -> Note:
    """Splits a note at its last blank line. Raises: MalformedEncoding."""
    if len(data) > MAX_NOTE_BYTES:
        raise MalformedEncoding("note too long")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise MalformedEncoding("note") from fault
    text, separator, lines = whole.rpartition("\n\n")
    if not separator or not lines.endswith("\n") or _UNWRITABLE.search(whole):
        raise MalformedEncoding("note")
    return Note(text + "\n", tuple(_parse_signature(line) for line in lines[:-1].split("\n")))


def _parse_signature(line: str) -> Signature:
    if not line.startswith(_SIGNATURE_START):
        raise MalformedEncoding("signature line")
    name, _, encoded = line.removeprefix(_SIGNATURE_START).partition(" ")
    material = b64_decode(encoded)
    if not _NAME.fullmatch(name) or len(material) < 5:
        raise MalformedEncoding("signature line")
    return Signature(name, material[:4], material[4:])


def parse_checkpoint(text: str) -> Checkpoint:
    """Reads the three lines of a checkpoint body; extension lines are refused. Raises: MalformedEncoding."""
    lines = text.split("\n")
    if (
        _UNWRITABLE.search(text)
        or len(lines) != 4
        or lines[3]
        or not lines[0]
        or not _DECIMAL.fullmatch(lines[1])
    ):
        raise MalformedEncoding("checkpoint")
    size = int(lines[1])
    if size >= MAX_SIZE:
        raise MalformedEncoding("checkpoint")
    return Checkpoint(lines[0], size, b64_decode(lines[2], length=32))


def sign_checkpoint(checkpoint: Checkpoint, keys: Sequence[SigningKey]) -> Note:
    """The checkpoint signed by the log's keys, several during a rotation."""
    text = checkpoint.body()
    return Note(text, tuple(_log_signature(checkpoint.origin, text, key) for key in keys))


def _log_signature(name: str, text: str, key: SigningKey) -> Signature:
    key_hash = VerifierKey(name, key.algorithm.note_type, key.public).key_hash
    return Signature(name, key_hash, key.sign(text.encode()))


def cosign(note: Note, name: str, key: SigningKey, at_seconds: int) -> Note:
    """The note with a witness's timestamped cosignature added (cosignature/v1)."""
    signature = key.sign(_cosigned(note.text, at_seconds))
    key_hash = VerifierKey(name, COSIGNATURE_TYPE, key.public).key_hash
    line = Signature(name, key_hash, at_seconds.to_bytes(8, "big") + signature)
    return Note(note.text, (*note.signatures, line))


def _cosigned(text: str, at_seconds: int) -> bytes:
    return f"cosignature/v1\ntime {at_seconds}\n{text}".encode()


def check_note(note: Note, key: VerifierKey) -> None:
    """Shows that the key signed the note's text. Raises: UnknownSigner, BadSignature.

    Lines of other keys are ignored, as the format asks. A key signs a note once: a second line of it would be
    another spelling of the same note, and each line costs a verification.
    """
    lines = [each for each in note.signatures if (each.name, each.key_hash) == (key.name, key.key_hash)]
    if not lines:
        raise UnknownSigner
    if len(lines) > 1:
        raise BadSignature("signed twice")
    value = lines[0].value
    if key.algorithm == ED25519_TYPE:
        verify(key.public, note.text.encode(), value)
    elif len(value) == 72:
        at_seconds = int.from_bytes(value[:8], "big")
        verify(key.public, _cosigned(note.text, at_seconds), value[8:])
    else:
        raise BadSignature


def verified_checkpoint(data: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint of a note that `key` signed for its own origin.

    Raises: MalformedEncoding, UnknownSigner, BadSignature.
    """
    note = parse_note(data)
    check_note(note, key)
    checkpoint = parse_checkpoint(note.text)
    if checkpoint.origin != key.name:
        raise UnknownSigner
    return checkpoint
