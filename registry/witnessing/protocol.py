"""The messages between a log and a witness, read in one way only.

    POST <prefix>/add-checkpoint        old <size>\\n (base64 hash\\n)* \\n checkpoint
    200                                 signature lines
    409 text/x.tlog.size                <size that the witness cosigned last>\\n

Source: C2SP tlog-witness, tlog-checkpoint, signed-note.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registry.witnessing.errors import MalformedAnswer, MalformedSubmission
from signing.encoding import b64_decode, b64_encode
from signing.errors import MalformedEncoding
from signing.inclusion import Hash
from signing.notes import Checkpoint, Note, Signature, parse_checkpoint, parse_note

ADD_CHECKPOINT = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
# No tree of fewer than 2^63 entries needs more.
MAX_PROOF_LINES = 63
MAX_SUBMISSION_BYTES = 64 << 10
MAX_ANSWER_BYTES = 64 << 10
# At most 19 digits, as in a checkpoint: more would not be a size, and int() refuses thousands of them anyway.
_SIZE = re.compile(rb"0|[1-9][0-9]{0,18}")
_OLD = b"old "
_BODY_LINES = 3


@dataclass(frozen=True)
class Submission:
    """A request to cosign: the size that the proof starts from, the proof, and the signed checkpoint."""

    old_size: int
    proof: tuple[Hash, ...]
    note: Note

    def to_bytes(self) -> bytes:
        """The request body."""
        lines = [f"old {self.old_size}\n", *(f"{b64_encode(each)}\n" for each in self.proof), "\n"]
        return "".join(lines).encode() + self.note.to_bytes()


def parse_submission(data: bytes) -> Submission:
    """Reads an add-checkpoint request. Raises: MalformedSubmission."""
    if len(data) > MAX_SUBMISSION_BYTES:
        raise MalformedSubmission("length")
    head, separator, rest = data.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    size = first.removeprefix(_OLD)
    if not separator or not first.startswith(_OLD) or not _SIZE.fullmatch(size):
        raise MalformedSubmission("old_size")
    if len(lines) > MAX_PROOF_LINES:
        raise MalformedSubmission("proof")
    try:
        proof = tuple(Hash(b64_decode(line.decode("ascii"), length=32)) for line in lines)
    except (MalformedEncoding, UnicodeDecodeError) as fault:
        raise MalformedSubmission("proof") from fault
    try:
        note = parse_note(rest)
        tree_head(note)
    except MalformedEncoding as fault:
        raise MalformedSubmission("checkpoint") from fault
    return Submission(int(size), proof, note)


def tree_head(note: Note) -> Checkpoint:
    """The tree head of a checkpoint of any log.

    Extension lines, which this register never writes, are allowed and say nothing to a witness, though its
    signature covers them. Raises: MalformedEncoding.
    """
    lines = note.text.split("\n")
    if not all(lines[_BODY_LINES:-1]):
        raise MalformedEncoding("checkpoint")
    return parse_checkpoint("".join(f"{line}\n" for line in lines[:_BODY_LINES]))


def size_answer(size: int) -> bytes:
    """The body of a 409: the size that the witness cosigned last."""
    return b"%d\n" % size


def parse_size_answer(data: bytes) -> int:
    """Reads the body of a 409. Raises: MalformedAnswer."""
    if not data.endswith(b"\n") or not _SIZE.fullmatch(data[:-1]):
        raise MalformedAnswer("size")
    return int(data)


def signature_lines(signatures: Sequence[Signature]) -> bytes:
    """The body of a 200."""
    return "".join(f"{each.line()}\n" for each in signatures).encode()


def parse_signature_lines(data: bytes) -> tuple[Signature, ...]:
    """Reads the body of a 200: one or more signature lines, of whomever. Raises: MalformedAnswer."""
    if len(data) > MAX_ANSWER_BYTES:
        raise MalformedAnswer("length")
    try:
        # Below a text of its own the lines are a note, and so they have a note's one spelling.
        note = parse_note(b"-\n\n" + data)
    except MalformedEncoding as fault:
        raise MalformedAnswer("signature_lines") from fault
    if note.text != "-\n":
        raise MalformedAnswer("signature_lines")
    return note.signatures
