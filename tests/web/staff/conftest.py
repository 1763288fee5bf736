"""A register that every test of the staff's pages copies."""

from pathlib import Path

import pytest

from tests.registry.filled import fill


@pytest.fixture(scope="session")
def filled_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed register in which every story happened (`tests/registry/filled.py`)."""
    directory = tmp_path_factory.mktemp("filled") / "register"
    directory.mkdir()
    fill(directory)
    return directory
