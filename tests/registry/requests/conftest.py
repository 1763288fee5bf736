"""Offices over a copy of the filled register, whose officers' keys were introduced once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.registry import filled
from tests.registry.requests.offices import Offices, introduce_officers, offices_of


@pytest.fixture(scope="session")
def officed_directory(filled_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The filled register with keys of officers. Never changed."""
    directory = tmp_path_factory.mktemp("officed") / "register"
    scene = filled.copy_of(filled_directory, directory)
    introduce_officers(scene)
    scene.close()
    return directory


@pytest.fixture
def offices(officed_directory: Path, tmp_path: Path) -> Iterator[Offices]:
    """The desk of a register in which everything happened once; the audit must pass in the end."""
    scene = filled.copy_of(officed_directory, tmp_path / "register")
    # The officers' keys are valid since they were introduced.
    scene.clock.now += timedelta(hours=1)
    yield offices_of(scene)
    report = scene.audit()
    scene.close()
    assert report.finding is None
