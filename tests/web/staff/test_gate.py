"""Nobody passes the gate for whom the address is not meant, and what passes leaves a trail."""

from pathlib import Path

import pytest

from registry.staff.model import StaffRole
from tests.web.staff.desks import a_desk

pytestmark = pytest.mark.anyio


async def test_a_stranger_is_led_to_the_log_in_and_back(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        turned = await desk.stranger().get("/staff")

    assert (turned.status_code, turned.headers["location"]) == (303, "/staff/login?next=/staff")


@pytest.mark.parametrize("role", StaffRole)
async def test_everybody_has_a_home(filled_register: Path, tmp_path: Path, role: StaffRole) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        page = await desk.browser(desk.account(role)).get("/staff")

    assert page.status_code == 200
    assert f"示例{role.value}" in page.text
