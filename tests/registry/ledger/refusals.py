"""How ledger tests say that something is refused: with exactly this reason, and nothing was appended."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from registry.ledger.errors import NotAdmitted, Refusal
from tests.registry.ledger.builders import SmallRegister


@contextmanager
def refused(register: SmallRegister, reason: Refusal) -> Iterator[None]:
    """The block is refused for that reason, and the log is as it was."""
    with unchanged(register), pytest.raises(NotAdmitted) as refusal:
        yield
    assert refusal.value.reason is reason


@contextmanager
def unchanged(register: SmallRegister) -> Iterator[None]:
    """The block leaves stored entries, checkpoints and the guard as they were."""
    before = _state(register)
    yield
    assert _state(register) == before


def _state(register: SmallRegister) -> tuple[int, list[tuple[int, bytes]], bytes]:
    with register.reader() as reader:
        return reader.log.stored_size(), reader.log.checkpoints(), register.places.keys.guard.read_bytes()
