"""One server for the room's tests; each test puts its own stand-in behind it."""

from collections.abc import Iterator

import pytest

from tests.contracts.postgres import database, postgres_cluster
from tests.registry.national.builders import Switch, served

__all__ = ["database", "postgres_cluster", "running"]


@pytest.fixture(scope="package")
def running() -> Iterator[tuple[Switch, str]]:
    """A server whose application can be exchanged, and its address."""
    switch = Switch()
    with served(switch) as address:
        yield switch, address
