"""A sender that was killed: the next one beside the same register need not wait for its lease to run out.

A process that sends keeps a lock on a file beside the register until it ends, and the kernel frees it however
it ends. The file holds a random word, and what this process is called in the lease begins with it. So whoever
has the lock knows of everybody else with that word that they are gone. A process that did not get the lock is
called without the word: nobody takes over from it before its time.
"""

import atexit
import fcntl
import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

FILE = "sender.lock"
_WORD_BYTES = 8
_PROCESS = f"{os.getpid()}.{secrets.token_hex(4)}"
_kept: dict[Path, IO[str]] = {}
_keeping = threading.Lock()


@dataclass(frozen=True)
class Called:
    """What a sender is called in the lease, and who of the others has ended for certain."""

    holder: str
    is_gone: Callable[[str], bool]


def called(directory: Path) -> Called:
    """A name for a sender of this process, beside the register in that directory."""
    word = _word(directory / FILE)
    own = f"{word}/{_PROCESS}"

    def is_gone(holder: str) -> bool:
        return bool(word) and holder.startswith(f"{word}/") and not holder.startswith(f"{own}/")

    return Called(f"{own}/{secrets.token_hex(4)}", is_gone)


def _word(path: Path) -> str:
    """The word in the file if this process has its lock; "" if another one has, or if there is none."""
    with _keeping:
        if path not in _kept:
            try:
                file = path.open("a+", encoding="ascii")
            except OSError:
                return ""
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.close()
                return ""
            _kept[path] = file
            atexit.register(file.close)
        kept = _kept[path]
        kept.seek(0)
        word = kept.read().strip()
        if not word:
            word = secrets.token_hex(_WORD_BYTES)
            kept.write(f"{word}\n")
            kept.flush()
        # A copy of the directory has the same word in another file, and its lock says nothing of ours.
        return f"{word}.{os.fstat(kept.fileno()).st_ino:x}"
