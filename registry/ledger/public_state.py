"""What an auditor remembers from one audit to the next: the checkpoint of the last clean one, as signed.

The file is the signed note itself. Should the log ever contradict it, the two notes together show the fraud
to anybody, without a word of the auditor's.

Source: C2SP tlog-checkpoint, signed-note.
"""

import os
import tempfile
from pathlib import Path

from registry.ledger.errors import AuditStateUnusable
from signing.errors import MalformedEncoding
from signing.notes import MAX_NOTE_BYTES, Checkpoint, parse_checkpoint, parse_note


def remembered(path: Path, log_origin: str) -> Checkpoint | None:
    """The checkpoint of the last clean audit, None before the first. Raises: AuditStateUnusable."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_NOTE_BYTES + 1)
        checkpoint = parse_checkpoint(parse_note(data).text)
    except FileNotFoundError:
        return None
    except (OSError, MalformedEncoding) as fault:
        raise AuditStateUnusable from fault
    if checkpoint.origin != log_origin:
        raise AuditStateUnusable
    return checkpoint


def remember(path: Path, note: bytes) -> None:
    """Keeps the note of a clean audit: all of it or, if we die here, the one before.

    Raises: AuditStateUnusable.
    """
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(note)
                file.flush()
                os.fsync(file.fileno())
            Path(beside).replace(path)
        finally:
            Path(beside).unlink(missing_ok=True)
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except OSError as fault:
        raise AuditStateUnusable from fault
