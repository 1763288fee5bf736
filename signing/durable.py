"""Files that are there whole or not at all, whatever ends the process or the machine."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Puts a file in place durably: written beside, flushed, renamed, and its directory flushed."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
