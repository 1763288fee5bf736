"""What lies in a folder that somebody wants checked, and reading it within bounds.

Folders are walked in the order of names. Links are not followed, names that begin with a dot are passed over,
and what can't be looked at says why.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

MOST_FILES = 100_000
MOST_BYTES = 32 << 20
_DEEPEST = 40


class Unread(StrEnum):
    """Why a file of a folder was not looked at."""

    LINK = "link_not_followed"
    UNREADABLE = "file_unreadable"
    TOO_LARGE = "file_too_large"
    NO_FILE = "not_a_file"
    TOO_MANY = "too_many_files"
    TOO_DEEP = "folder_too_deep"


@dataclass(frozen=True)
class Found:
    """Something to be checked: its shown name, and where it lies or why it is not looked at."""

    name: str
    path: Path
    unread: Unread | None = None


def files_in(folder: Path) -> list[Found]:
    """What lies in a folder and below it, at most so many."""
    found: list[Found] = []
    for each in _walk(folder, printable(folder.name or str(folder)), 0):
        if len(found) == MOST_FILES:
            return [*found, Found(printable(folder.name), folder, Unread.TOO_MANY)]
        found.append(each)
    return found


def _walk(folder: Path, shown: str, depth: int) -> Iterator[Found]:
    if depth > _DEEPEST:
        yield Found(shown, folder, Unread.TOO_DEEP)
        return
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError:
        yield Found(shown, folder, Unread.UNREADABLE)
        return
    for name in names:
        path, said = folder / name, f"{shown}/{printable(name)}"
        try:
            mode = path.lstat().st_mode
        except OSError:
            yield Found(said, path, Unread.UNREADABLE)
            continue
        if stat.S_ISLNK(mode):
            yield Found(said, path, Unread.LINK)
        elif stat.S_ISDIR(mode):
            yield from _walk(path, said, depth + 1)
        else:
            yield Found(said, path, None if stat.S_ISREG(mode) else Unread.NO_FILE)


def read_bounded(path: Path) -> bytes | Unread:
    """The bytes of a file that is not too long."""
    try:
        # What became a link or a pipe since it was looked at is not opened.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(descriptor, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        return Unread.UNREADABLE
    return data if len(data) <= MOST_BYTES else Unread.TOO_LARGE


def printable(name: str) -> str:
    """A file name that can't steer the terminal, nor break the output where it is no UTF-8."""
    return "".join(each if each.isprintable() else "�" for each in name)
