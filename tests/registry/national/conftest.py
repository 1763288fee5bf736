"""One server for the room's tests; each test puts its own stand-in behind it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.postgres import database, postgres_cluster
from tests.memory import MEMORY
from tests.registry.national.builders import Switch, served

__all__ = ["database", "postgres_cluster", "running"]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """An empty directory that costs no disk: every world of this room has two databases that commit often."""
    with tempfile.TemporaryDirectory(prefix="skillcert-", dir=MEMORY) as made:
        yield Path(made)


@pytest.fixture(scope="package")
def running() -> Iterator[tuple[Switch, str]]:
    """A server whose application can be exchanged, and its address."""
    switch = Switch()
    with served(switch) as address:
        yield switch, address
