"""Pages about a batch whose files and rows went when their time was over: what is kept is still shown."""

from pathlib import Path

import pytest

from registry.retention import Removable, apply_retention
from registry.rules.retention import USUAL_DAYS
from registry.staff.model import StaffRole
from tests.registry.ledger.builders import PREFIX
from tests.web.staff.desks import a_desk

pytestmark = pytest.mark.anyio


async def test_a_batch_whose_time_is_over_is_still_a_page(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        batch = next(desk.office.batches().of_institution(PREFIX)).id.hex()
        desk.scene.clock.now = desk.scene.clock.now.replace(year=desk.scene.clock.now.year + 6)
        assert apply_retention(desk.scene.register, USUAL_DAYS).removed[Removable.APPROVED] == 2
        clerk = desk.browser(desk.account(StaffRole.INSTITUTION))
        reviewer = desk.browser(desk.account(StaffRole.REVIEWER))
        asked = [
            (clerk, "/staff/batches"),
            (clerk, f"/staff/batches/{batch}"),
            (clerk, f"/staff/batches/{batch}/certificates"),
            (reviewer, "/staff/review"),
            (reviewer, f"/staff/review/{batch}"),
            (reviewer, f"/staff/review/{batch}/rows"),
        ]
        answers = {path: (await browser.get(path)).status_code for browser, path in asked}
        file = await clerk.get(f"/staff/batches/{batch}/findings.xlsx")

    assert answers == dict.fromkeys(answers, 200)
    assert file.status_code == 404
