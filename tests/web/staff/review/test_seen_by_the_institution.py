"""What an institution sees of a review before its end: that somebody is at it, and nothing else."""

from datetime import timedelta
from pathlib import Path

import pytest

from registry.staff.model import StaffRole, TokenScope
from tests.web.staff.review.batches import LATE, a_bench

pytestmark = pytest.mark.anyio


async def test_the_institution_sees_how_far_the_bureau_is_and_not_who(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        desk = bench.desk
        account = desk.account(StaffRole.INSTITUTION)
        _, secret = desk.office.staff.tokens.create(
            account,
            name="示例系统",
            scopes=[TokenScope.BATCHES_READ],
            ends_on=desk.office.today() + timedelta(days=1),
        )
        clerk, system = desk.browser(account), desk.machine(secret)
        told, pages = [], []

        async def look() -> None:
            found = (await system.get(f"/api/v1/batches/{bench.batch}")).json()
            told.append((found["state"], found["review"]))
            both = [await clerk.get(f"/staff/batches{end}") for end in ("", f"/{bench.batch}")]
            pages.append([each.text for each in both])

        await look()
        await bench.reviewer.get(bench.path)
        await look()
        await bench.say(LATE[0], "accepted:late_justified")
        await look()
        await bench.make_ready()
        await bench.propose()
        await look()
        await bench.say(LATE[0], "rejected:evidence_missing")
        await look()
        reviewers = desk.office.accounts.of_office(StaffRole.REVIEWER, "430100")

    # To open a batch is not to begin with it.
    assert told == [
        ("waiting", "not_begun"),
        ("waiting", "not_begun"),
        ("waiting", "begun"),
        ("waiting", "proposed"),
        ("waiting", "begun"),
    ]
    for word, both in zip(("待审核", "待审核", "审核中", "已拟办，待签名", "审核中"), pages, strict=True):
        for page in both:
            assert f">{word}<" in page
            assert not any(each.id in page or each.name in page or each.login in page for each in reviewers)
