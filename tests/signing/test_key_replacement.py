"""A secret is replaced durably: at every instant either state holds, and the old bytes do not stay behind."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from signing.key_files import KeyDirectory, SecretPurpose
from signing.key_replacement import replace, wipe_leftovers

PASSPHRASE = b"of a test"
OLD, NEW = b"old content", b"the new content"


class Died(BaseException):
    """The process ended here."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    held = tmp_path / "records-1.key"
    held.write_bytes(OLD)
    held.chmod(0o600)
    return held


def test_the_new_content_stands_and_nothing_else(path: Path) -> None:
    with path.open("rb") as old:
        replace(path, NEW)
        assert old.read() == bytes(len(OLD))  # its blocks were overwritten before they were given back
    assert path.read_bytes() == NEW
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


STEPS: tuple[tuple[str, str, int], ...] = (
    ("os", "open", 1),
    ("os", "fsync", 1),
    ("os", "link", 1),
    ("Path", "replace", 1),
    ("os", "fsync", 2),
    ("os", "fsync", 3),
    ("Path", "unlink", 1),
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("where", "name", "count"), STEPS)
def test_a_death_at_any_step_leaves_one_state_and_the_next_run_ends_it(
    path: Path, where: str, name: str, count: int, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        owner: Any = os if where == "os" else Path
        patched.setattr(owner, name, _dies(getattr(owner, name), count, after=after))
        with pytest.raises(Died):
            replace(path, NEW)
    assert path.read_bytes() in (OLD, NEW)
    held = path.read_bytes()
    wipe_leftovers(path)
    assert path.read_bytes() == held
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    replace(path, NEW)
    assert path.read_bytes() == NEW


def _dies(real: Callable[..., Any], at: int, *, after: bool) -> Callable[..., Any]:
    calls = iter(range(1, 100))

    def called(*given: Any, **named: Any) -> Any:
        now = next(calls) == at
        if now and not after:
            raise Died
        result = real(*given, **named)
        if now:
            raise Died
        return result

    return called


def test_a_rewritten_secret_is_what_the_file_opens_to(tmp_path: Path) -> None:
    keys = KeyDirectory(tmp_path / "keys")
    secret = keys.create_secret(SecretPurpose.RECORDS, PASSPHRASE)
    assert keys.rewrite_secret(SecretPurpose.RECORDS, PASSPHRASE, lambda held: held + b"+") == secret + b"+"
    again = KeyDirectory(tmp_path / "keys")
    assert again.unlock_secret(SecretPurpose.RECORDS, PASSPHRASE) == secret + b"+"
    written = (tmp_path / "keys" / "records-1.key").stat().st_mtime_ns
    again.rewrite_secret(SecretPurpose.RECORDS, PASSPHRASE, lambda held: held)
    assert (tmp_path / "keys" / "records-1.key").stat().st_mtime_ns == written


def test_two_who_rewrite_wait_for_each_other(tmp_path: Path) -> None:
    keys = KeyDirectory(tmp_path / "keys")
    secret = keys.create_secret(SecretPurpose.RECORDS, PASSPHRASE)
    order: list[str] = []

    def second() -> None:
        def change(held: bytes) -> bytes:
            order.append("second")
            return held + b"2"

        KeyDirectory(keys.path).rewrite_secret(SecretPurpose.RECORDS, PASSPHRASE, change)

    other = threading.Thread(target=second)

    def first(held: bytes) -> bytes:
        other.start()
        other.join(0.2)
        order.append("first")
        return held + b"1"

    keys.rewrite_secret(SecretPurpose.RECORDS, PASSPHRASE, first)
    other.join()
    assert order == ["first", "second"]
    assert KeyDirectory(keys.path).unlock_secret(SecretPurpose.RECORDS, PASSPHRASE) == secret + b"12"
