"""Checking a list for somebody outside: read, counted, checked off the event loop, and left in the trail.

1. Without a desk nobody could leave a trail of it, and it is not offered.
2. Rows are counted before they are looked up: a list that is too much for today is refused as a whole.
3. Names that were wrong count among those that one network may try in a day, and by the certificate.
4. The trail says how many rows came to what, for which network as a keyed hash, and no number and no name.
   It is written before the answer goes out: what left no trail was not answered.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from anyio.to_thread import run_sync
from starlette.requests import Request

from registry.rosters.checking import CheckedLine, LineConclusion, check_roster
from registry.rosters.reading import Roster, RosterRow, read_roster
from registry.staff.trail import TrailEntry
from web.addresses import key_function
from web.errors import BatchRowsSpent, NoSuchPage, TooManyRequests
from web.limits import Budget
from web.naming import count_wrong, spent_on
from web.presenters.roster import ADDED, counts
from web.site import Site, site_of
from web.staff.office import Office

ACT = "roster.checked"


@dataclass(frozen=True)
class CheckedRoster:
    """An uploaded list with what became of its lines."""

    roster: Roster
    lines: tuple[CheckedLine, ...]


def require_office(site: Site) -> Office:
    """What lists are checked with. Raises: NoSuchPage where this site has none."""
    if site.office is None:
        raise NoSuchPage
    return site.office


async def check_upload(request: Request, data: bytes, file_name: str) -> CheckedRoster:
    """Checks an uploaded spreadsheet.

    Raises: NoSuchPage, BatchRowsSpent; RosterHeaderFault and IntakeError for what it is that was uploaded;
        DatabaseUnavailable.
    """
    site = site_of(request)
    require_office(site)
    read = partial(
        read_roster,
        data,
        file_name,
        most_rows=site.settings.batch_rows,
        most_bytes=site.settings.max_upload_bytes,
        added=ADDED,
    )
    roster = await run_sync(read, limiter=site.heavy)
    return CheckedRoster(roster, await check_rows(request, roster.rows))


async def check_rows(request: Request, rows: Sequence[RosterRow]) -> tuple[CheckedLine, ...]:
    """Checks the lines of a list. Raises: NoSuchPage, BatchRowsSpent, DatabaseUnavailable."""
    site = site_of(request)
    office = require_office(site)
    try:
        site.budgets.take(request, Budget.BATCH_ROWS, len(rows))
    except TooManyRequests as fault:
        raise BatchRowsSpent(fault.retry_after_seconds) from fault
    async with site.lists:
        left = site.budgets.left_today(request, Budget.NAME_CHECK)
        work = partial(_checked, office, rows, left, spent_on(site))
        lines = await run_sync(work, limiter=site.heavy)
        found = counts(line.conclusion for line in lines)
        site.budgets.count_today(request, Budget.NAME_CHECK, found.get(LineConclusion.NAME_MISMATCH, 0))
        for line in lines:
            if line.conclusion is LineConclusion.NAME_MISMATCH:
                count_wrong(site, line.number)
    network = office.staff.keyed("network", key_function(site.settings.trusted_proxies)(request))
    told = {"rows": str(len(lines)), **{each.value: str(count) for each, count in found.items()}}
    entry = TrailEntry(office.clock(), ACT, address=network, details=told)
    await run_sync(office.staff.trail.write, entry)
    return lines


def _checked(
    office: Office, rows: Sequence[RosterRow], wrong_names: int, is_spent: Callable[[str], bool]
) -> tuple[CheckedLine, ...]:
    look_up = office.register.look_up
    return tuple(check_roster(look_up, rows, wrong_names=wrong_names, is_spent=is_spent))
