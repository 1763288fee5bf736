"""Directories for witnesses."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.memory import MEMORY


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """An empty directory that costs no disk."""
    with tempfile.TemporaryDirectory(prefix="skillcert-", dir=MEMORY) as made:
        yield Path(made)
