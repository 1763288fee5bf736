"""A disk that is really full, or really read-only: a small file system in memory of the test's own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_BALLAST = "ballast"
_BLOCK = 4096


class SmallDisk:
    """A mounted file system with room for little."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / _BALLAST

    def fill(self, leaving: int = 0) -> None:
        """Leaves so many bytes free."""
        found = os.statvfs(self.path)
        room = found.f_bavail * found.f_frsize - leaving
        with self._ballast.open("wb") as file:
            for _ in range(room // _BLOCK):
                file.write(bytes(_BLOCK))

    def make_room(self) -> None:
        """Takes the ballast away."""
        self._ballast.unlink(missing_ok=True)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Nothing can be opened for writing meanwhile, not even by root; who has a file open keeps it."""
        _mount("--bind", str(self.path), str(self.path))
        try:
            _mount("-o", "remount,bind,ro", str(self.path))
            yield
        finally:
            _unmount(self.path)


@contextmanager
def small_disk(path: Path, *, mebibytes: int) -> Iterator[SmallDisk]:
    """A disk of that size at that path. Skips, loudly, where the test may not mount one."""
    path.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(path))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("NO DISK WAS FULL OR READ-ONLY: a file system can be mounted by root alone")
    try:
        yield SmallDisk(path)
    finally:
        _unmount(path)


def _unmount(path: Path) -> None:
    # Lazily: a reader of the test may still hold a file there.
    subprocess.run(["umount", "-l", str(path)], check=True)


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True, capture_output=True)
