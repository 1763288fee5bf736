"""Replaces the content of a key file so that the old content is gone: for secrets that must forget.

The order, and what is true if the process dies after each step:

1. take the directory's lock                    nothing happened
2. wipe what an earlier death left              nothing happened
3. write the new content beside, fsync          the old content holds; step 2 of the next run wipes the new
4. link the old content under a second name     as 3
5. rename the new file over the old, fsync      the new content holds; step 2 of the next run wipes the old
6. overwrite the old content, fsync, unlink     done

Overwriting reaches the blocks that the file system still shows. Copies that it, the disk or a backup keeps by
themselves are beyond a program: docs/operations.md says what to do about them.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NEW, _OLD = ".new", ".old"


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Nobody else replaces a file of this directory meanwhile. The lock ends with the process."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        # By name: a child process may have inherited the descriptor, and closing ours would not release it.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def wipe_leftovers(path: Path) -> None:
    """Step 2, for whoever holds the lock."""
    new, old = _beside(path)
    _wipe(new)
    if old.exists() and old.samefile(path):
        # Died between 4 and 5: a second name of the content that holds. To overwrite it would lose the key.
        old.unlink()
    _wipe(old)


def replace(path: Path, content: bytes) -> None:
    """Steps 3 to 6, for whoever holds the lock and wiped what was left."""
    new, old = _beside(path)
    # 3
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    # 4
    os.link(path, old)
    # 5
    new.replace(path)
    _sync_directory(path.parent)
    # 6
    _wipe(old)


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + _NEW), path.with_name(path.name + _OLD)


def _wipe(path: Path) -> None:
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
