"""One server for the room's tests; each test puts its own stand-in behind it."""

from collections.abc import Iterator

import pytest

from tests.registry.national.builders import Switch, served


@pytest.fixture(scope="package")
def running() -> Iterator[tuple[Switch, str]]:
    """A server whose application can be exchanged, and its address."""
    switch = Switch()
    with served(switch) as address:
        yield switch, address
