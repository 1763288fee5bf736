"""Who has ended for certain: seen by processes that really are killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree

_PROGRAM = """
import sys
from pathlib import Path
from registry.national.succession import called
name = called(Path(sys.argv[1]))
print(name.holder, flush=True)
for line in sys.stdin:
    print(name.is_gone(line.strip()), flush=True)
"""


class Teller:
    """A process that has its name, and tells who of others has ended."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.holder = self._read()

    def is_gone(self, holder: str) -> bool:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{holder}\n")
        self._process.stdin.flush()
        return self._read() == "True"

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def teller(directory: Path) -> Iterator[Teller]:
    command = [sys.executable, "-c", _PROGRAM, str(directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Teller(process)
        finally:
            process.kill()


def test_who_was_killed_is_followed_at_once(tmp_path: Path) -> None:
    with teller(tmp_path) as first:
        with teller(tmp_path) as second:
            assert not second.is_gone(first.holder)
            assert not first.is_gone(second.holder)
            first.kill()
            # It was not the first, so it has no proof.
            assert not second.is_gone(first.holder)
        with teller(tmp_path) as third:
            assert third.is_gone(first.holder)
            assert not third.is_gone(third.holder)
            assert not third.is_gone(second.holder)


def test_a_process_knows_nothing_of_other_directories(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with teller(tmp_path) as here, teller(tmp_path / "other") as there:
        there.kill()
        assert not here.is_gone(there.holder)


def test_a_copy_of_the_directory_takes_over_from_nobody(tmp_path: Path) -> None:
    original = tmp_path / "original"
    original.mkdir()
    with teller(original) as here:
        copytree(original, tmp_path / "copy")
        with teller(tmp_path / "copy") as there:
            assert not there.is_gone(here.holder)
            assert not here.is_gone(there.holder)


def test_without_a_place_for_the_lock_nobody_is_gone(tmp_path: Path) -> None:
    with teller(tmp_path / "missing") as lost:
        assert lost.holder.startswith("/")
        assert not lost.is_gone("/any/one")
