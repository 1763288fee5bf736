"""The addresses of the review desk."""

from collections.abc import Sequence

from registry.staff.model import StaffRole
from web.staff.addresses import StaffAddress
from web.staff.review import batch, decisions, proposals, province, queue, rows

READERS = frozenset({StaffRole.REVIEWER, StaffRole.PROVINCE, StaffRole.AUDITOR})
REVIEWERS = frozenset({StaffRole.REVIEWER, StaffRole.PROVINCE})
_PROVINCE = frozenset({StaffRole.PROVINCE})
_POST = ("POST",)
_BATCH = "/staff/review/{batch}"

ADDRESSES: Sequence[StaffAddress] = (
    StaffAddress("/staff/review", queue.queue, READERS),
    StaffAddress("/staff/review/samples", province.samples, _PROVINCE),
    StaffAddress(_BATCH, batch.batch, READERS),
    # Shows names of people: each page that was opened stands in the trail.
    StaffAddress(f"{_BATCH}/rows", rows.rows, READERS, act="review.rows"),
    StaffAddress(f"{_BATCH}/rows/{{row}}", decisions.decide, REVIEWERS, _POST, "review.row"),
    StaffAddress(f"{_BATCH}/rows/{{row}}/inspection", decisions.inspect, REVIEWERS, _POST, "review.inspect"),
    StaffAddress(f"{_BATCH}/rows/{{row}}/number", decisions.reveal, REVIEWERS, _POST, "review.reveal"),
    StaffAddress(f"{_BATCH}/inspections", decisions.inspect_page, REVIEWERS, _POST, "review.inspect"),
    StaffAddress(f"{_BATCH}/groups", decisions.decide_many, REVIEWERS, _POST, "review.group"),
    StaffAddress(f"{_BATCH}/proposal", proposals.proposal, READERS),
    StaffAddress(f"{_BATCH}/proposal", proposals.prepare, REVIEWERS, _POST, "review.propose"),
    StaffAddress(f"{_BATCH}/return", proposals.prepare_return, REVIEWERS, _POST, "review.propose_return"),
    StaffAddress(f"{_BATCH}/confirmation", proposals.second_pair, REVIEWERS, _POST, "review.confirm"),
)
