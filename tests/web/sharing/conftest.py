"""A site over a register that every test copies."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.staff.conftest import filled_register
from tests.web.staff.desks import Desk, a_desk

__all__ = ["filled_register"]


@pytest.fixture
async def desk(filled_register: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """The site, some hours after everything happened; its clock stands still."""
    async with a_desk(filled_register, tmp_path / "r", LIMIT_SHARE="1000/minute") as opened:
        opened.scene.clock.step = timedelta()
        opened.scene.clock.now = opened.scene.clock.now.replace(hour=9)
        yield opened
