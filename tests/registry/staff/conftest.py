"""An empty desk on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.registry.staff.desk import Bench, a_bench


@pytest.fixture
def bench(database: str, tmp_path: Path) -> Iterator[Bench]:
    """The staff's things over an empty desk."""
    with a_bench(database, tmp_path) as opened:
        yield opened
