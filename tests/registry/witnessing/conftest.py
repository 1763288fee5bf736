"""Directories for witnesses."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# In memory where there is one: these tests kill programs, not machines.
MEMORY = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else None


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """An empty directory that costs no disk."""
    with tempfile.TemporaryDirectory(prefix="skillcert-", dir=MEMORY) as made:
        yield Path(made)
