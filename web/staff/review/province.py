"""The province's own samples: rows of levels 1 and 2, whichever bureau reviews them.

Source: 湘人社规〔2025〕14号 arts. 3, 17(5).
"""

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import filing_on
from registry.intake.overview import Overview
from registry.review.queue import review_deadline
from registry.review.sample import PROVINCE_LEVELS, DrawnFor
from registry.rules.bureaus import BUREAUS
from registry.rules.working_days import Deadline, load_calendar
from registry.storage.waiting_batches import WaitingBatch
from web.staff.desk import office_of, staff_page
from web.staff.office import Office
from web.staff.review.tally import SampleTally, sample_tally


@dataclass(frozen=True)
class ProvinceLine:
    """A batch with technicians in it. `tally` is None until somebody opened it."""

    batch: WaitingBatch
    institution: str
    bureau: str
    technicians: int
    due: Deadline
    tally: SampleTally | None

    @property
    def path(self) -> str:
        """The drawn rows."""
        return f"/staff/review/{self.batch.id.hex()}/rows?sample=province"


def samples(request: Request) -> Response:
    """What waits anywhere and holds certificates of levels 1 and 2."""
    office = office_of(request)
    lines = [line for each in office.waiting().all() if (line := _line(office, each)) is not None]
    return staff_page(request, "staff/review_samples.html", lines=sorted(lines, key=lambda line: line.due.on))


def _line(office: Office, batch: WaitingBatch) -> ProvinceLine | None:
    filing = office.register.filings().by_prefix(batch.prefix)
    levels = {str(level) for level in PROVINCE_LEVELS}
    groups = Overview.decoded(batch.overview).groups
    technicians = sum(group.form5 - group.refused for group in groups if group.level in levels)
    if filing is None or not technicians:
        return None
    on_day = filing_on(filing, office.today())
    laid = office.drafts().review(batch.id) is not None
    names = {bureau.code: bureau.name for bureau in BUREAUS}
    return ProvinceLine(
        batch,
        on_day.name,
        names.get(on_day.bureau, on_day.bureau),
        technicians,
        review_deadline(date.fromisoformat(batch.received_on), load_calendar()),
        sample_tally(office.drafts().drawn(batch.id, DrawnFor.PROVINCE)) if laid else None,
    )
