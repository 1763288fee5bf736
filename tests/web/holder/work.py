"""What answering a request costs, counted and not timed: reads, statements, openings, keyed hashes, guesses.

What is watched does its work as ever; the test only counts.
"""

import hmac as real_hmac
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry import people
from registry.staff import desk
from registry.staff.passwords import Passwords
from registry.storage import vault
from registry.storage.sql import KeptReader
from registry.storage.vault import Vault


class Work(Counter[str]):
    """How often each kind of work was done."""


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch, engines: Sequence[Engine]) -> Iterator[Work]:
    """Counts everything that is done within."""
    work = Work()
    _watch(monkeypatch, work, KeptReader, "rows")
    _watch(monkeypatch, work, Vault, "open")
    _watch(monkeypatch, work, Passwords, "matches")

    class Watched:
        @staticmethod
        def digest(key: bytes, message: bytes, name: str) -> bytes:
            work["keyed hash"] += 1
            return real_hmac.digest(key, message, name)

        @staticmethod
        def compare_digest(one: bytes, other: bytes) -> bool:
            work["comparison"] += 1
            return real_hmac.compare_digest(one, other)

    for module in (vault, people, desk):
        monkeypatch.setattr(module, "hmac", Watched)

    def note(*_: object) -> None:
        work["statement"] += 1

    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield work
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", note)
        monkeypatch.undo()


def _watch(monkeypatch: pytest.MonkeyPatch, work: Work, owner: type, name: str) -> None:
    real = getattr(owner, name)

    def watched(*given: object, **named: object) -> object:
        work[f"{owner.__name__}.{name}"] += 1
        return real(*given, **named)

    monkeypatch.setattr(owner, name, watched)
