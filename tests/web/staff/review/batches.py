"""An invented batch on a bureau's desk: clean rows, late ones, one that is refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from registry.intake.forms_out import Form5Cells
from registry.jobs.handlers import HANDLERS
from registry.jobs.runner import run_all
from registry.review.proposal import Proposal
from registry.staff.model import StaffRole
from tests.builders import a_number, an_id_number, form5_row
from tests.web.staff.desks import Browser, Desk, a_desk

LATE_ON = "2025-06-02"
LATE, CLEAN, REFUSED = (2, 3), (4, 5, 6, 7, 8), 9
NAMES = "甲乙丙丁戊己庚辛"
LATE_FLAG = "R14.late"


def some_rows() -> list[Form5Cells]:
    """Rows 2 to 9 of the workbook."""
    return [
        form5_row(
            number=a_number(serial + 100),
            name=f"示例审{NAMES[serial]}",
            id_number=an_id_number(serial + 100) if row != REFUSED else "430102199003074510",
            employer="",
            issued_on=LATE_ON if row in LATE else "2025-09-01",
        )
        for serial, row in enumerate(range(2, 10))
    ]


@dataclass
class Bench:
    """A reviewer's browser before a batch."""

    desk: Desk
    batch: str
    reviewer: Browser

    @property
    def path(self) -> str:
        """The batch's page."""
        return f"/staff/review/{self.batch}"

    @property
    def id(self) -> bytes:
        """The batch."""
        return bytes.fromhex(self.batch)

    def seen(self) -> str:
        """The revision of the drafts as a page shows it now."""
        review = self.desk.office.drafts().review(self.id)
        assert review is not None
        return str(review.revision)

    async def say(
        self, row: int, ruling: str, *, seen: str = "", browser: Browser | None = None
    ) -> httpx.Response:
        """Posts a word on a row."""
        fields = {"ruling": ruling, "seen": seen or self.seen(), "back": ""}
        return await (browser or self.reviewer).post(f"{self.path}/rows/{row}", fields)

    async def inspect_all(self) -> None:
        """Every drawn row agrees with the papers."""
        rows = ",".join(str(each.row) for each in self.desk.office.drafts().drawn(self.id, "bureau"))
        fields = {"sample": "bureau", "rows": rows, "seen": self.seen(), "back": "sample=bureau"}
        assert (await self.reviewer.post(f"{self.path}/inspections", fields)).status_code == 303

    async def make_ready(self) -> None:
        """Says every word that a proposal to approve needs."""
        await self.reviewer.get(self.path)
        for row in LATE:
            assert (await self.say(row, "accepted:late_justified")).status_code == 303
        await self.inspect_all()

    async def propose(self) -> httpx.Response:
        """Asks for a proposal, and has the worker make it."""
        answer = await self.reviewer.post(f"{self.path}/proposal", {"seen": self.seen()})
        self.work()
        return answer

    def work(self) -> None:
        """The worker does what waits."""
        run_all(self.desk.scene.register, HANDLERS)

    def proposal(self) -> Proposal:
        """What would be signed."""
        found = self.desk.office.proposals().newest(self.id)
        assert found is not None
        return found


@asynccontextmanager
async def a_bench(filled: Path, target: Path, **env: str) -> AsyncIterator[Bench]:
    """A reviewer of the responsible bureau, and a batch that waits for a decision."""
    async with a_desk(filled, target, **env) as desk:
        batch = desk.scene.receive(some_rows()).id
        reviewer = desk.browser(desk.account(StaffRole.REVIEWER))
        yield Bench(desk, batch.hex(), reviewer)
